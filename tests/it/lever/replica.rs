//! The client against the replica: what one wrote down, the other reads; troubles pass; the documented rate is used and kept.

use crate::polite::{Polite, QUICK, QUICKLY};
use acquaint::lever::limiter::Pace;
use acquaint::lever::{Lever, LeverError, Listing, base_url};
use acquaint::model::{Environment, Millis, OpportunityId};
use acquaint::replica::{Faults, Key, Options, Permission, TEST_KEY};
use acquaint::secrets::Secret;
use acquaint::world::{Account, Plan, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

fn account(opportunities: usize) -> Account {
    World::new(&Plan { profiles: 0, ..Plan::for_opportunities(opportunities) }).account
}

fn listing(confidential: bool) -> Listing {
    Listing { confidential, start: None, now: Plan::default().now }
}

fn start(account: Account, change: impl FnOnce(&mut Options)) -> Polite {
    let mut options = Options { allowance: Some(QUICKLY), ..Options::default() };
    change(&mut options);
    Polite::start(account, options)
}

fn client(replica: &Polite, pace: Pace) -> Lever {
    let base = base_url(Environment::Production, Some(&replica.base_url())).unwrap();
    Lever::paced(base, Secret::new(TEST_KEY.into()), pace).unwrap()
}

/// An opportunity in one line, as both sides must see it.
fn told(account: &Account, confidential: bool) -> BTreeMap<String, String> {
    let rows = account.opportunities.iter().filter(|it| confidential || !it.confidential);
    rows.map(|it| {
        let person = &account.contacts[it.contact];
        let application = it.application.as_ref();
        let archived = it.archived.as_ref().map(|(reason, at)| (reason.as_str(), *at));
        let applied = it.origin == "applied" || application.is_some_and(|it| it.kind == "posting");
        let posting = application.and_then(|it| it.posting.clone());
        let line = format!(
            "{} {} {archived:?} {applied} {posting:?} {} {:?} {:?} {:?} {:?} {:?} {} {} {}",
            person.id,
            it.stage,
            it.created_at,
            it.updated_at,
            it.last_interaction_at,
            it.snoozed_until,
            it.owner,
            it.sourced_by,
            it.confidential,
            person.anonymized,
            person.emails.len(),
        );
        (it.id.clone(), line)
    })
    .collect()
}

async fn heard(lever: &Lever, confidential: bool) -> BTreeMap<String, String> {
    let progress = AtomicU64::new(0);
    let listed = lever.list(&listing(confidential), &|rows| progress.store(rows, Ordering::Relaxed)).await.unwrap();
    assert_eq!(progress.load(Ordering::Relaxed), listed.rows.len() as u64);
    assert!(listed.left_out.is_empty() && listed.server_time.is_some());
    let text = |id: Option<String>| id;
    let rows = listed.rows.into_iter().map(|(it, person)| {
        let archived = it.archived.as_ref().map(|it| (it.reason.as_ref().unwrap().as_str(), it.at.unwrap().0));
        let millis = |at: Option<Millis>| at.map(|it| it.0);
        let line = format!(
            "{} {} {archived:?} {} {:?} {} {:?} {:?} {:?} {:?} {:?} {} {} {}",
            it.contact,
            it.stage.unwrap(),
            it.applied,
            text(it.posting.map(|it| it.to_string())),
            it.created_at.0,
            millis(it.updated_at),
            millis(it.last_interaction_at),
            millis(it.snoozed_until),
            text(it.owner.map(|it| it.to_string())),
            text(it.sourced_by.map(|it| it.to_string())),
            it.confidential,
            it.anonymized,
            person.emails.len(),
        );
        (it.id.to_string(), line)
    });
    rows.collect()
}

#[tokio::test]
async fn every_opportunity_is_listed_as_it_is() {
    let account = account(1_500);
    let plain = start(account.clone(), |_| ());
    assert_eq!(heard(&client(&plain, QUICK), false).await, told(&account, false));
    let open = start(account.clone(), |it| it.keys = vec![Key::new(TEST_KEY).with_confidential()]);
    assert_eq!(heard(&client(&open, QUICK), true).await, told(&account, true));
    assert!(plain.stats().violations.is_empty() && open.stats().violations.is_empty());
}

#[tokio::test]
async fn the_other_lists_are_whole() {
    let account = account(800);
    let replica = start(account.clone(), |_| ());
    let lever = client(&replica, QUICK);
    let (reference, missing) = lever.reference(&listing(false)).await.unwrap();
    assert!(missing.is_empty());
    assert_eq!(reference.stages.len(), account.stages.len());
    assert_eq!(reference.reasons.len(), account.reasons.len());
    assert_eq!(reference.users.len(), account.users.len());
    assert!(reference.stages.values().all(|it| it.pipeline.is_some()));
    let now = Plan::default().now;
    let gone = lever.deleted(now.plus(-120 * 86_400_000), now, &listing(false)).await.unwrap();
    assert!(gone.iter().all(|it| it.contact.is_some()));
    for row in account.opportunities.iter().filter(|it| !it.confidential && !it.resumes.is_empty()).take(20) {
        let id = OpportunityId::new(&row.id).unwrap();
        let found: BTreeSet<_> = lever.resumes(&id).await.unwrap().into_iter().map(|it| it.id.to_string()).collect();
        assert_eq!(found, row.resumes.iter().map(|it| it.id.clone()).collect());
    }
    let contact = &account.contacts[account.opportunities[0].contact];
    let mine = lever.list_contact(&acquaint::model::ContactId::new(&contact.id).unwrap(), &listing(false)).await.unwrap();
    let theirs = account.opportunities.iter().filter(|it| !it.confidential && account.contacts[it.contact].id == contact.id);
    assert_eq!(mine.rows.len(), theirs.count());
    let since = now.plus(-200 * 86_400_000);
    let changed = lever.list_updated(since, &listing(false)).await.unwrap();
    let recent = account.opportunities.iter().filter(|it| !it.confidential && it.updated_at.is_some_and(|at| at >= since.0));
    assert_eq!(changed.rows.len(), recent.count());
}

#[tokio::test]
async fn a_key_without_a_box_is_told_which() {
    let account = account(50);
    let denied = |permission: Permission| start(account.clone(), |it| it.keys = vec![Key::new(TEST_KEY).without(permission)]);
    let replica = denied(Permission::Opportunities);
    let refused = client(&replica, QUICK).list(&listing(false), &|_| ()).await;
    assert!(matches!(refused, Err(LeverError::Forbidden { checkbox: "List opportunities" })));
    let replica = denied(Permission::Users);
    let (_, missing) = client(&replica, QUICK).reference(&listing(false)).await.unwrap();
    assert_eq!(missing.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), ["users"]);
    let replica = start(account.clone(), |it| it.keys = vec![Key::new("another")]);
    assert!(matches!(client(&replica, QUICK).check().await, Err(LeverError::Unauthorized)));
}

