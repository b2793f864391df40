//! Companies: adding, choosing, showing, removing, and every way in which a key can be wrong.

use super::Home;
use insta::assert_snapshot;

const KEY: &str = "aBcD1234efGH5678";

/// A home with one company.
fn with_acme() -> Home {
    let home = Home::new();
    home.file("acme.key", format!("  {KEY}\r\n"));
    assert_eq!(home.see("tenant add acme --lever-key-file ~/acme.key --quiet"), "exit 0\n");
    home
}

#[test]
fn a_company_is_added_shown_and_listed_without_its_key() {
    let home = Home::new();
    assert_snapshot!(home.see_with("tenant add acme --lever-key-file - --environment eu", KEY), @"");
    assert_snapshot!(home.see("tenant list"), @"");
    assert_snapshot!(home.see("tenant show acme").replace(|c: char| c.is_ascii_digit(), "0").replace(".000Z", "Z"), @"");
    let shown = home.run("tenant show acme --json", "").stdout;
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("one object");
    assert_eq!(shown["tenant"], "acme");
    assert_eq!(shown["checked_at"], serde_json::Value::Null);
    assert!(!home.see("tenant show acme --json").contains(KEY));
}

#[test]
fn a_name_is_taken_once_and_must_fit() {
    let home = with_acme();
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/acme.key"), @"");
    assert_snapshot!(home.see("tenant add Acme_1 --lever-key-file ~/acme.key"), @"");
    let long = "a".repeat(41);
    assert_eq!(home.run(&format!("tenant add {long} --lever-key-file ~/acme.key"), "").code, Some(2));
    assert_snapshot!(home.see("tenant show other"), @"");
    assert_snapshot!(home.see("tenant remove other --purge --json"), @"");
}

#[test]
fn a_key_file_that_holds_no_key_is_told() {
    let home = Home::new();
    home.file("empty.key", " \n");
    home.file("two.key", "first second");
    home.file("binary.key", b"\xff\xfe");
    home.file("long.key", "x".repeat(1_000_000));
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/missing.key"), @"");
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/empty.key"), @"");
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/two.key"), @"");
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/binary.key"), @"");
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/long.key"), @"");
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/ --json"), @"");
    assert_snapshot!(home.see("tenant add acme --lever-key-file -"), @"");
    assert_eq!(home.see("tenant list"), "exit 0\n");
}

#[test]
fn choices_are_changed_all_or_none() {
    let home = with_acme();
    assert_snapshot!(home.see("tenant set acme start_date=2024-01-31 resumes=none resume_budget=300 guard=false confidential=true"), @"");
    assert_snapshot!(home.see("tenant set acme lever_url=http://127.0.0.1:9/v1/ --json --quiet").replace(|c: char| c.is_ascii_digit(), "0").replace(".000Z", "Z"), @"");
    assert_snapshot!(home.see("tenant set acme guard=true resumes=some"), @"");
    assert_snapshot!(home.see("tenant set acme resume_buget=1"), @"");
    assert_snapshot!(home.see("tenant set acme colour=red"), @"");
    assert_snapshot!(home.see("tenant set acme guard"), @"");
    assert_snapshot!(home.see("tenant set acme lever_url=http://lever.example"), @"");
    assert_snapshot!(home.see("tenant set acme start_date=31.1.2024"), @"");
    let shown = home.run("tenant show acme", "").stdout;
    assert!(shown.contains("guard\tfalse") && shown.contains("resume_budget\t300"), "{shown}");
    assert_eq!(home.run("tenant set acme start_date=none lever_url=none key_file=-", "another-key").code, Some(0));
}

#[test]
fn a_company_is_removed_only_on_purpose() {
    let home = with_acme();
    assert_snapshot!(home.see("tenant remove acme"), @"");
    assert_snapshot!(home.see("tenant remove acme --purge"), @"");
    assert_eq!(home.see("tenant list"), "exit 0\n");
}

#[test]
fn a_check_that_cannot_reach_lever_ends_with_six() {
    let home = with_acme();
    home.run("tenant set acme lever_url=http://127.0.0.1:9", "");
    assert_snapshot!(home.see("tenant check acme"), @"");
}

#[test]
fn the_master_key_must_be_there_and_be_the_right_one() {
    let home = with_acme();
    let made = home.path(".config/acquaint/key");
    let mut key = std::fs::read(&made).expect("made with the first tenant");
    let home = home.with("ACQUAINT_KEY_FILE", made.display().to_string());
    assert!(home.run("doctor", "").stdout.contains("ok\tLever keys"));
    std::fs::write(&made, "short").expect("writable");
    assert_snapshot!(home.see("tenant check acme"), @"");
    key.reverse();
    std::fs::write(&made, key).expect("writable");
    assert_snapshot!(home.see("tenant check acme"), @"");
    assert_eq!(home.run("doctor", "").code, Some(1));
    std::fs::remove_file(&made).expect("removable");
    assert_snapshot!(home.see("tenant check acme"), @"");
}

#[test]
fn doctor_finds_nothing_wrong_with_a_new_installation() {
    let home = with_acme();
    let ended = home.run("doctor", "");
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(!ended.stdout.contains("fail\t"), "{}", ended.stdout);
    let lines = home.run("doctor --json", "").stdout;
    assert!(lines.lines().all(|it| serde_json::from_str::<serde_json::Value>(it).is_ok()), "{lines}");
}

#[test]
fn doctor_names_what_is_broken() {
    let home = with_acme();
    let data = home.path(".local/share/acquaint");
    std::fs::remove_dir_all(&data).expect("removable");
    home.file(".local/share/acquaint/acquaint.sqlite", "this is no database, whatever its name says, and it is long enough to tell");
    let ended = home.run("doctor", "");
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(ended.stdout.contains("fail\tstore\tthe store is damaged"), "{}", ended.stdout);
    assert_eq!(home.run("tenant list", "").code, Some(1));
}
