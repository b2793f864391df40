//! The index in PostgreSQL, for many processes that have none of their own: the same keys, ranked by the same rule, in tables that are
//! cut into slots.
//!
//! It is asked in batches: one answer holds the lists of all keys of a batch, another the records of all who were found. Unlike the one on
//! disk it is no snapshot: who asks while an import is written sees each commit as it comes.

mod batch;
mod changes;
mod rows;
mod search;
mod server;
mod veil;
mod writer;

pub use writer::PostgresWriter;

use crate::index::{DiskUse, Found, Index, IndexError};
use crate::model::{ByHash, compact};
use crate::secrets::Secret;
use batch::{Batch, ask, unreadable};
use rows::slot_of;
use server::{ANSWER, SLOTS, Server, within};
use sqlx::Row;
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::Duration;
use veil::Veil;

const STATE: &str = include_str!("sql/state.sql");
const SIZE: &str = include_str!("sql/size.sql");
const VALUES: &str = include_str!("sql/values.sql");
const HEADS: &str = include_str!("sql/heads.sql");
const ALL_VALUES: &str = include_str!("sql/all_values.sql");

/// Grows with every change of a key, or of what else is written: tables of another version are filled anew.
const FORMAT: u32 = 1;

/// People in a batch from which on more will follow, so that all counts of values are fetched at once.
const MANY: usize = 16;

/// Counts of keys that are remembered; beyond them all are forgotten.
const REMEMBERED: usize = 1 << 20;

/// Follows the version while the tables are filled.
const FILLING: &str = " filling";

/// The index as it was opened: its size and revision stay, its content is that of the moment of asking.
pub struct PostgresIndex {
    server: Server,
    veil: Veil,
    profiles: u64,
    revision: i64,
    /// How many profiles have each value, once somebody has asked for many.
    values: OnceLock<ByHash<u32>>,
    /// How many have keys or values that were asked for one by one, or in a batch.
    asked: RwLock<ByHash<u32>>,
}

/// The version of the tables and of the compact records in them, and under which secret they were filled.
fn version(veil: &Veil) -> String {
    format!("{FORMAT}.{}.{}", compact::VERSION, veil_name(veil))
}

fn veil_name(veil: &Veil) -> String {
    format!("{:x}", veil.name())
}

impl PostgresIndex {
    /// Opens the index in the database with this URL, whose schema is the store's.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] when it is of another version or secret, [`IndexError::Busy`] while it is filled,
    /// [`IndexError::Database`] when the server does not answer.
    pub fn open(url: &str, key: &Secret) -> Result<Self, IndexError> {
        Self::open_for(url, key, ANSWER)
    }

    /// The same, for who waits no longer than so long for one answer.
    ///
    /// # Errors
    /// As [`PostgresIndex::open`].
    pub fn open_for(url: &str, key: &Secret, answer: Duration) -> Result<Self, IndexError> {
        let (server, veil) = (Server::at(url, answer)?, Veil::new(key));
        let (format, revision, profiles) = state(&server)?;
        check_whole(&format, &veil)?;
        Ok(Self { server, veil, profiles: profiles.unsigned_abs(), revision, values: OnceLock::new(), asked: RwLock::default() })
    }

    /// How large its tables are.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn disk_use(&self) -> Result<DiskUse, IndexError> {
        let pool = self.server.pool();
        let bytes: i64 = self.server.wait(async move { sqlx::query_scalar(SIZE).fetch_one(&pool).await })?;
        Ok(DiskUse { bytes: bytes.unsigned_abs(), segments: SLOTS as usize })
    }

    /// The counts of all values.
    fn values(&self) -> Result<&ByHash<u32>, IndexError> {
        if let Some(known) = self.values.get() {
            return Ok(known);
        }
        let (pool, answer) = (self.server.pool(), self.server.answer());
        let counts = self.server.wait_for_many(async move {
            use futures::TryStreamExt;
            let mut rows = sqlx::query_as::<_, (i64, i64)>(ALL_VALUES).fetch(&pool);
            let mut counts = ByHash::default();
            while let Some((value, holders)) = within(answer, rows.try_next()).await? {
                counts.insert(value as u64, holders as u32);
            }
            Ok(counts)
        })?;
        Ok(self.values.get_or_init(|| counts))
    }

    /// Asks for one key or value.
    fn ask_for(&self, hash: u64) -> Result<u32, IndexError> {
        let count = |statement, at| -> Result<Option<i64>, IndexError> {
            let rows = ask(&self.server, statement, [(slot_of(hash), hash as i64)])?;
            rows.first().map(|it| it.try_get(at)).transpose().map_err(unreadable)
        };
        let value = if self.values.get().is_some() { None } else { count(VALUES, 1)? };
        Ok(value.map_or_else(|| count(HEADS, 2), |it| Ok(Some(it)))?.unwrap_or_default() as u32)
    }

    fn remember(&self, counts: impl Iterator<Item = (u64, u32)>) {
        let mut asked = self.asked.write().unwrap_or_else(PoisonError::into_inner);
        if asked.len() > REMEMBERED {
            asked.clear();
        }
        asked.extend(counts);
    }
}

