//! The one writer of the index in PostgreSQL. A commit is one transaction, so the index goes from one revision of the store to another
//! and is never between.

use super::batch::unreadable;
use super::changes::{Changes, Move, copy};
use super::rows::{Rows, WINDOW, first_number, packed, search_vector, slot_of_number, unpacked};
use super::server::{ANSWER, Asked, Server, by_slot};
use super::veil::Veil;
use super::{FILLING, Standing, check_whole, standing, state, version};
use crate::index::{Found, IndexError, IndexWriter, Row};
use crate::model::ProfileId;
use crate::secrets::Secret;
use rayon::prelude::*;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Row as _, query};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

const CLAIM: &str = include_str!("sql/claim.sql");
const CLEAR: &str = include_str!("sql/clear.sql");
const SET_STATE: &str = include_str!("sql/set_state.sql");
const WINDOWS: &str = include_str!("sql/windows.sql");
const DROP_ENTRIES: &str = include_str!("sql/drop_entries.sql");
const COPY_ENTRIES: &str = include_str!("sql/copy_entries.sql");

/// The advisory lock of the writer: the first bytes of a hash of its name, so that no other program's meets it.
const LOCK: i64 = 0x4163_7175_6169_6e74;

/// Profiles that are written together.
const TOGETHER: usize = 4_000;

/// The right to write, and what was written since the last commit. It must be used away from async threads.
pub struct PostgresWriter {
    server: Server,
    veil: Veil,
    connection: PgConnection,
    revision: i64,
    /// Those of the last commit, and what came and went since.
    profiles: i64,
    waiting: Vec<(ProfileId, Option<Row>)>,
    changes: Changes,
    /// Whether the last commit left nothing in the tables.
    empty: bool,
    writing: bool,
    whole: bool,
}

/// A profile as the tables hold it.
struct Old {
    number: u32,
    keys: Vec<u64>,
    values: Vec<u64>,
    words: Vec<String>,
}

impl PostgresWriter {
    /// Takes the index for writing. One of an older version is begun anew: its revision is 0, and the caller fills it from the store.
    /// One of a newer version, or another secret, is left alone: those whose it is would do the same to ours, in turn.
    ///
    /// # Errors
    /// [`IndexError::Busy`] while another holds it, [`IndexError::Unusable`] when it is not ours, [`IndexError::Database`] when the
    /// server does not answer.
    pub fn open(url: &str, key: &Secret) -> Result<Self, IndexError> {
        let (mut this, format) = Self::claim(url, key)?;
        match standing(&format, &this.veil) {
            Standing::Ours => {}
            Standing::Filling => this.whole = false,
            Standing::Old => this.clear()?,
            Standing::Newer | Standing::Foreign => check_whole(&format, &this.veil)?,
        }
        Ok(this)
    }

    /// The same for an index that is to be made anew, whoever's it was.
    ///
    /// # Errors
    /// As [`PostgresWriter::open`], without `Unusable`.
    pub fn anew(url: &str, key: &Secret) -> Result<Self, IndexError> {
        let (mut this, _) = Self::claim(url, key)?;
        this.clear()?;
        Ok(this)
    }

    /// Takes it as it is, and tells what it says of itself.
    fn claim(url: &str, key: &Secret) -> Result<(Self, String), IndexError> {
        let (server, veil) = (Server::at(url, ANSWER)?, Veil::new(key));
        let mut connection = server.connect()?;
        server.block_on(async {
            query("SET lock_timeout = '2s'").execute(&mut connection).await?;
            query(CLAIM).bind(LOCK).execute(&mut connection).await?;
            query("SET lock_timeout = 0").execute(&mut connection).await
        })?;
        let (format, revision, profiles) = state(&server)?;
        let (waiting, changes, empty, writing, whole) = (Vec::new(), Changes::default(), profiles == 0, false, true);
        Ok((Self { server, veil, connection, revision, profiles, waiting, changes, empty, writing, whole }, format))
    }

    fn write(&mut self, revision: i64) -> Result<(), IndexError> {
        self.write_waiting()?;
        self.begin()?;
        let format = version(&self.veil) + if self.whole { "" } else { FILLING };
        let (changes, connection) = (&mut self.changes, &mut self.connection);
        self.server.block_on(async {
            changes.write(connection, self.empty).await?;
            query(SET_STATE).bind(format).bind(revision).bind(self.profiles).execute(&mut *connection).await?;
            query("COMMIT").execute(connection).await
        })?;
        (self.revision, self.empty, self.writing) = (revision, self.profiles == 0, false);
        Ok(())
    }

    fn begin(&mut self) -> Result<(), IndexError> {
        if !self.writing {
            self.server.block_on(query("BEGIN").execute(&mut self.connection))?;
            self.writing = true;
        }
        Ok(())
    }

    fn take(&mut self, id: ProfileId, row: Option<Row>) -> Result<(), IndexError> {
        self.waiting.push((id, row));
        if self.waiting.len() >= TOGETHER { self.write_waiting() } else { Ok(()) }
    }

