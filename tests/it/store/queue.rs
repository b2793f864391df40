//! The queue: who is next, and how a run is stopped.

use super::*;
use acquaint::model::{Order, Progress, Publication, ResumePolicy, RunStep};
use acquaint::store::{Claimed, Wish};

pub(super) const ORDER: Order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Unguarded };
const RECENT: Order = Order { kind: RunKind::Recent, resumes: ResumePolicy::Auto, publication: Publication::Guarded };
/// Longer than any lease or pause.
pub(super) const LATER: Millis = NOW.plus(DAY);

pub(super) async fn with_tenants(home: &Home, names: &[&str]) -> Arc<dyn Store> {
    let store = home.open().await;
    for it in names {
        store.add_tenant(&tenant(it)).await.expect("added");
    }
    store
}

pub(super) async fn claimed(store: &dyn Store, now: Millis) -> Claimed {
    store.claim_run(i64::MAX, &[], now).await.expect("the queue is read").expect("a run waits")
}

pub(super) async fn nobody_waits(store: &dyn Store, now: Millis) {
    assert!(store.claim_run(i64::MAX, &[], now).await.expect("the queue is read").is_none());
}

pub(super) async fn states(store: &dyn Store, t: &str) -> Vec<RunState> {
    store.runs(&name(t), 10).await.expect("runs").into_iter().map(|it| it.state).collect()
}

