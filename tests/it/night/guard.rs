//! The guard, and what a person makes of a held run.

use super::*;

/// Makes so many badges' contacts unlike anybody, so that their badges are lost for no reason of privacy.
fn lose(home: &Home, badges: &[(String, String)], lost: usize) {
    home.replica.edit(|account| {
        for (_, contact) in badges.iter().take(lost) {
            let at = place(account, contact);
            let it = &mut account.contacts[at];
            it.name = format!("Zzyx Qwrt{at}");
            (it.headline, it.location) = (String::new(), String::new());
            (it.emails, it.phones, it.links) = (Vec::new(), Vec::new(), Vec::new());
        }
    });
}

/// A home that had a good night, and then lost so many; with what was seen before, and the badges that are lost.
async fn after_a_loss(lost: usize) -> (Home, BTreeMap<String, serde_json::Value>, Vec<String>) {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let badges = lone(&home.badges().await);
    assert!(badges.len() > 60, "{} badges", badges.len());
    lose(&home, &badges, lost);
    let seen = home.seen().await;
    (home, seen, badges.into_iter().take(lost).map(|(profile, _)| profile).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_great_loss_is_held_until_a_person_decides() {
    let (home, seen, lost) = after_a_loss(40).await;
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
    assert!(lost.iter().all(|it| !after.contains_key(it)));
}

/// A loss, a choice of the operator's or the tenant's, and how the run ends.
async fn check(lost: usize, publication: Publication, guard: bool, expected: RunState) {
    let (home, seen, _) = after_a_loss(lost).await;
    home.choose(|it| it.guard = guard).await;
    assert_eq!(home.run(Order { publication, ..FULL }).await.record.state, expected, "{lost} lost, {publication:?}, guard {guard}");
    let left = if expected == RunState::Published { seen.len() - lost } else { seen.len() };
    assert_eq!(home.seen().await.len(), left);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_pass_the_guard() {
    check(19, Publication::Guarded, true, RunState::Published).await;
    check(20, Publication::Guarded, true, RunState::Held).await;
    check(40, Publication::Unguarded, true, RunState::Published).await;
    check(40, Publication::Guarded, false, RunState::Published).await;
    check(40, Publication::DryRun, true, RunState::DryRun).await;
}
