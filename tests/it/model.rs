//! Normal forms: tables of what must meet and what must not, and laws that hold for any text.

use acquaint::index::{keys, values};
use acquaint::model::{
    Email, Link, Listed, Millis, Organization, Person, PersonName, PersonView, Phone, Profile, RawPerson, Telling, compact, sound,
};
use chrono::{DateTime, SecondsFormat};
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn name(text: &str) -> String {
    PersonName::parse(text).map(|it| it.words().join(" ")).unwrap_or_default()
}

fn email(text: &str) -> String {
    Email::parse(text).map(|it| it.as_str().to_owned()).unwrap_or_default()
}

fn phone(text: &str) -> String {
    Phone::parse(text).map(|it| it.as_str().to_owned()).unwrap_or_default()
}

fn link(text: &str) -> String {
    Link::parse(text).map(|it| format!("{:?} {}", it.site(), it.as_str())).unwrap_or_default()
}

fn organization(text: &str) -> String {
    Organization::parse(text).map(|it| it.as_str().to_owned()).unwrap_or_default()
}

fn check(normal: fn(&str) -> String, table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(normal(text), *expected, "for {text:?}");
    }
}

#[test]
fn names_lose_what_tells_nobody_apart() {
    check(
        name,
        &[
            ("Ana Ruiz", "ana ruiz"),
            ("RUIZ, Ana", "ana ruiz"),
            ("Ana Ruíz, PhD, MBA", "ana ruiz"),
            ("Dr. Ana Ruiz PMP", "ana ruiz"),
            ("Ana Ruiz (She/Her) 🚀", "ana ruiz"),
            ("Xiuying (Kevin) Ding", "xiuying kevin ding"),
            ("Sterre van de Klashorst", "sterre klashorst"),
            ("Seán O’Brien-Smith Jr.", "sean obrien smith"),
            ("G. Austria", "g austria"),
            ("Ивáн Петров", "ivan petrov"),
            ("Ruiz, A.", "a ruiz"),
            ("Ruiz, A. PhD", "a ruiz"),
            ("Kim, MJ", "mj kim"),
            ("van den Berg, JP", "jp berg"),
            ("Ana Ruiz, ACE", "ana ruiz"),
            ("Ruiz, MBA", "ruiz"),
            ("मीरा कमल", "mira kamal"),
            ("नरेंद्र सिंह", "narendra sinh"),
            ("राजेश अंबानी", "rajesh ambani"),
            ("প্রিয়া", "priya"),
            ("సుబ్రహ్మణ్యం రామ", "subrahmanyam rama"),
            ("தமிழ்", "tamil"),
            ("王小明", "xiaoming wang"),
            ("김민준", "minjun gim"),
            ("Łukasz Żółć", "lukasz zolc"),
            ("\u{202e}Ana\u{202c} Ruiz", "ana ruiz"),
            ("\u{301}", ""),
            ("(", ""),
            ("🚀 …", ""),
            ("12345", ""),
        ],
    );
}

#[test]
fn sounds_of_romanisations_meet() {
    for (a, b) in [("noor", "nour"), ("mohammed", "muhammad"), ("abdallah", "abdullah"), ("hussein", "husain"), ("fatima", "fatimah")] {
        assert_eq!(sound(a), sound(b), "{a} and {b}");
    }
    assert_ne!(sound("bobal"), sound("bahl"));
}

#[test]
fn emails_have_one_form() {
    check(
        email,
        &[
            (" Ana.Ruiz+jobs@Gmail.com ", "anaruiz@gmail.com"),
            ("anaruiz@googlemail.com", "anaruiz@gmail.com"),
            ("mailto:ana.ruiz@Example.ORG.", "ana.ruiz@example.org"),
            ("<ana@example.org>", "ana@example.org"),
            ("ana@localhost", ""),
            ("@example.org", ""),
            ("ana ruiz@example.org", ""),
            ("a@b@example.org", ""),
            ("", ""),
        ],
    );
}

