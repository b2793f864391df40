//! Events of the clock are judged when a badge is read, without a run.

use super::*;
use acquaint::world::DataProtection;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_badge_is_as_old_as_its_reader() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let badges = lone(&home.badges().await);
    let fine = DataProtection { store_allowed: true, store_expires_at: None, contact_allowed: true, contact_expires_at: None };
    home.replica.edit(|account| {
        for (number, (_, contact)) in badges.iter().take(30).enumerate() {
            let (at, end) = (place(account, contact), Some(NOW.0 + (number as i64 + 1) * DAY));
            match number % 3 {
                0 => account.contacts[at].data_protection = Some(DataProtection { store_expires_at: end, ..fine }),
                1 => account.contacts[at].data_protection = Some(DataProtection { contact_expires_at: end, ..fine }),
                _ => touch(account, contact, |it| (it.archived, it.snoozed_until) = (None, end)),
            }
        }
    });
    home.good(FULL).await;
    let (account, now) = (home.account(), home.badges().await);
    for days in [0, 1, 7, 15, 31] {
        check(&home, &account, &now, NOW.plus(days * DAY)).await;
    }
    let (first, last) = (home.badges().await, home.badges_at(NOW.plus(31 * DAY)).await);
    assert!(last.len() <= first.len() - 10, "permissions to store have ended");
    let barred = |all: &[Badge]| all.iter().filter(|it| it.do_not_contact).count();
    assert!(barred(&last) >= barred(&first) + 5, "permissions to contact have ended");
    let snoozed = |all: &[Badge]| all.iter().filter(|it| it.status == acquaint::model::Status::Snoozed).count();
    assert!(snoozed(&first) >= snoozed(&last) + 10, "snoozes have ended");
}

/// The badges as they are read at a later moment, by the truth at that moment.
async fn check(home: &Home, account: &Account, published: &[Badge], later: Millis) {
    let read: BTreeMap<String, serde_json::Value> =
        home.badges_at(later).await.iter().map(|it| (it.profile.to_string(), told(it))).collect();
    for badge in published {
        let contacts: Vec<_> = badge.contacts.iter().map(|it| it.as_str()).collect();
        let expected = home.expected(account, &contacts, later, Confidential::LeftOut);
        let found = read.get(badge.profile.as_str()).cloned().unwrap_or_default();
        assert_eq!(found, expected, "{} at {later:?}", badge.profile);
    }
}
