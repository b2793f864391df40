//! What must never make a false badge, and what must not keep a right one away: one story a test.

use super::{candidate, profile};
use acquaint::index::{Memory, entry};
use acquaint::link::Linker;
use acquaint::matching::{Counts, Matcher};
use acquaint::model::{Level, Person, Profile, Verdict};
use serde_json::{Value, json};

/// A city of strangers, so that names, employers and places are as rare as in life.
fn strangers() -> impl Iterator<Item = Profile> {
    const FIRST: [&str; 16] = [
        "Ana", "Bruno", "Carla", "David", "Eva", "Felix", "Greta", "Hugo", "Ines", "Jonas", "Karin", "Luis", "Maria", "Nils", "Olga",
        "Paul",
    ];
    const LAST: [&str; 16] = [
        "Ruiz", "Jones", "Diaz", "Miller", "Wang", "Okafor", "Novak", "Silva", "Haddad", "Larsen", "Kowalski", "Moreau", "Rossi", "Tanaka",
        "Weber", "Patel",
    ];
    let person = |at: usize| {
        let name = format!("{} {}", FIRST[at % 16], LAST[at / 16 % 16]);
        let (job, city) = (format!("Company {}", at % 97), ["Madrid", "Oslo", "Quito", "Lyon", "Graz"][at / 3 % 5]);
        profile(&json!({"id": format!("stranger-{at}"), "name": name, "location": city, "positions": [{"organization": job}],
            "links": [format!("https://www.linkedin.com/in/stranger-{at}")]}))
    };
    (0..4_000).map(person)
}

/// The verdicts on these candidates among these profiles and the strangers; half of the candidates are taken to have a profile.
fn judged(profiles: &[Value], candidates: &[Value]) -> Vec<Verdict> {
    judged_where(0.5, profiles, candidates)
}

/// The same where that share of the candidates is taken to have one.
fn judged_where(owners: f64, profiles: &[Value], candidates: &[Value]) -> Vec<Verdict> {
    let index = Memory::build(profiles.iter().map(profile).chain(strangers()).map(|it| entry(&it))).unwrap();
    let people: Vec<Person> = candidates.iter().map(candidate).collect();
    let mut counts = Counts::default();
    people.iter().for_each(|it| counts.add(&it.view()));
    let matcher = Matcher::shipped();
    let views: Vec<_> = people.iter().map(Person::view).collect();
    let judged = Linker::new(&index, &matcher).judge(&views, &counts, Some(owners)).unwrap();
    judged.into_iter().map(|it| it.verdict).collect()
}

/// `match p-1`, or the decision alone when it is none.
fn told(verdict: &Verdict) -> String {
    let best = verdict.best.as_ref().map_or("", |it| it.profile.as_str());
    match verdict.decision.as_str() {
        "none" => "none".to_owned(),
        decision => format!("{decision} {best}"),
    }
}

/// Nobody has a badge, whether few are taken to have a profile or half of all. Where nearly everybody has one, who looks like a namesake is
/// rarely another.
fn no_badge(profiles: &[Value], candidates: &[Value]) {
    no_badge_where(&[0.05, 0.5], profiles, candidates);
}

/// The same at these shares of owners.
fn no_badge_where(shares: &[f64], profiles: &[Value], candidates: &[Value]) {
    for owners in shares.iter().copied() {
        for (it, candidate) in judged_where(owners, profiles, candidates).iter().zip(candidates) {
            assert_ne!(it.decision.as_str(), "match", "{candidate} with {}, {owners} of them owners", told(it));
        }
    }
}

fn linked(id: &str, name: &str, slug: &str) -> Value {
    json!({"id": id, "name": name, "links": [format!("https://www.linkedin.com/in/{slug}")]})
}

/// A person with all that tells one from others.
fn whole(id: &str, name: &str, place: &str, job: &str, school: &str) -> Value {
    json!({"id": id, "name": name, "location": place, "positions": [{"organization": job, "title": "Glaciologist"}], "schools": [{"organization": school}]})
}

/// The same with these fields put in.
fn with(mut person: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else { panic!("an object") };
    person.as_object_mut().unwrap().extend(fields);
    person
}

