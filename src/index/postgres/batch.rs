//! One batch of look-ups. All its lists come in one answer and all its records in another: what is ranked is then at hand.
//!
//! A list that is too common to be read only adds to profiles that another has found, and their own keys, which come with their
//! records, say whether they are in it. So ranking is tried with what is there, what it missed is fetched together, and those who
//! missed something are ranked again.

use super::rows::{NUMBER, numbers, slot_of, slot_of_number, unpacked};
use super::server::{Asked, Server};
use crate::index::rank::{Near, Postings, Ranking};
use crate::index::{Found, IndexError};
use sqlx::Row;
use sqlx::postgres::PgRow;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const HEADS: &str = include_str!("sql/heads.sql");
const PARTS: &str = include_str!("sql/parts.sql");
const ENTRIES: &str = include_str!("sql/entries.sql");

/// How often ranking is tried; more rounds than ever miss something, unless somebody writes between them.
const ROUNDS: usize = 6;

/// What was fetched so far.
pub(super) struct Batch<'a> {
    server: &'a Server,
    lists: HashMap<u64, List>,
    /// None for a profile that is gone meanwhile.
    entries: HashMap<u32, Option<Entry>>,
    missed: RefCell<Missed>,
}

/// The list of one key.
struct List {
    holders: u32,
    /// None where it is cut into parts that were not fetched.
    numbers: Option<Vec<u8>>,
}

struct Entry {
    record: Vec<u8>,
    keys: Vec<u64>,
}

#[derive(Default)]
struct Missed {
    lists: BTreeSet<u64>,
    entries: BTreeSet<u32>,
    /// How often something was missed, the same thing too.
    times: usize,
}

impl<'a> Batch<'a> {
    /// Fetches the lists of all keys.
    pub(super) fn fetch(server: &'a Server, batch: &[Vec<u64>]) -> Result<Self, IndexError> {
        let keys: BTreeSet<u64> = batch.iter().flatten().copied().collect();
        let mut this = Self { server, lists: HashMap::with_capacity(keys.len()), entries: HashMap::new(), missed: RefCell::default() };
        for row in ask(server, HEADS, keys.into_iter().map(|it| (slot_of(it), it as i64)))? {
            let (key, _, holders, numbers) = list(&row)?;
            let whole = numbers.len() == holders as usize * NUMBER;
            this.lists.insert(key, List { holders, numbers: whole.then_some(numbers) });
        }
        Ok(this)
    }

    /// How many profiles have each key that somebody has.
    pub(super) fn holders(&self) -> impl Iterator<Item = (u64, u32)> {
        self.lists.iter().map(|(key, list)| (*key, list.holders))
    }

