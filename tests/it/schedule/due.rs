//! Many tenants and many processes at one time.

use crate::store::hand::order;
use acquaint::model::{Millis, Order, Publication, ResumePolicy, RunKind, RunState, Settings, Tally, TenantName};
use acquaint::schedule::queue_due;
use acquaint::store::{self, Again, Ending, Location, Store, Tenant};
use std::collections::BTreeMap;
use std::sync::Arc;

const MINUTE: i64 = 60_000;
const TENANTS: usize = 300;

fn now() -> Millis {
    Millis::parse("2026-11-22T02:00:00Z").expect("a time")
}

pub(super) fn name(text: &str) -> TenantName {
    TenantName::new(text).expect("a name")
}

pub(super) async fn with_tenant(store: &dyn Store, t: &str, schedule: &str) {
    let settings = Settings { schedule: Some(schedule.into()), ..Settings::default() };
    let tenant = Tenant { sealed_key: vec![1], sealed_secret: vec![2], ..Tenant::new(name(t), settings, now()) };
    store.add_tenant(&tenant).await.expect("added");
}

pub(super) fn ending(state: RunState, finished_at: Millis) -> Ending {
    Ending { state, tally: Tally::default(), error: None, changes: Vec::new(), finished_at, again: Again::No }
}

/// A good run that lasted so long.
async fn ran(store: &dyn Store, t: &str, lasted: i64) {
    let claim = store.start_run(&name(t), &order(RunKind::Full), now().plus(-600 * MINUTE - lasted)).await.expect("a claim");
    let end = ending(RunState::Published, now().plus(-600 * MINUTE));
    store.publish(&claim, &end, now()).await.expect("published");
}

/// Two processes on one store. One tenant in ten is large: its nights last ten hours, all others a minute.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_tenants_due_at_one_minute_are_served_once_and_fairly() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::Embedded(folder.path().join("data"));
    let stores = [store::open(&location).await.expect("the store"), store::open(&location).await.expect("the store")];
    for it in 0..TENANTS {
        let t = format!("t-{it:03}");
        with_tenant(stores[0].as_ref(), &t, "0 2 * * *").await;
        ran(stores[0].as_ref(), &t, if it % 10 == 0 { 600 * MINUTE } else { MINUTE }).await;
    }
    assert_eq!(queue_due(stores[0].as_ref(), now().plus(-MINUTE)).await.expect("looked"), 0, "a schedule counts from when it is seen");
    let looks = stores.clone().map(|it| tokio::spawn(async move { queue_due(it.as_ref(), now()).await.expect("looked") }));
    let [one, other] = looks;
    assert_eq!(one.await.expect("no panic") + other.await.expect("no panic"), TENANTS as u64, "each once");
    assert_eq!(queue_due(stores[1].as_ref(), now().plus(1_000)).await.expect("looked"), 0);

    let mut order = Vec::new();
    while let Some(it) = stores[order.len() % 2].claim_run(i64::MAX, &[], now()).await.expect("the queue is read") {
        order.push(it.claim.tenant.to_string());
    }
    assert_eq!(order.len(), TENANTS);
    let large = |it: &String| it.ends_with('0');
    assert!(!order[..270].iter().any(large), "a large tenant does not keep 270 small ones waiting");
    let counted = order.iter().fold(BTreeMap::<_, u32>::new(), |mut all, it| {
        *all.entry(it).or_default() += 1;
        all
    });
    assert!(counted.values().all(|it| *it == 1));
}

/// While a run is alive its tenant waits; ten days without a worker are made good by one run; a full run serves the recent one's time too.
#[tokio::test]
async fn a_tenant_waits_for_its_own_run_and_catches_up_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store: Arc<dyn Store> = store::open(&Location::Embedded(folder.path().join("data"))).await.expect("the store");
    with_tenant(store.as_ref(), "acme", "0 2 * * * + recent */15 * * * *").await;
    let look = async |at: Millis| queue_due(store.as_ref(), at).await.expect("looked");
    assert_eq!(look(now().plus(-MINUTE)).await, 0);
    let order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Guarded };
    let asked = store.queue_run(&name("acme"), &order, now()).await.expect("queued");
    assert_eq!(look(now()).await, 0, "a run is alive");
    store.cancel_run(&name("acme"), asked, now()).await.expect("cancelled");
    let later = now().plus(10 * 24 * 60 * MINUTE);
    assert_eq!(look(later).await, 1, "ten days are made good by one run");
    let it = store.claim_run(i64::MAX, &[], later).await.expect("read").expect("it waits");
    assert_eq!(it.order.kind, RunKind::Full);
    assert!(store.run(it.claim.run).await.expect("the run").queued.is_some_and(|it| it.scheduled));
    store.publish(&it.claim, &ending(RunState::Published, later), later).await.expect("published");
    assert_eq!(look(later.plus(1_000)).await, 0, "a run that listed everything saw what changed too");
    assert_eq!(look(later.plus(15 * MINUTE)).await, 1);
    let it = store.claim_run(i64::MAX, &[], later.plus(15 * MINUTE)).await.expect("read").expect("it waits");
    assert_eq!(it.order.kind, RunKind::Recent);
}
