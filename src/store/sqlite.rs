//! SQLite inside the data directory: one writer, some readers, nothing to install.

use super::database::{Arg, Database, Insert, ROWS_AT_ONCE, Statement, Transaction, with_rows};
use super::migrations::{OF_SQLITE, migrator, newest};
use super::row::{Cell, Row};
use super::sqlite_errors::{error_of, error_of_reader, io_error, migration_error};
use super::{Engine, Rival, StoreError};
use crate::model::Millis;
use async_trait::async_trait;
use futures::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row as _, Sqlite, TypeInfo, ValueRef};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

/// The file inside the data directory.
pub(super) const FILE: &str = "acquaint.sqlite";
/// How long to wait for a writer of another process, or for one that brings the schema up to date.
const BUSY: Duration = Duration::from_secs(30);
/// How often such a one is looked for.
const LOOK: Duration = Duration::from_millis(20);
/// How long and how often a reader is waited for that keeps the write-ahead log from being emptied.
const LULL: Duration = Duration::from_millis(500);
const TRIES: u32 = 30;
/// Readers at once.
const READERS: u32 = 4;
/// So much of the file readers map into memory, in place of copying each page (<https://www.sqlite.org/mmap.html>): the most that SQLite
/// does. The writer writes as ever, and nothing makes the file shorter.
const MAPPED_BYTES: &str = "2147418112";
/// The store is checked page by page up to this size; more takes too long to do in passing.
const CHECKED_BYTES: i64 = 64 << 20;

/// The two pools: SQLite has one writer at a time, so we queue for it in the order of asking and not by its busy handler.
pub(super) struct SqliteDatabase {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteDatabase {
    /// Opens or makes the file, and brings its schema up to date while other processes wait.
    pub(super) async fn open(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join(FILE);
        let (folder, file) = (directory.to_owned(), path.clone());
        let turn = in_turn(move || make(&folder, &file)).await?;
        let it = Self::at(&path).await?;
        drop(turn);
        Ok(it)
    }

    /// The same for a file that is there, in a directory that nobody else opens.
    pub(super) async fn at(path: &Path) -> Result<Self, StoreError> {
        let options = options(path);
        // A file does not hang up: nothing is asked before each use whether it is there.
        let pool = || SqlitePoolOptions::new().test_before_acquire(false);
        let writer = pool().max_connections(1).idle_timeout(None).max_lifetime(None);
        let writer = writer.connect_with(options.clone()).await.map_err(|error| error_of(&error))?;
        let mut first = writer.acquire().await.map_err(|error| error_of(&error))?;
        migrator(OF_SQLITE).run_direct(None, &mut *first, false).await.map_err(|error| migration_error(&error))?;
        drop(first);
        let reading = options.read_only(true).pragma("mmap_size", MAPPED_BYTES);
        let readers = pool().max_connections(READERS).connect_lazy_with(reading);
        Ok(Self { writer, readers })
    }

    /// Lets go of the file, which then is all there is.
    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Does what waits for its turn off the async threads.
pub(super) async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Disk("opening was interrupted"))?;
    done.map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => StoreError::Busy(Rival::Schema),
        _ => io_error(&error),
    })
}

