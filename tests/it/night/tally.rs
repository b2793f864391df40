//! What a run counts, and how it behaves towards Lever.

use super::*;
use acquaint::replica::Kind;
use acquaint::world::withheld;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_counts_all_and_keeps_to_levers_rate() {
    let mut setup = Setup { pace: Pace::default(), allowance: Allowance::LEVER, ..Setup::default() };
    setup.settings.resume_budget = 40;
    let home = Home::new(setup).await;
    let finished = home.good(Order { resumes: ResumePolicy::Auto, ..FULL }).await;
    let (tally, stats, account) = (&finished.record.tally, home.replica.stats(), home.account());
    let listed: Vec<_> = account.opportunities.iter().filter(|it| !it.confidential).collect();
    let contacts: std::collections::BTreeSet<_> = listed.iter().map(|it| it.contact).collect();
    let kept_back = contacts.iter().filter(|it| withheld(&account, **it, NOW, Confidential::LeftOut).is_some()).count();
    assert_eq!(tally.pulled, listed.len() as u64);
    assert_eq!(tally.contacts, contacts.len() as u64);
    assert_eq!(tally.withheld, kept_back as u64);
    assert_eq!(tally.contacts, tally.matched + tally.review + tally.unmatched + tally.withheld);
    let badges = home.badges().await;
    assert_eq!(tally.matched, badges.iter().map(|it| it.contacts.len() as u64).sum::<u64>());
    assert_eq!((tally.badges_added, tally.badges_changed, tally.badges_removed), (badges.len() as u64, 0, 0));
    assert!(tally.resumes_read > 0 && tally.resumes_deferred > 0 && tally.resumes_read <= 20);
    assert!(tally.left_out.is_empty());
    assert_eq!(tally.requests, stats.attempts);
    assert!(stats.of(Kind::Resumes) + stats.of(Kind::ResumeDownload) <= 40);
    assert_eq!((tally.rate_limited, stats.rate_limited, stats.beyond_allowance), (0, 0, 0));
    assert!(stats.violations.is_empty(), "{:?}", stats.violations);
    assert_eq!(home.store.run(finished.record.run).await.unwrap(), finished.record);
    assert!(badges.iter().all(|it| it.checked_at == Some(NOW)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_account_is_as_good_as_another() {
    let home = Home::new(Setup::default()).await;
    home.replica.edit(|it| *it = Account::default());
    let finished = home.good(FULL).await;
    assert_eq!((finished.record.tally.pulled, finished.record.tally.contacts), (0, 0));
    assert!(home.badges().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_without_profiles_is_a_run_without_badges() {
    let mut setup = Setup::default();
    setup.plan.profiles = 0;
    let home = Home::new(setup).await;
    let profiles: Vec<_> = home.truth.rows.iter().flat_map(|it| it.profiles.clone()).collect();
    home.store.remove_profiles(&profiles, NOW).await.unwrap();
    let tally = home.good(FULL).await.record.tally;
    assert_eq!(tally.contacts, tally.matched + tally.review + tally.unmatched + tally.withheld);
    let worn = home.badges().await;
    assert!(worn.iter().all(|it| !profiles.contains(&it.profile)), "a profile that is gone wears no badge, whatever the index still knows");
}
