//! Every way in which a run can end, and a search after each.

use super::home::{Home, until};
use super::{kept, process};
use acquaint::replica::{Fault, Kind};
use acquaint::world::{self, Account};
use lopdf::{Dictionary, Document, Stream, dictionary};
use rustix::process::Signal;
use serde_json::Value;
use std::sync::Arc;

const RUN: [&str; 2] = ["run", "acme"];

/// Runs `acme` to its end with this code and returns its record.
fn run(home: &Home, more: &[&str], code: i32) -> Value {
    home.object(&[&RUN, more].concat(), code)
}

fn state(record: &Value) -> &str {
    record["state"].as_str().unwrap_or_default()
}

/// States of all runs, the newest first.
fn states(home: &Home) -> Vec<String> {
    let lines = home.ends(&["runs", "acme", "--json"], 0);
    lines.lines().map(|it| state(&serde_json::from_str(it).expect("an object")).to_owned()).collect()
}

/// The canaries were touched a moment ago, so that a recent run lists them.
fn touch(account: &mut Account) {
    let now = chrono::Utc::now().timestamp_millis();
    let Account { contacts, opportunities, .. } = account;
    let planted = |contact: usize| contacts[contact].id.starts_with("contact-");
    opportunities.iter_mut().filter(|it| planted(it.contact)).for_each(|it| it.updated_at = Some(now));
}

/// Most people cannot be recognised any more.
fn blur(account: &mut Account) {
    for contact in account.contacts.iter_mut().filter(|it| !it.id.starts_with("contact-")) {
        contact.name = "Nemo".into();
        (contact.emails, contact.phones, contact.links) = (Vec::new(), Vec::new(), Vec::new());
    }
}

/// Every verb that reads what a run left.
fn look(home: &Home) {
    let badges = home.ends(&["badges", "acme", "--json"], 0);
    for (label, is_there) in [("matched", true), ("resume", true), ("review", false)] {
        assert_eq!(badges.contains(&format!("profile-{label}")), is_there, "{label}");
    }
    home.ends(&["badges", "acme"], 0);
    for label in ["matched", "resume", "review"] {
        let profile = format!("profile-{label}");
        let why = home.object(&["why", "acme", "--profile", &profile], 0);
        let decision = if label == "review" { "review" } else { "match" };
        assert_eq!(why["contacts"][0]["decision"], decision, "{label}");
        home.ends(&["why", "acme", "--profile", &profile], 0);
        home.ends(&["why", "acme", "--url", &format!("https://www.linkedin.com/in/public-page-of-{label}")], 0);
        home.ends(&["profiles", "show", &profile], 0);
    }
    for args in [&["runs", "acme"][..], &["runs", "acme", "--json"], &["tenant", "show", "acme"], &["doctor"], &["doctor", "--json"]] {
        home.ends(args, 0);
    }
}

#[test]
fn done_recent_dry_held_and_removed() {
    let home = Home::new(&[]);
    home.is_clean("nothing but an import");
    let dry = run(&home, &["--dry-run"], 0);
    assert_eq!((state(&dry), dry["resumes_read"].as_u64() >= Some(6)), ("dry_run", true));
    home.is_clean("a dry run");
    let first = run(&home, &[], 0);
    assert_eq!((state(&first), first["withheld"].as_u64() >= Some(1)), ("published", true));
    home.is_clean("a run that is done");
    look(&home);
    home.is_clean("looking at it");
    kept::is_the_ledger(&home);
    home.replica.edit(touch);
    let recent = run(&home, &["--recent"], 0);
    assert_eq!((state(&recent), recent["kind"].as_str(), recent["contacts"].as_u64()), ("published", Some("recent"), Some(7)));
    home.ends(&["diff", first["run"].as_str().expect("an id"), recent["run"].as_str().expect("an id")], 0);
    home.is_clean("a recent run");
    home.replica.edit(blur);
    let held = run(&home, &["--resumes", "none"], 5);
    assert_eq!(state(&held), "held");
    home.is_clean("a run that is held");
    home.ends(&["drop", "acme", held["run"].as_str().expect("an id")], 0);
    home.is_clean("a run that was dropped");
    home.ends(&["tenant", "remove", "acme", "--purge"], 0);
    home.is_clean("a tenant that was removed");
}

/// Stops a run where it stands; the next one takes over.
fn stopped_at(home: &Home, kind: Kind, nth: u64, signal: Signal) {
    let moment = home.freeze(kind, nth);
    let mut running = home.start(&[&RUN[..], &["--json"]].concat());
    running.reaches(&moment);
    process::is_discreet(running.id(), home.needles());
    if kind == Kind::ResumeDownload && nth > 2 {
        let reader = process::reader(running.id(), home.needles());
        // What it read is in its memory; the file is asked for again, or counted as one that cannot be read.
        process::send(reader, Signal::ABORT);
    }
    process::send(running.id(), signal);
    running.end();
    home.is_clean(&format!("{signal:?} at {kind:?} {nth}"));
}

