//! PostgreSQL, for any number of processes on any number of machines.

use super::database::{Arg, Cell, Database, ROWS_AT_ONCE, Row, Statement, Transaction, statements, with_rows};
use super::{Engine, StoreError};
use crate::model::Millis;
use async_trait::async_trait;
use futures::TryStreamExt;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Postgres, Row as _, TypeInfo, ValueRef};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

statements!("sql/clock.sql": NOW = "now", SETTING = "setting");

const VERSION: &str = "server_version";
/// The settings by which a server writes parameters of statements into its log.
const LOGS: [&str; 4] = ["log_statement", "log_min_duration_statement", "log_parameter_max_length", "log_parameter_max_length_on_error"];

/// Connections of this process.
const CONNECTIONS: u32 = 8;
/// How long the server may take to answer at first: someone who mistyped its address waits for that.
const GREETING: Duration = Duration::from_secs(5);
/// How long to wait for a connection later: a server that is restarted is back by then.
const PATIENCE: Duration = Duration::from_secs(15);
/// A snapshot for the whole transaction, not for each statement.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(super) struct PostgresDatabase(PgPool);

impl PostgresDatabase {
    /// Connects, and brings the schema up to date while other processes wait.
    pub(super) async fn open(url: &str) -> Result<Self, StoreError> {
        let unreadable = |_| StoreError::Database("the database's URL cannot be read".into());
        let options = PgConnectOptions::from_str(url).map_err(unreadable)?.application_name("acquaint").disable_statement_logging();
        greet(&options).await?;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        let pool = pool.connect_with(options).await.map_err(|error| error_of(&error))?;
        migrations().run(&pool).await.map_err(|error| migration_error(&error))?;
        Ok(Self(pool))
    }
}

/// A newer program's steps are none of our business: it says itself which programs may still work here.
fn migrations() -> Migrator {
    let mut all = sqlx::migrate!("src/store/migrations/postgres");
    all.set_ignore_missing(true);
    all
}

/// The last step of the schema that this program knows.
pub(super) fn known() -> i64 {
    migrations().iter().map(|it| it.version).max().unwrap_or_default()
}

/// Connects once and says at once what is wrong; the pool would go on trying.
async fn greet(options: &PgConnectOptions) -> Result<(), StoreError> {
    let silent = |_| StoreError::Database(format!("the server does not answer within {} seconds", GREETING.as_secs()));
    let greeted = tokio::time::timeout(GREETING, options.connect()).await.map_err(silent)?;
    let _gone = greeted.map_err(|error| error_of(&error))?.close().await;
    Ok(())
}

#[async_trait]
impl Database for PostgresDatabase {
    async fn reading(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let tx = self.0.begin_with(SNAPSHOT).await.map_err(|error| error_of(&error))?;
        Ok(Box::new(PostgresTransaction(tx)))
    }

    async fn writing(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let tx = self.0.begin().await.map_err(|error| error_of(&error))?;
        Ok(Box::new(PostgresTransaction(tx)))
    }

    async fn now(&self, _: Millis) -> Result<Millis, StoreError> {
        let now: i64 = sqlx::query_scalar(NOW).fetch_one(&self.0).await.map_err(|error| error_of(&error))?;
        Ok(Millis(now))
    }

    async fn engine(&self, now: Millis) -> Result<Engine, StoreError> {
        let mut logs = Vec::new();
        for name in [VERSION].into_iter().chain(LOGS) {
            let value: Option<String> =
                sqlx::query_scalar(SETTING).bind(name).fetch_one(&self.0).await.map_err(|error| error_of(&error))?;
            logs.push((name, value.unwrap_or_default()));
        }
        let (_, version) = logs.remove(0);
        Ok(Engine { version: format!("PostgreSQL {version}"), now: self.now(now).await?, logs })
    }

    async fn back_up(&self, _: &Path) -> Result<(), StoreError> {
        Err(StoreError::Unknown("file of a store: PostgreSQL has tools of its own for backups"))
    }

    /// The server keeps its own log short.
    async fn tidy(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.0).await.map_err(|error| error_of(&error))?;
        Ok(())
    }
}

struct PostgresTransaction(sqlx::Transaction<'static, Postgres>);

/// The statements are SQLite's. Two things differ: `json_each($3)` gives rows with a column `value`, and an index is not told.
fn translated(statement: Statement) -> String {
    const LIST: &str = "json_each(";
    let statement = statement.replace(" INDEXED BY pairing_profile", "");
    let mut parts = statement.split(LIST);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (arg, rest) = part.split_once(')').unwrap_or((part, ""));
        text.push_str("jsonb_array_elements(");
        text.push_str(arg);
        text.push_str("::jsonb) AS listed(value)");
        text.push_str(rest);
    }
    text
}

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
        let done = bound(translated(statement), args).execute(&mut *self.0).await.map_err(|error| error_of(&error))?;
        Ok(done.rows_affected())
    }

    async fn each(
        &mut self,
        statement: Statement,
        args: &[Arg<'_>],
        take: &mut (dyn FnMut(Row) -> Result<(), StoreError> + Send),
    ) -> Result<(), StoreError> {
        let mut rows = bound(translated(statement), args).fetch(&mut *self.0);
        while let Some(row) = rows.try_next().await.map_err(|error| error_of(&error))? {
            take(cells(&row).map_err(|error| error_of(&error))?)?;
        }
        Ok(())
    }

    async fn insert(&mut self, statement: Statement, rows: &[&[Arg<'_>]]) -> Result<(), StoreError> {
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let text = with_rows(statement, rows, |number| format!("${number}"));
            bound(text, rows.iter().copied().flatten()).execute(&mut *self.0).await.map_err(|error| error_of(&error))?;
        }
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.0.commit().await.map_err(|error| error_of(&error))
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
        return StoreError::Duplicate("row");
    }
    let code = inner.code().unwrap_or_default();
    match &*code {
        "53100" => StoreError::Disk("the server's disk is full"),
        "25006" => StoreError::Disk("the server takes no writes"),
        "XX001" | "XX002" => StoreError::Damaged,
        "40001" | "40P01" | "55P03" => StoreError::Busy("writer"),
        code => StoreError::Database(match code {
            "28P01" | "28000" => "the server does not let this user in".into(),
            "3D000" => "the server has no such database".into(),
            "53300" => "the server has no connection left".into(),
            "57P01" | "57P02" | "57P03" => "the server is stopping or starting".into(),
            code => format!("SQLSTATE {code}"),
        }),
    }
}

fn migration_error(error: &MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(_) => StoreError::TooNew,
        MigrateError::VersionMismatch(_) | MigrateError::Dirty(_) => StoreError::Damaged,
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error_of(error),
        _ => StoreError::Database("the schema could not be brought up to date".into()),
    }
}
