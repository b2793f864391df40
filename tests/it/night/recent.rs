//! `--recent`: the cheap run between nights.

use super::*;
use acquaint::replica::Kind;
use acquaint::world::Deleted;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_new_costs_next_to_nothing() {
    let home = Home::new(Setup::default()).await;
    let first = home.good(RECENT).await.record;
    assert_eq!(first.kind, RunKind::Full, "a tenant that never had a good run gets a full one");
    let (badges, spent) = (home.badges().await, home.replica.stats().attempts);
    let again = home.good(RECENT).await.record;
    let (tally, requests) = (&again.tally, home.replica.stats().attempts - spent);
    assert_eq!(again.kind, RunKind::Recent);
    assert_eq!((tally.badges_added, tally.badges_changed, tally.badges_removed, tally.pulled), (0, 0, 0, 0));
    assert!(requests <= 9 && tally.requests == requests, "{requests} requests");
    assert_eq!(home.badges().await, badges);
}

/// What a day does to an account: moves, ends, new owners, new candidacies, and deletions.
fn a_day(account: &mut Account, badges: &[(String, String)]) {
    let (stage, reason, owner) = ("offer".to_owned(), account.reasons[0].id.clone(), account.users[1].id.clone());
    for (number, (_, contact)) in badges.iter().enumerate().take(24) {
        match number % 6 {
            0 => touch(account, contact, |it| it.stage.clone_from(&stage)),
            1 => touch(account, contact, |it| it.archived = Some((reason.clone(), NOW.0 - 1))),
            2 => touch(account, contact, |it| it.owner = Some(owner.clone())),
            3 => touch(account, contact, |it| it.snoozed_until = Some(NOW.0 + DAY)),
            4 => {
                let at = place(account, contact);
                let mut new = account.opportunities.iter().find(|it| it.contact == at && !it.confidential).unwrap().clone();
                (new.id, new.created_at) = (format!("new-{number}"), NOW.0 - 10);
                (new.updated_at, new.last_interaction_at) = (Some(NOW.0), Some(NOW.0 - 5));
                account.opportunities.push(new);
            }
            _ => {
                let gone = take_rows(account, contact).into_iter().map(|opportunity| Deleted { opportunity, by: owner.clone(), at: NOW.0 });
                account.deleted.extend(gone);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_day_recent_and_full_agree() {
    let mut home = Home::new(Setup::default()).await;
    let badges = settled(&home).await;
    let before = home.seen().await;
    home.replica.edit(|account| a_day(account, &lone(&badges)));
    let record = home.good(RECENT).await.record;
    let recent = home.seen().await;
    assert_eq!((record.kind, record.tally.badges_removed, record.tally.badges_added), (RunKind::Recent, 4, 0));
    assert!(record.tally.badges_changed >= 18 && record.tally.pulled < 80, "{:?}", record.tally);
    assert_ne!(recent, before);
    home.name = TenantName::new("another").unwrap();
    home.add(&home.name, Settings::default()).await;
    home.good(FULL).await;
    assert_eq!(recent, home.seen().await, "what changed is shown as by a full run of the same account");
}

/// A merge in Lever moves opportunities to another contact.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merged_contact_leaves_its_badge() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let badges = lone(&home.badges().await);
    let ((from_badge, from), (to_badge, to)) = (&badges[0], &badges[1]);
    home.replica.edit(|account| {
        let to = place(account, to);
        touch(account, from, |it| it.contact = to);
    });
    home.good(RECENT).await;
    let seen = home.seen().await;
    assert!(!seen.contains_key(from_badge));
    assert_eq!(seen[to_badge], home.expected(&home.account(), &[to], NOW, Confidential::LeftOut));
}

/// Lever leaves confidential rows out of its list of the deleted too, unless it is asked for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_confidential_candidacy_goes() {
    let home = Home::new(Setup::default().confidential()).await;
    home.good(FULL).await;
    let shown = serde_json::to_string(&home.seen().await).unwrap();
    let id = home.replica.edit(|account| {
        let at = account.opportunities.iter().position(|it| it.confidential && shown.contains(&it.id)).unwrap();
        let opportunity = account.opportunities.remove(at);
        let id = opportunity.id.clone();
        account.deleted.push(Deleted { opportunity, by: String::new(), at: NOW.0 });
        id
    });
    home.good(RECENT).await;
    assert!(!serde_json::to_string(&home.seen().await).unwrap().contains(&id));
    assert_eq!(home.replica.stats().of(Kind::Opportunity), 0);
}

/// A dry run counts what it would do, and does none of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_recent_run_counts_what_would_go() {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let badges = lone(&home.badges().await);
    let seen = home.seen().await;
    let (first, second) = (&badges[0].1, &badges[1].1);
    home.replica.edit(|account| {
        let at = place(account, first);
        account.contacts[at].anonymized = true;
        touch(account, first, |_| ());
        let gone = take_rows(account, second).into_iter().map(|opportunity| Deleted { opportunity, by: String::new(), at: NOW.0 });
        account.deleted.extend(gone);
    });
    let dry = home.run(Order { publication: Publication::DryRun, ..RECENT }).await.record;
    assert_eq!((dry.state, dry.tally.badges_removed), (RunState::DryRun, 2));
    assert_eq!(home.seen().await, seen);
    assert_eq!(home.good(RECENT).await.record.tally.badges_removed, 2);
    assert_eq!(home.seen().await.len(), seen.len() - 2);
    assert_eq!(home.replica.stats().of(Kind::Opportunity), 0, "nobody is asked for whom Lever told of");
}
