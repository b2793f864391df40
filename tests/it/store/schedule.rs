//! What keeps many processes in step.

use super::*;
use acquaint::model::{Grant, Order, Publication, ResumePolicy};
use acquaint::store::{Slot, Token, Worker};

const ORDER: Order = Order { kind: RunKind::Recent, resumes: ResumePolicy::Auto, publication: Publication::Guarded };

pub(super) async fn a_time_is_served_once(home: Home) {
    let stores = [home.open().await, home.open().await];
    stores[0].add_tenant(&tenant("a")).await.expect("added");
    let slot = |served| Slot { tenant: name("a"), kind: RunKind::Recent, served };
    assert!(stores[0].serve(&slot(NOW), None, None, NOW).await.expect("served"));
    assert!(!stores[1].serve(&slot(NOW), None, None, NOW).await.expect("looked"), "somebody was quicker");
    let next = slot(NOW.plus(DAY));
    let tries = (0..8).map(|it| {
        let (store, next) = (Arc::clone(&stores[it % 2]), next.clone());
        tokio::spawn(async move { store.serve(&next, Some(NOW), Some((ORDER, NOW.plus(DAY))), NOW.plus(DAY)).await })
    });
    let mut won = 0;
    for it in tries.collect::<Vec<_>>() {
        match it.await.expect("no panic") {
            Ok(it) => won += u32::from(it),
            Err(error) => assert!(matches!(error, StoreError::Busy(_)), "{error}"),
        }
    }
    assert_eq!((won, stores[0].pending().await.expect("read").queued), (1, 1));
    assert_eq!(stores[1].served().await.expect("read"), std::slice::from_ref(&next));
    // While its run is alive no other time is served.
    let busy = stores[0].serve(&slot(NOW.plus(2 * DAY)), Some(NOW.plus(DAY)), Some((ORDER, NOW)), NOW).await;
    assert!(matches!(busy, Err(StoreError::Busy(Rival::Run))));
    assert_eq!(stores[1].served().await.expect("read"), [next]);
}

pub(super) async fn workers_are_seen(home: Home) {
    let store = home.open().await;
    let seen = |at, runs| Worker { id: String::new(), version: "1.2.3".into(), started_at: NOW, seen_at: at, runs };
    store.worker_seen(&seen(NOW, 0)).await.expect("seen");
    store.worker_seen(&seen(NOW.plus(15_000), 2)).await.expect("seen");
    let found = store.workers().await.expect("read");
    assert_eq!((found.len(), found[0].seen_at, found[0].runs), (1, NOW.plus(15_000), 2));
    assert!(found[0].id.ends_with(&format!("/{}", std::process::id())));
    home.raw("INSERT INTO worker (id, version, started_at, seen_at, runs) VALUES ('long gone', '1', 1, 1, 1)").await;
    store.worker_seen(&seen(NOW.plus(DAY), 0)).await.expect("seen");
    assert_eq!(store.workers().await.expect("read").len(), 1, "who was silent for a day is forgotten");
    store.worker_gone().await.expect("gone");
    assert_eq!(store.workers().await.expect("read"), []);
}

/// The times of a schedule that is chosen anew do not make good those of the one before.
pub(super) async fn another_schedule_counts_from_now_on(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let slot = Slot { tenant: name("a"), kind: RunKind::Full, served: NOW };
    let nightly = Settings { schedule: Some("nightly".into()), ..Settings::default() };
    let elsewhere = Settings { time_zone: Some("Asia/Tokyo".into()), ..nightly.clone() };
    for (other, kept) in [
        (nightly.clone(), 0),
        (Settings { paused: true, ..nightly }, 1),
        (elsewhere.clone(), 0),
        (Settings { schedule: Some("0 3 * * *".into()), ..elsewhere }, 0),
    ] {
        if store.served().await.expect("read").is_empty() {
            assert!(store.serve(&slot, None, None, NOW).await.expect("served"));
        }
        store.edit_settings(&name("a"), &|it| it.clone_from(&other)).await.expect("set");
        assert_eq!(store.served().await.expect("read").len(), kept, "{:?} {:?}", other.schedule, other.time_zone);
    }
}

