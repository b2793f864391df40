//! Parts that a key may not read, and items that nobody can: the run goes on, and says so.

use super::*;
use acquaint::lever::LeverError;
use acquaint::night::NightError;
use acquaint::replica::{Kind, Permission};

/// A key without these boxes; the parts that are then left out, each with the words of its box.
async fn check(key: fn(Key) -> Key, parts: &[(&str, &str)], empty: &[&str]) {
    let home = Home::new(Setup { key, ..Setup::default() }).await;
    let tally = home.good(Order { resumes: ResumePolicy::Auto, ..FULL }).await.record.tally;
    let mut kinds: Vec<_> = tally.left_out.iter().map(|it| it.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, parts.iter().map(|(kind, _)| *kind).collect::<Vec<_>>());
    for (kind, checkbox) in parts {
        let it = tally.left_out.iter().find(|it| it.kind == *kind).unwrap();
        assert!(it.reason.contains(&format!("\"{checkbox}\"")), "{kind}: {}", it.reason);
    }
    let badges = serde_json::to_value(home.badges().await).unwrap();
    assert!(badges.as_array().unwrap().len() > 60);
    for pointer in ["/stage/text", "/recruiter/name", "/opportunities/0/posting/text", "/archive_reason/text"] {
        let texts: Vec<_> = badges.as_array().unwrap().iter().filter_map(|it| it.pointer(pointer)).collect();
        assert!(!texts.is_empty(), "{pointer}: the id is there");
        assert_eq!(texts.iter().all(|it| it.is_null()), empty.contains(&pointer), "{pointer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_the_key_may_not_read_costs_its_words_alone() {
    check(|it| it.without(Permission::Users), &[("users", "List users")], &["/recruiter/name"]).await;
    check(|it| it.without(Permission::Postings), &[("postings", "List postings")], &["/opportunities/0/posting/text"]).await;
    check(
        |it| it.without(Permission::Stages).without(Permission::ArchiveReasons),
        &[("archive_reasons", "List archive reasons"), ("disposition_stages", "List stages"), ("stages", "List stages")],
        &["/stage/text", "/archive_reason/text"],
    )
    .await;
    check(|it| it.without(Permission::Resumes), &[("resumes", "List opportunity resumes")], &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_without_opportunities_is_no_key() {
    let home = Home::new(Setup { key: |it| it.without(Permission::Opportunities), ..Setup::default() }).await;
    let finished = home.run(FULL).await;
    assert_eq!(finished.record.state, RunState::Failed);
    assert!(matches!(finished.error, Some(NightError::Lever(LeverError::Forbidden { checkbox: "List opportunities" }))));
    let mut home = Home::new(Setup::default()).await;
    home.key = "another".to_owned();
    let finished = home.run(FULL).await;
    assert!(matches!(finished.error, Some(NightError::Lever(LeverError::Unauthorized))));
    let home = Home::new(Setup { key: |it| it, ..Setup::default().confidential() }).await;
    let finished = home.run(FULL).await;
    let box_of_grant = "List opportunities, with access to confidential data";
    assert!(matches!(finished.error, Some(NightError::Lever(LeverError::Forbidden { checkbox })) if checkbox == box_of_grant));
}

/// An item without what an item needs is named by its id; the badge that it had stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_cannot_be_read_keeps_its_badge() {
    for order in [FULL, RECENT] {
        let home = Home::new(Setup::default()).await;
        home.good(FULL).await;
        let (seen, badges) = (home.seen().await, lone(&home.badges().await));
        let (profile, contact) = &badges[0];
        let rows: Vec<String> = home.replica.edit(|account| {
            let at = place(account, contact);
            touch(account, contact, |_| ());
            account.contacts[at].id = "c".repeat(300);
            account.opportunities.iter().filter(|it| it.contact == at && !it.confidential).map(|it| it.id.clone()).collect()
        });
        let record = home.good(order).await.record;
        let mut named: Vec<_> = record.tally.left_out.iter().map(|it| (it.kind.as_str(), it.id.clone())).collect();
        named.sort();
        let mut expected: Vec<_> = rows.iter().map(|it| ("opportunity", it.clone())).collect();
        expected.sort();
        assert_eq!(named, expected, "{:?}", order.kind);
        assert_eq!(record.tally.left_out_count, rows.len() as u64);
        assert_eq!(home.seen().await.get(profile), seen.get(profile), "{:?}", order.kind);
        let asked = if order.kind == RunKind::Full { rows.len() as u64 } else { 0 };
        assert_eq!(home.replica.stats().of(Kind::Opportunity), asked);
    }
}
