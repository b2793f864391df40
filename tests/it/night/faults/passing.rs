//! Faults that pass: the run takes longer, and its badges are those of a quiet run.

use super::*;
use acquaint::replica::Asks;

async fn passes(text: &str) {
    check(&habits(text), Ends::Well).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_429_now_and_then_costs_a_turn() {
    passes("rate-limit:0.1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_429_with_retry_after_costs_what_it_asks() {
    check(&[Faults::Share(Fault::RetryAfter(1), 0.02)], Ends::Well).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_429_is_sat_out() {
    check(&[Faults::Storm(Asks::Nothing, Duration::from_millis(100), 15)], Ends::Well).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_429_with_retry_after_is_sat_out() {
    check(&[Faults::Storm(Asks::RetryAfter, Duration::from_millis(900), 15)], Ends::Well).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_of_levers_own_are_asked_again() {
    passes("server-error:0.1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_answers_are_waited_for() {
    check(&[Faults::Share(Fault::Delay(Duration::from_millis(150)), 0.2)], Ends::Well).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_bodies_are_waited_for() {
    check(&[Faults::Share(Fault::Trickle(Duration::from_millis(150)), 0.2)], Ends::Well).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_never_ends_is_asked_again() {
    let impatient = |it: &mut Setup| it.pace.patience = Duration::from_millis(400);
    for fault in [Fault::Delay(Duration::from_secs(60)), Fault::Trickle(Duration::from_secs(60))] {
        check_with(impatient, &[Faults::Share(fault, 0.03)], Ends::Well).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn truncated_bodies_are_asked_again() {
    passes("truncated:0.1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reset_connections_are_opened_again() {
    passes("reset:0.1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn web_pages_in_place_of_json_are_asked_again() {
    passes("html:0.05").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgotten_token_in_the_middle_of_the_scan_costs_a_request() {
    passes("bad-offset:0.2").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lever_that_knows_no_token_is_listed_all_the_same() {
    // Lists without an order cannot go on without tokens; here they have one page each.
    check_with(|it| it.page_limit = 100, &habits("bad-offset:1"), Ends::Well).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_at_once_passes_too() {
    passes("rate-limit:0.04,server-error:0.04,truncated:0.04,reset:0.04,html:0.02,bad-offset:0.1,clock:-30").await;
}

/// Our clock and Lever's: what was deleted a moment ago by Lever's clock may be tomorrow by ours.
async fn with_the_clock(minutes: i64) {
    let clock = Faults::Clock(minutes * 60_000);
    check(&[clock], Ends::Well).await;
    let home = changed(|_| ()).await;
    home.good(AUTO).await;
    home.replica.misbehave(&[clock]);
    let badges = lone(&home.badges().await);
    let theirs = NOW.0 + minutes * 60_000;
    home.replica.edit(|account| {
        let gone = take_rows(account, &badges[0].1).into_iter();
        account.deleted.extend(gone.map(|opportunity| acquaint::world::Deleted { opportunity, by: String::new(), at: theirs - 1_000 }));
    });
    let finished = home.good(RECENT).await;
    let after = home.seen().await;
    assert!(!after.contains_key(&badges[0].0) && after.contains_key(&badges[1].0), "{minutes} minutes: what was deleted is gone");
    let window = home.store.tenant(&home.name).await.unwrap().window_start.unwrap();
    assert_eq!(window.0, NOW.0.min(theirs) - 600_000, "the next window begins by the clock that is behind");
    nothing_is_left(&home, &finished);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn levers_clock_is_ahead() {
    with_the_clock(90).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn levers_clock_is_behind() {
    with_the_clock(-8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_that_differ_are_told() {
    check(&[Faults::Clock(90 * 60_000)], Ends::Well).await;
    let said = String::from_utf8(watch::said()).unwrap();
    assert!(said.contains("our clock and Lever's differ by more than five minutes"));
}
