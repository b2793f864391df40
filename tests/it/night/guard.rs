//! The guard, and what a person makes of a held run.

use super::*;

const DRY: Order = Order { publication: Publication::DryRun, ..FULL };

/// A home that had a good night, and would now lose so many badges for no reason of privacy; with what is seen.
async fn after_a_loss(contacts: usize, lost: u64) -> (Home, BTreeMap<String, serde_json::Value>) {
    let plain = Setup::default();
    let plan = Plan { contacts, opportunities: contacts * 5 / 3, ..plain.plan };
    let home = Home::new(Setup { plan, ..plain }).await;
    let badges = lone(&settled(&home).await);
    home.replica.edit(|account| badges.iter().take(lost as usize).for_each(|(_, contact)| disguise(account, contact)));
    let seen = home.seen().await;
    (home, seen)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_great_loss_is_held_until_a_person_decides() {
    let (home, seen) = after_a_loss(300, 40).await;
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

/// An account of that size, a loss, the order and the tenant's choice; and how the run ends.
async fn check(contacts: usize, lost: u64, order: Order, choice: fn(&mut Settings), expected: RunState) {
    let (home, seen) = after_a_loss(contacts, lost).await;
    home.choose(choice).await;
    let record = home.run(order).await.record;
    assert_eq!(record.state, expected, "{lost} of {} lost, {:?}", seen.len(), order.publication);
    let gone = if expected == RunState::Published { lost as usize } else { 0 };
    assert_eq!(home.seen().await.len(), seen.len() - gone);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_pass_the_guard() {
    let unguarded = Order { publication: Publication::Unguarded, ..FULL };
    check(300, 19, FULL, |_| (), RunState::Published).await;
    check(300, 20, FULL, |_| (), RunState::Held).await;
    check(900, 22, FULL, |_| (), RunState::Published).await;
    check(300, 40, unguarded, |_| (), RunState::Published).await;
    check(300, 40, FULL, |it| it.guard = false, RunState::Published).await;
    check(300, 40, DRY, |_| (), RunState::DryRun).await;
}
