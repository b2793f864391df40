//! `doctor` beyond this machine: what it says of Lever and of the receiver of alerts, and what these hear of it.

use super::{Home, stub};
use serde_json::Value;
use std::sync::{Arc, Mutex};

/// What is asked of a stub.
type Heard = Arc<Mutex<Vec<String>>>;

/// A stub that answers everything so, and what it hears.
fn hears(status: u16, body: &'static [u8]) -> (String, Heard) {
    let heard = Heard::default();
    let told = Arc::clone(&heard);
    let url = stub::serve(move |path| {
        told.lock().expect("not poisoned").push(path.to_owned());
        (status, body.to_vec())
    });
    (url, heard)
}

/// An address where nobody listens.
fn nowhere() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

fn add(home: &Home, name: &str, url: &str) {
    // A key is paced once a host, so each has its own.
    let added = home.run(&format!("tenant add {name} --lever-key-file - --lever-url {url} --quiet"), name);
    assert_eq!(added.code, Some(0), "{}", added.stderr);
}

/// The code, and what is found of one thing: grade, words, what to do.
fn found(home: &Home, flags: &str, of: &str) -> (Option<i32>, Vec<[String; 3]>) {
    let ended = home.run(&format!("doctor --json {flags}"), "");
    let findings = ended.stdout.lines().map(|it| serde_json::from_str::<Value>(it).expect("JSON"));
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let those = findings.filter(|it| it["check"] == of).map(|it| ["grade", "says", "fix"].map(|key| text(&it[key])));
    (ended.code, those.collect())
}

#[test]
fn each_company_is_asked_for_once() {
    let home = Home::new();
    let (right, heard) = hears(200, stub::NONE);
    let (refuses, _) = hears(401, b"{}");
    let (lacks, _) = hears(403, b"{}");
    for (name, url) in [("fine", &right), ("well", &right)] {
        add(&home, name, url);
    }
    let all_well = [["ok", "lists the opportunities of 2 companies", ""].map(str::to_owned)];
    assert_eq!(found(&home, "", "Lever"), (Some(0), all_well.to_vec()));
    assert_eq!(*heard.lock().expect("not poisoned"), ["/v1/opportunities?limit=1"; 2], "and nothing else");

    for (name, url) in [("gone", &nowhere()), ("lacks", &lacks), ("refused", &refuses)] {
        add(&home, name, url);
    }
    let (code, said) = found(&home, "", "Lever");
    assert_eq!((code, said.len()), (Some(1), 4), "{said:?}");
    for (at, name, says, fix) in [
        (0, "gone", "Lever cannot be reached or is out of order", "https://status.lever.co"),
        (1, "lacks", "List opportunities", "tenant set lacks key_file=FILE"),
        (2, "refused", "Lever does not accept this key", "tenant set refused key_file=FILE"),
    ] {
        let it = &said[at];
        assert!(it[0] == "fail" && it[1].starts_with(&format!("{name}: ")) && it[1].contains(says), "{it:?}");
        assert!(it[1].ends_with("; badges stand as they were, and its runs fail") && it[2].contains(fix), "{it:?}");
    }
    assert_eq!(said[3], all_well[0]);

    let asked = heard.lock().expect("not poisoned").len();
    assert_eq!(found(&home, "--offline", "Lever"), (Some(0), Vec::new()));
    assert_eq!(heard.lock().expect("not poisoned").len(), asked);
}

#[test]
fn the_receiver_of_alerts_is_told_nothing() {
    let home = Home::new();
    let tell = |url: &str| {
        home.file("alert.secret", "a secret of thirty-two bytes, or");
        let text = format!("alert_url = \"{url}/hooks/of-acme?key=word\"\nalert_secret_file = \"../../../alert.secret\"\n");
        home.file(".local/share/acquaint/acquaint.toml", text);
    };
    let (url, heard) = hears(404, b"");
    tell(&url);
    let well = [["ok", "their receiver can be reached", ""].map(str::to_owned)];
    assert_eq!(found(&home, "", "alerts").1, well);
    assert_eq!(*heard.lock().expect("not poisoned"), ["/"], "neither the address nor a message");
    assert_eq!(found(&home, "--offline", "alerts").1, Vec::<[String; 3]>::new());
    assert_eq!(heard.lock().expect("not poisoned").len(), 1);

    tell(&nowhere());
    let (code, said) = found(&home, "", "alerts");
    assert_eq!((code, said.len()), (Some(1), 1), "{said:?}");
    assert!(said[0][0] == "fail" && said[0][1].contains("cannot be reached; nobody hears of failed runs"), "{said:?}");
    assert!(!said[0].concat().contains("of-acme"), "the address can hold a secret");
}
