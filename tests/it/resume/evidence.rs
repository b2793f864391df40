//! What a text says of a person: name, addresses and whose they are, jobs, schools. Read as plain text by the real child.

use super::{plain, readers};
use acquaint::model::{RawResume, RawText};
use acquaint::resume::{Readers, Reading};

async fn read(pool: &Readers, text: &str, file: &str) -> Reading {
    pool.read(RawResume::new(text.as_bytes().to_vec()).named(RawText::new(file.to_owned()))).await
}

fn shown(text: Option<RawText>) -> String {
    text.map(RawText::reveal).unwrap_or_default()
}

/// Compares the names of these texts, each with the name of its file.
async fn check_names(table: &[(&str, &str, &str)]) {
    let pool = readers(1);
    for (text, file, name) in table {
        assert_eq!(shown(read(&pool, text, file).await.name), *name, "in {text:?} of {file:?}");
    }
}

#[tokio::test]
async fn a_name_is_told_by_its_place_its_shape_and_who_spells_it() {
    check_names(&[
        ("Ana Ruiz\nEngineer\nana.ruiz@example.com", "", "Ana Ruiz"),
        ("CURRICULUM VITAE\n\nANA MARÍA RUIZ\nSenior Engineer", "", "Ana María Ruiz"),
        ("Curriculum Vitae of Ana Ruiz\nMadrid, Spain", "", "Ana Ruiz"),
        ("Lebenslauf\nPersönliche Daten\nName: Zoë von der Müller\nGeburtsdatum: 1.1.1980", "", "Zoë von der Müller"),
        ("A N A   R U I Z\nEngineer", "", "Ana Ruiz"),
        ("ANA\nRUIZ\nEngineer\nana.ruiz@example.com", "", "Ana Ruiz"),
        ("Dr. Ana Ruiz, PhD\nData Scientist", "", "Ana Ruiz"),
        ("Ana Ruiz | Product Manager | Madrid", "", "Ana Ruiz"),
        ("Contact\nMadrid, Spain\nana.ruiz@example.com\nSkills\nRust\nPython\nTeam Work\nAna Ruiz\nSoftware Engineer", "", "Ana Ruiz"),
        ("Software Engineer\nNorthwind Freight Ltd\nTo whom it may concern", "", ""),
        ("Skills\nMachine Learning\nProject Management\nRuiz Ana", "Ana_Ruiz_CV.pdf", "Ruiz Ana"),
        ("Иван Петров\nИнженер\nivan.petrov@example.com", "", "Иван Петров"),
        ("РЕЗЮМЕ\nФИО: Ковальчук Олена Іванівна\nКиїв", "", "Ковальчук Олена Іванівна"),
        ("履　歴　書\n氏　　名　山田 太郎\n生年月日 1980年", "", "山田 太郎"),
        ("个人简历\n姓名：王小明\n电话 138 0013 8000", "", "王小明"),
        ("이력서\n김민준\n소프트웨어 엔지니어", "", "김민준"),
        ("السيرة الذاتية\nمحمد الأحمد\nمهندس برمجيات", "", "محمد الأحمد"),
        ("קורות חיים\nדוד כהן\nמהנדס תוכנה", "", "דוד כהן"),
        ("Βιογραφικό Σημείωμα\nΓιώργος Παπαδόπουλος", "", "Γιώργος Παπαδόπουλος"),
    ])
    .await;
}

#[tokio::test]
async fn addresses_of_others_are_not_the_candidates() {
    let text = "Ana Ruiz\nMadrid, Spain | ana.ruiz@example.com | 600 555 123\n\nExperience\nEngineer, Northwind\nMar 2019 - Present\n\n\
                References\nProf. Gamma Delta, University of Leeds\ng.delta@leeds.example\n+44 113 496 0001\nlinkedin.com/in/gammadelta\n\n\
                Presented by Bright Recruitment Agency, jobs@bright.example";
    let reading = read(&readers(1), text, "").await;
    assert_eq!(plain(reading.emails), ["ana.ruiz@example.com", "g.delta@leeds.example", "jobs@bright.example"]);
    assert_eq!(plain(reading.phones), ["+34600555123", "+441134960001"]);
    let person = read(&readers(1), text, "").await.into_person();
    assert_eq!((plain(person.emails), plain(person.phones)), (vec!["ana.ruiz@example.com".into()], vec!["+34600555123".into()]));
    assert_eq!((plain(person.links).len(), shown(person.location).as_str()), (0, "Madrid, Spain"));
}

