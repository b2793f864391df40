//! One person however the name is written, and one employer: what must be heard as one, and what must not.

use super::{candidate, levels, profile, verdict};
use acquaint::index::{entry, keys};
use acquaint::matching::{Counts, within};
use proptest::prelude::*;
use serde_json::{Value, json};

fn name_level(mine: &str, theirs: &str) -> String {
    levels(&verdict(&json!({ "name": mine }), &json!({ "name": theirs }), &Counts::default()))
}

/// Both ways round, and found by name alone.
fn alike(mine: &str, theirs: &str) {
    for (a, b) in [(mine, theirs), (theirs, mine)] {
        let level = name_level(a, b);
        assert!(level == "name:same" || level == "name:close", "{a} and {b} are {level}");
    }
    let (found, held) = (keys(&candidate(&json!({ "name": mine })).view()), entry(&profile(&json!({ "name": theirs }))).keys);
    assert!(found.iter().any(|it| held.contains(it)), "{mine} and {theirs} share no key");
}

fn apart(mine: &str, theirs: &str) {
    for (a, b) in [(mine, theirs), (theirs, mine)] {
        let level = name_level(a, b);
        assert!(level == "name:differs" || level == "name:partial", "{a} and {b} are {level}");
    }
}

#[test]
fn offices_schemes_and_families_spell_one_name() {
    let table = [
        // Cyrillic: BGN, passports, ISO 9, GOST, German and French custom.
        ("Юлия Щербакова", "Yuliya Shcherbakova"),
        ("Юлия Щербакова", "Iuliia Shcherbakova"),
        ("Юлия Щербакова", "Julia Scherbakowa"),
        ("Evgenii Tsvetkov", "Jevgenij Cvetkov"),
        ("Пётр Чайковский", "Pyotr Tchaikovsky"),
        ("Volodymyr Hrytsenko", "Володимир Гриценко"),
        ("Ljubov Zhukova", "Lyubov Zukova"),
        ("Aleksandr Sokolov", "Alexander Sokoloff"),
        // Greek.
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"),
        ("Dimitrios Papadopulos", "Dimitris Papadopoulos"),
        // Arabic and Hebrew, also where vowels are not written.
        ("محمد الشريف", "Mohamed Sherif"),
        ("أحمد ناصر", "Ahmed Nasser"),
        ("عبد الرحمن ناصر", "Abdulrahman Nasser"),
        ("Abd al-Rahman Nasser", "Abdelrahman Naser"),
        ("Hussein Mansour", "Husain Mansoor"),
        ("Aicha Khaled", "Ayesha Khalid"),
        ("יצחק כהן", "Yitzhak Kohen"),
        ("Itzik Levi", "Isaac Levy"),
        // Korean: Revised Romanisation, McCune-Reischauer, custom.
        ("이지은", "Ji-eun Lee"),
        // Chinese: Pinyin, Wade-Giles, Cantonese.
        ("张伟", "Wei Chang"),
        ("Xu Guoliang", "Guoliang Hsu"),
        ("Wong Ka Ming", "Huang Ka Ming"),
        // Japanese long vowels.
        ("Yuuki Ohno", "Yuki Ono"),
        ("Shohei Satou", "Shouhei Sato"),
        // Marks and their spellings.
        ("Jürgen Müller", "Juergen Mueller"),
        ("Çağrı Öztürk", "Cagri Ozturk"),
        ("Nguyễn Thị Hương", "Huong Nguyen"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        // Customs: order, initials, patronymics, two surnames, particles, maiden names, nicknames, degrees, capitals.
        ("IVANOV, SERGEY PETROVICH", "Sergei Ivanov"),
        ("Gabriel García Márquez", "Gabriel Garcia"),
        ("J.R. Hartley", "J. R. Hartley"),
        ("Ana Ruiz (née Gómez)", "Ana Ruiz"),
        ("Ana Gomez Ruiz", "Ana Gómez née Ruiz, PhD"),
        ("Peggy O'Neil", "Margaret ONeil"),
        ("Dr. María-José Pérez M.D. she/her 🚀", "Maria Jose Perez"),
        ("Polly Harker", "Mary Harker"),
        ("Md Rahman", "Mohammad Rahman"),
    ];
    table.iter().for_each(|(a, b)| alike(a, b));
    assert_eq!(name_level("Ludwig van Beethoven", "L. Beethoven"), "name:close");
}

#[test]
fn names_that_only_resemble_stay_apart() {
    let table = [
        ("Ana Ruiz", "Eva Ruiz"),
        ("Martin Okafor", "Morton Okafor"),
        ("Dan Brown", "Tim Brown"),
        ("Wei Zhang", "Wei Huang"),
        ("Minjun Kim", "Minjun Cho"),
        ("Ali Hassan", "Omar Hassan"),
        ("Igor Petrov", "Oleg Petrov"),
        ("Abdul Khan", "Abdul Aziz"),
        ("Anna Novak", "Jana Novak"),
        ("Maureen Tully", "Molly Byrne"),
        ("Carlo Rossi", "Chiara Rossi"),
    ];
    table.iter().for_each(|(a, b)| apart(a, b));
}

/// What the candidate's address spells stands beside the name, unless it is anybody's.
#[test]
fn an_address_spells_a_name() {
    let level = |name: &str, address: &str, theirs: &str| {
        levels(&verdict(&json!({"name": name, "emails": [address]}), &json!({ "name": theirs }), &Counts::default()))
    };
    let table = [
        ("Susana Arredondo", "susana_deanda@mail.example", "Susana Deanda", "same"),
        ("S. Liu", "shuailiu74@mail.example", "Shuai Liu", "same"),
        ("Inez Morales", "agnes.morales@northwind.example", "Agnes Morales", "same"),
        ("Inez Morales", "amorales@northwind.example", "Agnes Morales", "close"),
        ("Inez Morales", "carla.jones@northwind.example", "Carla Jones", "differs"),
        ("Inez Morales", "jobs@northwind.example", "Bruno Jobs", "differs"),
    ];
    for (name, address, theirs, expected) in table {
        assert_eq!(level(name, address, theirs), format!("name:{expected}"), "{name} of {address} and {theirs}");
    }
}

#[test]
fn one_employer_or_school_by_any_of_its_names() {
    let at = |list: &str, it: &str| json!({"name": "Ana Ruiz", list: [{ "organization": it }]});
    let table = [
        ("positions", "IBM", "International Business Machines Corp.", "employer:same"),
        ("positions", "PwC", "PricewaterhouseCoopers LLP", "employer:same"),
        ("positions", "Facebook, Inc.", "Meta Platforms", "employer:same"),
        ("positions", "northwind.io", "Northwind GmbH", "employer:same"),
        ("positions", "Northwind.com, Inc.", "NORTHWIND", "employer:same"),
        ("positions", "ООО Ромашка", "Romashka", "employer:same"),
        ("positions", "株式会社ノース", "ノース", "employer:same"),
        ("positions", "PT Northwind Tbk", "Northwind", "employer:same"),
        ("positions", "Cedar Data Labs", "Cedardata Laboratories", "employer:close"),
        ("positions", "Northwind Traders", "Nortwhind Traders", "employer:close"),
        ("positions", "GitHub", "Microsoft", "employer:close"),
        ("positions", "GitHub", "LinkedIn", "employer:differs"),
        ("positions", "Northwind", "Contoso", "employer:differs"),
        ("schools", "MIT", "Massachusetts Institute of Technology", "school:same"),
        ("schools", "UPM", "Universidad Politécnica de Madrid", "school:same"),
        ("schools", "Technische Universität München", "TUM", "school:same"),
        ("schools", "Univ. of Northwind", "Northwind University", "school:close"),
    ];
    for (list, mine, theirs, expected) in table {
        let found = levels(&verdict(&at(list, mine), &at(list, theirs), &Counts::default()));
        assert_eq!(found, format!("name:same {expected}"), "{mine} and {theirs}");
    }
}

#[test]
fn a_mailbox_says_where_somebody_works_or_studies() {
    let mine = |address: &str| json!({"name": "Ana Ruiz", "emails": [address]});
    let job: Value = json!({"name": "Ana Ruiz", "positions": [{"organization": "Cedar Data Solutions Ltd"}]});
    let school = json!({"name": "Ana Ruiz", "schools": [{"organization": "Massachusetts Institute of Technology"}]});
    let table = [
        (mine("ana.ruiz@cedardatasolutions.com"), &job, "name:same employer:close"),
        (mine("ana.ruiz@mail.cedardata-solutions.co.uk"), &job, "name:same employer:close"),
        (mine("ana.ruiz@gmail.com"), &job, "name:same"),
        (mine("ana.ruiz@agency.com"), &job, "name:same"),
        (mine("ana.ruiz@mit.edu"), &school, "name:same school:close"),
    ];
    for (mine, theirs, expected) in table {
        assert_eq!(levels(&verdict(&mine, theirs, &Counts::default())), expected, "{mine}");
    }
}

#[test]
fn one_place_by_any_of_its_names() {
    let at = |it: &str| json!({"name": "Ana Ruiz", "location": it});
    let table = [
        ("München, Deutschland", "Munich, DE", "same"),
        ("Bengaluru, Karnataka, India", "Bangalore, IN", "same"),
        ("Greater New York City Area", "NYC", "same"),
        ("San Francisco Bay Area", "San Francisco, California", "same"),
        ("Spain", "Madrid, ES", "partial"),
        ("Leeds, England", "York, United Kingdom", "partial"),
        ("Singapore", "Singapore, SG", "same"),
        ("Lyon, France", "Lima, Peru", "differs"),
    ];
    for (mine, theirs, expected) in table {
        let found = levels(&verdict(&at(mine), &at(theirs), &Counts::default()));
        assert_eq!(found, format!("name:same location:{expected}"), "{mine} and {theirs}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A second library counts the slips of random words, near and far: what it finds near enough is called a slip, and nothing else is.
    #[test]
    fn slips_are_those_that_a_second_library_counts(a in "[abz]{0,9}", b in "[abz]{0,9}", edits in 0_usize..4) {
        prop_assert_eq!(within(a.as_bytes(), b.as_bytes(), edits), strsim::osa_distance(&a, &b) <= edits, "{} {} {}", a, b, edits);
    }

    /// A second library counts the slips: none of the bounds that come before the counting loses a word that is near enough.
    #[test]
    fn no_bound_loses_a_slip_of_the_finger(word in "[a-z]{4,11}", at in 0_usize..11, letter in "[a-z]", kind in 0..4) {
        let mut slipped: Vec<char> = word.chars().collect();
        let at = at % slipped.len();
        match kind {
            0 => drop(slipped.remove(at)),
            1 => slipped.insert(at, letter.chars().next().unwrap_or('a')),
            2 => slipped[at] = letter.chars().next().unwrap_or('a'),
            _ => slipped.swap(at, (at + 1) % word.len()),
        }
        let slipped: String = slipped.into_iter().collect();
        let edits = strsim::osa_distance(&word, &slipped);
        prop_assert_eq!(edits, rapidfuzz::distance::osa::distance(word.bytes(), slipped.bytes()));
        let budget = match word.len().min(slipped.len()) { 0..=3 => 0, 4..=7 => 1, _ => 2 };
        let level = name_level(&format!("Zqx {word}"), &format!("Zqx {slipped}"));
        let level = level.as_str();
        prop_assert!(edits > budget || level == "name:same" || level == "name:close", "{} {} {}", word, slipped, level);
    }
}
