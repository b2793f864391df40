//! Panics quote nobody, and libraries cannot be made to say more than `info`. Both change the whole process, so each test asks a
//! child for what it looks at: this test binary, which runs the same test and is told that it is the child.

use acquaint::cli::{Lines, log, quote_nothing_in_panics};
use std::process::Command;

const CANARY: &str = "maria.canary@example.org";
/// Set for the child.
const CHILD: &str = "ACQUAINT_TEST_CHILD";

/// Everything that the child printed to stderr while it did this; none in the child itself.
fn printed(test: &str, work: fn()) -> Option<String> {
    if std::env::var_os(CHILD).is_some() {
        work();
        return None;
    }
    let binary = std::env::current_exe().expect("a test binary");
    let test = format!("cli::start::{test}");
    let output = Command::new(binary).args(["--exact", &test, "--nocapture"]).env(CHILD, "1").output().expect("it starts");
    Some(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn panics() {
    log("warn", None, Lines::Text).expect("a good filter");
    quote_nothing_in_panics();
    panic!("cannot read {CANARY}");
}

#[test]
fn a_panic_tells_its_place_and_quotes_nothing() {
    let Some(said) = printed("a_panic_tells_its_place_and_quotes_nothing", panics) else { return };
    assert!(said.contains("broke at tests/it/cli/start.rs:"), "{said}");
    assert!(!said.contains(CANARY), "{said}");
}

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
    let Some(said) = printed("libraries_are_capped_at_info_whatever_the_filter_says", logs) else { return };
    assert!(said.contains("brief") && said.contains("ours"), "{said}");
    assert!(!said.contains(CANARY) && !said.contains("again"), "{said}");
}
