//! Who could it be? Keys of every profile, and the compact record that matching compares. Derived from the store; can be rebuilt.

mod keys;
mod memory;
mod rank;
mod tantivy;

pub use self::tantivy::{DiskIndex, DiskUse, DiskWriter, Hits};
pub use keys::{entry, keys, values};
pub use memory::Memory;

use crate::model::ProfileId;

/// Why the index did not answer.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Rebuild: it is missing, damaged, or of another version.
    #[error("the index must be rebuilt: {0}")]
    Unusable(&'static str),
    /// Wait: another import or writer holds it.
    #[error("another import is writing the index")]
    Busy,
    /// Stop: the disk is full or cannot be written.
    #[error("the index cannot be written: {0}")]
    Disk(String),
}

/// One profile as the index holds it.
pub struct Entry {
    /// Whose.
    pub id: ProfileId,
    /// Hashed blocking keys: two records that share one may be one person.
    pub keys: Vec<u64>,
    /// Hashed values that are only counted (name tokens, employers, …), for their frequency among profiles.
    pub values: Vec<u64>,
    /// The compact normal form, made and read by `model`.
    pub compact: Vec<u8>,
    /// Words for the search by text.
    pub search: SearchText,
}

/// What the search by text finds a profile by.
#[derive(Default)]
pub struct SearchText {
    /// Names.
    pub name: String,
    /// Employers.
    pub company: String,
    /// Job titles and headline.
    pub title: String,
    /// Where the person lives.
    pub place: String,
}

/// A profile that shares a key with a candidate.
pub struct Found {
    /// Its number inside this index; stable while the index is open.
    pub number: u32,
    /// Its id.
    pub id: ProfileId,
    /// Its compact normal form.
    pub compact: Vec<u8>,
}

/// Two shapes: on disk (tantivy) and in memory (`link`). Both pass one suite of tests. Reading is blocking and takes `&self` from any
/// number of threads.
pub trait Index: Send + Sync {
    /// How many profiles it holds.
    fn len(&self) -> u64;

    /// Whether it holds none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The store's revision that it has reached; 0 for one that follows no store.
    fn revision(&self) -> i64 {
        0
    }

    /// For each candidate's keys, the profiles that share some, the rarest keys counting most, at most `limit` of them.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] when the files cannot be read.
    fn near(&self, batch: &[Vec<u64>], limit: usize) -> Result<Vec<Vec<Found>>, IndexError>;

    /// How many profiles have each key or value; in the order asked.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] when the files cannot be read.
    fn frequencies(&self, hashes: &[u64]) -> Result<Vec<u32>, IndexError>;
}
