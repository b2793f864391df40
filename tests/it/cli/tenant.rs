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
    assert_snapshot!(home.see_with("tenant add acme --lever-key-file - --environment eu", KEY), @r"
    exit 0
    acme is added; `acquaint tenant check acme` asks Lever whether the key works
    ");
    assert_snapshot!(home.see("tenant list"), @r"
    exit 0
    acme	eu	never
    ");
    assert_snapshot!(home.see("tenant show acme").replace(|c: char| c.is_ascii_digit(), "0").replace(".000Z", "Z"), @r"
    exit 0
    tenant	acme
    Lever	eu
    start_date	none
    confidential	false
    guard	true
    resumes	auto
    resume_budget	00000
    schedule	none
    time_zone	UTC
    blackout	none
    paused	false
    contact	operators
    archive_reasons	everyone
    added	0000-00-00T00:00:00Z
    last good run	never
    learnt	nothing yet
    ");
    let shown = home.run("tenant show acme --json", "").stdout;
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("one object");
    assert_eq!(shown["tenant"], "acme");
    assert_eq!(shown["checked_at"], serde_json::Value::Null);
    assert_eq!(shown["learnt"], serde_json::json!([]));
    assert!(!home.see("tenant show acme --json").contains(KEY));
}

#[test]
fn a_name_is_taken_once_and_must_fit() {
    let home = with_acme();
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/acme.key"), @r"
    exit 2
    error: there is already such a tenant
      this means: nothing was done
      what to do: choose another name, or remove the old one first
    ");
    assert_snapshot!(home.see("tenant add Acme_1 --lever-key-file ~/acme.key"), @r"
    exit 2
    error: invalid value 'Acme_1' for '<NAME>': a tenant's name is 1 to 40 characters of a-z, 0-9 and '-'

    For more information, try '--help'.
    ");
    let long = "a".repeat(41);
    assert_eq!(home.run(&format!("tenant add {long} --lever-key-file ~/acme.key"), "").code, Some(2));
    assert_snapshot!(home.see("tenant show other"), @r"
    exit 2
    error: there is no such tenant
      this means: nothing was done
      what to do: `acquaint tenant list` prints the tenants' names
    ");
    assert_snapshot!(home.see("tenant remove other --purge --json"), @r#"
    exit 2
    {"error":"there is no such tenant","meaning":"nothing was done","fix":"`acquaint tenant list` prints the tenants' names","code":2}
    "#);
}

#[test]
fn a_key_file_that_holds_no_key_is_told() {
    let home = Home::new();
    home.file("empty.key", " \n");
    home.file("two.key", "first second");
    home.file("binary.key", b"\xff\xfe");
    home.file("long.key", "x".repeat(1_000_000));
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/missing.key"), @r"
    exit 2
    error: there is no such key file
      this means: nothing was done
      what to do: check the path; - reads the key from standard input
    ");
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/empty.key"), @r"
    exit 2
    error: the key file is empty
      this means: nothing was done
      what to do: put the API key from Lever's settings (Integrations and API) into the file
    ");
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/two.key"), @r"
    exit 2
    error: the key file does not hold a key
      this means: nothing was done
      what to do: the file must hold the API key alone, on one line
    ");
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/binary.key"), @r"
    exit 2
    error: the key file does not hold a key
      this means: nothing was done
      what to do: the file must hold the API key alone, on one line
    ");
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/long.key"), @r"
    exit 2
    error: the key file is too large to be a key
      this means: nothing was done
      what to do: the file must hold the API key alone, on one line
    ");
    assert_snapshot!(home.see("tenant add acme --lever-key-file ~/ --json"), @r#"
    exit 2
    {"error":"the key file cannot be read (is a directory)","meaning":"nothing was done","fix":"check the path; - reads the key from standard input","code":2}
    "#);
    assert_snapshot!(home.see("tenant add acme --lever-key-file -"), @r"
    exit 2
    error: the key file is empty
      this means: nothing was done
      what to do: put the API key from Lever's settings (Integrations and API) into the file
    ");
    assert_eq!(home.see("tenant list"), "exit 0\n");
}

#[test]
fn choices_are_changed_all_or_none() {
    let home = with_acme();
    assert_snapshot!(home.see("tenant set acme start_date=2024-01-31 resumes=none resume_budget=300 guard=false confidential=true"), @r"
    exit 0
    acme is changed; the next run goes by it
    ");
    assert_snapshot!(home.see("tenant set acme lever_url=http://127.0.0.1:9/v1/ --json --quiet").replace(|c: char| c.is_ascii_digit(), "0").replace(".000Z", "Z"), @r#"
    exit 0
    {"tenant":"acme","environment":"production","lever_url":"http://000.0.0.0:0","start_date":"0000-00-00T00:00:00Z","confidential":true,"guard":false,"resumes":"none","resume_budget":000,"schedule":null,"time_zone":null,"blackout":null,"paused":false,"created_at":"0000-00-00T00:00:00Z","checked_at":null,"published_run":null}
    "#);
    assert_snapshot!(home.see("tenant set acme guard=true resumes=some"), @r"
    exit 2
    error: `resumes` cannot have this value
      this means: nothing was changed
      what to do: `resumes` is auto, none or all
    ");
    assert_snapshot!(home.see("tenant set acme resume_buget=1"), @r"
    exit 2
    error: there is no key `resume_buget`
      this means: nothing was changed
      what to do: did you mean `resume_budget`?
    ");
    assert_snapshot!(home.see("tenant set acme colour=red"), @r"
    exit 2
    error: there is no key `colour`
      this means: nothing was changed
      what to do: the keys are start_date, confidential, guard, resumes, resume_budget, schedule, time_zone, blackout, contact, attachments, archive_reasons, paused, key_file, oauth_file, lever_url
    ");
    assert_snapshot!(home.see("tenant set acme guard"), @r"
    exit 2
    error: a change has no `=`
      this means: nothing was changed
      what to do: write KEY=VALUE
    ");
    assert_snapshot!(home.see("tenant set acme lever_url=http://lever.example"), @r"
    exit 2
    error: this is no address of Lever: http is for this machine alone; use https
      this means: nothing was done
      what to do: write https://HOST, or http://127.0.0.1:PORT for a replica
    ");
    assert_snapshot!(home.see("tenant set acme start_date=31.1.2024"), @r"
    exit 2
    error: `start_date` cannot have this value
      this means: nothing was changed
      what to do: `start_date` is a day such as 2024-01-31, or none
    ");
    let shown = home.run("tenant show acme", "").stdout;
    assert!(shown.contains("guard\tfalse") && shown.contains("resume_budget\t300"), "{shown}");
    assert_eq!(home.run("tenant set acme start_date=none lever_url=none key_file=-", "another-key").code, Some(0));
}

#[test]
fn a_company_is_removed_only_on_purpose() {
    let home = with_acme();
    assert_snapshot!(home.see("tenant remove acme"), @r"
    exit 2
    error: `tenant remove` needs --purge
      this means: removing it deletes its badges, reviews, runs and keys for good; nothing was done
      what to do: acquaint tenant remove acme --purge
    ");
    assert_snapshot!(home.see("tenant remove acme --purge"), @r"
    exit 0
    acme is removed, with all that was its own
    ");
    assert_eq!(home.see("tenant list"), "exit 0\n");
}

#[test]
fn a_check_that_cannot_reach_lever_ends_with_six() {
    let home = with_acme();
    home.run("tenant set acme lever_url=http://127.0.0.1:9", "");
    assert_snapshot!(home.see("tenant check acme"), @r"
    exit 6
    error: Lever cannot be reached or is out of order
      this means: badges stand as they were
      what to do: check the connection and https://status.lever.co, then try again
    ");
}

#[test]
fn the_master_key_must_be_there_and_be_the_right_one() {
    let home = with_acme();
    let made = home.path(".config/acquaint/key");
    let mut key = std::fs::read(&made).expect("made with the first tenant");
    let home = home.with("ACQUAINT_KEY_FILE", made.display().to_string());
    assert!(home.run("doctor --offline", "").stdout.contains("ok\tLever keys"));
    std::fs::write(&made, "short").expect("writable");
    assert_snapshot!(home.see("tenant check acme"), @r"
    exit 2
    error: the master key is too small
      this means: the tenants' Lever keys cannot be sealed or opened; badges stand as they were
      what to do: give 32 bytes: as they are, as 64 hexadecimal digits, or in base64
    ");
    key.reverse();
    std::fs::write(&made, key).expect("writable");
    assert_snapshot!(home.see("tenant check acme"), @r"
    exit 1
    error: this is not the master key that the secret was sealed with
      this means: the tenants' Lever keys cannot be sealed or opened; badges stand as they were
      what to do: use the master key of this installation; if it is lost, enter each tenant's Lever key again (tenant set NAME key_file=F)
    ");
    assert_eq!(home.run("doctor --offline", "").code, Some(1));
    std::fs::remove_file(&made).expect("removable");
    assert_snapshot!(home.see("tenant check acme"), @r"
    exit 2
    error: the master key's file cannot be read (entity not found)
      this means: the tenants' Lever keys cannot be sealed or opened; badges stand as they were
      what to do: check that ACQUAINT_KEY_FILE names the right file and that you may read it
    ");
}

#[test]
fn doctor_finds_nothing_wrong_with_a_new_installation() {
    let home = with_acme();
    let ended = home.run("doctor --offline", "");
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(!ended.stdout.contains("fail\t"), "{}", ended.stdout);
    let lines = home.run("doctor --offline --json", "").stdout;
    assert!(lines.lines().all(|it| serde_json::from_str::<serde_json::Value>(it).is_ok()), "{lines}");
}

#[test]
fn doctor_names_what_is_broken() {
    let home = with_acme();
    let data = home.path(".local/share/acquaint");
    std::fs::remove_dir_all(&data).expect("removable");
    home.file(".local/share/acquaint/acquaint.sqlite", "this is no database, whatever its name says, and it is long enough to tell");
    let ended = home.run("doctor --offline", "");
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(ended.stdout.contains("fail\tstore\tthe store is damaged"), "{}", ended.stdout);
    assert_eq!(home.run("tenant list", "").code, Some(1));
}
