//! What is compared how: levels through one table, and the laws of evidence.

mod guards;
mod own;
mod spellings;

use acquaint::index::{Index, Memory, entry};
use acquaint::link::Linker;
use acquaint::matching::{Considered, Counts, Matcher, Rarity};
use acquaint::model::{Feature, Level, Person, PersonView, Profile, ProfileUrl, RawPerson, Verdict, compact};
use serde_json::{Value, json};

fn candidate(value: &Value) -> Person {
    Person::of_candidate(&serde_json::from_value::<RawPerson>(value.clone()).unwrap())
}

fn profile(value: &Value) -> Profile {
    let mut value = value.clone();
    value.as_object_mut().unwrap().entry("id").or_insert(json!("p-1"));
    serde_json::from_value(value).unwrap()
}

/// The verdict on one pair in a store of a million other profiles, and with these shared identifiers.
fn verdict(mine: &Value, theirs: &Value, counts: &Counts) -> Verdict {
    let theirs = profile(theirs);
    let compact = compact::encode(&theirs);
    let near = [Considered { id: theirs.id.as_str(), person: PersonView::read(&compact).unwrap() }];
    let (matcher, rarity) = (Matcher::shipped(), Rarity::new(1_000_000, &|_| 0));
    let scores = matcher.score(&candidate(mine).view(), &near, &rarity, counts);
    matcher.decide(scores, 1_000_000, 0.5)
}

fn levels(verdict: &Verdict) -> String {
    let spoke = verdict.best.as_ref().unwrap().evidence.iter().filter(|it| it.level != Level::Silent);
    spoke.map(|it| format!("{}:{}", it.feature.as_str(), it.level.as_str())).collect::<Vec<_>>().join(" ")
}

fn check(mine: Value, theirs: Value, expected: &str) {
    assert_eq!(levels(&verdict(&mine, &theirs, &Counts::default())), expected, "{mine} and {theirs}");
}

#[test]
fn names() {
    let table = [
        ("Ana Ruiz", "Ana Ruiz", "same"),
        ("Ruiz Ana", "Ana Ruiz", "same"),
        ("Ana Maria Ruiz", "Ana Ruiz", "same"),
        ("Anamaria Ruiz", "Ana Maria Ruiz", "same"),
        ("Bob Miller", "Robert Miller", "close"),
        ("A. Ruiz", "Ana Ruiz", "close"),
        ("Ana Riuz", "Ana Ruiz", "close"),
        ("Noor Mohammed", "Nour Muhammad", "close"),
        ("Ana Ruiz", "Ana Jones", "partial"),
        ("Ana Ruiz", "Bruno Ruiz", "partial"),
        ("Kevin Bartlett", "Kevin B. Harmon", "partial"),
        ("Ana Ruiz", "Bruno Jones", "differs"),
    ];
    for (mine, theirs, level) in table {
        check(json!({ "name": mine }), json!({ "name": theirs }), &format!("name:{level}"));
    }
}

#[test]
fn everything_else() {
    let with = |key: &str, value: Value| json!({"name": "Ana Ruiz", key: value});
    let links = |it: &str| with("links", json!([it]));
    let jobs = |it: &[&str]| with("positions", it.iter().map(|it| json!({ "organization": it })).collect());
    let schools = |it: &[&str]| with("schools", it.iter().map(|it| json!({ "organization": it })).collect());
    let title = |it: &str| with("positions", json!([{ "title": it }]));
    let table = [
        (links("https://linkedin.com/in/a1"), links("https://uk.linkedin.com/in/A1/"), "linkedin:same"),
        (links("https://linkedin.com/in/a1"), links("https://linkedin.com/in/b2"), "linkedin:differs"),
        (links("https://linkedin.com/in/a1"), links("https://linkedin.com/in/a1-77"), "linkedin:partial"),
        (links("https://github.com/a1"), links("https://github.com/A1"), "github:same"),
        (links("https://a1.example/cv"), links("http://www.a1.example/cv/"), "link:same"),
        (with("emails", json!(["A+x@b.org"])), with("emails", json!(["c@b.org", "a@b.org"])), "email:same"),
        (with("emails", json!(["a@b.org"])), with("emails", json!(["c@b.org"])), "email:differs"),
        (with("phones", json!(["0612345678"])), with("phones", json!(["+34 612 345 678"])), "phone:same"),
        (jobs(&["Acme Inc", "Northwind"]), jobs(&["Contoso", "Acme"]), "employer:same"),
        (jobs(&["Acme"]), jobs(&["Acme Rockets"]), "employer:close"),
        (jobs(&["Company 12"]), jobs(&["Company 13"]), "employer:differs"),
        (schools(&["University"]), schools(&["University of Oslo"]), "school:differs"),
        (with("emails", json!(["jobs2@agency.example"])), with("emails", json!(["c@b.org"])), ""),
        (with("emails", json!(["x81@relay.board.example"])), with("emails", json!(["c@b.org"])), ""),
        (jobs(&["NWT"]), jobs(&["Nordic Wind Turbines"]), "employer:close"),
        (jobs(&["Acme"]), jobs(&["Northwind"]), "employer:differs"),
        (with("headline", json!("Acme, Northwind")), jobs(&["Northwind"]), "employer:same"),
        (schools(&["Köln University"]), schools(&["Universität Köln", "koln university"]), "school:same"),
        (with("location", json!("Madrid")), with("location", json!("Madrid, Spain")), "location:same"),
        (with("location", json!("Sevilla, Spain")), with("location", json!("Madrid, Spain")), "location:partial"),
        (with("location", json!("Paris, France")), with("location", json!("Madrid, Spain")), "location:differs"),
        (title("Data Engineer"), title("data engineer"), "title:same"),
        (title("Data Engineer"), title("Lead Engineer"), "title:partial"),
        (title("Nurse"), title("Lead Engineer"), "title:differs"),
    ];
    for (mine, theirs, expected) in table {
        check(mine, theirs, format!("name:same {expected}").trim());
    }
}

