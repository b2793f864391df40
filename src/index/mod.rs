//! Who could it be? Keys of every profile, and the compact record that matching compares. Derived from the store; can be rebuilt.

mod keys;
mod memory;
mod place;
mod postgres;
mod rank;
mod row;
mod tantivy;

pub use self::tantivy::{DiskIndex, DiskWriter};
pub use keys::{entry, keys, search_text, values};
pub use memory::Memory;
pub use place::{DiskUse, Hits, IndexWriter, Place, ProfileIndex};
pub use postgres::{PostgresIndex, PostgresWriter};
pub use row::Row;

use crate::model::ProfileId;
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64;

/// Why the index did not answer.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Rebuild: it is missing, damaged, or of another version.
    #[error("the index must be rebuilt: {0}")]
    Unusable(&'static str),
    /// Wait: another import or writer holds it, or has not filled it yet.
    #[error("another import is writing the index")]
    Busy,
    /// Stop: the disk is full or cannot be written.
    #[error("the index cannot be written: {0}")]
    Disk(String),
    /// Stop: the database does not answer, or answered what it should not. Its message is not kept.
    #[error("the index's database failed: {0}")]
    Database(String),
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

/// A profile that shares a key with a candidate. Its record is the index's own where that is in memory.
pub struct Found<'a> {
    /// Its number inside this index; stable while the index is open.
    pub number: u32,
    record: Cow<'a, [u8]>,
}

impl<'a> Found<'a> {
    /// Takes a record that [`record`] wrote; `None` for other bytes.
    fn new(number: u32, record: Cow<'a, [u8]>) -> Option<Self> {
        let whole = record.len() > usize::from(*record.first()?);
        whole.then_some(Self { number, record })
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        self.record[1..].split_at(usize::from(self.record[0]))
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        std::str::from_utf8(self.parts().0).unwrap_or_default()
    }

    /// A hash of its id and compact form.
    #[must_use]
    pub fn digest(&self) -> u64 {
        xxh3_64(&self.record)
    }

    /// Its compact normal form.
    #[must_use]
    pub fn compact(&self) -> &[u8] {
        self.parts().1
    }
}

/// How an index keeps a profile that can be found: the id's length in one byte, the id, the compact form.
fn record(id: &ProfileId, compact: &[u8], into: &mut Vec<u8>) {
    let id = id.as_str().as_bytes();
    into.push(u8::try_from(id.len()).expect("an id has at most 200 bytes"));
    into.extend_from_slice(id);
    into.extend_from_slice(compact);
}

/// Bits of a hash that are kept. With 150 million of them one look-up in 7,000 meets a stranger, whom matching tells apart; the
/// three bytes saved are a third of a dictionary.
const HASH_BITS: u32 = 40;

/// The part of a hash that is kept.
const fn short(hash: u64) -> u64 {
    hash & ((1 << HASH_BITS) - 1)
}

/// Three shapes: on disk (tantivy), in PostgreSQL, and in memory (`link`). All pass one suite of tests. Reading is blocking and takes `&self` from any
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
    fn near(&self, batch: &[Vec<u64>], limit: usize) -> Result<Vec<Vec<Found<'_>>>, IndexError>;

    /// How many profiles have this key or value.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] when the files cannot be read.
    fn frequency(&self, hash: u64) -> Result<u32, IndexError>;
}
