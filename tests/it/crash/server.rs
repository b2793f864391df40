//! The database server dies in the middle of a run: killed, restarted, or gone for good. The run ends well once the server is back,
//! or says in clear words that it is not; the next one comes to the badges of a quiet run.

use super::site::{Place, Quiet, RUN, Site, State, are_equal};
use crate::retention::postgres::{self, LOUD};
use crate::retention::process;
use crate::store::server::Server;
use acquaint::replica::Kind;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustix::process::Signal;
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use std::time::{Duration, Instant};

const SEED: u64 = 20_261_123;

/// What a run says at its end.
struct Said {
    code: Option<i32>,
    errors: Vec<Value>,
}

/// A site on the server, with a set that the next run replaces.
fn prepared(server: &Server) -> (Site, Quiet) {
    let quiet = Quiet::new();
    let site = Site::new(Place::Postgres(server, "night"));
    site.home.ends(&RUN, 0);
    are_equal(&site.badges(), &quiet.first, "on PostgreSQL as on SQLite");
    site.account(State::Other);
    (site, quiet)
}

/// Starts a run that stands still at a request, and does something to the server meanwhile.
fn at_a_request(site: &Site, kind: Kind, nth: u64, harm: impl FnOnce()) -> Said {
    let moment = site.home.stop_for(kind, nth, Duration::from_secs(3));
    let mut running = site.home.start(&RUN);
    running.reaches(&moment);
    harm();
    let ended = running.end();
    let errors = ended.stderr.lines().filter_map(|it| serde_json::from_str::<Value>(it).ok()).filter(|it| it["error"].is_string());
    Said { code: ended.code, errors: errors.collect() }
}

/// The processes of the server that serve us.
async fn backends(server: &Server) -> Vec<i32> {
    let mut it = PgConnection::connect(&server.url("postgres")).await.expect("a connection");
    let ours = "SELECT pid FROM pg_stat_activity WHERE application_name = 'acquaint' AND datname = 'night'";
    sqlx::query_scalar(ours).fetch_all(&mut it).await.expect("rows")
}

#[test]
fn the_server_dies_while_a_run_is_at_work() {
    let Some(server) = Server::start_with(LOUD) else {
        return eprintln!("SKIPPED: the_server_dies_while_a_run_is_at_work (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    let (site, quiet) = prepared(&server);
    restarted(&site, &server, &quiet);
    a_backend_is_killed(&site, &server, &quiet);
    gone(&site, &server, &quiet);
    at_random_moments(&site, &server, &quiet);
    site.runtime.block_on(postgres::is_clean(&server, "night", &site.home, "all of it"));
}

/// Down and up again between two statements: the run takes new connections, and nobody notices.
fn restarted(site: &Site, server: &Server, quiet: &Quiet) {
    for (kind, nth) in [(Kind::Opportunities, 2), (Kind::ResumeDownload, 1)] {
        let said = at_a_request(site, kind, nth, || {
            server.crash();
            server.resume();
        });
        assert_eq!(said.code, Some(0), "at {kind:?} {nth}: {:?}", said.errors);
        are_equal(&site.badges(), &quiet.other_account, "after a restart");
    }
}

/// A server that loses one process to a signal ends all others, and starts anew by itself.
fn a_backend_is_killed(site: &Site, server: &Server, quiet: &Quiet) {
    site.account(State::First);
    let said = at_a_request(site, Kind::Opportunities, 2, || {
        let ours = site.runtime.block_on(backends(server));
        process::send(ours[0].cast_unsigned(), Signal::KILL);
    });
    assert_eq!(said.code, Some(0), "{:?}", said.errors);
    are_equal(&site.badges(), &quiet.first, "after the server's own restart");
}

/// Down for good: the run says so within seconds; so does every other verb, and badges are as they were once it is back.
fn gone(site: &Site, server: &Server, quiet: &Quiet) {
    site.account(State::Other);
    let said = at_a_request(site, Kind::Opportunities, 2, || server.crash());
    assert_eq!(said.code, Some(1));
    let error = said.errors.last().expect("an error");
    assert!(error["error"].as_str().is_some_and(|it| it.starts_with("the database failed: the server")), "{error}");
    assert!(error["meaning"].as_str().is_some_and(|it| it.starts_with("badges are whole")), "{error}");
    // Nobody waits for long: what does not end in a minute fails the test.
    site.home.ends(&["badges", "acme"], 1);
    server.resume();
    are_equal(&site.badges(), &quiet.first, "once it is back");
    site.home.ends(&RUN, 0);
    are_equal(&site.badges(), &quiet.other_account, "after the next run");
}

/// In the middle of whatever the run has asked of it.
fn at_random_moments(site: &Site, server: &Server, quiet: &Quiet) {
    eprintln!("at_random_moments: seed {SEED}");
    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    let began = Instant::now();
    site.home.ends(&RUN, 0);
    let life = began.elapsed();
    let mut failed = 0;
    for (state, old, new) in [
        (State::First, &quiet.other_account, &quiet.first),
        (State::Other, &quiet.first, &quiet.other_account),
        (State::First, &quiet.other_account, &quiet.first),
        (State::Other, &quiet.first, &quiet.other_account),
        (State::First, &quiet.other_account, &quiet.first),
        (State::Other, &quiet.first, &quiet.other_account),
    ] {
        site.account(state);
        let running = site.home.start(&RUN);
        std::thread::sleep(life.mul_f64(dice.random()));
        server.crash();
        server.resume();
        let code = running.end().code;
        assert!(matches!(code, Some(0 | 1)), "{code:?}");
        failed += u32::from(code == Some(1));
        let now = site.badges();
        assert!(now == *old || now == *new, "half of a run is published");
        site.home.ends(&RUN, 0);
        are_equal(&site.badges(), new, "after the next run");
    }
    eprintln!("the server died in the middle of 6 runs: {failed} of them failed");
}
