//! Runs that give signs of life and come no further: how they are told from those that wait politely, and what becomes of them.

use super::due::name;
use super::work::{Place, now};
use acquaint::model::RunState;
use acquaint::night::Standstill;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// What was seen at which minutes, by a watch of half an hour; and at which of them it is said to stand still.
fn check(looks: &[(u64, u64)], expected: &[u64]) {
    let start = Instant::now();
    let at = |minute: u64| start + Duration::from_secs(minute * 60);
    let mut watched = Standstill::new(Duration::from_secs(1_800), 0, start);
    let still = looks.iter().filter(|(minute, seen)| watched.looks_still(*seen, at(*minute)));
    assert_eq!(still.map(|it| it.0).collect::<Vec<_>>(), expected, "{looks:?}");
}

#[test]
fn what_moves_within_the_limit_does_not_stand_still() {
    check(&[(1, 0), (29, 0), (30, 0), (31, 0)], &[30, 31]);
    check(&[(29, 1), (58, 1), (59, 1)], &[59]);
    check(&[(29, 1), (58, 2), (87, 3), (116, 4)], &[]);
    // What goes back and forth moves, and so does what was not looked at for long.
    check(&[(20, 1), (40, 0), (60, 1), (120, 2)], &[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_comes_no_further_fails_and_is_begun_once_more() {
    let place = Place::with(&[("acme", 7)]).await;
    let (_stop, _worker) = place.impatient_worker(7, Duration::from_millis(500));
    place.queue("acme").await;
    place.reach("acme", &[RunState::Failed, RunState::Failed]).await;
    assert_eq!(place.store.busy_tenants().await.expect("read"), [], "a second attempt is the last");
    let mut told = Vec::new();
    while let Some(alert) = place.store.next_alert(now()).await.expect("read") {
        place.store.alert_told(&alert).await.expect("told");
        told.push(alert.record.run);
    }
    let runs = place.store.runs(&name("acme"), 9).await.expect("runs");
    for run in &runs {
        assert_eq!(run.error.as_deref(), Some("the run stood still for 0 min while listing"));
        assert!(told.contains(&run.run), "somebody is told of each");
    }
    // What it left behind keeps nobody: Lever answers again, and so does the run.
    place.gate.may_answer.add_permits(1_000);
    place.queue("acme").await;
    place.reach("acme", &[RunState::Failed; 3]).await;
    let last = place.store.runs(&name("acme"), 1).await.expect("runs").remove(0);
    assert_eq!(last.error.as_deref(), Some("Lever does not accept this key"));
}

/// All that this run hears for longer than the limit are requests for a pause.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_that_lever_asks_for_is_no_standstill() {
    let place = Place::with(&[("acme", 7)]).await;
    place.gate.busy_for.store(3_500, Ordering::SeqCst);
    place.gate.may_answer.add_permits(1_000);
    let (_stop, _worker) = place.impatient_worker(7, Duration::from_millis(2_500));
    place.queue("acme").await;
    place.reach("acme", &[RunState::Failed]).await;
    let run = place.store.runs(&name("acme"), 1).await.expect("runs").remove(0);
    assert_eq!(run.error.as_deref(), Some("Lever does not accept this key"));
    assert!(run.tally.rate_limited >= 3, "{:?}", run.tally);
}
