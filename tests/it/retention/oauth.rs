//! An app's secret and every code and token of a connection lie nowhere in the clear: not on disk, not in logs, not in errors.

use super::forms;
use super::home::{Home, until};
use super::process;
use super::search::Needles;
use acquaint::replica::{Fault, Kind};
use rustix::process::Signal;
use std::time::Duration;

const SCOPES: &str = "offline_access opportunities:read:admin applications:read:admin stages:read:admin archive_reasons:read:admin \
                      users:read:admin postings:read:admin";

/// Connects `acme` by a file that is gone afterwards.
fn connect(home: &Home) {
    let mut file = home.replica.oauth_file().expect("an app");
    file["refresh_token"] = home.replica.give(SCOPES).into();
    let path = home.path("app.json");
    std::fs::write(&path, file.to_string()).expect("a file");
    home.ends(&["tenant", "set", "acme", "oauth_file=../app.json", "resumes=none"], 0);
    std::fs::remove_file(path).expect("ours");
}

/// Nothing that the sign-in handed out so far, and not the app's secret, is in any folder or in anything that was printed.
fn is_clean(home: &Home, after: &str) {
    let file = home.replica.oauth_file().expect("an app");
    let secret = file["client_secret"].as_str().expect("text").to_owned();
    let all = home.replica.handed_out().into_iter().chain([secret]);
    let needles = Needles::new(all.flat_map(|it| forms::of_text(&it)).collect());
    let found = needles.below(&home.path("."));
    assert!(found.is_empty(), "after {after}:\n{}", found.join("\n"));
    home.is_clean(after);
}

#[test]
fn tokens_are_nowhere_in_the_clear() {
    let home = Home::new(&[]);
    connect(&home);
    is_clean(&home, "a file with a token");
    home.ends(&["run", "acme", "--json"], 0);
    home.ends(&["tenant", "check", "acme", "--json"], 0);
    home.ends(&["tenant", "show", "acme"], 0);
    home.ends(&["doctor"], 0);
    is_clean(&home, "a run");
    // Killed while new tokens are on their way, and while they are used for the first time.
    for (kind, code) in [(Kind::Opportunities, 0), (Kind::Token, 3)] {
        home.replica.end_access_tokens();
        home.replica.fail_next(kind, Fault::Delay(Duration::from_secs(3_600)));
        // The list is refused once before.
        let wanted = home.replica.stats().of(kind) + if kind == Kind::Token { 1 } else { 2 };
        let running = home.start(&["tenant", "check", "acme"]);
        assert!(until(|| home.replica.stats().of(kind) >= wanted), "nobody came to {kind:?}");
        process::is_discreet(running.id(), home.needles());
        process::send(running.id(), Signal::KILL);
        running.end();
        is_clean(&home, &format!("a kill at {kind:?}"));
        home.ends(&["tenant", "check", "acme"], code);
        is_clean(&home, &format!("a check after a kill at {kind:?}"));
    }
    assert!(home.replica.handed_out().len() >= 8, "{} were handed out", home.replica.handed_out().len());
    home.ends(&["run", "acme"], 3);
    is_clean(&home, "an access that ended");
    home.ends(&["tenant", "remove", "acme", "--purge"], 0);
    is_clean(&home, "a tenant that was removed");
}
