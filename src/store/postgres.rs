//! PostgreSQL, for any number of processes on any number of machines.

use super::database::{Arg, Database, Insert, ROWS_AT_ONCE, Statement, Transaction, statements, with_rows};
use super::dialect::{lines, translated};
use super::migrations::{OF_POSTGRES, migrator, newest};
use super::row::{Cell, Row};
use super::{Engine, Rival, StoreError, Thing};
use crate::model::Millis;
use async_trait::async_trait;
use futures::TryStreamExt;
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Postgres, Row as _, TypeInfo, ValueRef};
use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

statements!("sql/server.sql": NOW = "now", SETTING = "setting", HOME = "home", STEPS = "steps");

const VERSION: &str = "server_version";
/// The settings by which a server writes statements and their parameters into its log, and how many connections it takes.
const TOLD: [&str; 8] = [
    "log_statement",
    "log_min_duration_statement",
    "log_min_duration_sample",
    "log_transaction_sample_rate",
    "log_parameter_max_length",
    "log_parameter_max_length_on_error",
    "auto_explain.log_min_duration",
    "max_connections",
];

/// Connections of this process.
const CONNECTIONS: u32 = 8;
/// How long the server may take to answer at first: someone who mistyped its address waits for that.
const GREETING: Duration = Duration::from_secs(5);
/// How long to wait for a connection later: a server that is restarted is back by then.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long one statement may take: publishing the largest company takes a fraction of it.
const LONGEST: &str = "10min";
/// How long an answer is waited for, a little longer than the server works at it: then the network has swallowed it.
const ANSWER: Duration = Duration::from_secs(630);
/// How long a connection that comes back may take to say that it is well. One that does not is not used again.
const CHECK: Duration = Duration::from_secs(5);
/// A clock that differs from the server's by less is right: the question itself takes time.
const SKEW_MS: i64 = 1_000;
/// What we ask of the server for each connection, so that a process that stands still keeps nobody waiting for long: who holds a
/// lock and says nothing lets go before those who wait for it give up, and a peer that cannot be reached is gone after a minute.
const MANNERS: [(&str, &str); 6] = [
    ("idle_in_transaction_session_timeout", "20s"),
    ("lock_timeout", "30s"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "60000"),
];
/// A snapshot for the whole transaction, not for each statement.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(super) struct PostgresDatabase(PgPool);

impl PostgresDatabase {
    /// Connects, and brings the schema up to date while other processes wait.
    pub(super) async fn open(url: &str) -> Result<Self, StoreError> {
        let unreadable = |_| StoreError::Database("the database's URL cannot be read".into());
        let options = PgConnectOptions::from_str(url).map_err(unreadable)?.application_name("acquaint").disable_statement_logging();
        let options = with(options, &MANNERS);
        let mut first = greet(&options).await?;
        bring_up_to_date(&mut first).await?;
        let _gone = first.close().await;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        let pool = pool.after_release(|it, _| Box::pin(is_well(it)));
        let options = with(options, &[("statement_timeout", LONGEST)]);
        let pool = pool.connect_with(options).await.map_err(|error| error_of(&error))?;
        Ok(Self(pool))
    }
}

/// Settings of a session, except for those that the URL gives itself (`?options=-c name=value`).
fn with(options: PgConnectOptions, settings: &[(&str, &str)]) -> PgConnectOptions {
    let given = options.get_options().unwrap_or_default().to_owned();
    options.options(settings.iter().copied().filter(|it| !given.contains(&format!("{}=", it.0))))
}

/// Asked of a connection that was given back, whose last answer may not have come.
async fn is_well(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    tokio::time::timeout(CHECK, connection.ping()).await.map_err(|_| sqlx::Error::PoolTimedOut)?.map(|()| true)
}

/// Takes the steps of the schema that were not taken yet, one process at a time.
async fn bring_up_to_date(connection: &mut PgConnection) -> Result<(), StoreError> {
    let mut all = migrator(OF_POSTGRES);
    // There is no such table before the first step.
    let taken: Vec<i64> = sqlx::query_scalar(STEPS).fetch_all(&mut *connection).await.unwrap_or_default();
    let taken: BTreeSet<i64> = taken.into_iter().collect();
    // Who has nothing to do waits for nobody who stands still in the middle of it.
    let pending = all.iter().any(|it| !taken.contains(&it.version));
    all.set_locking(pending);
    all.run_direct(None, connection, false).await.map_err(|error| migration_error(&error))
}