/// Compares the own e-mails and phones of a text.
async fn check(text: &str, emails: &[&str], phones: &[&str]) {
    let person = read(&readers(1), text, "").await.into_person();
    assert_eq!(
        (plain(person.emails), plain(person.phones)),
        (emails.iter().map(|it| (*it).to_owned()).collect(), phones.iter().map(|it| (*it).to_owned()).collect()),
        "in {text:?}"
    );
}

#[tokio::test]
async fn addresses_are_own_only_when_nothing_says_otherwise() {
    check("Ana Ruiz\ninfo@anaruiz.example", &["info@anaruiz.example"], &[]).await;
    check("Ana Ruiz\nwolf99@example.com\nExperience\nNorthwind, info@northwind.example", &["wolf99@example.com"], &[]).await;
    check("Ana Ruiz\nana (at) example (dot) com", &["ana@example.com"], &[]).await;
    check("Ana Ruiz\nE-mail: ana at example dot com", &["ana@example.com"], &[]).await;
    check("Ana Ruiz\nI worked at Example and connected dot by dot", &[], &[]).await;
    check("Ana Ruiz\nBerlin, Germany\nTel: 0170 1234567", &[], &["+491701234567"]).await;
    check("Ana Ruiz\nTel: (415) 555-2671", &[], &["+14155552671"]).await;
    check("Ana Ruiz\nMoscow, Russia\n8 (916) 555-12-34", &[], &["+79165551234"]).await;
    check("Ana Ruiz\nLondon, UK\n+44 (0) 20 7946 0958", &[], &["+442079460958"]).await;
    check("Ana Ruiz\nTel: 090-1234-5678", &[], &["090-1234-5678"]).await;
}

/// Compares the jobs and schools of a text, one a line.
async fn check_history(text: &str, jobs: &[[&str; 4]], schools: &[[&str; 4]]) {
    let Reading { positions, schools: studies, .. } = read(&readers(1), text, "").await;
    let positions = positions.into_iter().map(|it| [it.title, it.organization, it.start, it.end].map(shown));
    assert_eq!(positions.collect::<Vec<_>>(), jobs, "in {text:?}");
    let studies = studies.into_iter().map(|it| [it.degree, it.organization, it.start, it.end].map(shown));
    assert_eq!(studies.collect::<Vec<_>>(), schools, "in {text:?}");
}

#[tokio::test]
async fn jobs_and_schools_are_read_in_many_layouts() {
    check_history(
        "Ana Ruiz\nWork Experience\nSenior Engineer, Northwind Freight, Inc.\nMar 2019 - Present\nKept things running.\n\
         Engineer at Solar Bank (06/2015 – 02/2019)\n• Built the ledger\nEducation\nMSc in Physics, University of Leeds (2010 - 2014)",
        &[["Senior Engineer", "Northwind Freight, Inc.", "2019-03", ""], ["Engineer", "Solar Bank", "2015-06", "2019-02"]],
        &[["MSc", "University of Leeds", "2010", "2014"]],
    )
    .await;
    check_history(
        "Erika Muster\nBerufserfahrung\n03/2018 – heute\nSoftwareentwicklerin\nNordwind GmbH, Berlin\n01/2015 – 02/2018\nProjektleiterin\n\
         Sonnen AG\nAusbildung\n2009 – 2014\nTechnische Universität Berlin\nDiplom Informatik",
        &[["Softwareentwicklerin", "Nordwind GmbH", "2018-03", ""], ["Projektleiterin", "Sonnen AG", "2015-01", "2018-02"]],
        &[["Diplom Informatik", "Technische Universität Berlin", "2009", "2014"]],
    )
    .await;
    check_history(
        "王小明\n工作经历\n2016年7月 - 至今\n软件工程师\n北风科技有限公司\n教育背景\n2012年 - 2016年 清华大学 本科",
        &[["软件工程师", "北风科技有限公司", "2016-07", ""]],
        &[["本科", "清华大学", "2012", "2016"]],
    )
    .await;
    check_history(
        "Иван Петров\nОпыт работы\nООО Северный ветер\nИнженер, апрель 2017 — настоящее время\nОбразование\nМосковский университет, 2012 - 2016",
        &[["Инженер", "ООО Северный ветер", "2017-04", ""]],
        &[["", "Московский университет", "2012", "2016"]],
    )
    .await;
}
