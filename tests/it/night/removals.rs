//! What leaves Lever leaves the badges at once, however the run ends.

use super::*;
use acquaint::replica::{Fault, Kind};
use acquaint::world::{DataProtection, Deleted};
use std::sync::Mutex;
use tokio::sync::Notify;

const FINE: DataProtection =
    DataProtection { store_allowed: true, store_expires_at: None, contact_allowed: true, contact_expires_at: None };

/// A way to leave.
type Leave = fn(&mut Account, &str);

/// Every way, each with its name.
const WAYS: [(&str, Leave); 6] = [
    ("deleted", |account, contact| {
        let gone = take_rows(account, contact).into_iter().map(|opportunity| Deleted { opportunity, by: String::new(), at: NOW.0 });
        account.deleted.extend(gone);
    }),
    ("anonymised", |account, contact| person(account, contact).anonymized = true),
    ("store revoked", |account, contact| {
        person(account, contact).data_protection = Some(DataProtection { store_allowed: false, ..FINE });
    }),
    ("store expired", |account, contact| {
        person(account, contact).data_protection = Some(DataProtection { store_expires_at: Some(NOW.0 - 1), ..FINE });
    }),
    ("turned confidential", |account, contact| touch(account, contact, |it| it.confidential = true)),
    ("vanished", |account, contact| drop(take_rows(account, contact))),
];

/// Lets six people leave, each in a way of their own, in a run that ends like this.
async fn check(home: &Home, ending: RunState) {
    let before = settled(home).await;
    let lone = lone(&before);
    home.replica.edit(|account| WAYS.iter().zip(&lone).for_each(|((_, leave), (_, contact))| leave(account, contact)));
    let all = Order { resumes: ResumePolicy::All, ..FULL };
    let cancel = Notify::new();
    let hear = |step: Step| {
        if matches!(step, Step::Matching(..)) && ending == RunState::Cancelled {
            cancel.notify_one();
        }
    };
    let order = match ending {
        RunState::Failed => {
            home.replica.fail_next(Kind::Resumes, Fault::Status(401));
            all
        }
        RunState::Cancelled => all,
        RunState::DryRun => Order { publication: Publication::DryRun, ..FULL },
        RunState::Held => {
            home.replica.edit(|account| lone.iter().skip(WAYS.len()).take(40).for_each(|(_, contact)| disguise(account, contact)));
            FULL
        }
        _ => FULL,
    };
    let record = home.watched(order, &hear, cancel.notified()).await.unwrap().record;
    assert_eq!(record.state, ending);
    let after = home.seen().await;
    for ((way, _), (profile, _)) in WAYS.iter().zip(&lone) {
        assert_eq!(after.contains_key(profile), ending == RunState::DryRun, "{way}, and the run ends {ending:?}");
    }
    let others = before.iter().filter(|it| !lone.iter().take(WAYS.len()).any(|(profile, _)| it.profile.as_str() == profile));
    for badge in others {
        assert_eq!(after.get(badge.profile.as_str()), Some(&told(badge)), "the run ends {ending:?}, and another badge changed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn privacy_does_not_wait_for_the_run() {
    for ending in [RunState::DryRun, RunState::Failed, RunState::Cancelled, RunState::Held, RunState::Published] {
        let mut setup = Setup::default();
        setup.settings.resume_budget = 40;
        let home = Home::new(setup).await;
        check(&home, ending).await;
    }
}

/// A held set that waits is not the way back for somebody who left meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_set_loses_them_too() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let badges = lone(&home.badges().await);
    home.replica.edit(|account| badges.iter().skip(1).take(40).for_each(|(_, contact)| disguise(account, contact)));
    let held = home.run(FULL).await.record;
    assert_eq!(held.state, RunState::Held);
    home.replica.edit(|account| (WAYS[1].1)(account, &badges[0].1));
    home.replica.fail_next(Kind::Resumes, Fault::Status(401));
    assert_eq!(home.run(Order { resumes: ResumePolicy::All, ..FULL }).await.record.state, RunState::Failed);
    home.store.publish_held(&home.name, held.run, NOW).await.unwrap();
    let seen = home.seen().await;
    assert!(!seen.contains_key(&badges[0].0) && !seen.contains_key(&badges[1].0) && seen.contains_key(&badges[50].0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_confidential_candidacy_goes_and_the_others_stay() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let badges = home.badges().await;
    let badge = badges.iter().find(|it| it.contacts.len() == 1 && it.opportunities.len() > 1).unwrap();
    let hidden = badge.opportunities[0].id.to_string();
    home.replica.edit(|account| account.opportunities.iter_mut().find(|it| it.id == hidden).unwrap().confidential = true);
    home.good(FULL).await;
    assert_eq!(home.replica.stats().of(Kind::Opportunity), 1, "asked for once, by its id");
    let expected = home.expected(&home.account(), &[badge.contacts[0].as_str()], NOW, Confidential::LeftOut);
    assert_eq!(home.seen().await[badge.profile.as_str()], expected);
}

/// Runs while these contacts' rows are out of the list, but there for whoever asks for them by their ids.
async fn with_a_short_list(home: &Home, contacts: &[String]) -> Finished {
    let rows: Vec<_> = home.replica.edit(|account| contacts.iter().flat_map(|it| take_rows(account, it)).collect());
    let left = home.account().opportunities.iter().filter(|it| !it.confidential).count() as u64;
    let rows = Mutex::new(rows);
    let hear = |step: Step| {
        if step == Step::Listing(left) {
            home.replica.edit(|account| account.opportunities.append(&mut rows.lock().unwrap()));
        }
    };
    home.watched(FULL, &hear, std::future::pending()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_list_takes_no_badge_and_counts_for_the_guard() {
    let home = Home::new(Setup::default()).await;
    let contacts = lone(&settled(&home).await);
    let seen = home.seen().await;
    let contacts: Vec<_> = contacts.into_iter().map(|(_, contact)| contact).collect();
    let finished = with_a_short_list(&home, &contacts[..3]).await;
    assert_eq!((finished.record.state, finished.record.tally.badges_removed), (RunState::Published, 0));
    assert_eq!(home.seen().await, seen, "they are there, so their badges stay");
    let asked = home.replica.stats().of(Kind::Opportunity);
    assert!(asked >= 3, "each is asked for");
    let finished = with_a_short_list(&home, &contacts[..40]).await;
    assert_eq!(finished.record.state, RunState::Held, "a list that is so short is not trusted");
    assert_eq!(home.seen().await, seen);
    assert_eq!(home.good(FULL).await.record.tally.badges_removed, 0);
    assert_eq!(home.seen().await, seen);
}

/// What is known to be gone is taken out before the next answer, which may be an error.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_asking_forgets_no_answer() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let badges = lone(&home.badges().await);
    home.replica.edit(|account| badges.iter().take(30).for_each(|(_, contact)| drop(take_rows(account, contact))));
    for _ in 0..12 {
        home.replica.fail_next(Kind::Opportunity, Fault::Delay(Duration::ZERO));
    }
    home.replica.fail_next(Kind::Opportunity, Fault::Status(401));
    let record = home.run(FULL).await.record;
    assert_eq!(record.state, RunState::Failed);
    let seen = home.seen().await;
    let gone = badges.iter().take(30).filter(|(profile, _)| !seen.contains_key(profile)).count();
    assert!((1..30).contains(&gone), "{gone} of thirty are known to be gone");
}