/// Waits for an answer, and not for ever.
async fn answer<T>(work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
    let answered = tokio::time::timeout(ANSWER, work).await;
    answered.map_err(|_| StoreError::Database("the server stopped answering".into()))?.map_err(|error| error_of(&error))
}

/// Connects once and says at once what is wrong; the pool would go on trying.
async fn greet(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    let silent = |_| StoreError::Database(format!("the server does not answer within {} seconds", GREETING.as_secs()));
    let greeted = tokio::time::timeout(GREETING, options.connect()).await.map_err(silent)?;
    greeted.map_err(|error| error_of(&error))
}

#[async_trait]
impl Database for PostgresDatabase {
    async fn reading(&self) -> Result<Box<dyn Transaction>, StoreError> {
        Ok(Box::new(PostgresTransaction(answer(self.0.begin_with(SNAPSHOT)).await?)))
    }

    async fn glance(&self, statement: Statement, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError> {
        let row = answer(bound(translated(statement), args).fetch_optional(&self.0)).await?;
        row.map(|it| cells(&it)).transpose().map_err(|error| error_of(&error))
    }

    async fn writing(&self) -> Result<Box<dyn Transaction>, StoreError> {
        Ok(Box::new(PostgresTransaction(answer(self.0.begin()).await?)))
    }

    async fn now(&self, _: Millis) -> Result<Millis, StoreError> {
        answer(sqlx::query_scalar(NOW).fetch_one(&self.0)).await.map(Millis)
    }

    /// By how much this machine's clock differs is measured, and not taken from `ours`.
    async fn lease_now(&self, ours: Millis) -> Result<Millis, StoreError> {
        let here = || {
            let here = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |it| it.as_millis());
            i64::try_from(here).unwrap_or(i64::MAX)
        };
        // The answer may have waited for a connection: theirs is of some moment between the two.
        let (before, theirs, after) = (here(), self.now(ours).await?.0, here());
        let agrees = (before.saturating_sub(SKEW_MS)..=after.saturating_add(SKEW_MS)).contains(&theirs);
        Ok(if agrees { ours } else { ours.plus(theirs.saturating_sub(after)) })
    }

    async fn home(&self) -> Result<Option<(String, String)>, StoreError> {
        answer(sqlx::query_as(HOME).fetch_one(&self.0)).await.map(Some)
    }

    fn known(&self) -> i64 {
        newest(OF_POSTGRES)
    }

    async fn engine(&self, now: Millis) -> Result<Engine, StoreError> {
        let mut settings = Vec::new();
        for name in [VERSION].into_iter().chain(TOLD) {
            let value: Option<String> = answer(sqlx::query_scalar(SETTING).bind(name).fetch_one(&self.0)).await?;
            settings.push((name, value.unwrap_or_default()));
        }
        let (_, version) = settings.remove(0);
        Ok(Engine { version: format!("PostgreSQL {version}"), now: self.now(now).await?, settings })
    }

    async fn back_up(&self, _: &Path) -> Result<(), StoreError> {
        Err(StoreError::Unknown(Thing::File))
    }

    /// The server keeps its own log short.
    async fn tidy(&self) -> Result<(), StoreError> {
        answer(sqlx::query("SELECT 1").execute(&self.0)).await.map(drop)
    }
}

