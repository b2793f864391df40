//! Faults that last: the run fails with its code, and readers keep the badges of the run before.

use super::*;

const OUT_OF_ORDER: &str = "Lever cannot be reached or is out of order";
const PROXY: &str = "see whether a proxy answers in Lever's place";

/// Begins in the middle of the list, and then again in the middle of the résumés.
async fn fails(fault: Fault, code: Exit, words: &str) {
    for nth in [15, 60] {
        let impatient = |it: &mut Setup| it.pace.patience = Duration::from_millis(300);
        check_with(impatient, &[Faults::From(fault, nth)], Ends::Failed(code, words)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_revoked_in_the_middle() {
    fails(Fault::Status(401), Exit::Refused, "Lever does not accept this key").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_429_that_does_not_end() {
    fails(Fault::Status(429), Exit::Unavailable, "Lever kept asking for fewer requests").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_429_for_longer_than_a_run_waits() {
    check(&[Faults::From(Fault::RetryAfter(3_600), 15)], Ends::Failed(Exit::Unavailable, "Lever kept asking for fewer requests")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage() {
    fails(Fault::Status(503), Exit::Unavailable, OUT_OF_ORDER).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_never_come() {
    fails(Fault::Delay(Duration::from_secs(60)), Exit::Unavailable, OUT_OF_ORDER).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_never_end() {
    fails(Fault::Trickle(Duration::from_secs(60)), Exit::Unavailable, OUT_OF_ORDER).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_always_cut() {
    fails(Fault::Truncate, Exit::Unavailable, OUT_OF_ORDER).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_always_break() {
    fails(Fault::Reset, Exit::Unavailable, OUT_OF_ORDER).await;
}

/// Of résumés each is left out by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_web_pages() {
    check(&[Faults::From(Fault::Html, 15)], Ends::Failed(Exit::Unavailable, PROXY)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_go_in_a_circle() {
    check(&habits("circle:1"), Ends::Failed(Exit::Unavailable, "go in a circle")).await;
}

/// After each of them, the next night is a good one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_night_after_is_a_good_one() {
    let home = changed(|_| ()).await;
    for fault in [Fault::Status(401), Fault::Status(500), Fault::Reset, Fault::Html] {
        home.replica.misbehave(&[Faults::From(fault, 12)]);
        assert_eq!(home.run(AUTO).await.record.state, RunState::Failed, "{fault:?}");
    }
    home.replica.misbehave(&[]);
    let finished = home.good(AUTO).await;
    same(&home.seen().await, quiet().await, "the night after");
    nothing_is_left(&home, &finished);
}
