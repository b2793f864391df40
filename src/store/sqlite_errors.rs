//! What errors of SQLite, and of the folder that its file is in, mean.

use super::{Rival, StoreError, Thing};
use sqlx::migrate::MigrateError;
use std::io;

pub(super) fn io_error(error: &io::Error) -> StoreError {
    use io::ErrorKind as Kind;
    StoreError::Disk(match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded => "the disk is full",
        Kind::ReadOnlyFilesystem => "the file system is read-only",
        Kind::PermissionDenied => "the data directory belongs to another user",
        Kind::NotADirectory | Kind::AlreadyExists => "the data directory is not a directory",
        _ => "the data directory cannot be made or opened",
    })
}

/// Readers wait for other readers of this process alone.
pub(super) fn error_of_reader(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut => StoreError::Busy(Rival::Reader),
        error => error_of(error),
    }
}

/// SQLite's messages are not kept; of its result codes (<https://www.sqlite.org/rescode.html>) the low byte is the primary one.
pub(super) fn error_of(error: &sqlx::Error) -> StoreError {
    let sqlx::Error::Database(inner) = error else {
        return match error {
            sqlx::Error::PoolTimedOut => StoreError::Busy(Rival::Writer),
            sqlx::Error::Io(error) => io_error(error),
            _ => StoreError::Database("SQLite stopped answering".into()),
        };
    };
    if inner.is_unique_violation() {
        return StoreError::Duplicate(Thing::Row);
    }
    let code = inner.code().and_then(|it| it.parse::<u32>().ok()).unwrap_or_default();
    match code & 0xff {
        5 | 6 => StoreError::Busy(Rival::Writer),
        8 => StoreError::Disk("the data directory or its files are read-only"),
        10 => StoreError::Disk("reading or writing failed"),
        11 | 26 => StoreError::Damaged,
        13 => StoreError::Disk("the disk is full"),
        14 => StoreError::Disk("the store's file cannot be opened or made"),
        _ => StoreError::Database(format!("SQLite result code {code}")),
    }
}

pub(super) fn migration_error(error: &MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(_) => StoreError::TooNew,
        MigrateError::VersionMismatch(_) | MigrateError::Dirty(_) => StoreError::Damaged,
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error_of(error),
        _ => StoreError::Database("the schema could not be brought up to date".into()),
    }
}
