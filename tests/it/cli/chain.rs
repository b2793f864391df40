//! The verbs one after another, as a newcomer uses them: what they print, in which fields, with which codes.

use super::{Home, stub};
use insta::assert_snapshot;
use serde_json::Value;

const PROFILES: &str = r#"{"id":"p-1","name":"Ana Ruiz","headline":"Engineer","location":"Madrid, Spain","links":["https://www.linkedin.com/in/ana-ruiz"],"positions":[{"organization":"Northwind","title":"Staff Engineer"}]}
{"id":"p-2","name":"Bruno Costa"}
"#;

const ANA: &str = r#"{"id":"o-1","contact":"c-1","name":"Ana Ruiz","headline":"Northwind","location":"Madrid, Spain","stage":"s-1","owner":"u-1",
"links":["https://www.linkedin.com/in/ana-ruiz"],"emails":[],"phones":[],"origin":"sourced","archived":null,"applications":[],"stageChanges":[],
"createdAt":1700000000000,"updatedAt":1700000000000,"lastInteractionAt":1700000000000,"urls":{"list":"x","show":"https://hire.lever.co/candidates/o-1"}}"#;

/// A home with two profiles and one company.
fn with_acme(url: &str) -> Home {
    let home = Home::new();
    home.file("people.jsonl", PROFILES);
    home.file("acme.key", "key");
    assert_eq!(home.see("profiles import ~/people.jsonl"), "exit 0\n2 lines: 2 added, 0 changed, 0 the same, 0 left out\n");
    assert_eq!(home.see(&format!("tenant add acme --lever-key-file ~/acme.key --lever-url {url} --quiet")), "exit 0\n");
    home
}

/// What is printed, without what differs from run to run: ids of runs and times of this day.
fn steady(text: &str) -> String {
    let id = |word: &str| word.len() == 36 && word.starts_with("01") && word.bytes().filter(|it| *it == b'-').count() == 4;
    let time = |word: &str| word.len() == 24 && word.ends_with('Z') && !word.starts_with("2023");
    let steady = |word: &str| {
        if id(word) {
            "RUN".into()
        } else if time(word) {
            "TIME".into()
        } else {
            word.to_owned()
        }
    };
    let between = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | ':' | '.'));
    let mut shown = String::new();
    for word in text.split_inclusive(between) {
        let bare = word.trim_end_matches(between);
        shown += &steady(bare.trim_end_matches(':'));
        shown += &word[bare.trim_end_matches(':').len()..];
    }
    shown
}