#[test]
fn killed_crashed_and_cancelled() {
    let home = Home::new(&[]);
    let moments = [
        (Kind::Opportunities, 3, Signal::KILL),
        (Kind::Opportunities, 20, Signal::KILL),
        (Kind::ResumeDownload, 1, Signal::KILL),
        (Kind::ResumeDownload, 6, Signal::KILL),
        (Kind::ResumeDownload, 6, Signal::ABORT),
        (Kind::Opportunities, 20, Signal::QUIT),
        (Kind::Opportunities, 20, Signal::INT),
        (Kind::ResumeDownload, 6, Signal::TERM),
    ];
    for (kind, nth, signal) in moments {
        stopped_at(&home, kind, nth, signal);
    }
    assert_eq!(state(&run(&home, &[], 0)), "published");
    let expected = ["published", "cancelled", "cancelled", "lost", "lost", "lost", "lost", "lost", "lost"];
    assert_eq!(states(&home), expected);
    look(&home);
    home.is_clean("the run after them");
}

/// A child that dies with people in its memory costs a file at most; the run goes on.
#[test]
fn a_reader_of_resumes_crashes() {
    let home = Home::new(&[]);
    let moment = home.pause(Kind::ResumeDownload, 6);
    let mut running = home.start(&RUN);
    running.reaches(&moment);
    let reader = process::reader(running.id(), home.needles());
    process::send(reader, Signal::ABORT);
    assert!(until(|| process::is_gone(reader)), "it is ended");
    assert_eq!(running.end().code, Some(0));
    assert_eq!(states(&home), ["published"]);
    home.is_clean("a crash of a reader of résumés");
}

/// A PDF with this text and more numbers behind it than a reader of PDFs may hold: it ends in the middle of the page.
fn hostile(text: &str) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let content = format!("BT /F1 12 Tf ({text}) Tj ET {}", "0 ".repeat(28 << 20)).into_bytes();
    let content = document.add_object(Stream::new(Dictionary::new(), content));
    let tree = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content, "MediaBox" => vec![0.into(), 0.into(), 600.into(), 800.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let catalogue = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalogue);
    document.compress();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("memory");
    bytes
}

/// A file that kills its reader is an outcome of that file alone.
#[test]
fn hostile_resumes() {
    let home = Home::new(&[]);
    let said: Vec<&str> = home.town.canaries[0].values.iter().map(|it| it.1.as_str()).filter(|it| !it.contains(['(', ')'])).collect();
    let file: Arc<[u8]> = hostile(&said.join(" ")).into();
    home.replica.edit(|account| {
        let planted = account.opportunities.iter_mut().filter(|it| it.id.starts_with("opportunity-"));
        planted.flat_map(|it| &mut it.resumes).for_each(|it| it.document = world::Document::Bytes(Arc::clone(&file)));
    });
    let done = run(&home, &[], 0);
    assert_eq!(state(&done), "published");
    assert_eq!(kept::resume_of(&home, "contact-review"), "crashed");
    home.is_clean("files that kill their readers");
}

/// From the `nth` request on something goes wrong for good.
fn check(kind: Kind, nth: u64, fault: Fault, code: i32) {
    let home = Home::new(&[]);
    home.break_from(kind, nth, fault);
    let record = run(&home, &[], code);
    assert_eq!(state(&record), "failed", "{fault:?}");
    home.ends(&["runs", "acme"], 0);
    home.is_clean(&format!("{fault:?} from {kind:?} {nth} on"));
}

/// All at once, since most of the time is spent waiting for the next attempt.
#[test]
fn failed() {
    let ways = [
        (Kind::Opportunities, 12, Fault::Status(401), 3),
        (Kind::ResumeDownload, 5, Fault::Status(401), 3),
        (Kind::Opportunities, 12, Fault::Status(500), 6),
        (Kind::Opportunities, 12, Fault::Truncate, 6),
        (Kind::Opportunities, 12, Fault::Reset, 6),
        (Kind::Opportunities, 12, Fault::Html, 6),
        (Kind::ResumeDownload, 5, Fault::Truncate, 6),
    ];
    std::thread::scope(|all| {
        ways.map(|(kind, nth, fault, code)| all.spawn(move || check(kind, nth, fault, code))).map(|it| it.join().expect("it passes"))
    });
}
