//! The verbs one after another, as a newcomer uses them: what they print, in which fields, with which codes.

use super::steady::{fields, steady, unweighed, without_numbers};
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

#[test]
fn a_run_is_shown_by_every_verb() {
    let home = with_acme(&stub::account(ANA));
    assert!(home.see("tenant check acme").starts_with("exit 0\nbadges\tList opportunities\tgranted"));
    assert_snapshot!(home.see("badges acme"), @"exit 0");
    assert_snapshot!(home.see("why acme --profile p-1"), @r"
    exit 0
    profile p-1: not checked yet: the tenant had no good run
    ");
    assert_snapshot!(steady(&home.see("run acme --dry-run")), @r"
    exit 0
    run RUN of acme: dry_run (full)
      1 opportunities of 1 contacts: 1 matched, 0 to review, 0 without a profile, 0 withheld
      badges: 1 added, 0 changed, 0 removed
      résumés: 0 could change a verdict, 0 read, 0 put off
    ");
    assert_snapshot!(home.see("badges acme"), @"exit 0");
    let first = home.run("run acme --json", "");
    assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""));
    assert_snapshot!(fields(&first.stdout), @"run tenant kind state pulled contacts matched review unmatched unmatched_why withheld owners_per_million profiles_revision badges_added badges_changed badges_removed requests rate_limited resumes_needed resumes_read resumes_deferred resume_outcomes resumes_of_others left_out_count left_out started_at finished_at");
    assert_snapshot!(steady(&home.see("run acme")), @r"
    exit 0
    run RUN of acme: published (full)
      1 opportunities of 1 contacts: 1 matched, 0 to review, 0 without a profile, 0 withheld
      badges: 0 added, 0 changed, 0 removed
      résumés: 0 could change a verdict, 0 read, 0 put off
    ");
    assert_snapshot!(home.see("badges acme"), @r"
    exit 0
    p-1	applicant	active	Phone screen	Rita Recruiter	2023-11-14	1	100.0 %
    ");
    let badge = home.run("badges acme --json", "").stdout;
    assert_snapshot!(fields(&badge), @"tenant profile kind status stage furthest_stage archive_reason recruiter last_interaction_at updated_at archived_at snoozed_until checked_at do_not_contact contacts opportunities probability evidence");
    assert_snapshot!(without_numbers(&steady(&badge)), @r#"{"tenant":"acme","profile":"p-1","kind":"applicant","status":"active","stage":{"id":"s-1","text":"Phone screen"},"furthest_stage":{"id":"s-1","text":"Phone screen","pipeline":"screen"},"archive_reason":null,"recruiter":{"id":"u-1","name":"Rita Recruiter","active":true},"last_interaction_at":"2023-11-14T22:13:20Z","updated_at":"2023-11-14T22:13:20Z","archived_at":null,"snoozed_until":null,"checked_at":"TIME","do_not_contact":false,"contacts":["c-1"],"opportunities":[{"id":"o-1","url":"https://hire.lever.co/candidates/o-1","stage":{"id":"s-1","text":"Phone screen"},"status":"active","posting":null,"updated_at":"2023-11-14T22:13:20Z"}],"probability":N,"evidence":[{"feature":"name","level":"same","bits":N,"on":0},{"feature":"linkedin","level":"same","bits":N,"on":0},{"feature":"github","level":"silent","bits":N},{"feature":"link","level":"silent","bits":N},{"feature":"email","level":"silent","bits":N},{"feature":"phone","level":"silent","bits":N},{"feature":"employer","level":"same","bits":N,"on":0},{"feature":"school","level":"silent","bits":N},{"feature":"location","level":"same","bits":N},{"feature":"title","level":"silent","bits":N}]}"#);
    assert_snapshot!(unweighed(&steady(&home.see("why acme --profile p-1"))), @r"
    exit 0
    profile p-1: in Lever: applicant, active (checked TIME)
    contact c-1: match, over 99.99 %
    # # start the odds before anything is compared: one profile of all, and not everybody has one
    # # name the names agree: Ana Ruiz
    # # linkedin the same LinkedIn page: https://www.linkedin.com/in/ana-ruiz
    # # employer an employer in common: Northwind
    # # location the same place: Madrid, Spain
    # # namesakes namesakes, relatives and colleagues would agree in some of this too
    # # calibration from these odds to those that were found to hold
    one side says nothing, which counts for nothing: github, link, email, phone, school, title
    ");
    assert_eq!(home.see("why acme --url linkedin.com/in/Ana-Ruiz/"), home.see("why acme --profile p-1"));
    assert_snapshot!(steady(&home.see("why acme --profile p-2")), @r"
    exit 0
    profile p-2: nothing to show from Lever (checked TIME)
    ");
    home.file("later.jsonl", PROFILES.replace("Costa", "Costa Lima").replace("Engineer\",\"location", "Chief Engineer\",\"location"));
    assert_eq!(home.run("profiles import ~/later.jsonl", "").code, Some(0));
    assert_snapshot!(steady(home.see("why acme --profile p-1").lines().nth(1).unwrap_or_default()), @"profile p-1: in Lever: applicant, active; the profile changed since and is not yet checked again (checked TIME)");
    assert_snapshot!(steady(&home.see("why acme --profile p-2")), @r"
    exit 0
    profile p-2: not yet checked: the profile is newer than the last night (checked TIME)
    ");
    assert_snapshot!(home.see("badges acme --profile p-2"), @r"
    exit 0
    p-2: not yet checked, it was added or changed after the last night
    ");
    assert_snapshot!(steady(&home.see("runs acme")), @r"
    exit 0
    RUN	full	published	TIME	1	1	0	0	0	0
    RUN	full	published	TIME	1	1	0	1	0	0
    RUN	full	dry_run	TIME	1	1	0	1	0	0
    ");
    let run = |line: usize| home.run("runs acme", "").stdout.lines().nth(line).map(|it| it[..36].to_owned()).expect("a run");
    assert_snapshot!(home.see(&format!("diff {} {}", run(2), run(1))), @r"
    exit 0
    p-1	added	-	active
    ");
    assert_snapshot!(home.see(&format!("publish acme {}", run(0))), @r"
    exit 2
    error: there is no such held run
      this means: nothing was done
      what to do: check the name or id
    ");
    assert_snapshot!(home.see("profiles remove p-1 p-9"), @r"
    exit 2
    1 removed
    error: there is no such profile
      this means: the others were removed, with their badges
      what to do: `acquaint profiles search` finds profiles and their ids
    ");
    assert_snapshot!(home.see("badges acme"), @"exit 0");
}

#[test]
fn why_needs_a_tenant_and_one_way_to_name_the_profile() {
    let home = with_acme("http://127.0.0.1:9");
    assert_snapshot!(home.see("why acme"), @r"
    exit 2
    error: the following required arguments were not provided:
      <--profile <ID>|--url <URL>>

    Usage: acquaint why <--profile <ID>|--url <URL>> <NAME>

    For more information, try '--help'.
    ");
    assert_snapshot!(home.see("why acme --profile p-1 --url https://example.org/x"), @r"
    exit 2
    error: the argument '--profile <ID>' cannot be used with '--url <URL>'

    Usage: acquaint why <--profile <ID>|--url <URL>> <NAME>

    For more information, try '--help'.
    ");
    assert_snapshot!(home.see("why acme --profile p-9"), @r"
    exit 2
    error: there is no such profile
      this means: nothing was looked up
      what to do: check the id or the address; `acquaint profiles stats` tells what is stored
    ");
    assert_snapshot!(home.see("why acme --url nonsense"), @r"
    exit 2
    error: this is not the address of a page
      this means: nothing was looked up
      what to do: check the id or the address; `acquaint profiles stats` tells what is stored
    ");
    assert_snapshot!(home.see("why acme --url https://www.linkedin.com/in/nobody"), @r"
    exit 2
    error: no profile shows this page
      this means: nothing was looked up
      what to do: check the id or the address; `acquaint profiles stats` tells what is stored
    ");
    assert_snapshot!(home.see("why other --profile p-1"), @r"
    exit 2
    error: there is no such tenant
      this means: nothing was done
      what to do: `acquaint tenant list` prints the tenants' names
    ");
}

#[test]
fn profiles_are_found_and_strangers_are_told() {
    let home = with_acme("http://127.0.0.1:9");
    assert_snapshot!(home.see("profiles search ana northwind"), @r"
    exit 0
    p-1	Ana Ruiz	Engineer	Madrid, Spain
    1 of 1 profiles
    ");
    assert_snapshot!(home.see("profiles search ana --offset 4294967295 --limit 65535"), @r"
    exit 0
    0 of 1 profiles
    ");
    assert_snapshot!(home.see("profiles search nobody"), @r"
    exit 0
    0 of 0 profiles
    ");
    assert_snapshot!(home.see("profiles show p-2"), @r#"
    exit 0
    {"id":"p-2","name":"Bruno Costa"}
    not yet checked for acme: it was added or changed after its last night
    "#);
    assert_snapshot!(home.see("profiles show p-9 --json"), @r#"
    exit 2
    {"error":"there is no such profile","meaning":"nothing was done","fix":"`acquaint profiles search` finds profiles and their ids","code":2}
    "#);
    assert_snapshot!(home.see("profiles remove p-8 p-9"), @r"
    exit 2
    0 removed
    error: 2 of the ids belong to no profile
      this means: nothing was done
      what to do: `acquaint profiles search` finds profiles and their ids
    ");
    assert_snapshot!(fields(&home.run("profiles stats --json", "").stdout), @"profiles indexed in_step index_bytes segments");
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
fn a_lost_master_key_is_mended_by_the_lever_key() {
    let home = with_acme(&stub::serve(|_| (200, stub::NONE.to_vec()))).with("ACQUAINT_KEY", "0b".repeat(32));
    assert_eq!(home.run("run acme", "").code, Some(1), "sealed with another key");
    assert_eq!(home.run("tenant set acme key_file=~/acme.key", "").code, Some(0));
    assert_eq!(home.run("run acme", "").code, Some(0));
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
    assert_snapshot!(home.see("tenant check acme"), @r"
    exit 6
    error: Lever's opportunities are not what it documents, at line 1
      this means: badges stand as they were
      what to do: see whether a proxy answers in Lever's place, then try again
    ");
}

#[test]
fn odd_opportunities_are_left_out_and_counted() {
    let odd = r#"{"id":"o-1","contact":"c-1","name":"\ud800 half","createdAt":1},{"id":"o-1","contact":"c-1","createdAt":1},
        {"id":"o-2","contact":"c-2","name":"\u202eevil \u05d3\u05d5\u05d3","createdAt":-62167219200000,"updatedAt":253402300799999},
        {"id":"o-3","contact":"c-3","createdAt":1e300},{"id":"","contact":"c-4","createdAt":1},{"id":"o-5","createdAt":1},null,[]"#;
    let home = with_acme(&stub::account(odd));
    assert_snapshot!(steady(&home.see("run acme")), @r"
    exit 4
    run RUN of acme: published (full)
      2 opportunities of 2 contacts: 0 matched, 0 to review, 2 without a profile, 0 withheld
      badges: 0 added, 0 changed, 0 removed
      résumés: 0 could change a verdict, 0 read, 0 put off
      left out: opportunity item 5 of page 1: it has no readable id
      left out: opportunity item 7 of page 1: it has no readable id
      left out: opportunity item 8 of page 1: it has no readable id
      left out: opportunity o-3: it has no date of creation
      left out: opportunity o-5: it has no contact
    ");
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
        assert_snapshot!(home.see("run acme"), @r"
        exit 8
        error: another run is at work
          this means: nothing was done
          what to do: wait until it has ended, then try again; one that waits is begun by `acquaint serve` or `acquaint worker`
        ");
        assert_snapshot!(home.see("tenant remove acme --purge --json"), @r#"
        exit 8
        {"error":"another run is at work","meaning":"nothing was done","fix":"wait until it has ended, then try again; one that waits is begun by `acquaint serve` or `acquaint worker`","code":8}
        "#);
        drop(go);
        assert_eq!(first.join().expect("no panic").code, Some(0));
    });
}
