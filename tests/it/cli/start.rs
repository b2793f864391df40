//! Panics quote nobody, and libraries cannot be made to say more than `info`. Both change the whole process, so each is tried in
//! a child: this test binary, asked for one test that is ignored otherwise.

use acquaint::cli::{Lines, log, quote_nothing_in_panics};
use std::process::Command;

const CANARY: &str = "maria.canary@example.org";

/// Everything that the child printed to stderr.
fn child(test: &str) -> String {
    let binary = std::env::current_exe().expect("a test binary");
    let test = format!("cli::start::{test}");
    let output = Command::new(binary).args(["--ignored", "--exact", &test, "--nocapture"]).output().expect("it starts");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
#[ignore = "run by `a_panic_tells_its_place_and_quotes_nothing`"]
fn panics() {
    log("warn", None, Lines::Text).expect("a good filter");
    quote_nothing_in_panics();
    panic!("cannot read {CANARY}");
}

#[test]
fn a_panic_tells_its_place_and_quotes_nothing() {
    let said = child("panics");
    assert!(said.contains("broke at tests/it/cli/start.rs:"), "{said}");
    assert!(!said.contains(CANARY), "{said}");
}

#[test]
#[ignore = "run by `libraries_are_capped_at_info_whatever_the_filter_says`"]
fn logs() {
    log("trace,sqlx=trace,hyper=debug", None, Lines::Json).expect("a good filter");
    tracing::info!(target: "hyper::client", "brief");
    for canary in [CANARY, "again"] {
        tracing::debug!(target: "sqlx::query", canary);
        tracing::trace!(target: "hyper::proto", canary);
        tracing::debug!(target: "acquainted", canary);
    }
    tracing::debug!(target: "acquaint::night", "ours");
}

#[test]
fn libraries_are_capped_at_info_whatever_the_filter_says() {
    let said = child("logs");
    assert!(said.contains("brief") && said.contains("ours"), "{said}");
    assert!(!said.contains(CANARY) && !said.contains("again"), "{said}");
}