    /// Writes the profiles that wait; their keys and values wait for the commit.
    fn write_waiting(&mut self) -> Result<(), IndexError> {
        let mut last = HashSet::new();
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.reverse();
        waiting.retain(|it| last.insert(it.0.clone()));
        waiting.par_iter_mut().filter_map(|it| it.1.as_mut()).for_each(|it| veiled(it, &self.veil));
        let window = |first: u32| (first..=first + (WINDOW - 1)).map(|it| (slot_of_number(it), i64::from(it)));
        let homes = waiting.iter().flat_map(|it| window(first_number(it.0.as_str())));
        let Some(asked) = Asked::of(WINDOWS, homes) else { return Ok(()) };
        self.begin()?;
        let rows = self.server.block_on(asked.query().fetch_all(&mut self.connection))?;
        let mut taken: BTreeSet<u32> = BTreeSet::new();
        let mut old: HashMap<String, Old> = HashMap::new();
        for row in &rows {
            let (id, entry) = read(row).map_err(unreadable)?;
            taken.insert(entry.number);
            old.insert(id, entry);
        }
        let (mut gone, mut rows) = (Vec::new(), Rows::new());
        for (id, row) in waiting {
            let before = old.remove(id.as_str());
            if let Some(it) = &before {
                gone.push((slot_of_number(it.number), i64::from(it.number)));
                self.forget(it);
            }
            let Some(row) = row else { continue };
            let number = before.map_or_else(|| free(&taken, id.as_str()), |it| Ok(it.number))?;
            taken.insert(number);
            self.remember(&row, number);
            let vector = search_vector(&row.words);
            let slot = slot_of_number(number) as i16;
            let fields = rows.row(6).small(slot).big(i64::from(number)).bytes(&row.record);
            fields.bytes(&packed(&row.keys)).bytes(&packed(&row.values)).bytes(&vector);
        }
        let connection = &mut self.connection;
        self.server.block_on(async {
            for (slot, numbers) in by_slot(gone) {
                query(DROP_ENTRIES).bind(slot as i16).bind(numbers).execute(&mut *connection).await?;
            }
            copy(connection, COPY_ENTRIES, rows).await
        })
    }

    fn forget(&mut self, old: &Old) {
        self.profiles -= 1;
        self.changes.keys(&old.keys, old.number, Move::Out);
        self.changes.values(&old.values, Move::Out);
        self.changes.words(old.words.iter().map(String::as_str), Move::Out);
    }

    fn remember(&mut self, row: &Row, number: u32) {
        self.profiles += 1;
        self.changes.keys(&row.keys, number, Move::In);
        self.changes.values(&row.values, Move::In);
        let words: BTreeSet<&str> = row.words.iter().flat_map(|it| it.split(' ')).filter(|it| !it.is_empty()).collect();
        self.changes.words(words.into_iter(), Move::In);
    }
}

impl IndexWriter for PostgresWriter {
    fn revision(&self) -> i64 {
        self.revision
    }

    fn is_whole(&self) -> bool {
        self.whole
    }

    fn count(&self) -> Result<u64, IndexError> {
        Ok(self.profiles.unsigned_abs())
    }

    fn clear(&mut self) -> Result<(), IndexError> {
        self.waiting.clear();
        self.changes = Changes::default();
        self.begin()?;
        self.server.block_on(query(CLEAR).execute(&mut self.connection))?;
        (self.profiles, self.empty, self.whole) = (0, true, false);
        self.write(0)
    }

    fn put(&mut self, row: Row) -> Result<(), IndexError> {
        self.take(row.id.clone(), Some(row))
    }

    fn remove(&mut self, id: &ProfileId) -> Result<(), IndexError> {
        self.take(id.clone(), None)
    }

    fn keep(&mut self, revision: i64) -> Result<(), IndexError> {
        self.write(revision)
    }

    fn commit(&mut self, revision: i64) -> Result<(), IndexError> {
        self.whole = true;
        self.write(revision)
    }

    fn finish(self: Box<Self>) -> Result<(), IndexError> {
        let Self { server, connection, .. } = *self;
        server.block_on(sqlx::Connection::close(connection))
    }
}

/// Puts the veil over a profile's hashes.
fn veiled(row: &mut Row, veil: &Veil) {
    for hashes in [&mut row.keys, &mut row.values] {
        *hashes = veil.over_all(hashes);
    }
}

/// The first number of its window that nobody has.
fn free(taken: &BTreeSet<u32>, id: &str) -> Result<u32, IndexError> {
    let first = first_number(id);
    (first..=first + (WINDOW - 1)).find(|it| !taken.contains(it)).ok_or(IndexError::Unusable("too many profiles for one table"))
}

fn read(row: &PgRow) -> Result<(String, Old), sqlx::Error> {
    let number = row.try_get::<i64, _>(0)? as u32;
    let found = Found::new(number, Cow::Borrowed(row.try_get(1)?)).ok_or(sqlx::Error::RowNotFound)?;
    let hashes = |at: usize| Ok::<_, sqlx::Error>(unpacked(row.try_get::<&[u8], _>(at)?));
    Ok((found.id().to_owned(), Old { number, keys: hashes(2)?, values: hashes(3)?, words: row.try_get(4)? }))
}
