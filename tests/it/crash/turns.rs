//! Two at once, in processes of their own: one works, and the others are told so.

use super::site::{Place, Quiet, RUN, Site, State, are_equal};
use crate::retention::home::{Running, until};
use crate::retention::process;
use crate::store::server::Server;
use acquaint::replica::Kind;
use rustix::process::Signal;

#[test]
fn of_many_runs_one_works() {
    let quiet = Quiet::new();
    check(Place::Embedded, &quiet);
    match Server::start() {
        Some(server) => check(Place::Postgres(&server, "turns"), &quiet),
        None => eprintln!("SKIPPED: of_many_runs_one_works on PostgreSQL (no initdb and pg_ctl in PATH or /usr/lib/postgresql)"),
    }
}

fn check(place: Place<'_>, quiet: &Quiet) {
    let site = Site::new(place);
    site.home.ends(&RUN, 0);
    site.account(State::Other);
    let held = site.home.object(&["run", "acme"], 5);
    let held = held["run"].as_str().expect("an id");

    // Whoever comes first stands still at its first request; the others end.
    let _moment = site.home.freeze(Kind::Opportunities, 1);
    let mut runs: Vec<_> = (0..4).map(|_| site.home.start(&RUN)).collect();
    let mut ended = Vec::new();
    while runs.len() > 1 {
        assert!(until(|| runs.iter_mut().any(Running::has_ended)), "all but one end");
        let at = runs.iter_mut().position(Running::has_ended).expect("one has ended");
        ended.push(runs.swap_remove(at).end());
    }
    for it in &ended {
        assert_eq!(it.code, Some(8), "{}", it.stderr);
        assert!(it.stderr.contains("another run is at work"), "{}", it.stderr);
    }
    site.home.ends(&["publish", "acme", held], 8);
    site.home.ends(&["tenant", "remove", "acme", "--purge"], 8);
    are_equal(&site.badges(), &quiet.first, "while one is at work");

    // A claim ends with its process.
    let worker = runs.pop().expect("one is left");
    process::send(worker.id(), Signal::KILL);
    worker.end();
    site.home.ends(&RUN, 0);
    are_equal(&site.badges(), &quiet.other_account, "after the next run");
}
