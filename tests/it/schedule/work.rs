//! The loop of a worker: what it begins, what it hands on, and what it leaves behind.

use super::due::name;
use crate::store::hand::ByHand as _;
use acquaint::access;
use acquaint::index::IndexError;
use acquaint::lever::LeverError;
use acquaint::lever::oauth::OAuthError;
use acquaint::matching::Matcher;
use acquaint::model::{Millis, Order, Publication, ResumePolicy, RunKind, RunState, Settings};
use acquaint::night::{NightError, PATIENCE, Watch};
use acquaint::resume::Readers;
use acquaint::schedule::{House, Limits, stand_by, work};
use acquaint::secrets::{KeySource, MasterKey, Secret};
use acquaint::store::{self, Again, Location, Rival, Slot, Store, StoreError, Tenant};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

const ORDER: Order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Guarded };

pub(super) fn now() -> Millis {
    Millis(chrono::Utc::now().timestamp_millis())
}

fn key(byte: u8) -> Arc<KeySource> {
    Arc::new(KeySource::Given(Secret::new(vec![byte; 32])))
}

/// A Lever that lets nobody in, and says so when it may.
pub(super) struct Gate {
    url: String,
    asked: Arc<Semaphore>,
    pub(super) may_answer: Arc<Semaphore>,
    /// For how many milliseconds it asks everybody for a pause of a second, from the first question on.
    pub(super) busy_for: Arc<AtomicU64>,
}

impl Gate {
    async fn open() -> Self {
        let (asked, may_answer, busy_for) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)), Arc::<AtomicU64>::default());
        let began = Arc::<OnceLock<Instant>>::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (told, may, busy) = (Arc::clone(&asked), Arc::clone(&may_answer), Arc::clone(&busy_for));
        let app = axum::Router::new().fallback(move || {
            let (told, may) = (Arc::clone(&told), Arc::clone(&may));
            let passed = began.get_or_init(Instant::now).elapsed();
            let is_busy = passed < Duration::from_millis(busy.load(Ordering::SeqCst));
            async move {
                told.add_permits(1);
                if is_busy {
                    return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response();
                }
                let _passed = may.acquire().await.expect("it stays open");
                StatusCode::UNAUTHORIZED.into_response()
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, asked, may_answer, busy_for }
    }
}

pub(super) struct Place {
    folder: tempfile::TempDir,
    pub(super) store: Arc<dyn Store>,
    pub(super) gate: Gate,
}

