//! Who stands still without being dead: a worker in the middle of a transaction, and a network that swallows what is sent.

use super::network::Network;
use crate::retention::canaries::town_of;
use crate::retention::home::{Home, until};
use crate::retention::process;
use crate::store::server::Server;
use acquaint::index::{Index, IndexError, IndexWriter, PostgresIndex, PostgresWriter};
use acquaint::model::{Millis, Order, Publication, ResumePolicy, RunKind, RunState, TenantName};
use acquaint::replica::{Key, Kind, Options, TEST_KEY};
use acquaint::secrets::Secret;
use acquaint::store::{self, Location, Set, Store, StoreError, Which};
use acquaint::world::Plan;
use rustix::process::Signal;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const ORDER: Order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Unguarded };

fn name(text: &str) -> TenantName {
    TenantName::new(text).expect("a name")
}

fn now() -> Millis {
    Millis(chrono::Utc::now().timestamp_millis())
}

/// How many of the store's connections are in this state.
fn count(runtime: &Runtime, url: &str, state: &str) -> i64 {
    let asked = format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'acquaint' AND {state}");
    runtime.block_on(async {
        let mut it = PgConnection::connect(url).await.expect("a connection");
        sqlx::query_scalar(AssertSqlSafe(asked)).fetch_one(&mut it).await.expect("a count")
    })
}

fn states(runtime: &Runtime, store: &dyn Store, tenant: &str) -> Vec<RunState> {
    runtime.block_on(store.runs(&name(tenant), 9)).expect("runs").iter().map(|it| it.state).collect()
}

fn badges(runtime: &Runtime, store: &dyn Store) -> usize {
    runtime.block_on(store.read(&name("acme"), Set::Published, Which::Badges)).expect("readers are served").pairings.len()
}

/// It holds a row that others need, and does not let go by itself: the server ends its session. When it comes to life again, its claim
/// is another's.
#[test]
fn a_worker_that_stands_still_stops_nobody_and_writes_nothing_afterwards() {
    let Some(server) = Server::start() else {
        return eprintln!("SKIPPED: a worker that stands still (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let url = server.url("postgres");
    let impatient = format!("{url}?options=-c%20idle_in_transaction_session_timeout%3D5s");
    let town = town_of(&Plan { contacts: 60, opportunities: 80, profiles: 200, ..Plan::default() });
    let keys = [TEST_KEY, "other"].map(Key::new).to_vec();
    let options = Options { page_limit: 20, keys, ..Options::default() };
    let home = Home::over(town, options, &[("ACQUAINT_DATABASE_URL", impatient), ("ACQUAINT_KEY", "0c".repeat(32))]);
    std::fs::write(home.path("other.key"), "other").expect("a file");
    home.ends(&["tenant", "add", "other", "--lever-key-file", "../other.key", "--lever-url", &home.replica.base_url()], 0);
    let store = runtime.block_on(store::open(&Location::Postgres(url.clone()))).expect("the store");

    let moment = home.stop_for(Kind::Opportunities, 2, Duration::from_secs(3));
    runtime.block_on(store.queue_run(&name("acme"), &ORDER, now())).expect("queued");
    let mut frozen = home.start(&["worker", "--data-dir", "../data-of-frozen"]);
    frozen.reaches(&moment);
    let mut holder = runtime.block_on(PgConnection::connect(&url)).expect("a connection");
    let run = |holder: &mut PgConnection, sql: &'static str| {
        runtime.block_on(sqlx::raw_sql(sql).execute(holder)).expect("done");
    };
    run(&mut holder, "BEGIN; SELECT 1 FROM run FOR UPDATE");
    assert!(until(|| count(&runtime, &url, "wait_event_type = 'Lock'") > 0), "it waits for its row");
    process::send(frozen.id(), Signal::STOP);
    run(&mut holder, "ROLLBACK");

    // Somebody else's run is another worker's, and so is this one as soon as its lease has ended.
    let awake = home.start(&["worker", "--data-dir", "../data-of-awake"]);
    runtime.block_on(store.queue_run(&name("other"), &ORDER, now())).expect("queued");
    assert!(until(|| states(&runtime, store.as_ref(), "other") == [RunState::Published]), "nobody waits for who stands still");
    run(&mut holder, "UPDATE run SET lease_until = 1 WHERE state = 'running' AND tenant = 'acme'");
    let ended = [RunState::Published, RunState::Lost];
    assert!(until(|| states(&runtime, store.as_ref(), "acme") == ended), "{:?}", states(&runtime, store.as_ref(), "acme"));
    let before = badges(&runtime, store.as_ref());
    assert!(before > 10, "there is something to see");

    process::send(frozen.id(), Signal::CONT);
    let has_heard = || frozen.errors().contains("a run has ended early") || frozen.errors().contains("a run's end is not written");
    assert!(until(has_heard), "it hears that its claim is lost");
    let logs = awake.errors();
    for it in [frozen, awake] {
        process::send(it.id(), Signal::TERM);
        assert_eq!(it.end().code, Some(0));
    }
    assert!(logs.contains("run{tenant=acme run="), "what a run says is told under its name");
    assert_eq!(states(&runtime, store.as_ref(), "acme"), ended);
    assert_eq!(badges(&runtime, store.as_ref()), before);
    // A reader's snapshot ends a moment after it was read.
    assert!(until(|| count(&runtime, &url, "state LIKE 'idle in transaction%'") == 0), "nobody holds a transaction");
}

/// Nothing is refused and nothing answered. Whoever asks hears within seconds that there is no answer, and once the network is mended
/// everything goes on.
#[test]
fn a_network_that_swallows_everything_is_told_and_gets_well() {
    let Some(server) = Server::start() else {
        return eprintln!("SKIPPED: a network that swallows everything (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let network = Network::to(server.folder().join(".s.PGSQL.5432"));
    let location = Location::Postgres(network.url("postgres"));
    let store = runtime.block_on(store::open(&location)).expect("the store");
    let secret = Secret::new(vec![7; 32]);
    let mut writer = PostgresWriter::open(&network.url("postgres"), &secret).expect("an index");
    writer.commit(1).expect("an empty one");
    Box::new(writer).finish().expect("let go");
    let index = PostgresIndex::open_for(&network.url("postgres"), &secret, Duration::from_secs(1)).expect("it opens");
    network.swallow();
    let (began, looking) = (Instant::now(), std::thread::spawn(move || index.near(&[vec![1]], 9).map(|it| it.len())));
    let asked = runtime.block_on(store.tenants());
    assert!(matches!(asked, Err(StoreError::Database(_))), "{asked:?}", asked = asked.err());
    // An answer that does come may take ten minutes.
    assert!(began.elapsed() < Duration::from_secs(120), "{:?}", began.elapsed());
    assert!(matches!(looking.join().expect("no panic"), Err(IndexError::Database(_))), "who looks people up hears too");
    let refused = runtime.block_on(store::open(&location)).err();
    assert!(matches!(&refused, Some(StoreError::Database(it)) if it.contains("does not answer")), "{refused:?}");
    network.mend();
    assert!(until(|| runtime.block_on(store.tenants()).is_ok()), "it goes on");
}
