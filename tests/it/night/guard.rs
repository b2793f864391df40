//! The guard, and what a person makes of a held run.

use super::*;

const DRY: Order = Order { publication: Publication::DryRun, ..FULL };

/// A home that had a good night, and would now lose so many badges for no reason of privacy; with what is seen.
async fn after_a_loss(lost: u64) -> (Home, BTreeMap<String, serde_json::Value>) {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let badges = lone(&home.badges().await);
    // One by one: the share of contacts with a profile falls too, and takes a badge in doubt along now and then.
    let mut others = badges.iter().map(|(_, contact)| contact);
    let mut would_go = 0;
    while would_go < lost {
        let few = if lost - would_go > 4 { lost - would_go - 4 } else { 1 };
        home.replica.edit(|account| others.by_ref().take(few as usize).for_each(|it| disguise(account, it)));
        would_go = home.run(DRY).await.record.tally.badges_removed;
    }
    assert_eq!(would_go, lost);
    let seen = home.seen().await;
    (home, seen)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_great_loss_is_held_until_a_person_decides() {
    let (home, seen) = after_a_loss(40).await;
    let held = home.run(FULL).await.record;
    assert_eq!((held.state, held.tally.badges_removed), (RunState::Held, 40));
    assert_eq!(home.seen().await, seen, "readers still see the old set");
    assert_eq!(home.store.tenant(&home.name).await.unwrap().window_start, Some(NOW.plus(-600_000)));
    home.store.drop_held(&home.name, held.run, NOW).await.unwrap();
    assert_eq!(home.seen().await, seen, "a dropped run was never there");
    let held = home.run(FULL).await.record;
    home.store.publish_held(&home.name, held.run, NOW).await.unwrap();
    let after = home.seen().await;
    assert_eq!(after.len(), seen.len() - 40);
}

/// A loss, a choice of the operator's or the tenant's, and how the run ends.
async fn check(lost: u64, publication: Publication, guard: bool, expected: RunState) {
    let (home, seen) = after_a_loss(lost).await;
    home.choose(|it| it.guard = guard).await;
    assert_eq!(home.run(Order { publication, ..FULL }).await.record.state, expected, "{lost} lost, {publication:?}, guard {guard}");
    let gone = if expected == RunState::Published { lost as usize } else { 0 };
    assert_eq!(home.seen().await.len(), seen.len() - gone);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_pass_the_guard() {
    check(19, Publication::Guarded, true, RunState::Published).await;
    check(20, Publication::Guarded, true, RunState::Held).await;
    check(40, Publication::Unguarded, true, RunState::Published).await;
    check(40, Publication::Guarded, false, RunState::Published).await;
    check(40, Publication::DryRun, true, RunState::DryRun).await;
}
