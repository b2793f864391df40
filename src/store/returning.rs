//! A backup of an embedded store that comes back.

use super::database::Database;
use super::sqlite::{FILE, SqliteDatabase, in_turn, make_turn};
use super::sqlite_errors::io_error;
use super::{StoreError, Thing};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A backup that is on its way to become the store.
const RETURNING: &str = "acquaint.restoring";

/// A backup on its way to where the store will be: a file beside it, which nothing takes for the store. Nobody else opens the
/// directory meanwhile.
pub(super) struct Returning {
    database: SqliteDatabase,
    copy: PathBuf,
    path: PathBuf,
    _turn: File,
}

impl Returning {
    /// Copies a backup to the place of a store that is not there.
    pub(super) async fn begin(backup: &Path, directory: &Path) -> Result<Self, StoreError> {
        let (path, copy) = (directory.join(FILE), directory.join(RETURNING));
        if !fs::exists(directory).map_err(|error| io_error(&error))? {
            DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(|error| io_error(&error))?;
        }
        let (from, folder, place, to) = (backup.to_owned(), directory.to_owned(), path.clone(), copy.clone());
        let turn = in_turn(move || {
            let turn = make_turn(&folder)?;
            if !is_free(&place)? {
                return Ok(None);
            }
            copied(&from, &to)?;
            Ok(Some(turn))
        });
        let turn = turn.await?.ok_or(StoreError::Duplicate(Thing::Store))?;
        Ok(Self { database: SqliteDatabase::at(&copy).await?, copy, path, _turn: turn })
    }

    /// The store that it will be.
    pub(super) fn database(&self) -> &SqliteDatabase {
        &self.database
    }

    /// Makes it the store, whole as it is now.
    pub(super) async fn end(self) -> Result<(), StoreError> {
        self.database.tidy().await?;
        self.database.close().await;
        let moved = || {
            File::open(&self.copy)?.sync_all()?;
            fs::rename(&self.copy, &self.path)?;
            File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()
        };
        moved().map_err(|error| io_error(&error))
    }
}

/// Whether there is neither a store nor a part of one, which a new one would be read with.
fn is_free(path: &Path) -> io::Result<bool> {
    let beside = |end: &str| path.with_file_name(format!("{FILE}{end}"));
    Ok(!fs::exists(path)? && !fs::exists(beside("-wal"))? && !fs::exists(beside("-shm"))?)
}

/// Copies a file for its owner alone, in place of what a copying that broke off has left.
fn copied(from: &Path, to: &Path) -> io::Result<()> {
    for end in ["", "-wal", "-shm"] {
        match fs::remove_file(to.with_file_name(format!("{RETURNING}{end}"))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    io::copy(&mut File::open(from)?, &mut new)?;
    new.sync_all()
}
