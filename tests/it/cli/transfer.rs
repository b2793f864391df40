//! Profiles between this machine and PostgreSQL, and an index there in place of one here.

use super::Home;
use crate::store::server::Server;
use serde_json::Value;

fn profiles(count: usize) -> String {
    let line = |n| format!(r#"{{"id":"p{n}","name":"Ana Ruiz{n}","positions":[{{"organization":"Works {}"}}]}}"#, n % 7);
    (0..count).map(line).collect::<Vec<_>>().join("\n")
}

/// The fields of the one line of JSON that a command prints.
fn json(home: &Home, line: &str) -> Value {
    let ended = home.run(line, "");
    assert_eq!(ended.code, Some(0), "{line}: {}", ended.stderr);
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn profiles_move_to_postgresql_and_back() {
    let Some(server) = Server::start() else {
        return eprintln!("SKIPPED: profiles_move_to_postgresql_and_back (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    let here = Home::new();
    here.file("people.jsonl", profiles(900));
    assert_eq!(here.run("profiles import ~/people.jsonl", "").code, Some(0));
    let old = here.path(".local/share/acquaint").display().to_string();

    let there = Home::new()
        .with("ACQUAINT_DATABASE_URL", server.url("postgres"))
        .with("ACQUAINT_INDEX", "database")
        .with("ACQUAINT_KEY", "07".repeat(32));
    let moved = json(&there, &format!("profiles move --from {old} --json"));
    assert_eq!(moved, serde_json::json!({"added": 900, "changed": 0, "same": 0}));
    assert_eq!(json(&there, &format!("profiles move --from {old} --json"))["same"], 900, "done again, it changes nothing");
    let stats = json(&there, "profiles stats --json");
    assert_eq!((&stats["profiles"], &stats["indexed"], &stats["in_step"]), (&900.into(), &900.into(), &true.into()));
    assert!(!there.path(".local/share/acquaint").exists(), "nothing is kept on this machine");
    let search = |home: &Home, query: &str| home.run(&format!("profiles search {query} --json"), "").stdout;
    assert_eq!(search(&there, "ruiz77"), search(&here, "ruiz77"));
    assert!(search(&there, "ruiz77").contains("\"p77\""));

    there.file("more.jsonl", r#"{"id":"p77","name":"Bo Lind"}"#);
    assert_eq!(there.run("profiles import ~/more.jsonl", "").code, Some(0));
    assert_eq!(there.run("profiles remove p78", "").code, Some(0));
    assert!(search(&there, "lind").contains("\"p77\"") && search(&there, "ruiz78").is_empty());

    let back = Home::new();
    let folder = back.path(".local/share/acquaint").display().to_string();
    assert_eq!(json(&there, &format!("profiles move --to {folder} --json"))["added"], 899);
    for query in ["lind", "ruiz77", "ruiz5", "works"] {
        let ids = |home: &Home| {
            let mut found: Vec<String> = search(home, &format!("{query} --limit 999")).lines().map(str::to_owned).collect();
            found.sort();
            found
        };
        assert_eq!(ids(&back), ids(&there), "{query}");
    }
    assert_eq!(json(&back, "profiles stats --json")["in_step"], true);
}

#[test]
fn there_must_be_something_to_move() {
    let home = Home::new();
    assert_eq!(home.run("profiles move", "").code, Some(2));
    assert_eq!(home.run("profiles move --from ~/nothing", "").code, Some(2));
    assert!(!home.path("nothing").exists());
    assert_eq!(home.run("profiles move --from ~/.local/share/acquaint", "").code, Some(2), "from itself");
    let index = Home::new().with("ACQUAINT_INDEX", "database").run("profiles stats", "");
    assert_eq!(index.code, Some(2), "{}", index.stderr);
}