    /// The nearest of each.
    pub(super) fn nearest(mut self, batch: &[Vec<u64>], limit: usize, total: u64) -> Result<Vec<Vec<Found<'static>>>, IndexError> {
        let mut nearest: Vec<Option<Vec<u32>>> = vec![None; batch.len()];
        for _ in 0..ROUNDS {
            let mut ranking = Ranking::new(&self, total);
            for (keys, nearest) in batch.iter().zip(&mut nearest).filter(|it| it.1.is_none()) {
                let before = self.missed.borrow().times;
                let found = ranking.nearest(keys.iter().copied(), limit)?.iter().map(|it| it.number).collect();
                if self.missed.borrow().times == before {
                    *nearest = Some(found);
                }
            }
            drop(ranking);
            let shown = nearest.iter().flatten().flatten().copied().filter(|it| !self.entries.contains_key(it)).collect::<Vec<_>>();
            self.missed.borrow_mut().entries.extend(shown);
            if !self.catch_up()? {
                return Ok(nearest.into_iter().map(|it| self.found(&it.unwrap_or_default())).collect());
            }
        }
        // An import changes it faster than it is read.
        Err(IndexError::Busy)
    }

    /// Fetches what was missed; false when nothing was.
    fn catch_up(&mut self) -> Result<bool, IndexError> {
        let Missed { lists, entries, .. } = self.missed.take();
        if lists.is_empty() && entries.is_empty() {
            return Ok(false);
        }
        let mut parts: BTreeMap<(u64, i16), Vec<u8>> = BTreeMap::new();
        for row in ask(self.server, PARTS, lists.iter().map(|it| (slot_of(*it), *it as i64)))? {
            let (key, part, _, numbers) = list(&row)?;
            parts.insert((key, part), numbers);
        }
        for key in lists {
            if let Some(list) = self.lists.get_mut(&key) {
                list.numbers = Some(parts.range((key, 0)..=(key, i16::MAX)).flat_map(|it| it.1.iter().copied()).collect());
            }
        }
        for row in ask(self.server, ENTRIES, entries.iter().map(|it| (slot_of_number(*it), i64::from(*it))))? {
            let read = || Ok((row.try_get::<i64, _>(0)?, row.try_get(1)?, row.try_get::<&[u8], _>(2)?));
            let (number, record, keys) = read().map_err(unreadable)?;
            self.entries.insert(number as u32, Some(Entry { record, keys: unpacked(keys) }));
        }
        for number in entries {
            self.entries.entry(number).or_insert(None);
        }
        Ok(true)
    }

    fn found(&self, numbers: &[u32]) -> Vec<Found<'static>> {
        let entry = |number: &u32| Found::new(*number, Cow::Owned(self.entries.get(number)?.as_ref()?.record.clone()));
        numbers.iter().filter_map(entry).collect()
    }
}

impl Postings for Batch<'_> {
    type List = u64;

    fn list(&self, key: u64) -> Option<(u32, u64)> {
        self.lists.get(&key).map(|it| (it.holders, key))
    }

    fn read(&self, key: u64, each: &mut impl FnMut(u32)) -> Result<(), IndexError> {
        match self.lists.get(&key).map(|it| &it.numbers) {
            Some(Some(bytes)) => numbers(bytes).for_each(each),
            _ => {
                let mut missed = self.missed.borrow_mut();
                missed.lists.insert(key);
                missed.times += 1;
            }
        }
        Ok(())
    }

    fn holders(&self, key: u64, among: &[Near], found: &mut impl FnMut(usize)) -> Result<(), IndexError> {
        if let Some(List { numbers: Some(bytes), .. }) = self.lists.get(&key) {
            let numbers = bytes.as_chunks::<NUMBER>().0;
            for (place, near) in among.iter().enumerate() {
                if numbers.binary_search_by_key(&near.number, |it| u32::from_le_bytes(*it)).is_ok() {
                    found(place);
                }
            }
            return Ok(());
        }
        let mut missed = self.missed.borrow_mut();
        for (place, near) in among.iter().enumerate() {
            match self.entries.get(&near.number) {
                Some(Some(entry)) if entry.keys.binary_search(&key).is_ok() => found(place),
                Some(_) => {}
                None => {
                    missed.entries.insert(near.number);
                    missed.times += 1;
                }
            }
        }
        Ok(())
    }

    /// Numbers are in the order of ties, so that it is known without the record.
    fn tie(&self, number: u32) -> u32 {
        number
    }
}

/// The rows of a statement for what is asked in each slot.
pub(super) fn ask(server: &Server, statement: &str, asked: impl IntoIterator<Item = (u32, i64)>) -> Result<Vec<PgRow>, IndexError> {
    Asked::of(statement, asked).map_or(Ok(Vec::new()), |it| server.rows(it))
}

/// Key, part, holders and numbers of a list.
pub(super) fn list(row: &PgRow) -> Result<(u64, i16, u32, Vec<u8>), IndexError> {
    let read = || Ok((row.try_get::<i64, _>(0)? as u64, row.try_get(1)?, row.try_get::<i64, _>(2)? as u32, row.try_get(3)?));
    read().map_err(unreadable)
}

/// A row that is not as it was written. The error is not kept.
pub(super) fn unreadable(_: sqlx::Error) -> IndexError {
    IndexError::Unusable("its rows cannot be read")
}
