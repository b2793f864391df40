//! People work in Lever while it is being listed. What they do not touch is shown as before; what they do is shown by the next
//! run at the latest, exactly as a quiet run of another tenant shows it.

use super::*;
use acquaint::replica::Change;

/// The badge that the truth knows for a badge's contacts.
fn expected(home: &Home, account: &Account, badge: &Value) -> Value {
    let contacts: Vec<&str> = badge["contacts"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    home.expected(account, &contacts, NOW, Confidential::LeftOut)
}

async fn happens(change: Change) {
    let mut home = home(|_| ()).await;
    home.good(AUTO).await;
    let (before, account) = (home.seen().await, home.account());
    home.replica.misbehave(&[Faults::Edit(change, 8)]);
    let finished = home.good(AUTO).await;
    let (during, later) = (home.seen().await, home.account());
    let untouched = before.iter().filter(|it| expected(&home, &account, it.1) == expected(&home, &later, it.1));
    let untouched: Vec<_> = untouched.collect();
    // New words for stages and people are everybody's; the run had asked for them before the list.
    let of_all = matches!(change, Change::Stages | Change::Users);
    assert!(of_all || untouched.len() > before.len() / 4, "{change:?}: {} untouched of {}", untouched.len(), before.len());
    for (profile, badge) in untouched {
        assert_eq!(during.get(profile), Some(badge), "{change:?}: {profile}");
    }
    nothing_is_left(&home, &finished);
    let finished = home.good(AUTO).await;
    let next = home.seen().await;
    nothing_is_left(&home, &finished);
    assert_ne!(next, before, "{change:?} is to be seen");
    home.name = TenantName::new("another").unwrap();
    home.add(&home.name, Settings::default()).await;
    home.good(AUTO).await;
    same(&next, &home.seen().await, &format!("{change:?}: as a quiet run of the same account"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_created() {
    happens(Change::Created).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_changed() {
    happens(Change::Changed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_are_merged() {
    happens(Change::Merged).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_deleted() {
    happens(Change::Deleted).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_turn_confidential() {
    happens(Change::Confidential).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stages_are_renamed_and_one_is_new() {
    happens(Change::Stages).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_deactivated() {
    happens(Change::Users).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_become_null() {
    happens(Change::Nulls).await;
}

/// Every badge of right contacts, when all that may be null is null from the first night on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_full_of_nulls() {
    let home = home(|_| ()).await;
    home.replica.misbehave(&habits("nulls:1,empty-as-null"));
    let finished = home.good(AUTO).await;
    let account = home.account();
    let mut right = 0;
    for badge in home.badges().await {
        let contacts: Vec<_> = badge.contacts.iter().map(|it| it.as_str()).collect();
        if contacts.iter().all(|it| home.truth.same_person(it, badge.profile.as_str())) {
            right += 1;
            assert_eq!(told(&badge), home.expected(&account, &contacts, NOW, Confidential::LeftOut), "{}", badge.profile);
        }
    }
    assert!(right > 60, "{right} badges prove little");
    nothing_is_left(&home, &finished);
}
