//! Whose turn it is: one run at a time, and none that ends badly changes a badge.

use super::*;
use crate::store::hand::order;
use acquaint::lever::LeverError;
use acquaint::night::NightError;
use acquaint::replica::{Fault, Faults, Kind};
use acquaint::store::Rival;
use tokio::sync::Notify;

/// A home whose account has changed since its last good run.
async fn changed() -> (Home, Vec<Badge>) {
    let home = Home::new(Setup::default()).await;
    home.good(FULL).await;
    let badges = home.badges().await;
    let owner = home.account().users[0].id.clone();
    let contacts = lone(&badges);
    home.replica.edit(|account| contacts.iter().for_each(|(_, it)| touch(account, it, |row| row.owner = Some(owner.clone()))));
    (home, badges)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_run_waits_for_its_turn() {
    let (home, _) = changed().await;
    let begun = Notify::new();
    let hear = |step: Step| {
        if matches!(step, Step::Listing(_)) {
            begun.notify_one();
        }
    };
    // The second run is the first one's `cancel`, so that it begins while the first is at work, and lets it go on.
    let second = async {
        begun.notified().await;
        let refused = home.watched(FULL, &|_| (), std::future::pending()).await;
        assert!(matches!(refused, Err(StoreError::Busy(Rival::Run))));
        std::future::pending::<()>().await;
    };
    let first = home.watched(FULL, &hear, second).await.unwrap().record;
    assert_eq!(first.state, RunState::Published);
    assert!(first.tally.badges_changed > 0);
    assert_eq!(home.store.runs(&home.name, 10).await.unwrap().len(), 2, "who was refused left no run");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_lost_the_claim_writes_nothing() {
    let (home, badges) = changed().await;
    let begun = Notify::new();
    let hear = |step: Step| {
        if matches!(step, Step::Listing(_)) {
            begun.notify_one();
        }
    };
    let thief = async {
        begun.notified().await;
        home.store.start_run(&home.name, &order(RunKind::Full), NOW.plus(120_000)).await.unwrap();
        std::future::pending::<()>().await;
    };
    let first = home.watched(FULL, &hear, thief).await.unwrap();
    assert!(matches!(first.error, Some(NightError::Store(StoreError::LostClaim))));
    assert_eq!(first.record.state, RunState::Lost);
    assert_eq!(home.store.run(first.record.run).await.unwrap().state, RunState::Lost);
    assert_eq!(home.badges().await, badges);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_run_changes_no_badge() {
    for at in [Step::Listing(100), Step::Matching(0, 0)] {
        let (home, badges) = changed().await;
        let cancel = Notify::new();
        let hear = |step: Step| {
            if std::mem::discriminant(&step) == std::mem::discriminant(&at) {
                cancel.notify_one();
            }
        };
        let order = Order { resumes: ResumePolicy::All, ..FULL };
        let finished = home.watched(order, &hear, cancel.notified()).await.unwrap();
        assert_eq!(finished.record.state, RunState::Cancelled, "at {at:?}");
        assert!(matches!(finished.error, Some(NightError::Cancelled)));
        assert_eq!(home.badges().await, badges, "at {at:?}");
        home.good(FULL).await;
        assert_ne!(home.badges().await, badges, "the next run is free to go");
    }
}

/// Lets one kind of request fail for good; the run fails, and changes no badge.
async fn check(kind: Kind, fault: Fault, expected: fn(&LeverError) -> bool) {
    let (home, badges) = changed().await;
    for _ in 0..60 {
        home.replica.fail_next(kind, fault);
    }
    let finished = home.run(Order { resumes: ResumePolicy::All, ..FULL }).await;
    assert_eq!(finished.record.state, RunState::Failed, "{kind:?} {fault:?}");
    assert!(matches!(&finished.error, Some(NightError::Lever(it)) if expected(it)), "{kind:?} {fault:?}: {:?}", finished.error);
    // What was on its way when the run failed is counted, and may never have arrived.
    assert!(finished.record.tally.requests >= home.replica.stats().attempts - requests_before(&home).await);
    let told = home.store.run(finished.record.run).await.unwrap();
    assert_eq!((told.state, told.error), (RunState::Failed, finished.record.error));
    assert_eq!(home.badges().await, badges, "{kind:?} {fault:?}");
}

/// Requests of the tenant's first run.
async fn requests_before(home: &Home) -> u64 {
    home.store.runs(&home.name, 10).await.unwrap().last().unwrap().tally.requests
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_run_changes_no_badge() {
    check(Kind::Users, Fault::Status(500), |it| matches!(it, LeverError::Unavailable { status: Some(500), .. })).await;
    check(Kind::OpportunitiesDeleted, Fault::Status(401), |it| matches!(it, LeverError::Unauthorized)).await;
    check(Kind::Opportunities, Fault::Status(503), |it| matches!(it, LeverError::Unavailable { .. })).await;
    check(Kind::Opportunities, Fault::Status(403), |it| matches!(it, LeverError::Forbidden { checkbox: "List opportunities" })).await;
    check(Kind::Opportunities, Fault::Html, |it| matches!(it, LeverError::Malformed { .. })).await;
    check(Kind::Opportunities, Fault::Status(429), |it| matches!(it, LeverError::RateLimited)).await;
    check(Kind::Resumes, Fault::Status(401), |it| matches!(it, LeverError::Unauthorized)).await;
}

/// Faults that pass cost attempts, and change nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn troubles_that_pass_do_not_show() {
    let (home, _) = changed().await;
    home.good(FULL).await;
    let seen = home.seen().await;
    for faults in [Faults::RATE_LIMIT, Faults::SERVER_ERROR, Faults::TRUNCATED, Faults::HTML] {
        home.replica.misbehave(&[faults]);
        let tally = home.good(FULL).await.record.tally;
        assert_eq!((tally.badges_added, tally.badges_changed, tally.badges_removed), (0, 0, 0), "{faults:?}");
        assert_eq!(home.seen().await, seen, "{faults:?}");
    }
}
