//! Where an index that outlives the process lies: in a folder of this machine, or in PostgreSQL.

use super::{DiskIndex, DiskWriter, Found, Index, IndexError, PostgresIndex, PostgresWriter, Row};
use crate::model::ProfileId;
use crate::secrets::Secret;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One of the two places.
#[derive(Clone)]
pub enum Place {
    /// A folder, for the processes of one machine.
    Folder(PathBuf),
    /// A PostgreSQL database: the store's own, or one with its schema.
    Database {
        /// Where; it can hold a password.
        url: String,
        /// Under which secret keys are asked for there.
        key: Arc<Secret>,
    },
}

impl From<&Path> for Place {
    fn from(folder: &Path) -> Self {
        Self::Folder(folder.to_owned())
    }
}

impl From<&PathBuf> for Place {
    fn from(folder: &PathBuf) -> Self {
        Self::Folder(folder.clone())
    }
}

impl From<PathBuf> for Place {
    fn from(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }
}

impl From<&Self> for Place {
    fn from(place: &Self) -> Self {
        place.clone()
    }
}

/// The index of profiles, opened for reading in either place.
pub enum ProfileIndex {
    /// On disk.
    Disk(Box<DiskIndex>),
    /// In PostgreSQL.
    Database(Box<PostgresIndex>),
}

/// How large an index is, for `profiles stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskUse {
    /// Bytes of all its files or tables.
    pub bytes: u64,
    /// Segments or slots: each is one more place to look a key up in.
    pub segments: usize,
}

/// One page of an answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Hits {
    /// The best first.
    pub profiles: Vec<ProfileId>,
    /// How many there are on all pages.
    pub total: u64,
}

impl ProfileIndex {
    /// Opens the last committed state.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] when it is missing, damaged or of another version, [`IndexError::Busy`] while it is filled,
    /// [`IndexError::Database`] when the server does not answer.
    pub fn open(place: &Place) -> Result<Self, IndexError> {
        match place {
            Place::Folder(folder) => DiskIndex::open(folder).map(Box::new).map(Self::Disk),
            Place::Database { url, key } => PostgresIndex::open(url, key).map(Box::new).map(Self::Database),
        }
    }

    /// Profiles in which every word of the query is found, in any field. Exact words and names come first.
    ///
    /// # Errors
    /// As [`Index::near`].
    pub fn search(&self, query: &str, limit: usize, offset: usize) -> Result<Hits, IndexError> {
        match self {
            Self::Disk(index) => index.search(query, limit, offset),
            Self::Database(index) => index.search(query, limit, offset),
        }
    }

    /// How large it is.
    ///
    /// # Errors
    /// As [`Index::near`].
    pub fn disk_use(&self) -> Result<DiskUse, IndexError> {
        match self {
            Self::Disk(index) => index.disk_use(),
            Self::Database(index) => index.disk_use(),
        }
    }

    fn index(&self) -> &dyn Index {
        match self {
            Self::Disk(index) => index.as_ref(),
            Self::Database(index) => index.as_ref(),
        }
    }
}

impl Index for ProfileIndex {
    fn len(&self) -> u64 {
        self.index().len()
    }

    fn revision(&self) -> i64 {
        self.index().revision()
    }

    fn near(&self, batch: &[Vec<u64>], limit: usize) -> Result<Vec<Vec<Found<'_>>>, IndexError> {
        self.index().near(batch, limit)
    }

    fn frequency(&self, hash: u64) -> Result<u32, IndexError> {
        self.index().frequency(hash)
    }
}

/// The right to write an index, and what was written since the last commit. Nothing is seen by readers before [`IndexWriter::commit`].
/// Everything here takes its time, and is done away from async threads.
pub trait IndexWriter: Send {
    /// The store's revision that the last commit has reached; 0 for a new index.
    fn revision(&self) -> i64;

    /// How many profiles the last commit holds.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] when it cannot be read.
    fn count(&self) -> Result<u64, IndexError>;

    /// Whether the last commit may be read: it is not while an index is filled for the first time, or anew.
    fn is_whole(&self) -> bool;

    /// Takes everything out, for an index that is not of this store. Nobody reads it until the next [`IndexWriter::commit`].
    ///
    /// # Errors
    /// [`IndexError::Disk`], [`IndexError::Database`].
    fn clear(&mut self) -> Result<(), IndexError>;

    /// Writes a profile in place of its older version.
    ///
    /// # Errors
    /// [`IndexError::Disk`], [`IndexError::Database`].
    fn put(&mut self, row: Row) -> Result<(), IndexError>;

    /// Takes a profile out.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    fn remove(&mut self, id: &ProfileId) -> Result<(), IndexError>;

    /// Keeps what was written, and remembers how far it goes, when more is to follow: an index that was not whole is not read yet.
    ///
    /// # Errors
    /// [`IndexError::Disk`], [`IndexError::Database`].
    fn keep(&mut self, revision: i64) -> Result<(), IndexError>;

    /// Makes what was written visible, and remembers how far it goes. All or nothing, also when the power fails.
    ///
    /// # Errors
    /// [`IndexError::Disk`], [`IndexError::Database`].
    fn commit(&mut self, revision: i64) -> Result<(), IndexError>;

    /// Ends what is still at work, and gives the index up to other writers.
    ///
    /// # Errors
    /// [`IndexError::Disk`], [`IndexError::Database`].
    fn finish(self: Box<Self>) -> Result<(), IndexError>;
}

impl Place {
    /// Takes the index for writing. One that is missing, damaged or of another version is begun anew; but in a database none of a newer
    /// version or another master key.
    ///
    /// # Errors
    /// [`IndexError::Busy`] while another holds it; [`IndexError::Unusable`] when it is not ours; [`IndexError::Disk`],
    /// [`IndexError::Database`].
    pub fn writer(&self) -> Result<Box<dyn IndexWriter>, IndexError> {
        Ok(match self {
            Self::Folder(folder) => Box::new(DiskWriter::open(folder)?),
            Self::Database { url, key } => Box::new(PostgresWriter::open(url, key)?),
        })
    }
    /// The same for an index that is to be made anew, whatever is there.
    ///
    /// # Errors
    /// As [`Place::writer`], without `Unusable`.
    pub fn writer_anew(&self) -> Result<Box<dyn IndexWriter>, IndexError> {
        match self {
            Self::Folder(_) => {
                let mut writer = self.writer()?;
                writer.clear()?;
                Ok(writer)
            }
            Self::Database { url, key } => Ok(Box::new(PostgresWriter::anew(url, key)?)),
        }
    }
}