impl Place {
    /// Companies by name, each with the master key that its secrets are sealed with.
    pub(super) async fn with(companies: &[(&str, u8)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store::open(&Location::Embedded(folder.path().join("data"))).await.expect("the store");
        let gate = Gate::open().await;
        for (company, byte) in companies {
            let (keys, name) = (MasterKey::load(&key(*byte)).expect("a key"), name(company));
            let settings = Settings { lever_url: Some(gate.url.clone()), ..Settings::default() };
            let tenant = Tenant {
                sealed_key: access::seal_lever_key(&keys, &name, &Secret::new(company.as_bytes().to_vec())),
                sealed_secret: access::seal_new_secret(&keys, &name),
                ..Tenant::new(name, settings, now())
            };
            store.add_tenant(&tenant).await.expect("added");
        }
        Self { folder, store, gate }
    }

    fn house(&self, byte: u8) -> Arc<House> {
        Arc::new(self.own_house(byte))
    }

    fn own_house(&self, byte: u8) -> House {
        let readers = Readers::new(env!("CARGO_BIN_EXE_acquaint").into(), 1);
        let index = self.folder.path().join("index");
        House::new(Arc::clone(&self.store), key(byte), Matcher::shipped(), readers, index)
    }

    /// A worker with one place, until the answer is dropped or told.
    fn worker(&self, byte: u8) -> (oneshot::Sender<()>, JoinHandle<()>) {
        Self::at_work(self.house(byte))
    }

    /// The same, of less patience with runs that come no further.
    pub(super) fn impatient_worker(&self, byte: u8, patience: Duration) -> (oneshot::Sender<()>, JoinHandle<()>) {
        Self::at_work(Arc::new(self.own_house(byte).patient(patience)))
    }

    fn at_work(house: Arc<House>) -> (oneshot::Sender<()>, JoinHandle<()>) {
        let (stop, stopped) = oneshot::channel();
        let limits = Limits { runs_at_once: 1, poll: Duration::from_millis(5) };
        let work = work(house, limits, async {
            let _told_or_dropped = stopped.await;
        });
        (stop, tokio::spawn(work))
    }

    pub(super) async fn queue(&self, company: &str) {
        self.store.queue_run(&name(company), &ORDER, now()).await.expect("queued");
    }

    async fn states(&self, company: &str) -> Vec<RunState> {
        self.store.runs(&name(company), 9).await.expect("runs").iter().map(|it| it.state).collect()
    }

    pub(super) async fn reach(&self, company: &str, states: &[RunState]) {
        until(async || self.states(company).await == states, &format!("{company} comes to {states:?}")).await;
    }

    /// A statement from outside of the store.
    async fn raw(&self, sql: &str) {
        let url = format!("sqlite://{}/data/acquaint.sqlite", self.folder.path().display());
        let mut it = SqliteConnection::connect(&url).await.expect("a connection");
        sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut it).await.expect("done");
        it.close().await.expect("closed");
    }

    /// The worker has looked at everything, and after that at the queue.
    async fn looks_around(&self) {
        let seen = async || self.store.workers().await.expect("read").first().map(|it| it.seen_at);
        for _ in 0..2 {
            let before = seen().await;
            until(async || seen().await > before, "the worker looks around").await;
        }
    }
}