#[test]
fn phones_have_one_form() {
    check(
        phone,
        &[
            ("+34 612 345 678", "612345678"),
            ("0034-612-345-678", "612345678"),
            ("612345678", "612345678"),
            ("(415) 555-0134 ext. 12", "155550134"),
            ("+1 415 555 0134", "155550134"),
            ("٠٦١٢٣٤٥٦٧٨", "612345678"),
            ("0000000000", ""),
            ("12345", ""),
            ("call me", ""),
            // Where a number has eight digits, or a country's area code and number have.
            ("+47 41234567", "41234567"),
            ("0047 412 34 567", "41234567"),
            ("41234567", "41234567"),
            ("+45 20 12 34 56", "20123456"),
            ("(+65) 9123 4567", "91234567"),
            ("+852 5123 4567", "51234567"),
            ("+46 (0)8 123 45 67", "81234567"),
            ("08-123 45 67", "81234567"),
            ("+354 581 2345", "5812345"),
            ("+98 912 345 6789", "123456789"),
        ],
    );
}

#[test]
fn links_have_one_form() {
    check(
        link,
        &[
            ("https://www.linkedin.com/in/ana-ruiz", "Linkedin ana-ruiz"),
            ("HTTP://UK.LinkedIn.com/in/Ana-Ruiz/?trk=people-guest#top", "Linkedin ana-ruiz"),
            ("linkedin.com/in/ana-ruiz/en", "Linkedin ana-ruiz"),
            ("https://m.linkedin.com/in/jos%C3%A9-ruiz/", "Linkedin josé-ruiz"),
            ("https://www.linkedin.com/pub/ana-ruiz/1/23/456", "Linkedin ana-ruiz-4560231"),
            ("https://www.linkedin.com/company/northwind", ""),
            ("https://github.com/AnaRuiz?tab=repositories", "Github anaruiz"),
            ("github.com/orgs/northwind", ""),
            ("https://www.ana-ruiz.example/about/", "Page ana-ruiz.example/about"),
            ("https://twitter.com/", ""),
            ("not a link", ""),
            ("", ""),
        ],
    );
}

#[test]
fn organizations_lose_their_legal_form() {
    check(
        organization,
        &[
            ("Northwind, Inc.", "northwind"),
            ("The Northwind Technologies Ltd", "northwind tech"),
            ("Universität Köln", "koln univ"),
            ("Müller & Söhne GmbH", "muller sohne"),
            ("Inc", "inc"),
            ("…", ""),
        ],
    );
}

