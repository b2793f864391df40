//! What becomes of a run that was lost, stood still or had to go: it is begun again.

use super::queue::{LATER, ORDER, claimed, nobody_waits, states, with_tenants};
use super::*;
use acquaint::model::{Order, Publication};

pub(super) async fn a_lost_run_is_begun_again(home: Home) {
    let store = with_tenants(&home, &["a"]).await;
    store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    let mut now = NOW;
    for attempt in 1..=20 {
        let it = claimed(&*store, now).await;
        let queued = store.run(it.claim.run).await.expect("the run").queued.expect("its place");
        assert_eq!((queued.attempt, it.order), (attempt, ORDER));
        store.stage(&it.claim, &[badge("c-1", "p-1", "o-1", "s-1")]).await.expect("staged");
        assert_eq!(store.end_dead_runs(now.plus(59_000)).await.expect("looked"), 0, "its lease holds");
        now = now.plus(61_000);
        assert_eq!(store.end_dead_runs(now).await.expect("looked"), 1);
        assert!(matches!(store.publish(&it.claim, &ending(RunState::Published), NOW).await, Err(StoreError::LostClaim)));
        nobody_waits(&*store, now.plus(1_999)).await;
        now = now.plus(1_000_000);
    }
    nobody_waits(&*store, now.plus(DAY)).await;
    assert_eq!(states(&*store, "a").await, [RunState::Lost; 10][..]);
    // A lease beyond all sense is of a clock that was set back.
    store.queue_run(&name("a"), &ORDER, now.plus(365 * DAY)).await.expect("queued");
    claimed(&*store, now.plus(365 * DAY)).await;
    assert_eq!(store.end_dead_runs(now).await.expect("looked"), 1);
}

/// Whoever finds a dead run does not forget what it was to do, unless that is what they came for.
pub(super) async fn what_a_dead_run_was_to_do_is_done(home: Home) {
    let store = with_tenants(&home, &["a"]).await;
    let held = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.end_run(&held, &ending(RunState::Held), None).await.expect("held");
    store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    let dead = claimed(&*store, NOW).await.claim.run;
    store.publish_held(&name("a"), held.run, LATER).await.expect("published");
    let again = claimed(&*store, LATER.plus(DAY)).await;
    assert_eq!((again.order, store.run(dead).await.expect("the run").state), (ORDER, RunState::Lost));

    // A run that does less comes after it, and so that it does come, it waits in the queue by now.
    let mut later = LATER;
    let (recent, full) = (order(RunKind::Recent), order(RunKind::Full));
    for lesser in [recent, Order { publication: Publication::DryRun, ..full }] {
        later = later.plus(2 * DAY);
        assert!(matches!(store.start_run(&name("a"), &lesser, later).await, Err(StoreError::Busy(Rival::Run))));
        assert_eq!(states(&*store, "a").await[..2], [RunState::Queued, RunState::Lost]);
        assert_eq!(claimed(&*store, later.plus(DAY)).await.order, ORDER);
    }
    store.start_run(&name("a"), &full, later.plus(2 * DAY)).await.expect("a claim");
    assert_eq!(states(&*store, "a").await[..2], [RunState::Running, RunState::Lost]);
}

/// It may well come to the same end: somebody is told each time, and a second attempt is the last.
pub(super) async fn what_stood_still_is_begun_once_more_and_told(home: Home) {
    let store = with_tenants(&home, &["a"]).await;
    store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    for (attempt, wait) in [(1, 0), (2, 2_000)] {
        let due = LATER.plus(wait);
        assert!(wait == 0 || store.claim_run(i64::MAX, &[], due.plus(-1)).await.expect("read").is_none(), "after a pause");
        let it = claimed(&*store, due).await;
        assert_eq!((store.run(it.claim.run).await.expect("the run").queued.expect("its place").attempt, it.order), (attempt, ORDER));
        let end = Ending { again: Again::Once, finished_at: LATER, ..ending(RunState::Failed) };
        store.end_run(&it.claim, &end, None).await.expect("ended");
        let alert = store.next_alert(LATER).await.expect("read").expect("somebody is told");
        assert_eq!((alert.record.run, alert.record.state), (it.claim.run, RunState::Failed));
        store.alert_told(&alert).await.expect("told");
    }
    nobody_waits(&*store, LATER.plus(DAY)).await;
}

pub(super) async fn a_run_that_must_go_waits_again(home: Home) {
    let store = with_tenants(&home, &["a"]).await;
    store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    for (again, wait) in [(Again::AtOnce, 0), (Again::Later, 2_000), (Again::Later, 4_000)] {
        let it = claimed(&*store, LATER).await;
        let end = Ending { again, finished_at: LATER.plus(-DAY), ..ending(RunState::Cancelled) };
        store.end_run(&it.claim, &end, None).await.expect("ended");
        let due = store.runs(&name("a"), 1).await.expect("runs")[0].queued.expect("its place").due_at;
        assert_eq!(due, NOW.plus(wait), "{again:?}");
    }
    // One that a person began at a terminal, or wants stopped, is that person's.
    let it = claimed(&*store, LATER).await;
    store.cancel_run(&name("a"), it.claim.run, LATER).await.expect("asked");
    store.end_run(&it.claim, &Ending { again: Again::Later, ..ending(RunState::Cancelled) }, None).await.expect("ended");
    nobody_waits(&*store, LATER).await;
    let own = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.end_run(&own, &Ending { again: Again::Later, ..ending(RunState::Failed) }, None).await.expect("ended");
    nobody_waits(&*store, LATER).await;
}

pub(super) async fn a_run_that_is_begun_again_is_as_old_as_the_first(home: Home) {
    let store = with_tenants(&home, &["a"]).await;
    store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    let it = claimed(&*store, NOW).await;
    let end = Ending { again: Again::Later, finished_at: NOW.plus(600_000), ..ending(RunState::Failed) };
    store.end_run(&it.claim, &end, None).await.expect("ended");
    let queued = store.runs(&name("a"), 1).await.expect("runs")[0].queued.expect("its place");
    assert_eq!((queued.queued_at, queued.due_at), (NOW, NOW.plus(602_000)));
    assert_eq!(store.pending().await.expect("read").first_due_at, Some(NOW));
    assert!(store.next_alert(NOW.plus(3_599_999)).await.expect("read").is_none());
    assert!(store.next_alert(NOW.plus(3_600_000)).await.expect("read").is_some(), "late since the first was");
}