#[test]
fn what_a_side_does_not_say_weighs_nothing() {
    let name = json!({"name": "Ana Ruiz"});
    let full = json!({"name": "Ana Ruiz", "location": "Madrid", "emails": ["a@b.org"], "positions": [{"organization": "Acme"}]});
    let bits = |a: &Value, b: &Value| verdict(a, b, &Counts::default()).best.unwrap().probability;
    let alone = bits(&name, &name);
    for (a, b) in [(&name, &full), (&full, &name)] {
        assert!((bits(a, b) - alone).abs() < 1e-9);
    }
}

#[test]
fn a_value_that_many_carry_proves_nothing() {
    let mine = json!({"name": "Ana Ruiz", "emails": ["desk@agency.example"], "phones": ["+34612345678"]});
    let mut counts = Counts::default();
    for name in ["Ana Ruiz", "Bruno Jones", "Carla Diaz"] {
        counts.add(&candidate(&json!({"name": name, "emails": ["desk@agency.example"]})).view());
    }
    assert_eq!(levels(&verdict(&mine, &mine, &counts)), "name:same email:shared phone:same");
    assert_eq!(levels(&verdict(&mine, &mine, &Counts::with_shared(counts.shared()))), "name:same email:shared phone:same");

    let mut one_person = Counts::default();
    for name in ["Ana Ruiz", "Ruiz, Ana", "Ana R. Ruiz", "A. Ruiz"] {
        one_person.add(&candidate(&json!({"name": name, "emails": ["ana@example.org"]})).view());
    }
    assert!(one_person.shared().is_empty());
}

#[test]
fn evidence_points_to_the_profiles_own_value() {
    let mine = json!({"name": "Ana Ruiz", "emails": ["a@b.org"]});
    let theirs = json!({"name": "Ana Ruiz", "emails": ["no address", "c@b.org", "a@b.org"]});
    let evidence = verdict(&mine, &theirs, &Counts::default()).best.unwrap().evidence;
    let on = |feature| evidence.iter().find(|it| it.feature == feature).and_then(|it| it.on).map(|it| it.0);
    assert_eq!((on(Feature::Email), on(Feature::Name), on(Feature::Phone)), (Some(2), Some(0), None));
}

#[test]
fn only_enough_makes_a_badge() {
    let decided = |mine: Value, theirs: Value| verdict(&mine, &theirs, &Counts::default()).decision.as_str();
    let linkedin = |name: &str| json!({"name": name, "links": ["https://linkedin.com/in/ana-ruiz-1"]});
    let city_and = |job: &str| json!({"name": "Ana Ruiz", "location": "Madrid", "positions": [{"organization": job}]});
    let father = json!({"name": "Ana Ruiz", "location": "Madrid", "phones": ["+34612345678"], "positions": [{"organization": "Acme"}]});
    let son = json!({"name": "Ana Ruiz", "location": "Madrid", "phones": ["+34612345678"], "positions": [{"organization": "Contoso"}]});
    let table = [
        (linkedin("Ana Ruiz"), linkedin("Ana Ruiz"), "match"),
        (linkedin("Ana Ruiz"), linkedin("Bruno Jones"), "review"),
        (city_and("Acme"), city_and("Acme"), "match"),
        (father, son, "review"),
        // Nobody else of a million is called so.
        (json!({"name": "Ana Ruiz"}), json!({"name": "Ana Ruiz"}), "match"),
        (json!({"name": "Ana Ruiz"}), json!({"name": "Bruno Jones"}), "none"),
    ];
    let found: Vec<_> = table.iter().map(|(mine, theirs, _)| decided(mine.clone(), theirs.clone())).collect();
    assert_eq!(found, table.map(|it| it.2));
}