/// The names of an object's fields, in order.
fn fields(line: &str) -> String {
    let Value::Object(object) = serde_json::from_str(line).expect("one object") else { panic!("no object: {line}") };
    let mut names: Vec<(usize, &str)> = object.keys().map(|it| (line.find(&format!("\"{it}\":")).expect("there"), it.as_str())).collect();
    names.sort_unstable();
    names.into_iter().map(|(_, it)| it).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_run_is_shown_by_every_verb() {
    let home = with_acme(&stub::account(ANA));
    assert_snapshot!(home.see("tenant check acme"), @r"
    exit 0
    acme: the key lists opportunities
    ");
    assert_snapshot!(home.see("badges acme"), @"exit 0");
    assert_snapshot!(home.see("why acme --profile p-1"), @r"
    exit 0
    profile p-1: not checked yet: the tenant had no good run
    ");
    assert_snapshot!(steady(&home.see("run acme --dry-run")));
    assert_snapshot!(home.see("badges acme"), @"exit 0");
    let first = home.run("run acme --json", "");
    assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""));
    assert_snapshot!(fields(&first.stdout));
    assert_snapshot!(steady(&home.see("run acme")));
    assert_snapshot!(home.see("badges acme"));
    let badge = home.run("badges acme --json", "").stdout;
    assert_snapshot!(fields(&badge));
    assert_snapshot!(steady(&badge));
    assert_snapshot!(steady(&home.see("why acme --profile p-1")));
    assert_eq!(home.see("why acme --url linkedin.com/in/Ana-Ruiz/"), home.see("why acme --profile p-1"));
    assert_snapshot!(steady(&home.see("why acme --profile p-2")));
    assert_snapshot!(steady(&home.see("runs acme")));
    let run = |line: usize| home.run("runs acme", "").stdout.lines().nth(line).map(|it| it[..36].to_owned()).expect("a run");
    assert_snapshot!(home.see(&format!("diff {} {}", run(2), run(1))), @r"
    exit 0
    p-1	added	-	active
    ");
    assert_snapshot!(home.see(&format!("publish acme {}", run(0))));
    assert_snapshot!(home.see("profiles remove p-1 p-9"));
    assert_snapshot!(home.see("badges acme"), @"exit 0");
}

#[test]
fn why_needs_a_tenant_and_one_way_to_name_the_profile() {
    let home = with_acme("http://127.0.0.1:9");
    assert_snapshot!(home.see("why acme"));
    assert_snapshot!(home.see("why acme --profile p-1 --url https://example.org/x"));
    assert_snapshot!(home.see("why acme --profile p-9"));
    assert_snapshot!(home.see("why acme --url nonsense"));
    assert_snapshot!(home.see("why acme --url https://www.linkedin.com/in/nobody"));
    assert_snapshot!(home.see("why other --profile p-1"));
}

#[test]
fn profiles_are_found_and_strangers_are_told() {
    let home = with_acme("http://127.0.0.1:9");
    assert_snapshot!(home.see("profiles search ana northwind"));
    assert_snapshot!(home.see("profiles search ana --offset 4294967295 --limit 65535"));
    assert_snapshot!(home.see("profiles search nobody"));
    assert_snapshot!(home.see("profiles show p-2"));
    assert_snapshot!(home.see("profiles show p-9 --json"));
    assert_snapshot!(home.see("profiles remove p-8 p-9"));
    assert_snapshot!(fields(&home.run("profiles stats --json", "").stdout));
}

/// What Lever answers decides how `check` and `run` end.
fn check(answer: stub::Answer, codes: [i32; 2], error: &str) {
    let home = with_acme(&stub::serve(move |_| answer.clone()));
    let ended = ["tenant check acme", "run acme --json"].map(|it| home.run(it, ""));
    assert_eq!([&ended[0], &ended[1]].map(|it| it.code), codes.map(Some), "{}", ended[1].stderr);
    assert!(ended.iter().all(|it| it.stderr.contains(error)), "{}", ended[1].stderr);
    let record: Value = serde_json::from_str(&ended[1].stdout).expect("the record is printed, however the run ends");
    assert_eq!(record["state"], if codes[1] == 0 { "published" } else { "failed" });
}

#[test]
fn an_account_without_opportunities_is_no_error() {
    check((200, stub::NONE.to_vec()), [0, 0], "");
}

#[test]
fn a_refused_key_ends_with_three() {
    check((401, Vec::new()), [3, 3], "does not accept this key");
    check((403, Vec::new()), [3, 3], "tick ");
}

#[test]
fn an_answer_that_is_not_levers_ends_with_six() {
    check((302, Vec::new()), [6, 6], "see whether a proxy answers in Lever's place");
    check((404, Vec::new()), [2, 2], "check the address");
    // Five attempts, so this one takes its time.
    let home = with_acme(&stub::serve(|_| (200, b"<html><p>maria.canary@example.org".to_vec())));
    assert_snapshot!(home.see("tenant check acme"));
}

#[test]
fn odd_opportunities_are_left_out_and_counted() {
    let odd = r#"{"id":"o-1","contact":"c-1","name":"\ud800 half","createdAt":1},{"id":"o-1","contact":"c-1","createdAt":1},
        {"id":"o-2","contact":"c-2","name":"\u202eevil \u05d3\u05d5\u05d3","createdAt":-62167219200000,"updatedAt":253402300799999},
        {"id":"o-3","contact":"c-3","createdAt":1e300},{"id":"","contact":"c-4","createdAt":1},{"id":"o-5","createdAt":1},null,[]"#;
    let home = with_acme(&stub::account(odd));
    assert_snapshot!(steady(&home.see("run acme")));
}

#[test]
fn a_second_run_of_a_tenant_ends_with_eight() {
    let (asked, heard) = std::sync::mpsc::channel();
    let (go, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let url = stub::serve(move |_| {
        let _first_alone_is_heard = asked.send(());
        let _held_until_the_test_lets_go = gate.lock().expect("no panic").recv();
        (200, stub::NONE.to_vec())
    });
    let home = with_acme(&url);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| home.run("run acme", ""));
        heard.recv().expect("the first run asks");
        assert_snapshot!(home.see("run acme"));
        assert_snapshot!(home.see("tenant remove acme --purge --json"));
        drop(go);
        assert_eq!(first.join().expect("no panic").code, Some(0));
    });
}
