//! Résumés: read once, put off beyond the budget, and never the end of a run by themselves.

use super::*;
use acquaint::replica::{Fault, Kind};
use std::collections::BTreeSet;

const AUTO: Order = Order { resumes: ResumePolicy::Auto, ..FULL };

async fn asked(home: &Home) -> BTreeSet<String> {
    let outcomes = home.store.resume_outcomes(&home.name).await.unwrap();
    outcomes.into_iter().map(|it| it.contact.to_string()).collect()
}

/// Contacts with the stamp of what their résumé came to.
async fn stamps(home: &Home) -> BTreeSet<(String, i64)> {
    let outcomes = home.store.resume_outcomes(&home.name).await.unwrap();
    outcomes.into_iter().map(|it| (it.contact.to_string(), it.stamp)).collect()
}

fn requests(home: &Home) -> (u64, u64) {
    let stats = home.replica.stats();
    (stats.of(Kind::Resumes), stats.of(Kind::ResumeDownload))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_put_off_goes_first_and_nothing_is_read_twice() {
    let mut setup = Setup::default();
    setup.settings.resume_budget = 20;
    let home = Home::new(setup).await;
    let first = home.good(AUTO).await.record.tally;
    let of_first = asked(&home).await;
    let before = stamps(&home).await;
    assert!(first.resumes_deferred > 15, "only {} put off", first.resumes_deferred);
    assert_eq!(of_first.len() as u64, first.resumes_needed - first.resumes_deferred);
    // Whoever was asked for is the newest now, and their outcome is stale: still they come last.
    home.replica.edit(|account| of_first.iter().for_each(|it| touch(account, it, |row| row.last_interaction_at = Some(NOW.0))));
    home.good(AUTO).await;
    let of_second: BTreeSet<_> = stamps(&home).await.difference(&before).map(|it| it.0.clone()).collect();
    assert!(!of_second.is_empty() && of_second.is_disjoint(&of_first));
    let kept: BTreeSet<_> = asked(&home).await.intersection(&of_first).cloned().collect();
    assert!(!kept.is_empty(), "what a résumé came to stays while the budget does not reach for reading it again");
    home.choose(|it| it.resume_budget = 20_000).await;
    let third = home.good(AUTO).await.record.tally;
    assert_eq!((third.resumes_deferred, asked(&home).await.len() as u64), (0, third.resumes_needed));
    assert!(of_second.is_subset(&asked(&home).await));
    let (badges, spent) = (home.badges().await, requests(&home));
    let again = home.good(AUTO).await;
    let tally = &again.record.tally;
    assert_eq!((tally.badges_added, tally.badges_changed, tally.badges_removed), (0, 0, 0));
    assert_eq!((tally.resumes_read, tally.resumes_deferred), (0, 0));
    assert_eq!(requests(&home), spent, "nothing changed, so no résumé is asked for");
    assert_eq!(home.badges().await, badges);
    assert!(home.store.changes(again.record.run).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recent_run_reads_no_resume_again() {
    let mut setup = Setup::default();
    setup.settings.resume_budget = 60;
    let home = Home::new(setup).await;
    home.good(AUTO).await;
    let (badges, spent) = (home.seen().await, requests(&home));
    home.good(Order { resumes: ResumePolicy::Auto, ..RECENT }).await;
    assert_eq!((home.seen().await, requests(&home)), (badges, spent));
    let kept = asked(&home).await;
    assert!(!kept.is_empty(), "a recent run keeps the outcomes of those whom it did not list");
}

/// Spoils so many lists of résumés, and says how the run ends and how many contacts' résumés are left out, at least and at most.
async fn check(fault: Fault, times: usize, expected: RunState, left_out: std::ops::RangeInclusive<usize>) {
    let mut setup = Setup::default();
    setup.settings.resume_budget = 30;
    let home = Home::new(setup).await;
    for _ in 0..times {
        home.replica.fail_next(Kind::Resumes, fault);
    }
    let record = home.run(AUTO).await.record;
    assert_eq!(record.state, expected, "{fault:?} × {times}");
    let (found, account) = (&record.tally.left_out, home.account());
    assert!(left_out.contains(&found.len()), "{fault:?} × {times}: {found:?}");
    let named = |id: &String| account.opportunities.iter().any(|row| row.id == *id);
    assert!(found.iter().all(|it| it.kind == "resume" && named(&it.id)), "named by its id");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_no_use_is_left_out_and_an_outage_is_not() {
    check(Fault::Status(500), 1, RunState::Published, 0..=0).await;
    check(Fault::Status(400), 1, RunState::Published, 1..=1).await;
    check(Fault::Status(404), 3, RunState::Published, 0..=0).await;
    check(Fault::Status(503), 200, RunState::Failed, 0..=3).await;
    check(Fault::Status(401), 1, RunState::Failed, 0..=0).await;
}

/// Badges on a profile of somebody else.
async fn wrong(home: &Home) -> usize {
    let badges = home.badges().await;
    let pairs = badges.iter().flat_map(|it| it.contacts.iter().map(move |contact| (contact.as_str(), it.profile.as_str())));
    pairs.filter(|(contact, profile)| !home.truth.same_person(contact, profile)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resume_filed_under_somebody_else_makes_no_badge() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let before = wrong(&home).await;
    home.replica.edit(|account| {
        let mut files: Vec<_> = account.opportunities.iter_mut().map(|it| std::mem::take(&mut it.resumes)).collect();
        files.rotate_left(7);
        account.opportunities.iter_mut().zip(files).for_each(|(it, files)| it.resumes = files);
    });
    let tally = home.good(AUTO).await.record.tally;
    assert!(tally.resumes_of_others * 2 > tally.resumes_read, "{} of {} told", tally.resumes_of_others, tally.resumes_read);
    assert!(tally.resume_outcomes.values().sum::<u64>() >= tally.resumes_read);
    assert_eq!(wrong(&home).await, before, "a wrong file makes no wrong badge");
}