/// Locks the directory until the answer is dropped. [`io::ErrorKind::WouldBlock`] when somebody holds it for long.
pub(super) fn make_turn(directory: &Path) -> io::Result<File> {
    let (turn, began) = (File::open(directory)?, Instant::now());
    loop {
        match turn.try_lock() {
            Ok(()) => return Ok(turn),
            Err(TryLockError::WouldBlock) if began.elapsed() < BUSY => std::thread::sleep(LOOK),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Makes the directory and the file for their owner alone. The directory stays locked until the answer is dropped.
fn make(directory: &Path, path: &Path) -> io::Result<File> {
    if !directory.is_dir() {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    let turn = make_turn(directory)?;
    if !fs::exists(path)? {
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    }
    Ok(turn)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY") // Sorting must leave nothing in a temporary folder.
        .pragma("cache_size", "-16000")
        .disable_statement_logging()
}

#[async_trait]
impl Database for SqliteDatabase {
    async fn reading(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let tx = self.readers.begin().await.map_err(|error| error_of_reader(&error))?;
        Ok(Box::new(SqliteTransaction(tx)))
    }

    async fn glance(&self, statement: Statement, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError> {
        let row = bound(statement, args).fetch_optional(&self.readers).await.map_err(|error| error_of_reader(&error))?;
        row.map(|it| cells(&it)).transpose().map_err(|error| error_of(&error))
    }

    /// `IMMEDIATE`, because a reader that becomes a writer can be refused at any statement.
    async fn writing(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let begin = || self.writer.begin_with("BEGIN IMMEDIATE");
        let begun = match begin().await {
            // When the disk is full SQLite rolls back by itself, and the library takes the transaction for open ever after.
            Err(sqlx::Error::InvalidSavePointStatement | sqlx::Error::WorkerCrashed) => {
                let spoilt = self.writer.acquire().await.map_err(|error| error_of(&error))?;
                let _ended = spoilt.close().await;
                begin().await
            }
            begun => begun,
        };
        Ok(Box::new(SqliteTransaction(begun.map_err(|error| error_of(&error))?)))
    }

    async fn now(&self, ours: Millis) -> Result<Millis, StoreError> {
        Ok(ours)
    }

    async fn lease_now(&self, ours: Millis) -> Result<Millis, StoreError> {
        Ok(ours)
    }

    async fn home(&self) -> Result<Option<(String, String)>, StoreError> {
        Ok(None)
    }

    fn known(&self) -> i64 {
        newest(OF_SQLITE)
    }

    async fn engine(&self, now: Millis) -> Result<Engine, StoreError> {
        let version: String =
            sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&self.writer).await.map_err(|error| error_of(&error))?;
        Ok(Engine { version: format!("SQLite {version}"), now, settings: Vec::new() })
    }

    /// By a reader's snapshot: writers go on. The file is made first, for its owner alone.
    async fn back_up(&self, file: &Path) -> Result<(), StoreError> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(|error| io_error(&error))?;
        let name = file.to_str().ok_or(StoreError::Disk("the backup's name is not text"))?;
        let copied = sqlx::query("VACUUM INTO $1").bind(name).execute(&self.readers).await;
        copied.map(drop).map_err(|error| error_of(&error))
    }

    async fn tidy(&self) -> Result<(), StoreError> {
        let failed = |error: sqlx::Error| error_of(&error);
        let size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let bytes: i64 = sqlx::query_scalar(size).fetch_one(&self.writer).await.map_err(failed)?;
        if bytes <= CHECKED_BYTES {
            let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.writer).await.map_err(failed)?;
            if found != "ok" {
                return Err(StoreError::Damaged);
            }
        }
        sqlx::query("PRAGMA optimize").execute(&self.writer).await.map_err(failed)?;
        for _ in 0..TRIES {
            match self.truncate().await.map_err(failed) {
                Ok(true) => return Ok(()),
                Ok(false) | Err(StoreError::Busy(_)) => tokio::time::sleep(LULL).await,
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Busy(Rival::Reader))
    }
}

impl SqliteDatabase {
    /// Empties the write-ahead log, by a connection that waits for readers of an older moment only for as long as our own writer may wait
    /// for it. False when one reads on.
    async fn truncate(&self) -> Result<bool, sqlx::Error> {
        let options = (*self.writer.connect_options()).clone().busy_timeout(LULL);
        let mut own = options.connect().await?;
        let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut own).await?;
        own.close().await?;
        Ok(busy == 0)
    }
}

struct SqliteTransaction(sqlx::Transaction<'static, Sqlite>);

fn bound<'q>(
    statement: impl sqlx::SqlSafeStr,
    args: impl IntoIterator<Item = &'q Arg<'q>>,
) -> sqlx::query::Query<'q, Sqlite, sqlx::sqlite::SqliteArguments> {
    args.into_iter().fold(sqlx::query(statement), |query, arg| match *arg {
        Arg::Int(it) => query.bind(it),
        Arg::Text(it) => query.bind(it),
        Arg::Bytes(it) => query.bind(it),
    })
}

#[async_trait]
impl Transaction for SqliteTransaction {
    async fn execute(&mut self, statement: Statement, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let done = bound(statement, args).execute(&mut *self.0).await.map_err(|error| error_of(&error))?;
        Ok(done.rows_affected())
    }

    async fn each(
        &mut self,
        statement: Statement,
        args: &[Arg<'_>],
        take: &mut (dyn FnMut(Row) -> Result<(), StoreError> + Send),
    ) -> Result<(), StoreError> {
        let mut rows = bound(statement, args).fetch(&mut *self.0);
        while let Some(row) = rows.try_next().await.map_err(|error| error_of(&error))? {
            take(cells(&row).map_err(|error| error_of(&error))?)?;
        }
        Ok(())
    }

    async fn insert(&mut self, by: &Insert, rows: &[&[Arg<'_>]]) -> Result<(), StoreError> {
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let text = AssertSqlSafe(with_rows(by.statement, rows, |_| "?".into())); // Made of our own files alone.
            bound(text, rows.iter().copied().flatten()).execute(&mut *self.0).await.map_err(|error| error_of(&error))?;
        }
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.0.commit().await.map_err(|error| error_of(&error))
    }
}

fn cells(row: &SqliteRow) -> Result<Row, sqlx::Error> {
    let cell = |at: usize| {
        let value = row.try_get_raw(at)?;
        let kind = value.type_info();
        Ok(match kind.name() {
            _ if value.is_null() => Cell::Null,
            "INTEGER" => Cell::Int(row.try_get_unchecked(at)?),
            "REAL" => Cell::Real(row.try_get_unchecked(at)?),
            "TEXT" => Cell::Text(row.try_get_unchecked(at)?),
            _ => Cell::Bytes(row.try_get_unchecked(at)?),
        })
    };
    (0..row.len()).map(cell).collect::<Result<Vec<_>, _>>().map(Row::new)
}