impl Index for PostgresIndex {
    fn len(&self) -> u64 {
        self.profiles
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn near(&self, batch: &[Vec<u64>], limit: usize) -> Result<Vec<Vec<Found<'_>>>, IndexError> {
        let batch: Vec<Vec<u64>> = batch.iter().map(|keys| self.veil.over_all(keys)).collect();
        let fetched = Batch::fetch(&self.server, &batch)?;
        if batch.len() >= MANY {
            // Keys that nobody has are asked for as well when values are weighed.
            let values = self.values()?;
            let keys = batch.iter().flatten().map(|it| (*it, 0)).filter(|it| !values.contains_key(&it.0));
            let mut counts: ByHash<u32> = keys.collect();
            counts.extend(fetched.holders().filter(|it| !values.contains_key(&it.0)));
            self.remember(counts.into_iter());
        }
        let nearest = fetched.nearest(&batch, limit, self.profiles)?;
        // Asked last: what was found is good when nobody had begun to fill the tables anew.
        check_whole(&state(&self.server)?.0, &self.veil)?;
        Ok(nearest)
    }

    fn frequency(&self, hash: u64) -> Result<u32, IndexError> {
        let hash = self.veil.over(hash);
        if let Some(count) = self.values.get().and_then(|it| it.get(&hash)) {
            return Ok(*count);
        }
        let known = self.asked.read().unwrap_or_else(PoisonError::into_inner).get(&hash).copied();
        known.map_or_else(
            || {
                let count = self.ask_for(hash)?;
                self.remember([(hash, count)].into_iter());
                Ok(count)
            },
            Ok,
        )
    }
}

/// What tables are to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// They may be read.
    Ours,
    /// They are being filled, or somebody began to.
    Filling,
    /// Never filled, or by an older program: to be filled anew.
    Old,
    /// Of a newer program, whose processes are at work already.
    Newer,
    /// Filled under another secret.
    Foreign,
}

/// By what tables say of themselves. What cannot be read of it is taken for a newer program's.
fn standing(format: &str, veil: &Veil) -> Standing {
    let (whole, format) = format.strip_suffix(FILLING).map_or((true, format), |it| (false, it));
    let mut parts = format.splitn(3, '.');
    let mut number = || parts.next()?.parse::<u32>().ok();
    match (number(), number(), parts.next()) {
        _ if format == version(veil) && whole => Standing::Ours,
        _ if format == version(veil) => Standing::Filling,
        _ if format.is_empty() => Standing::Old,
        (Some(rows), Some(records), Some(secret)) if rows <= FORMAT && records <= u32::from(compact::VERSION) => {
            if secret == veil_name(veil) { Standing::Old } else { Standing::Foreign }
        }
        _ => Standing::Newer,
    }
}

/// Whether tables that say this of themselves may be read.
fn check_whole(format: &str, veil: &Veil) -> Result<(), IndexError> {
    match standing(format, veil) {
        Standing::Ours => Ok(()),
        Standing::Filling => Err(IndexError::Busy),
        Standing::Old => Err(IndexError::Unusable("it is of an older version")),
        Standing::Newer => Err(IndexError::Unusable("a newer version of this program has filled it")),
        Standing::Foreign => Err(IndexError::Unusable("it was filled with another master key")),
    }
}

/// Format, revision and number of profiles.
fn state(server: &Server) -> Result<(String, i64, i64), IndexError> {
    let pool = server.pool();
    server.wait(async move { sqlx::query_as(STATE).fetch_one(&pool).await })
}
