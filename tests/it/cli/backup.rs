//! Backups, restores and plans, as operators call them.

use super::Home;
use serde_json::Value;

#[test]
fn a_backup_comes_back_and_a_healthy_store_is_not_reset_by_mistake() {
    let home = Home::new();
    home.file("people.jsonl", r#"{"id":"p1","name":"Ana Ruiz"}"#);
    assert_eq!(home.run("profiles import ~/people.jsonl", "").code, Some(0));
    assert_eq!(home.run("tenant add acme --lever-key-file -", "a-key").code, Some(0));
    let token = home.run("token create acme --role sourcer", "");
    assert_eq!(token.code, Some(0), "{}", token.stderr);
    assert_eq!(home.run("backup ~/copy.sqlite", "").code, Some(0));
    assert_eq!(home.run("backup ~/copy.sqlite", "").code, Some(2), "it is not written over");
    for (line, says) in [
        ("restore ~/copy.sqlite", "the data directory has a store"),
        ("restore", "this store does not look as if it had been brought back"),
        ("restore ~/nothing.sqlite --data-dir ~/other", "there is no such backup"),
        ("restore --data-dir ~/other", "there is no store"),
    ] {
        let ended = home.run(line, "");
        assert_eq!(ended.code, Some(2), "{line}");
        assert!(ended.stderr.contains(says), "{line}: {}", ended.stderr);
    }
    assert!(!home.path("other").exists(), "nothing was made");
    assert_eq!(home.run("token list --json", "").stdout.lines().count(), 1, "nothing was reset");
    let back = home.run("restore ~/copy.sqlite --data-dir ~/other", "");
    assert_eq!(back.code, Some(0), "{}", back.stderr);
    assert!(back.stderr.contains("1 profiles and 1 tenants are back") && back.stderr.contains("no token opens any more"));
    assert_eq!(home.run("token list --json --data-dir ~/other", "").stdout, "");
    assert_eq!(home.run("restore --yes", "").code, Some(0));
    assert_eq!(home.run("token list --json", "").stdout, "");
}

#[test]
fn a_plan_grows_with_what_is_planned() {
    let plan = |line: &str| -> Value {
        let ended = Home::new().run(&format!("plan {line} --json"), "");
        assert_eq!(ended.code, Some(0), "{line}: {}", ended.stderr);
        serde_json::from_str(&ended.stdout).expect("an object")
    };
    let few = plan("--tenants 10 --opportunities 48000 --profiles 104469 --resume-budget 0");
    let many = plan("--tenants 10 --opportunities 48000 --profiles 1000000 --resume-budget 0");
    let number = |it: &Value, name: &str| it[name].as_f64().expect("a number");
    let measured = number(&few, "cpu_hours") * 360.0;
    assert!((measured - 7.4).abs() < 0.01, "a run costs what was measured: {measured}");
    for (name, least) in [("cpu_hours", 1.1), ("store_gb", 1.05), ("index_gb", 5.0)] {
        assert!(number(&many, name) > number(&few, name) * least, "{name}");
    }
    assert_eq!(Home::new().run("plan --tenants 0 --opportunities 1 --profiles 1", "").code, Some(2));
}
