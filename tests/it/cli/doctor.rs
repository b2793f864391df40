//! `doctor` beside a database that many processes share: its version, clock, log and connections, the workers, the queue.

use super::Home;
use crate::store::server::Server;
use acquaint::model::{Millis, Order, Publication, ResumePolicy, RunKind, TenantName};
use acquaint::store::{self, Location};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::runtime::Runtime;

const ORDER: Order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Guarded };

struct Shared {
    home: Home,
    url: String,
    runtime: Runtime,
}

impl Shared {
    fn raw(&self, sql: &str) {
        self.runtime.block_on(async {
            let mut it = PgConnection::connect(&self.url).await.expect("a connection");
            sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut it).await.expect("done");
        });
    }

    /// After the statement, what is found of one thing.
    fn check(&self, sql: &str, of: &str, grade: &str, says: &str) {
        self.raw(sql);
        let ended = self.home.run("doctor --offline --json", "");
        let findings = ended.stdout.lines().map(|it| serde_json::from_str::<Value>(it).expect("JSON"));
        let found: Vec<Value> = findings.filter(|it| it["check"] == of).collect();
        let said = found.iter().any(|it| it["grade"] == grade && it["says"].as_str().is_some_and(|it| it.contains(says)));
        assert!(said, "after `{sql}`: {found:?}");
        assert_eq!(ended.code, Some(i32::from(grade == "fail")), "after `{sql}`: {}", ended.stdout);
    }
}

/// Workers that have just been seen.
fn workers(count: u32, version: &str) -> String {
    format!(
        "INSERT INTO worker SELECT 'host-' || it || ' boot ns 7 7', '{version}', 0, CAST(extract(epoch FROM now()) * 1000 AS BIGINT), 1
        FROM generate_series(1, {count}) it"
    )
}

#[test]
fn doctor_looks_at_what_many_processes_share() {
    let Some(server) = Server::start_with("-c max_connections=40") else {
        return eprintln!("SKIPPED: doctor_looks_at_what_many_processes_share (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    let url = server.url("postgres");
    let home = Home::new().with("ACQUAINT_DATABASE_URL", url.as_str()).with("ACQUAINT_KEY", "07".repeat(32));
    let it = Shared { home, url, runtime: Runtime::new().expect("a runtime") };
    assert_eq!(it.home.run("tenant add acme --lever-key-file -", "a-key").code, Some(0));

    it.check("SELECT 1", "database", "ok", "PostgreSQL ");
    it.check("SELECT 1", "database log", "ok", "holds no parameters");
    it.check("SELECT 1", "workers", "ok", "0 at work with 0 runs; 0 runs wait; 0 tenants have a schedule");
    for setting in ["log_statement = 'all'", "log_min_duration_statement = 0", "log_parameter_max_length_on_error = 100"] {
        it.check(&format!("ALTER ROLE acquaint SET {setting}"), "database log", "warn", "parameters of statements");
        it.raw("ALTER ROLE acquaint RESET ALL");
    }
    it.check("ALTER ROLE acquaint SET auto_explain.log_min_duration = 0", "database log", "warn", "auto_explain writes plans");
    it.raw("ALTER ROLE acquaint RESET ALL");

    assert_eq!(it.home.run("tenant set acme schedule=nightly", "").code, Some(0));
    it.check("SELECT 1", "workers", "warn", "1 tenants have a schedule");
    it.check(&workers(1, env!("CARGO_PKG_VERSION")), "workers", "ok", "1 at work with 1 runs");
    it.check("UPDATE worker SET version = '0.0.0'", "workers", "warn", "not all are of version");
    it.check("DELETE FROM worker", "database connections", "ok", "the server takes 40; 0 workers");
    it.check(&workers(9, env!("CARGO_PKG_VERSION")), "database connections", "warn", "9 workers and this process may want");
    let acme = TenantName::new("acme").expect("a name");
    let queued = async {
        let store = store::open(&Location::Postgres(it.url.clone())).await.expect("the store");
        store.queue_run(&acme, &ORDER, Millis(chrono::Utc::now().timestamp_millis())).await.expect("queued");
    };
    it.runtime.block_on(queued);
    it.check("SELECT 1", "workers", "ok", "1 runs wait");
    it.check("UPDATE run SET queued_at = queued_at - 3700000, due_at = due_at - 3700000", "workers", "warn", "1 runs wait");
    it.check("DELETE FROM worker", "workers", "warn", "0 at work");

    // A server whose clock is five minutes ahead, as far as a statement can tell.
    it.check(
        "CREATE SCHEMA ahead;
        CREATE FUNCTION ahead.clock_timestamp() RETURNS TIMESTAMPTZ LANGUAGE SQL AS
            'SELECT pg_catalog.clock_timestamp() + INTERVAL ''5 minutes''';
        ALTER DATABASE postgres SET search_path = ahead, public, pg_catalog",
        "database clock",
        "fail",
        "differ by",
    );
}
