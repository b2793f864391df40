//! How a store is opened, and brought back from a backup.

use super::database::Database;
use super::postgres::PostgresDatabase;
use super::returning::Returning;
use super::sqlite::{FILE, SqliteDatabase};
use super::tables::Tables;
use super::{Store, StoreError, schedule};
use crate::model::Millis;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the store is.
#[derive(Clone)]
pub enum Location {
    /// SQLite inside this data directory, which is made when it is missing.
    Embedded(PathBuf),
    /// A PostgreSQL database by its URL, which can hold a password.
    Postgres(String),
}

/// Opens the store and brings its schema up to date.
///
/// # Errors
/// [`StoreError::TooNew`], [`StoreError::Moved`], [`StoreError::Damaged`], [`StoreError::Disk`], or [`StoreError::Database`] when it does
/// not answer.
pub async fn open(location: &Location) -> Result<Arc<dyn Store>, StoreError> {
    match open_as_it_is(location).await? {
        (store, Origin::Here) => Ok(store),
        (_, Origin::Elsewhere) => Err(StoreError::Moved),
    }
}

/// Where the rows of a store were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In this database.
    Here,
    /// In another one, from which they were copied: nobody knows how old they are before [`Store::restored`].
    Elsewhere,
}

/// The same, for whoever brings a backup back.
///
/// # Errors
/// As [`open`], without `Moved`.
pub async fn open_as_it_is(location: &Location) -> Result<(Arc<dyn Store>, Origin), StoreError> {
    match location {
        Location::Embedded(directory) => tables(SqliteDatabase::open(directory).await?).await,
        Location::Postgres(url) => tables(PostgresDatabase::open(url).await?).await,
    }
}

async fn tables(database: impl Database + 'static) -> Result<(Arc<dyn Store>, Origin), StoreError> {
    schedule::check_compatible(&database).await?;
    let origin = if schedule::is_at_home(&database).await? { Origin::Here } else { Origin::Elsewhere };
    Ok((Arc::new(Tables::over(database)), origin))
}

/// Puts a backup of an embedded store into a data directory that has none. Before it is there under a store's name, it has taken note
/// of it as [`Store::restored`] does.
///
/// # Errors
/// [`StoreError::Duplicate`] where there is a store already or a part of one, and as [`open`].
pub async fn restore(backup: &Path, directory: &Path, now: Millis) -> Result<Arc<dyn Store>, StoreError> {
    let returning = Returning::begin(backup, directory).await?;
    schedule::check_compatible(returning.database()).await?;
    schedule::restored(returning.database(), now).await?;
    returning.end().await?;
    open(&Location::Embedded(directory.to_owned())).await
}

/// Whether there is a store in this data directory.
#[must_use]
pub fn is_there(directory: &Path) -> bool {
    directory.join(FILE).is_file()
}