struct PostgresTransaction(sqlx::Transaction<'static, Postgres>);

fn bound<'q>(statement: String, args: impl IntoIterator<Item = &'q Arg<'q>>) -> sqlx::query::Query<'q, Postgres, PgArguments> {
    let query = sqlx::query(AssertSqlSafe(statement)); // Made of our own files alone.
    args.into_iter().fold(query, |query, arg| match *arg {
        Arg::Int(it) => query.bind(it),
        Arg::Text(it) => query.bind(it),
        Arg::Bytes(it) => query.bind(it),
    })
}

#[async_trait]
impl Transaction for PostgresTransaction {
    async fn execute(&mut self, statement: Statement, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let done = answer(bound(translated(statement), args).execute(&mut *self.0)).await?;
        Ok(done.rows_affected())
    }

    async fn each(
        &mut self,
        statement: Statement,
        args: &[Arg<'_>],
        take: &mut (dyn FnMut(Row) -> Result<(), StoreError> + Send),
    ) -> Result<(), StoreError> {
        let mut rows = bound(translated(statement), args).fetch(&mut *self.0);
        while let Some(row) = answer(rows.try_next()).await? {
            take(cells(&row).map_err(|error| error_of(&error))?)?;
        }
        Ok(())
    }

    async fn insert(&mut self, by: &Insert, rows: &[&[Arg<'_>]]) -> Result<(), StoreError> {
        if rows.len() <= ROWS_AT_ONCE {
            let text = with_rows(by.statement, rows, |number| format!("${number}"));
            return answer(bound(text, rows.iter().copied().flatten()).execute(&mut *self.0)).await.map(drop);
        }
        answer(sqlx::query(by.table).execute(&mut *self.0)).await?;
        answer(async {
            let mut copy = self.0.copy_in_raw(by.copy).await?;
            for rows in rows.chunks(ROWS_AT_ONCE) {
                copy.send(lines(rows)).await?;
            }
            copy.finish().await
        })
        .await?;
        let taken = AssertSqlSafe(by.statement.replace("{rows}", by.copied)); // Made of our own files alone.
        answer(sqlx::query(taken).execute(&mut *self.0)).await.map(drop)
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        answer(self.0.commit()).await
    }
}

fn cells(row: &PgRow) -> Result<Row, sqlx::Error> {
    let cell = |at: usize| {
        let value = row.try_get_raw(at)?;
        let kind = value.type_info();
        Ok(match kind.name() {
            _ if value.is_null() => Cell::Null,
            "INT8" => Cell::Int(row.try_get_unchecked(at)?),
            "FLOAT8" => Cell::Real(row.try_get_unchecked(at)?),
            "BYTEA" => Cell::Bytes(row.try_get_unchecked(at)?),
            _ => Cell::Text(row.try_get_unchecked(at)?),
        })
    };
    (0..row.len()).map(cell).collect::<Result<Vec<_>, _>>().map(Row::new)
}

/// The server's messages are not kept; its SQLSTATE codes are those of the manual's appendix A.
fn error_of(error: &sqlx::Error) -> StoreError {
    let sqlx::Error::Database(inner) = error else {
        return StoreError::Database(match error {
            sqlx::Error::PoolTimedOut => format!("the server gives no connection within {} seconds", PATIENCE.as_secs()),
            sqlx::Error::Io(error) => format!("the server cannot be reached ({})", error.kind()),
            sqlx::Error::Tls(_) => "the connection cannot be secured".into(),
            _ => "the server stopped answering".into(),
        });
    };
    if inner.is_unique_violation() {
        return StoreError::Duplicate(Thing::Row);
    }
    let code = inner.code().unwrap_or_default();
    match &*code {
        "53100" => StoreError::Disk("the server's disk is full"),
        "25006" => StoreError::Disk("the server takes no writes"),
        "XX001" | "XX002" => StoreError::Damaged,
        "40001" | "40P01" | "55P03" => StoreError::Busy(Rival::Writer),
        code => StoreError::Database(match code {
            "28P01" | "28000" => "the server does not let this user in".into(),
            "3D000" => "the server has no such database".into(),
            "53300" => "the server has no connection left".into(),
            "57P01" | "57P02" | "57P03" => "the server is stopping or starting".into(),
            "57014" => format!("a statement took longer than {LONGEST}"),
            code => format!("SQLSTATE {code}"),
        }),
    }
}

fn migration_error(error: &MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(_) => StoreError::TooNew,
        MigrateError::VersionMismatch(_) | MigrateError::Dirty(_) => StoreError::Damaged,
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => match error_of(error) {
            StoreError::Busy(_) => StoreError::Busy(Rival::Schema),
            other => other,
        },
        _ => StoreError::Database("the schema could not be brought up to date".into()),
    }
}
