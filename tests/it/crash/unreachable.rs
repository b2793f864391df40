//! A database that is not there, or does not let us in: said within seconds, in clear words.

use crate::store::server::Server;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

/// Asks for the tenants of a database; how it ends.
fn check(url: &str, expected: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
    command.args(["tenant", "list"]).env_clear().env("HOME", folder.path()).env("ACQUAINT_DATABASE_URL", url);
    let began = Instant::now();
    let output = command.output().expect("the binary starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("the database failed: {expected}")), "{said}");
    assert!(said.contains("see that the database runs and lets this user in"), "{said}");
    assert!(!said.contains("swordfish"), "{said}");
    // A connection that nobody limits is given up after more than two minutes; a machine that is busy takes its time too.
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn a_database_that_does_not_answer_is_told_within_seconds() {
    // Connections wait in line, and nobody takes them.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    check(&format!("postgres://acquaint:swordfish@127.0.0.1:{port}/x"), "the server does not answer within 5 seconds");
    drop(silent);
    check(&format!("postgres://acquaint:swordfish@127.0.0.1:{port}/x"), "the server cannot be reached (connection refused)");
    check("postgres://acquaint:swordfish@%2Fnowhere/x", "the server cannot be reached");
    match Server::start() {
        Some(server) => check(&server.url("nothing_here"), "the server has no such database"),
        None => eprintln!("SKIPPED: a database that is not there, on a server (no initdb and pg_ctl in PATH or /usr/lib/postgresql)"),
    }
}