pub(super) async fn a_time_that_waits_for_long_is_told_once(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let slot = |served| Slot { tenant: name("a"), kind: RunKind::Full, served };
    assert!(store.serve(&slot(NOW), None, None, NOW).await.expect("served"));
    let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    let hour = 3_600_000;
    let told = async |time: Millis, at: Millis| {
        store.late(&slot(time), at).await.expect("looked");
        let Some(alert) = store.next_alert(at).await.expect("read") else { return false };
        store.alert_told(&alert).await.expect("told");
        alert.record.run == claim.run
    };
    assert!(!told(NOW.plus(DAY), NOW.plus(DAY + hour - 1)).await);
    assert!(told(NOW.plus(DAY), NOW.plus(DAY + hour)).await);
    assert!(!told(NOW.plus(DAY), NOW.plus(DAY + hour + 10_000)).await, "once");
    assert!(told(NOW.plus(2 * DAY), NOW.plus(2 * DAY + hour)).await, "and again for the next time");
}

/// Whoever takes from wherever, the debt is one.
pub(super) async fn an_allowance_is_shared(home: Home) {
    let stores = [home.open().await, home.open().await];
    // So much at once that it does not matter how long the server takes.
    let cost = if matches!(home.location, Location::Postgres(_)) { 20_000 } else { 500 };
    let take = async |at: usize, account: &str, now: Millis| stores[at].take_allowance(account, cost, now).await.expect("taken");
    let mut ahead = Vec::new();
    for it in 0..4 {
        ahead.push(take(it % 2, "one", NOW).await);
    }
    let other = take(0, "two", NOW).await;
    match home.location {
        Location::Embedded(_) => {
            assert_eq!((ahead, other), (vec![500, 1_000, 1_500, 2_000], 500));
            assert_eq!(take(1, "one", NOW.plus(1_000)).await, 1_500, "time pays it back");
            assert_eq!(take(1, "one", NOW.plus(DAY)).await, 500);
            assert_eq!(take(1, "one", NOW).await, 500, "a clock that was set back forgets what was taken in the future");
        }
        // The server's own clock counts, whatever ours says.
        Location::Postgres(_) => {
            assert!(ahead.windows(2).all(|it| it[0] < it[1]) && ahead[3] > 3 * cost && other <= cost, "{ahead:?} {other}");
        }
    }
    // A pause that Lever asks of one is everybody's, and a shorter one does not end it.
    stores[0].pause_allowance("three", 90_000, NOW).await.expect("paused");
    stores[0].pause_allowance("three", 1_000, NOW).await.expect("paused");
    let ahead = take(1, "three", NOW).await;
    assert!(ahead <= 90_000 + cost && ahead > 60_000, "{ahead}");
}

pub(super) async fn after_a_restore_nothing_is_shown_until_a_run_has_listed_everything(home: Home) {
    let store = home.open().await;
    for it in ["a", "b"] {
        store.add_tenant(&tenant(it)).await.expect("added");
        publish(&*store, it, &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    }
    let held = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&held, &[badge("c-2", "p-2", "o-2", "s-1")]).await.expect("staged");
    store.end_run(&held, &ending(RunState::Held), Some(NOW)).await.expect("held");
    let alive = store.start_run(&name("b"), &order(RunKind::Full), NOW).await.expect("a claim");
    let token = Token { id: "t-1".into(), grant: Grant::Installation, created_at: NOW, expires_at: None, seen_day: None };
    store.add_token(&[7; 32], &token).await.expect("added");
    store.restored(NOW.plus(DAY)).await.expect("restored");
    assert!(store.tokens().await.expect("read").is_empty(), "one that was revoked since would open again");
    for it in ["a", "b"] {
        assert_eq!(shown(&*store, it, Set::Published).await, Vec::<String>::new(), "who has left Lever since is not shown");
        assert_eq!(store.tenant(&name(it)).await.expect("found").checked_at, None);
    }
    assert!(matches!(store.publish_held(&name("a"), held.run, NOW).await, Err(StoreError::Unknown(_))));
    assert!(matches!(store.publish(&alive, &ending(RunState::Published), NOW).await, Err(StoreError::LostClaim)));
    assert!(home.rows_of(1).await.is_empty(), "nothing is left of the old set");
    store.queue_run(&name("a"), &ORDER, NOW.plus(DAY)).await.expect("queued");
    let it = store.claim_run(i64::MAX, &[], NOW.plus(DAY)).await.expect("read").expect("it waits");
    assert_eq!(it.order.kind, RunKind::Full, "a recent run would not see who has left");
    store.stage(&it.claim, &[badge("c-1", "p-1", "o-1", "s-2")]).await.expect("staged");
    store.publish(&it.claim, &ending(RunState::Published), NOW.plus(DAY)).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-2"]);
}
