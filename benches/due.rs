//! Three hundred tenants due at one minute, on an embedded store and, where `ACQUAINT_DATABASE_URL` names an empty PostgreSQL database, on
//! that one too, and a replica with Lever's allowance: one process runs them eight at a time, as `acquaint serve` does, while someone
//! looks badges up, a hundred profiles of a random tenant at a time, as a request to the interface does. What is timed: from the first
//! look at the queue until the last run has ended, and each look-up in the store. Every tenth tenant has five times the opportunities of the
//! others, and its last night took long. Also told: how many small tenants ended after the first large one, and requests beyond the allowance.
//!
//! cargo bench --bench due

use acquaint::access::{seal_lever_key, seal_new_secret};
use acquaint::matching::Matcher;
use acquaint::model::{Millis, Order, ProfileId, Publication, ResumePolicy, RunKind, RunState, Settings, TenantName};
use acquaint::replica::{Key, Options, Replica};
use acquaint::resume::Readers;
use acquaint::schedule::{House, Limits, work};
use acquaint::secrets::{KeySource, MasterKey, Secret};
use acquaint::store::{self, Again, Ending, Location, Slot, Store, Tenant};
use acquaint::world::{Account, Plan, World};
use chrono::{DateTime, Timelike, Utc};
use rand::{Rng, SeedableRng};
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

const TENANTS: usize = 300;
const HOUR: i64 = 3_600_000;
const ORDER: Order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Unguarded };

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    on("SQLite", Location::Embedded(folder.path().join("data"))).await;
    if let Ok(url) = std::env::var("ACQUAINT_DATABASE_URL") {
        on("PostgreSQL", Location::Postgres(url)).await;
    }
}

async fn on(engine: &str, location: Location) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store::open(&location).await.expect("a store");
    let world = |opportunities| World::new(&Plan { profiles: 20_000, ..Plan::for_opportunities(opportunities) });
    let (small, large) = (world(200), world(1_000));
    for it in [&small, &large] {
        store.put_profiles(&it.profiles, now()).await.expect("room for the profiles");
    }
    let replicas = [serve(small.account, false), serve(large.account, true)];
    let keys = Arc::new(KeySource::Given(Secret::new("07".repeat(32).into_bytes())));
    let tenants: Vec<TenantName> = (0..TENANTS).map(name).collect();
    for (place, it) in tenants.iter().enumerate() {
        add(store.as_ref(), &keys, it, &replicas[usize::from(is_large(place))], is_large(place)).await;
    }
    let readers = Readers::new(env!("CARGO_BIN_EXE_acquaint").into(), 1);
    let house = House::new(Arc::clone(&store), keys, Matcher::shipped(), readers, folder.path().join("index"));
    house.index().await.expect("an index");

    let began = Instant::now();
    let limits = Limits { runs_at_once: 8, ..Limits::default() };
    let worker = tokio::spawn(work(Arc::new(house), limits, ended(Arc::clone(&store), tenants.clone())));
    let ids: Vec<ProfileId> = large.profiles.iter().map(|it| it.id.clone()).collect();
    let mut waits = look(store.as_ref(), &tenants, &ids, || worker.is_finished()).await;
    worker.await.expect("it does not break");
    let took = began.elapsed();
    waits.sort();
    let at = |share: usize| waits[(waits.len() - 1) * share / 1_000].as_secs_f64() * 1e3;
    let (mut first_large, mut later, mut bad) = (Millis(i64::MAX), 0, 0);
    let mut ends = Vec::new();
    for (place, it) in tenants.iter().enumerate() {
        let record = store.runs(it, 1).await.expect("runs").remove(0);
        let end = record.finished_at.expect("it has ended");
        bad += u32::from(record.state != RunState::Published);
        ends.push((place, end));
        if is_large(place) {
            first_large = first_large.min(end);
        }
    }
    later += ends.iter().filter(|(place, end)| !is_large(*place) && *end > first_large).count();
    let beyond: u32 = replicas.iter().map(|it| it.stats().beyond_allowance).sum();
    let report = format!(
        "{engine}: {TENANTS} tenants in {:.0} s, {bad} of them not published; {later} small ones after the first large one; {beyond} requests beyond \
         the allowance; {} look-ups: p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms",
        took.as_secs_f64(),
        waits.len(),
        at(500),
        at(990),
        at(999),
    );
    writeln!(std::io::stdout(), "{report}").expect("stdout");
}

fn now() -> Millis {
    Millis(Utc::now().timestamp_millis())
}

fn name(place: usize) -> TenantName {
    TenantName::new(&format!("t-{place:03}")).expect("a name")
}

fn is_large(place: usize) -> bool {
    place.is_multiple_of(10)
}

fn serve(account: Account, large: bool) -> Replica {
    let keys = (0..TENANTS).filter(|it| is_large(*it) == large).map(|it| Key::new(name(it).as_str())).collect();
    Replica::start(account, Options { keys, ..Options::default() }).expect("a free port")
}

/// A tenant that was due a minute ago, whose last night was a short or a long one.
async fn add(store: &dyn Store, keys: &KeySource, name: &TenantName, replica: &Replica, large: bool) {
    let keys = MasterKey::load(keys).expect("a key");
    let due = DateTime::from_timestamp_millis(now().0 - 60_000).expect("a time");
    let schedule = Some(format!("{} {} * * *", due.minute(), due.hour()));
    let (lever_url, resumes) = (Some(replica.base_url()), ResumePolicy::None);
    let tenant = Tenant {
        sealed_key: seal_lever_key(&keys, name, &Secret::new(name.as_str().as_bytes().to_vec())),
        sealed_secret: seal_new_secret(&keys, name),
        ..Tenant::new(name.clone(), Settings { lever_url, resumes, schedule, ..Settings::default() }, now())
    };
    store.add_tenant(&tenant).await.expect("added");
    let claim = store.start_run(name, &ORDER, now().plus(-20 * HOUR)).await.expect("a claim");
    let finished_at = now().plus(-20 * HOUR + if large { 5 * HOUR } else { 60_000 });
    let (tally, changes) = Default::default();
    let ending = Ending { state: RunState::Published, tally, error: None, changes, finished_at, again: Again::No };
    store.publish(&claim, &ending, finished_at).await.expect("published");
    let slot = Slot { tenant: name.clone(), kind: RunKind::Full, served: now().plus(-HOUR) };
    store.serve(&slot, None, None, now()).await.expect("served");
}

/// Returns once everybody's run has ended.
async fn ended(store: Arc<dyn Store>, tenants: Vec<TenantName>) {
    for it in tenants {
        loop {
            let newest = store.runs(&it, 1).await.expect("runs").pop();
            let done = newest.is_some_and(|it| it.queued.is_some() && it.finished_at.is_some());
            if done {
                break;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

/// Looks badges up until it is over; a pause between two look-ups, as people make.
async fn look(store: &dyn Store, tenants: &[TenantName], ids: &[ProfileId], is_over: impl Fn() -> bool) -> Vec<Duration> {
    let mut dice = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let (mut waits, mut commons) = (Vec::new(), HashMap::new());
    while !is_over() {
        let tenant = &tenants[dice.random_range(0..tenants.len())];
        let from = dice.random_range(0..ids.len() - 100);
        let began = Instant::now();
        let known = commons.get(tenant).cloned();
        let found = store.look_up(tenant, &ids[from..from + 100], known).await.expect("readers are served");
        waits.push(began.elapsed());
        commons.insert(tenant.clone(), found.common);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    waits
}