#[test]
fn an_agencys_address_on_many_candidates_proves_nothing() {
    let address = json!({"emails": ["jobs@agency.example"], "phones": ["+34911111111"]});
    let candidates = ["Ana Ruiz", "Bruno Jones", "Carla Diaz", "Quentin Abara"].map(|it| with(json!({ "name": it }), address.clone()));
    no_badge(&[with(json!({"id": "p-1", "name": "Ana Ruiz", "location": "Lisbon"}), address)], &candidates);
}

#[test]
fn a_relays_address_is_no_disagreement() {
    let relay = |at: u32| json!({"emails": [format!("candidate-{at}@relay.jobs.example")]});
    let profile = with(linked("p-1", "Quentin Abara", "quentin-abara-7"), json!({"emails": ["quentin@abara.example"]}));
    let candidates: Vec<Value> = (0..5).map(|at| with(linked("c", "Quentin Abara", "quentin-abara-7"), relay(at))).collect();
    assert!(judged(&[profile], &candidates).iter().all(|it| told(it) == "match p-1"));
}

#[test]
fn a_recruiters_own_link_on_many_candidates_is_nobodys() {
    let rita = linked("p-rita", "Rita Sorensen", "rita-sorensen");
    let link = json!({"links": ["https://www.linkedin.com/in/rita-sorensen"]});
    let people = [
        whole("p-1", "Quentin Abara", "Reykjavik, Iceland", "Glacier Works", "Akureyri College"),
        whole("p-2", "Wilma Zetter", "Tromso, Norway", "Aurora Lab", "Narvik College"),
        whole("p-3", "Ximena Yanez", "Ushuaia, Argentina", "Beagle Boats", "Fuego College"),
    ];
    let candidates = people.each_ref().map(|it| with(it.clone(), link.clone()));
    let found = judged(&[&people[..], std::slice::from_ref(&rita)].concat(), &candidates);
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), ["match p-1", "match p-2", "match p-3"]);
    no_badge(std::slice::from_ref(&rita), &candidates);
    // Once is not yet often: then the names must tell.
    no_badge(&[rita], &candidates[..1]);
}

#[test]
fn a_wrong_persons_link_gives_no_badge_to_that_person() {
    let (bruno, ana) =
        (linked("p-bruno", "Bruno Jones", "bruno-jones-88"), whole("p-ana", "Ana Ruiz", "Lisbon", "Glacier Works", "Tagus College"));
    let candidate = with(ana.clone(), json!({"links": ["https://www.linkedin.com/in/bruno-jones-88"]}));
    no_badge(std::slice::from_ref(&bruno), std::slice::from_ref(&candidate));
    let found = &judged(&[bruno, ana], &[candidate])[0];
    assert_eq!(found.best.as_ref().unwrap().profile.as_str(), "p-ana", "{}", told(found));
}

#[test]
fn a_father_and_his_son_are_two_people() {
    let home = json!({"phones": ["+34611222333"]});
    let father = with(whole("p-father", "Quentin Abara", "Reykjavik", "Glacier Works", "Akureyri College"), home.clone());
    let son = with(
        json!({"id": "p-son", "name": "Quentin Abara", "location": "Reykjavik", "positions": [{"organization": "Aurora Lab"}],
        "links": ["https://www.linkedin.com/in/quentin-abara-jr"]}),
        home,
    );
    no_badge(std::slice::from_ref(&father), std::slice::from_ref(&son));
    let found = judged(&[father.clone(), son.clone()], &[son, father]);
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), ["match p-son", "match p-father"]);
    assert!(found.iter().all(|it| it.also.is_empty()), "they are not one person with two profiles");
}

#[test]
fn siblings_who_share_home_and_school_are_two_people() {
    let home = |id: &str, name: &str, job: &str| {
        let life = json!({"location": "Reykjavik", "phones": ["+34611222333"], "schools": [{"organization": "Akureyri College"}]});
        with(json!({"id": id, "name": name, "positions": [{ "organization": job }]}), life)
    };
    let profiles = [home("p-1", "Quentin Abara", "Glacier Works"), home("p-2", "Wilma Abara", "Aurora Lab")];
    no_badge(&profiles, &[home("c", "Ximena Abara", "Beagle Boats"), home("c", "Ximena Abara", "Glacier Works")]);
}