/// Asks until it is so.
async fn until(mut is_so: impl AsyncFnMut() -> bool, what: &str) {
    let asking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asking).await.unwrap_or_else(|_| panic!("not in time: {what}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_company_that_was_removed_under_its_run_stops_no_worker() {
    let place = Place::with(&[("gone", 7), ("next", 7)]).await;
    let (_stop, _worker) = place.worker(7);
    place.queue("gone").await;
    place.gate.asked.acquire().await.expect("it is asked").forget();
    place.raw("DELETE FROM tenant WHERE name = 'gone'").await;
    place.gate.may_answer.add_permits(1_000);
    place.queue("next").await;
    place.reach("next", &[RunState::Failed]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_without_the_right_key_leaves_runs_to_others() {
    let place = Place::with(&[("acme", 7), ("lost", 6)]).await;
    place.gate.may_answer.add_permits(1_000);
    place.queue("acme").await;
    let (stop, worker) = place.worker(8);
    place.looks_around().await;
    assert_eq!(place.states("acme").await, [RunState::Queued], "nothing is begun");
    stop.send(()).expect("it works");
    worker.await.expect("it ends");

    // The key goes bad between a look and a claim: the run is handed back as it was.
    let claimed = place.store.claim_run(i64::MAX, &[], now()).await.expect("read").expect("it waits");
    let watch = Watch { clock: &now, progress: &|_| {} };
    let ended = place.house(8).night(claimed, watch, std::future::pending()).await.expect("written").record;
    assert_eq!(ended.error.as_deref(), Some("this is not the master key that the secret was sealed with"));
    assert_eq!(place.states("acme").await, [RunState::Queued, RunState::Failed]);
    let waits = place.store.runs(&name("acme"), 1).await.expect("runs").remove(0);
    assert_eq!(waits.queued.map(|it| it.attempt), Some(1), "it is no attempt");

    // Who has the right key runs it; one company whose secrets nobody can open does not wait for ever.
    let (_stop, _worker) = place.worker(7);
    place.reach("acme", &[RunState::Failed, RunState::Failed]).await;
    place.queue("lost").await;
    place.reach("lost", &[RunState::Failed]).await;
}

/// Another program has changed the store so that this one may not work on it: what is at work ends, and waits for somebody who may.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_of_yesterday_ends_when_it_may_not_work_on() {
    let place = Place::with(&[("acme", 7), ("next", 7)]).await;
    let (_stop, _worker) = place.worker(7);
    place.queue("acme").await;
    place.gate.asked.acquire().await.expect("it is asked").forget();
    place.queue("next").await;
    place.raw("UPDATE compatibility SET min_binary = 9999").await;
    place.reach("acme", &[RunState::Queued, RunState::Cancelled]).await;
    assert_eq!(place.states("next").await, [RunState::Queued], "and nothing is begun");
    place.raw("UPDATE compatibility SET min_binary = 1").await;
    place.gate.may_answer.add_permits(1_000);
    place.reach("next", &[RunState::Failed]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_night_nothing_is_left_in_the_log_of_the_store() {
    let place = Place::with(&[("acme", 7)]).await;
    place.gate.may_answer.add_permits(1_000);
    place.queue("acme").await;
    let claimed = place.store.claim_run(i64::MAX, &[], now()).await.expect("read").expect("it waits");
    let log = || std::fs::metadata(place.folder.path().join("data/acquaint.sqlite-wal")).expect("a log").len();
    assert!(log() > 0, "what is written goes there first");
    let watch = Watch { clock: &now, progress: &|_| {} };
    place.house(7).night(claimed, watch, std::future::pending()).await.expect("written");
    assert_eq!(log(), 0);
}

/// Where all workers are dead, runs are queued all the same, so that somebody hears that they are late.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stands_by_queues_what_is_due() {
    let place = Place::with(&[("acme", 7)]).await;
    place.store.edit_settings(&name("acme"), &|it| it.schedule = Some("* * * * *".into())).await.expect("set");
    let slot = Slot { tenant: name("acme"), kind: RunKind::Full, served: now().plus(-3_600_000) };
    assert!(place.store.serve(&slot, None, None, now()).await.expect("served"));
    let standing = tokio::spawn(stand_by(place.house(7)));
    place.reach("acme", &[RunState::Queued]).await;
    standing.abort();
}

#[test]
fn what_passes_by_itself_is_tried_again() {
    let text = || "the server stopped answering".to_owned();
    let oauth = |it: OAuthError| NightError::Lever(it.into());
    for (error, expected) in [
        (NightError::Leaving, Again::AtOnce),
        (NightError::Cancelled, Again::No),
        (NightError::StoodStill { at: "listing", limit: PATIENCE }, Again::Once),
        (NightError::Lever(LeverError::RateLimited), Again::Later),
        (NightError::Lever(LeverError::Unavailable { status: Some(503), source: None }), Again::Later),
        (NightError::Lever(LeverError::Malformed { what: "stages", line: 1 }), Again::Later),
        (NightError::Lever(LeverError::Unauthorized), Again::No),
        (oauth(OAuthError::Busy), Again::Later),
        (oauth(OAuthError::Store(text())), Again::Later),
        (oauth(OAuthError::Lost), Again::No),
        (oauth(OAuthError::NotConnected), Again::No),
        (NightError::Store(StoreError::Database(text())), Again::Later),
        (NightError::Store(StoreError::Busy(Rival::Writer)), Again::Later),
        (NightError::Store(StoreError::Disk("full")), Again::Later),
        (NightError::Store(StoreError::LostClaim), Again::No),
        (NightError::Store(StoreError::Damaged), Again::No),
        (NightError::Index(IndexError::Unusable("it is of an older version")), Again::Later),
        (NightError::Index(IndexError::Busy), Again::Later),
        (NightError::Index(IndexError::Database(text())), Again::Later),
    ] {
        assert_eq!(error.again(), expected, "{error}");
    }
}