pub(super) async fn a_queued_run_waits_for_a_worker(home: Home) {
    let store = with_tenants(&home, &["a", "b"]).await;
    let run = store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    assert!(matches!(store.queue_run(&name("a"), &RECENT, NOW).await, Err(StoreError::Busy(Rival::Run))));
    assert!(matches!(store.start_run(&name("a"), &order(RunKind::Full), LATER).await, Err(StoreError::Busy(Rival::Run))));
    assert_eq!(store.end_dead_runs(LATER).await.expect("looked"), 0, "a run that waits is not dead");
    let waiting = store.run(run).await.expect("the run");
    let queued = waiting.queued.expect("its place");
    assert_eq!((waiting.state, queued.due_at, queued.attempt, queued.scheduled), (RunState::Queued, NOW, 1, false));
    let it = claimed(&*store, NOW.plus(1)).await;
    assert_eq!((it.claim.run, it.claim.tenant.clone(), it.order), (run, name("a"), ORDER));
    nobody_waits(&*store, LATER).await;
    store.stage(&it.claim, &[badge("c-1", "p-1", "o-1", "s-1")]).await.expect("staged");
    store.publish(&it.claim, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-1"]);

    // Without a good run before it a recent one is a full one.
    for (t, kind) in [("a", RunKind::Recent), ("b", RunKind::Full)] {
        store.queue_run(&name(t), &RECENT, NOW).await.expect("queued");
        assert_eq!(claimed(&*store, NOW).await.order.kind, kind);
    }
}

pub(super) async fn short_runs_go_first_and_long_ones_are_not_forgotten(home: Home) {
    let store = with_tenants(&home, &["long", "short", "late"]).await;
    for (t, lasts) in [("long", 10 * 3_600_000), ("short", 60_000), ("late", 60_000)] {
        let claim = store.start_run(&name(t), &order(RunKind::Full), NOW).await.expect("a claim");
        let end = Ending { finished_at: NOW.plus(lasts), ..ending(RunState::Published) };
        store.publish(&claim, &end, NOW).await.expect("published");
    }
    for (t, waits) in [("long", 0), ("short", 3_600_000), ("late", 11 * 3_600_000)] {
        store.queue_run(&name(t), &ORDER, NOW.plus(waits)).await.expect("queued");
    }
    let short = store.claim_run(1_800_000, &[], NOW.plus(3_600_000)).await.expect("read").expect("a short one waits");
    assert_eq!(short.claim.tenant, name("short"));
    assert!(store.claim_run(1_800_000, &[], NOW.plus(3_600_000)).await.expect("read").is_none(), "the long one waits for another place");
    for expected in ["long", "late"] {
        assert_eq!(claimed(&*store, NOW.plus(DAY)).await.claim.tenant, name(expected));
    }
}

pub(super) async fn of_many_workers_one_claims_a_run(home: Home) {
    let names: Vec<String> = (0..6).map(|it| format!("t-{it}")).collect();
    let stores = [with_tenants(&home, &names.iter().map(String::as_str).collect::<Vec<_>>()).await, home.open().await];
    for it in &names {
        stores[0].queue_run(&name(it), &ORDER, NOW).await.expect("queued");
    }
    let tries = (0..12).map(|it| {
        let store = Arc::clone(&stores[it % 2]);
        tokio::spawn(async move { store.claim_run(i64::MAX, &[], NOW).await.expect("the queue is read") })
    });
    let mut won = Vec::new();
    for it in tries.collect::<Vec<_>>() {
        won.extend(it.await.expect("no panic").map(|it| it.claim.tenant.to_string()));
    }
    won.sort();
    assert_eq!(won, names);
}

pub(super) async fn a_cancelled_run_ends_or_is_asked_to(home: Home) {
    let store = with_tenants(&home, &["a", "b"]).await;
    let run = store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    assert!(matches!(store.cancel_run(&name("b"), run, NOW).await, Err(StoreError::Unknown(_))), "of another tenant");
    store.cancel_run(&name("a"), run, NOW).await.expect("cancelled");
    nobody_waits(&*store, LATER).await;
    assert!(matches!(store.cancel_run(&name("a"), run, NOW).await, Err(StoreError::Unknown(_))), "it has ended");
    store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    let it = claimed(&*store, NOW).await;
    assert_eq!(store.beat(&it.claim, None, NOW).await.expect("alive"), Wish::GoOn);
    store.cancel_run(&name("a"), it.claim.run, NOW).await.expect("asked");
    assert_eq!(store.beat(&it.claim, None, NOW).await.expect("alive"), Wish::Stop);
    store.end_run(&it.claim, &ending(RunState::Cancelled), None).await.expect("ended");
    assert_eq!(states(&*store, "a").await, [RunState::Cancelled; 2]);
    store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    assert!(matches!(store.remove_tenant(&name("a"), NOW).await, Err(StoreError::Busy(Rival::Run))));
}

pub(super) async fn a_run_tells_how_far_it_is(home: Home) {
    let store = with_tenants(&home, &["a"]).await;
    store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    let it = claimed(&*store, NOW).await;
    let told = Progress { step: RunStep::Matching, done: 7, of: 9, pulled: 12, requests: 3 };
    store.beat(&it.claim, Some(&told), NOW).await.expect("alive");
    let record = store.run(it.claim.run).await.expect("the run");
    assert_eq!(record.progress, Some(told));
    assert!(record.worker.is_some_and(|it| it.ends_with(&format!("/{}", std::process::id()))));
    store.end_run(&it.claim, &ending(RunState::DryRun), None).await.expect("ended");
    let record = store.run(it.claim.run).await.expect("the run");
    assert_eq!((record.progress, record.worker), (None, None));
}

/// Whoever is quicker: the run that publishes though its lease has ended, or the worker that finds it dead.
pub(super) async fn a_lease_that_ends_in_the_middle_of_a_publication(home: Home) {
    let store = with_tenants(&home, &["a"]).await;
    let other = home.open().await;
    let mut now = NOW;
    let mut published = 0;
    for turn in 0..12 {
        store.queue_run(&name("a"), &ORDER, now).await.expect("queued");
        let it = claimed(&*store, now).await;
        let profile = format!("p-{turn}");
        store.stage(&it.claim, &[badge("c-1", &profile, "o-1", "s-1")]).await.expect("staged");
        let before = shown(&*store, "a", Set::Published).await;
        now = now.plus(61_000);
        let end = Ending { finished_at: now, ..ending(RunState::Published) };
        let (publication, ended) = tokio::join!(store.publish(&it.claim, &end, now), other.end_dead_runs(now));
        let after = shown(&*store, "a", Set::Published).await;
        match (publication, ended) {
            (Ok(()), Ok(0)) => {
                assert_eq!(after, [format!("c-1>{profile}@s-1")]);
                published += 1;
            }
            (Err(StoreError::LostClaim), Ok(1)) => {
                assert_eq!(after, before, "a run that lost its claim changes nothing");
                let again = claimed(&*other, now.plus(DAY)).await;
                other.end_run(&again.claim, &Ending { finished_at: now, ..ending(RunState::DryRun) }, None).await.expect("ended");
            }
            it => panic!("both, or neither: {it:?}"),
        }
    }
    eprintln!("of 12 publications with an ended lease {published} were quicker");
}

/// Between the last sign of life and the flip.
pub(super) async fn who_asked_for_a_stop_gets_it(home: Home) {
    let store = with_tenants(&home, &["a"]).await;
    for state in [RunState::Published, RunState::Held] {
        store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
        let it = claimed(&*store, NOW).await;
        store.stage(&it.claim, &[badge("c-1", "p-1", "o-1", "s-1")]).await.expect("staged");
        store.cancel_run(&name("a"), it.claim.run, NOW).await.expect("asked");
        let kept = match state {
            RunState::Published => store.publish(&it.claim, &ending(state), NOW).await,
            _ => store.end_run(&it.claim, &ending(state), Some(NOW)).await,
        };
        assert!(matches!(kept, Err(StoreError::Cancelled)), "{state:?}");
        store.end_run(&it.claim, &ending(RunState::Cancelled), None).await.expect("ended");
        assert_eq!(shown(&*store, "a", Set::Published).await, Vec::<String>::new());
        assert_eq!(states(&*store, "a").await[0], RunState::Cancelled);
    }
}

/// A first run may be a long one: it takes no place that is kept for short ones.
pub(super) async fn what_is_not_known_is_long(home: Home) {
    let store = with_tenants(&home, &["a"]).await;
    let short = async || store.claim_run(1_800_000, &[], NOW).await.expect("read");
    store.queue_run(&name("a"), &ORDER, NOW).await.expect("queued");
    assert!(short().await.is_none(), "nothing is known of it");
    let it = claimed(&*store, NOW).await;
    store.publish(&it.claim, &Ending { finished_at: NOW.plus(60_000), ..ending(RunState::Published) }, NOW).await.expect("published");
    for order in [ORDER, RECENT] {
        store.queue_run(&name("a"), &order, NOW).await.expect("queued");
        let it = short().await.expect("it is known to be short");
        store.end_run(&it.claim, &ending(RunState::Failed), None).await.expect("ended");
    }
}

pub(super) async fn a_tenant_at_rest_begins_nothing_by_itself(home: Home) {
    let store = with_tenants(&home, &["asked", "scheduled"]).await;
    let slot = acquaint::store::Slot { tenant: name("scheduled"), kind: RunKind::Full, served: NOW };
    assert!(store.serve(&slot, None, Some((ORDER, NOW)), NOW).await.expect("served"));
    store.queue_run(&name("asked"), &ORDER, NOW).await.expect("queued");
    let at_rest = [name("asked"), name("scheduled")];
    let mut begun = Vec::new();
    while let Some(it) = store.claim_run(i64::MAX, &at_rest, NOW).await.expect("read") {
        begun.push(it.claim.tenant);
    }
    assert_eq!(begun, [name("asked")], "what a person asked for begins");
    assert_eq!(claimed(&*store, NOW).await.claim.tenant, name("scheduled"));
}

/// A person asks for a run while one of the schedule waits: it is the same run, which does not wait any more.
pub(super) async fn what_a_person_asks_for_takes_the_place_of_the_schedules(home: Home) {
    let recent = Order { kind: RunKind::Recent, ..ORDER };
    let dry = Order { publication: Publication::DryRun, ..ORDER };
    let check = async |t: &str, waits: Order, asked: Order, is_taken: bool| {
        let store = with_tenants(&home, &[t]).await;
        let slot = acquaint::store::Slot { tenant: name(t), kind: waits.kind, served: NOW };
        assert!(store.serve(&slot, None, Some((waits, NOW)), NOW).await.expect("served"));
        let run = store.runs(&name(t), 1).await.expect("runs")[0].run;
        match store.queue_run(&name(t), &asked, NOW).await {
            Ok(it) => assert!(is_taken && it == run, "{t}"),
            Err(error) => assert!(!is_taken && matches!(error, StoreError::Busy(Rival::Run)), "{t}: {error}"),
        }
        let begun = store
            .claim_run(i64::MAX, &["same", "more", "less", "dry"].map(name), NOW)
            .await
            .expect("read")
            .map(|it| (it.claim.run, it.order.publication));
        assert_eq!(begun, is_taken.then_some((run, asked.publication)), "{t}");
        assert!(matches!(store.queue_run(&name(t), &asked, NOW).await, Err(StoreError::Busy(Rival::Run))), "{t}: once");
    };
    check("same", ORDER, ORDER, true).await;
    check("more", recent, ORDER, true).await;
    check("less", ORDER, recent, false).await;
    check("dry", ORDER, dry, false).await;
}