#[test]
fn siblings_who_share_two_words_of_the_name_are_two_people() {
    let home = |id: &str, name: &str| {
        let life = json!({"location": "Reykjavik", "phones": ["+34611222333"], "schools": [{"organization": "Akureyri College"}]});
        with(json!({"id": id, "name": name, "positions": [{"organization": "Glacier Works"}]}), life)
    };
    for [one, other] in [
        ["Quentin Abara Zetter", "Wilma Abara Zetter"],
        ["Ivan Petrovich Sidorov", "Oleg Petrovich Sidorov"],
        ["Ahmed Ali Hassan", "Omar Ali Hassan"],
        ["Wei Ming Zhang", "Wei Hua Zhang"],
        ["Sidorov Ivan Petrovich", "Sidorov Oleg Petrovich"],
        ["Abara Quentin", "Wilma Abara"],
    ] {
        no_badge(&[home("p-1", one)], &[home("c", other)]);
    }
}

#[test]
fn a_colleagues_or_a_wifes_identifier_gives_no_badge() {
    let wilma = whole("p-1", "Wilma Zetter", "Reykjavik", "Glacier Works", "Akureyri College");
    let shares = [
        json!({"links": ["https://www.linkedin.com/in/wilma-zetter-8"], "location": "Tromso"}),
        json!({"links": ["https://www.linkedin.com/in/wilma-zetter-8"]}),
        json!({"emails": ["zetters@home.example"]}),
        json!({"phones": ["+34611222333"]}),
    ];
    for it in shares {
        no_badge_where(
            &[0.05, 0.5, 0.95],
            &[with(wilma.clone(), it.clone())],
            &[with(whole("c", "Quentin Abara", "Reykjavik", "Glacier Works", "Narvik College"), it)],
        );
    }
}

#[test]
fn an_employer_of_two_jobs_is_one_employer() {
    let jobs = |of: &[(&str, &str)]| of.iter().map(|(at, start)| json!({"organization": at, "start": start})).collect::<Value>();
    let person = |id: &str, of: &[(&str, &str)]| json!({"id": id, "name": "Quentin Abara", "positions": jobs(of)});
    let bits = |of: &[(&str, &str)]| {
        let found = judged(&[person("p-1", of)], &[person("c", of)]).remove(0);
        found.best.unwrap().evidence.iter().find(|it| it.feature.as_str() == "employer").unwrap().bits
    };
    let once = bits(&[("Glacier Works", "2019-01")]);
    assert!(bits(&[("Glacier Works", "2019-01"), ("Glacier Works", "2021-05"), ("Glacier Works", "2023-05")]) >= once);
}

#[test]
fn namesakes_with_one_employer_are_told_apart_or_reviewed() {
    let at = |id: &str, place: Value| json!({"id": id, "name": "Quentin Abara", "location": place, "positions": [{"organization": "Glacier Works"}]});
    let namesakes = [at("p-1", json!("Reykjavik, Iceland")), at("p-2", json!("Ushuaia, Argentina"))];
    no_badge(&namesakes, &[at("c", Value::Null), at("c", json!("Tromso, Norway"))]);
    let found = &judged(&namesakes, &[at("c", json!("Ushuaia, Argentina"))])[0];
    assert_eq!(found.best.as_ref().unwrap().profile.as_str(), "p-2");
    assert!(found.also.is_empty());
}

#[test]
fn a_namesake_and_colleague_in_one_city_with_one_title_has_no_badge() {
    let person = |id: &str, school: &str, slug: &str| {
        let life = whole(id, "Quentin Abara", "Reykjavik, Iceland", "Glacier Works", school);
        with(life, json!({"links": [format!("https://www.linkedin.com/in/{slug}")]}))
    };
    let mine = person("c", "Akureyri College", "quentin-abara-7");
    no_badge(&[person("p-1", "Narvik College", "qabara-88")], std::slice::from_ref(&mine));
    let both = [person("p-1", "Narvik College", "qabara-88"), person("p-2", "Akureyri College", "quentin-abara-7")];
    assert_eq!(told(&judged(&both, &[mine])[0]), "match p-2");
}

