//! Runs that the guard held: what they wait for, and what becomes of them.

use super::*;

pub(super) async fn a_held_run_waits(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    let hold = async |stage: &str| {
        let claim = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
        store.stage(&claim, &[badge("c-2", "p-2", "o-2", stage)]).await.expect("staged");
        store.end_run(&claim, &ending(RunState::Held), Some(NOW.plus(9))).await.expect("held");
        claim
    };
    let dropped = hold("s-2").await;
    store.drop_held(&name("a"), dropped.run, NOW).await.expect("dropped");
    assert_eq!(store.run(dropped.run).await.expect("the run").state, RunState::Cancelled);
    assert_eq!(home.rows_of(dropped.fence).await, []);

    let held = hold("s-3").await;
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-1"]);
    assert_eq!(shown(&*store, "a", Set::Staged(held.run)).await, ["c-2>p-2@s-3"]);
    let live = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    assert!(matches!(store.publish_held(&name("a"), held.run, NOW).await, Err(StoreError::Busy(Rival::Run))));
    store.end_run(&live, &ending(RunState::Failed), None).await.expect("ended");
    store.publish_held(&name("a"), held.run, NOW.plus(DAY)).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-2>p-2@s-3"]);
    assert_eq!(store.run(held.run).await.expect("the run").state, RunState::Published);
    let now = store.tenant(&name("a")).await.expect("the tenant");
    assert_eq!((now.published_run, now.checked_at, now.window_start), (Some(held.run), Some(NOW.plus(1_000)), Some(NOW.plus(9))));
    assert!(matches!(store.publish_held(&name("a"), held.run, NOW).await, Err(StoreError::Unknown(Thing::HeldRun))));
    assert!(matches!(store.drop_held(&name("a"), held.run, NOW).await, Err(StoreError::Unknown(Thing::HeldRun))));
}

/// Whoever publishes a night late takes back nothing that was found since.
pub(super) async fn a_held_night_takes_in_what_was_found_since(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1"), badge("c-9", "p-9", "o-9", "s-1")]).await;
    let night = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage_reference(&night, &reference("s-2")).await.expect("staged");
    let listed = ["1", "2", "3", "4"].map(|n| badge(&format!("c-{n}"), &format!("p-{n}"), &format!("o-{n}"), "s-2"));
    store.stage(&night, &listed).await.expect("staged");
    store.end_run(&night, &ending(RunState::Held), Some(NOW)).await.expect("held");

    // One must not be contacted any more, one moved to another contact, one matches nobody now, one is new.
    let recent = store.start_run(&name("a"), &order(RunKind::Recent), NOW).await.expect("a claim");
    let refused = Opportunity { contact_consent: Consent { allowed: Some(false), expires_at: None }, ..opportunity("c-1", "o-1", "s-5") };
    let found = [
        StagedContact { opportunities: vec![refused.clone()], ..badge("c-1", "p-1", "o-1", "s-5") },
        badge("c-6", "p-6", "o-2", "s-5"),
        unmatched("c-3"),
        badge("c-7", "p-7", "o-7", "s-5"),
    ];
    store.stage_reference(&recent, &reference("s-5")).await.expect("staged");
    store.stage(&recent, &found).await.expect("staged");
    let later = Ending { finished_at: NOW.plus(DAY), ..ending(RunState::Published) };
    store.publish(&recent, &later, NOW.plus(DAY - 9)).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-5", "c-6>p-6@s-5", "c-7>p-7@s-5", "c-9>p-9@s-1"]);

    let all = ["c-1>p-1@s-5", "c-4>p-4@s-2", "c-6>p-6@s-5", "c-7>p-7@s-5"];
    assert_eq!(shown(&*store, "a", Set::Staged(night.run)).await, all, "as whoever settles it sees it");
    store.publish_held(&name("a"), night.run, NOW.plus(2 * DAY)).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, all);
    let read = store.read(&name("a"), Set::Published, Which::Badges).await.expect("read");
    assert_eq!((&read.pairings[0].1[..], read.reference.stages.contains_key(&id("s-5"))), (&[refused][..], true));
    let now = store.tenant(&name("a")).await.expect("the tenant");
    assert_eq!((now.checked_at, now.window_start), (Some(NOW.plus(DAY)), Some(NOW.plus(DAY - 9))), "as far as the recent run looked");
}

pub(super) async fn an_older_held_run_is_gone(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    let held = store.start_run(&name("a"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&held, &[badge("c-1", "p-1", "o-1", "s-1")]).await.expect("staged");
    store.end_run(&held, &ending(RunState::Held), None).await.expect("held");
    publish(&*store, "a", &[badge("c-2", "p-2", "o-2", "s-1")]).await;
    assert!(matches!(store.publish_held(&name("a"), held.run, NOW).await, Err(StoreError::Unknown(Thing::HeldRun))));
    assert_eq!(home.rows_of(held.fence).await, []);
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-2>p-2@s-1"]);
}

/// A night that waits for its operator outlives the recent runs of the day, however they end, but not the next night.
pub(super) async fn a_held_night_waits_for_its_operator(home: Home) {
    let store = home.open().await;
    store.add_tenant(&tenant("a")).await.expect("added");
    publish(&*store, "a", &[badge("c-1", "p-1", "o-1", "s-1")]).await;
    let run = async |kind, stage| {
        let claim = store.start_run(&name("a"), &order(kind), NOW).await.expect("a claim");
        store.stage(&claim, &[badge("c-1", "p-1", "o-1", stage)]).await.expect("staged");
        claim
    };
    let hold = async |kind, stage| {
        let claim = run(kind, stage).await;
        store.end_run(&claim, &ending(RunState::Held), None).await.expect("held");
        claim.run
    };
    let night = hold(RunKind::Full, "s-2").await;
    let first = hold(RunKind::Recent, "s-3").await;
    let second = hold(RunKind::Recent, "s-4").await;
    store.publish(&run(RunKind::Recent, "s-5").await, &ending(RunState::Published), NOW).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-5"]);
    for (run, state) in [(night, RunState::Held), (first, RunState::Cancelled), (second, RunState::Cancelled)] {
        assert_eq!(store.run(run).await.expect("the run").state, state);
    }
    let next = hold(RunKind::Full, "s-6").await;
    let gone = store.run(night).await.expect("the run");
    assert_eq!((gone.state, gone.error.as_deref()), (RunState::Cancelled, Some("a newer run took its place")));
    store.publish_held(&name("a"), next, NOW).await.expect("published");
    assert_eq!(shown(&*store, "a", Set::Published).await, ["c-1>p-1@s-6"]);
}