/// A small town: few names and employers, many people.
fn town() -> (Vec<Profile>, Vec<Value>) {
    let pick = |list: &[&'static str], at: usize| list[at % list.len()];
    let person = |at: usize| {
        let name =
            format!("{} {}", pick(&["Ana", "Bob", "Carla", "Dmitri", "Eva"], at), pick(&["Ruiz", "Miller", "Wang", "Okafor"], at / 3));
        let jobs = json!([{"organization": pick(&["Acme", "Northwind", "Contoso", "Globex", "Initech", "Umbra"], at / 5)}]);
        json!({"id": format!("p-{at}"), "name": name, "location": pick(&["Madrid", "Oslo", "Quito"], at / 7), "positions": jobs})
    };
    let profiles = (0..300).map(|at| profile(&person(at))).collect();
    (profiles, (0..300).step_by(3).map(|at| person(at + 40)).collect())
}

#[test]
fn order_and_threads_change_nothing() {
    let (mut profiles, mut people) = town();
    let matcher = Matcher::shipped();
    let mut judged = |turn: bool, threads: usize| {
        if turn {
            profiles.reverse();
            people.reverse();
        }
        let index = Memory::build(profiles.iter().map(entry)).unwrap();
        let persons: Vec<Person> = people.iter().map(candidate).collect();
        let mut counts = Counts::default();
        let persons: Vec<_> = persons.iter().map(Person::view).collect();
        persons.iter().for_each(|it| counts.add(it));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let linker = Linker::new(&index, &matcher);
        let found = pool.install(|| linker.judge(&persons, &counts, Some(0.4))).unwrap();
        assert_eq!(index.len(), 300);
        let mut lines: Vec<String> =
            people.iter().zip(found).map(|(it, judged)| format!("{} {:?} {}", it["id"], judged.verdict, judged.stamp)).collect();
        lines.sort();
        lines
    };
    let first = judged(false, 1);
    assert!(first == judged(false, 4) && first == judged(true, 2));
}

#[test]
fn the_share_of_owners_is_estimated() {
    let (profiles, people) = town();
    let index = Memory::build(profiles.iter().map(entry)).unwrap();
    let matcher = Matcher::shipped();
    let linker = Linker::new(&index, &matcher);
    let strangers: Vec<Person> = (0..100).map(|at| candidate(&json!({"name": format!("Zed{at} Quux")}))).collect();
    let owners: Vec<Person> = people.iter().map(candidate).collect();
    let few = linker.estimate_prior(&strangers.iter().map(Person::view).collect::<Vec<_>>(), &Counts::default()).unwrap();
    let many = linker.estimate_prior(&owners.iter().map(Person::view).collect::<Vec<_>>(), &Counts::default()).unwrap();
    assert!(few < 0.1 && many > few, "{few} {many}");
}

#[test]
fn a_link_to_our_own_profile_says_who_it_is() {
    let url = ProfileUrl::parse("https://People.example/p/{id}").unwrap();
    let theirs = profile(&json!({"id": "p-1", "name": "Ana Ruiz"}));
    let compact = compact::encode(&theirs);
    let near = [Considered { id: "p-1", person: PersonView::read(&compact).unwrap() }];
    let (matcher, rarity) = (Matcher::shipped(), Rarity::new(1_000_000, &|_| 1));
    let check = |link: &str, expected: (&str, &str)| {
        let mut raw: RawPerson = serde_json::from_value(json!({"name": "Ana Ruiz", "links": [link]})).unwrap();
        raw.claim(&url);
        let found = matcher.decide(matcher.score(&Person::of_candidate(&raw).view(), &near, &rarity, &Counts::default()), 1_000_000, 0.5);
        assert_eq!((levels(&found).as_str(), found.decision.as_str()), expected, "{link}");
    };
    let same = ["https://people.example/p/p-1", "http://www.people.example/p/p-1/", "people.EXAMPLE/p/p-1?from=mail#top"];
    for link in same.into_iter().chain(["https://people.example/p/p%2D1"]) {
        check(link, ("name:same link:same", "match"));
    }
    // It names somebody else: a rare name alone is no badge against it.
    check("https://people.example/p/p-2", ("name:same link:differs", "none"));
    // What somebody wrote is an address or nothing, whatever form our own links have inside.
    check("acquaint:p-1", ("name:same", "match"));
    check("https://people.example/p/p-1/more", ("name:same", "match"));
    check("https://other.example/p/p-1", ("name:same", "match"));
    for wrong in ["https://people.example/p/", "{id}", "https://people.example/{id}/{id}"] {
        assert_eq!(ProfileUrl::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_profile_is_found_by_its_own_address() {
    let profiles: Vec<Profile> =
        (0..50).map(|at| profile(&json!({"id": format!("p-{at}"), "name": format!("Zed{at} Quux{at}")}))).collect();
    let index = Memory::build(profiles.iter().map(entry)).unwrap();
    let mut raw: RawPerson = serde_json::from_value(json!({"name": "Ana Ruiz", "links": ["https://people.example/p/p-7"]})).unwrap();
    raw.claim(&ProfileUrl::parse("https://people.example/p/{id}").unwrap());
    let keys = acquaint::index::keys(&Person::of_candidate(&raw).view());
    assert_eq!(index.near(&[keys], 5).unwrap()[0][0].id(), "p-7");
}