#[tokio::test]
async fn troubles_pass_and_a_revoked_key_does_not() {
    let account = account(2_000);
    let passing = "rate-limit server-error truncated html reset bad-offset bad-offset:0.9 oldest-first lean-include no-include";
    for faults in passing.split(' ') {
        let habits = Faults::parse(faults).into_iter().collect();
        let replica = start(account.clone(), |it| (it.faults, it.page_limit) = (habits, 20));
        let lever = client(&replica, QUICK);
        assert_eq!(heard(&lever, false).await, told(&account, false), "{faults}");
        assert_eq!(lever.usage().requests, replica.stats().attempts);
        assert_eq!(lever.usage().rate_limited, replica.stats().rate_limited);
    }
    let replica = start(account, |it| (it.faults, it.page_limit) = (vec![Faults::parse("revoked").unwrap()], 20));
    assert!(matches!(client(&replica, QUICK).list(&listing(false), &|_| ()).await, Err(LeverError::Unauthorized)));
}

#[tokio::test]
async fn five_thousand_use_the_documented_rate_and_keep_it() {
    let account = account(5_000);
    let listed = told(&account, false).len();
    let replica = start(account, |it| {
        it.allowance = Options::default().allowance;
        it.latency = Duration::from_millis(300);
    });
    let lever = client(&replica, Pace::default());
    let began = Instant::now();
    lever.reference(&listing(false)).await.unwrap();
    let reference = lever.usage().requests;
    let rows = lever.list(&listing(false), &|_| ()).await.unwrap().rows.len();
    let (seconds, stats) = (began.elapsed().as_secs_f64(), replica.stats());
    let least = listed.div_ceil(100) as u64 + reference;
    assert_eq!((rows, stats.rate_limited), (listed, 0));
    assert!(stats.attempts <= least + 12, "{} requests for {least}", stats.attempts);
    let bound = least as f64 / 10.0 * 1.1 + 2.0;
    assert!(seconds <= bound, "{seconds:.1} s, bound {bound:.1} s");
}