#[test]
fn a_reworded_title_or_a_school_left_out_takes_no_badge_away() {
    let profile = whole("p-1", "Quentin Abara", "Reykjavik, Iceland", "Glacier Works", "Akureyri College");
    let jobs = |title: &str| json!({"positions": [{"organization": "Glacier Works", "title": title}]});
    let candidates = [
        with(profile.clone(), jobs("Ice Researcher")),
        with(profile.clone(), json!({"schools": [{"organization": "Narvik College"}, {"organization": "Akureyri College"}]})),
        with(profile.clone(), json!({"schools": []})),
    ];
    for (it, candidate) in judged(&[profile], &candidates).iter().zip(&candidates) {
        assert_eq!(told(it), "match p-1", "{candidate}");
    }
}

/// The better of a person's two profiles has the badge, and the other is named; neither keeps the badge from the other.
fn two_profiles(first: Value, second: Value, candidate: Value) {
    let alone = judged(std::slice::from_ref(&first), std::slice::from_ref(&candidate)).remove(0);
    let found = judged(&[first, second], &[candidate]).remove(0);
    assert_eq!((told(&alone), told(&found)), ("match p-1".to_owned(), "match p-1".to_owned()));
    assert_eq!(found.also.iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["p-2"]);
    assert!(found.runner_up.is_none_or(|it| it.profile.as_str().starts_with("stranger")), "the runner-up is another person");
}

#[test]
fn a_second_profile_of_one_person_takes_no_badge_away() {
    let one = whole("p-1", "Quentin Abara", "Reykjavik", "Glacier Works", "Akureyri College");
    let candidate = whole("c", "Quentin Abara", "Reykjavik", "Glacier Works", "Akureyri College");
    two_profiles(one.clone(), with(one.clone(), json!({"id": "p-2", "positions": [{"organization": "Glacier Works"}]})), candidate.clone());
    let mail = json!({"emails": ["quentin@abara.example"]});
    let bare = json!({"id": "p-2", "name": "Quentin Abara", "location": "Reykjavik", "positions": [{"organization": "Glacier Works"}]});
    let bare = with(bare, mail.clone());
    two_profiles(with(one, mail.clone()), bare, with(candidate, mail));
}

#[test]
fn a_profiles_other_profiles_are_found_from_itself() {
    let one = whole("p-1", "Quentin Abara", "Reykjavik", "Glacier Works", "Akureyri College");
    let two = with(one.clone(), json!({"id": "p-2"}));
    let namesake = whole("p-3", "Quentin Abara", "Reykjavik", "Beagle Boats", "Fuego College");
    let people = [&one, &two, &namesake].map(profile);
    let index = Memory::build(people.iter().cloned().chain(strangers()).map(|it| entry(&it))).unwrap();
    let matcher = Matcher::shipped();
    let twins = people.each_ref().map(|it| Linker::new(&index, &matcher).twins(it).unwrap());
    assert_eq!(twins.map(|it| it.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")), ["p-2", "p-1", ""]);
}

#[test]
fn the_steps_to_a_probability_add_up() {
    let people: Vec<Value> = strangers().step_by(41).map(|it| serde_json::to_value(it).unwrap()).collect();
    let asked = people.iter().map(|it| json!({"name": it["name"], "location": "Lyon", "positions": it["positions"]}));
    for verdict in judged(&[], &asked.chain(people.iter().cloned()).collect::<Vec<_>>()) {
        for it in verdict.best.iter().chain(&verdict.runner_up) {
            let spoken = it.evidence.iter().filter(|it| it.level != Level::Silent).map(|it| it.bits);
            let rest = [it.waterfall.start, it.waterfall.namesakes, it.waterfall.competition, it.waterfall.calibration];
            let sum: f64 = spoken.chain(rest).map(f64::from).sum();
            let odds = (it.probability / (1.0 - it.probability)).log2();
            assert!((sum - odds).abs() < 0.01, "{sum} is not {odds}");
            assert!(it.waterfall.start < 0.0 && it.waterfall.namesakes <= 0.01);
        }
    }
}