#[test]
fn a_name_of_ten_megabytes_is_quick() {
    let long = "Ana\u{301} (".repeat(1_700_000);
    let began = Instant::now();
    let _ = (PersonName::parse(&long), Organization::parse(&long), Email::parse(&long), Phone::parse(&long), Link::parse(&long));
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[test]
fn debug_shows_nobody() {
    let person: RawPerson = serde_json::from_str(r#"{"name":"Ana Ruiz","emails":["ana@example.org"]}"#).unwrap();
    let shown = format!("{:?} {:?} {:?}", Person::of_candidate(&person), Email::parse("ana@example.org"), PersonName::parse("Ana"));
    assert_eq!(shown, "Person(***) Some(Email(***)) Some(PersonName(***))");
}

#[test]
fn a_compact_record_says_what_the_profile_says() {
    let line = r#"{"id":"p-1","name":"Ana Ruiz","other_names":["Ana Gil"],"location":"Madrid, Spain","emails":["ana@example.org"],
        "phones":["+34612345678"],"links":["https://www.linkedin.com/in/anaruiz"],
        "positions":[{"organization":"Northwind","title":"Engineer","start":"2021-03"}],"schools":[{"organization":"UPM","end":"2017"}]}"#;
    let profile: Profile = serde_json::from_str(line).unwrap();
    let bytes = compact::encode(&profile);
    let read = PersonView::read(&bytes).unwrap();
    let listed = |it: Listed<&str>| format!("{} {:?}", it.value, it.at.map(|it| it.0));
    let names: Vec<String> = read.names().map(|it| format!("{} {:?}", it.value.words().join("+"), it.at.map(|it| it.0))).collect();
    assert_eq!(names, ["ana+ruiz Some(0)", "ana+gil Some(1)"]);
    assert_eq!(read.emails().chain(read.phones()).map(listed).collect::<Vec<_>>(), ["ana@example.org Some(0)", "612345678 Some(0)"]);
    assert_eq!(read.links().map(|it| it.value.value).collect::<Vec<_>>(), ["anaruiz"]);
    let stays: Vec<_> = read.employers().chain(read.schools()).map(|it| (it.value.organization, it.value.start, it.value.end)).collect();
    assert_eq!(stays, [("northwind", Some(2021 * 12 + 2), None), ("example", None, None), ("upm", None, Some(2017 * 12 + 6))]);
    assert_eq!(read.titles().map(listed).collect::<Vec<_>>(), ["engineer Some(0)"]);
    assert_eq!(read.place().map(|it| [it.city, it.region]), Some(["madrid", "es"]));
    assert!(bytes.len() < 190, "{} bytes", bytes.len());
    assert!(PersonView::read(&bytes[..bytes.len() - 1]).is_none());
    assert!(PersonView::read(&[0]).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn normal_forms_never_grow(text in "\\PC{0,40}") {
        for normal in [name as fn(&str) -> String, organization] {
            let once = normal(&text);
            prop_assert!(normal(&once).len() <= once.len());
        }
    }

    #[test]
    fn addresses_are_their_own(local in "[a-zA-Z.+]{1,12}", host in "[a-z]{1,8}\\.[a-z]{2,3}") {
        let once = email(&format!("{local}@{host}"));
        prop_assert_eq!(email(&once), once);
    }

    /// Years of four figures are written by our own hand, and all as the library writes them.
    #[test]
    fn times_are_rfc_3339(near in -70_000_000_000_000..260_000_000_000_000_i64, any in any::<i64>(), whole in any::<bool>()) {
        for millis in [near, any] {
            let millis = if whole { millis / 1_000 * 1_000 } else { millis };
            let time = DateTime::from_timestamp_millis(millis);
            let text = time.map(|it| it.to_rfc3339_opts(SecondsFormat::AutoSi, true));
            prop_assert_eq!(serde_json::to_string(&Millis(millis)).expect("JSON"), serde_json::to_string(&text).expect("JSON"));
            prop_assert_eq!(Millis(millis).rfc3339(), text);
        }
    }

    #[test]
    fn no_text_is_too_odd(text in any::<String>(), bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = (name(&text), email(&text), phone(&text), link(&text), organization(&text));
        let _ = PersonName::of_slug(&text, &[]);
        for bytes in [&bytes, &[&[compact::VERSION], bytes.as_slice()].concat()] {
            PersonView::read(bytes).iter().for_each(|it| drop((keys(it), values(it))));
        }
    }
}

fn said(json: serde_json::Value) -> RawPerson {
    serde_json::from_value(json).expect("a person")
}

#[test]
fn two_readers_of_one_resume_agree_or_dispute() {
    let mut mine = said(serde_json::json!({"positions": [
        {"organization": "Northwind GmbH", "title": "Engineer", "start": "2019-03"}, {"organization": "Solar Bank", "start": "2010"},
    ]}));
    mine.attest(said(serde_json::json!({"positions": [
        {"organization": "Northwind", "start": "2019"}, {"organization": "Solar Bank", "start": "2015-01"}, {"organization": "Fern Labs"},
    ]})));
    let told: Vec<Telling> = mine.positions.iter().map(|it| it.told).collect();
    assert_eq!(told, [Telling::Both, Telling::Disputed, Telling::One]);
    let dated: Vec<bool> = Person::of_candidate(&mine).view().employers().map(|it| it.value.start.is_some()).collect();
    assert_eq!(dated, [true, false, false], "dates in dispute are silent");
}

#[test]
fn a_resume_of_somebody_else_is_told() {
    let check = |name: &str, other: &str, email: &str, contradicts: bool| {
        let mine = said(serde_json::json!({"name": name, "emails": ["ana@example.com"]}));
        let theirs = said(serde_json::json!({"name": other, "emails": [email]}));
        assert_eq!(mine.contradicts(&theirs), contradicts, "{name} and {other}");
    };
    check("Ana Ruiz", "Wolfgang Schmidt", "w@example.com", true);
    check("Ana Ruiz", "Wolfgang Schmidt", "Ana@example.com", false);
    check("Ana Ruiz", "Ana Morales", "w@example.com", false);
    check("Bob Miller", "Robert Jones", "w@example.com", false);
    check("A. Ruiz", "Anabel Costa", "w@example.com", true);
    check("A. Ruiz", "Anabel Ruizova", "w@example.com", false);
    check("Deepa Khan", "Deepak Yadav", "w@example.com", true);
    check("Susan Williams", "William Steele", "w@example.com", true);
    check("Ana Ruiz", "Екатерина Соколова", "w@example.com", true);
    check("Yekaterina Sokolova", "Екатерина Соколова", "w@example.com", false);
    check("Taro Yamada", "山田 太郎", "w@example.com", false);
    check("Ana Ruiz", "", "w@example.com", false);
}
