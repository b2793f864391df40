//! What a commit changes in lists and counts, gathered from its profiles and written with one look at the old rows.

use super::batch::list;
use super::rows::{NUMBER, Rows, WHOLE, numbers, part_of, slot_of, word_hash};
use super::server::{Asked, by_slot};
use crate::index::IndexError;
use sqlx::postgres::PgConnection;
use sqlx::{Row, query};
use std::collections::{BTreeMap, HashMap};

const HEADS: &str = include_str!("sql/heads.sql");
const PARTS: &str = include_str!("sql/parts.sql");
const VALUES: &str = include_str!("sql/values.sql");
const DROP_LISTS: &str = include_str!("sql/drop_lists.sql");
const DROP_VALUES: &str = include_str!("sql/drop_values.sql");
const COPY_LISTS: &str = include_str!("sql/copy_lists.sql");
const COPY_VALUES: &str = include_str!("sql/copy_values.sql");

/// Keys or values that are written together: their old rows are in memory for that time.
const TOGETHER: usize = 50_000;

/// Whether somebody came into a list or left it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    In,
    Out,
}

/// Changes since the last commit.
#[derive(Default)]
pub(super) struct Changes {
    /// Key, number, and which way; of two for one key and number the later one counts.
    lists: Vec<(u64, u32, Move)>,
    /// Holders more or fewer, by value, and the word where it is one.
    counts: HashMap<u64, (i64, Option<String>)>,
}

impl Changes {
    /// A profile's keys.
    pub(super) fn keys(&mut self, keys: &[u64], number: u32, way: Move) {
        self.lists.extend(keys.iter().map(|it| (*it, number, way)));
    }

    /// A profile's values.
    pub(super) fn values(&mut self, values: &[u64], way: Move) {
        values.iter().for_each(|it| self.counts.entry(*it).or_default().0 += way.sign());
    }

    /// A profile's words, each once.
    pub(super) fn words<'w>(&mut self, words: impl Iterator<Item = &'w str>, way: Move) {
        for word in words {
            self.counts.entry(word_hash(word)).or_insert_with(|| (0, Some(word.to_owned()))).0 += way.sign();
        }
    }

    /// Writes all of it. `empty`: there are no old rows.
    pub(super) async fn write(&mut self, to: &mut PgConnection, empty: bool) -> Result<(), sqlx::Error> {
        self.lists.sort_by_key(|it| (it.0, it.1));
        let moves = std::mem::take(&mut self.lists);
        let keys: Vec<&[(u64, u32, Move)]> = moves.chunk_by(|a, b| a.0 == b.0).collect();
        for keys in keys.chunks(TOGETHER) {
            write_lists(to, keys, empty).await?;
        }
        let mut counts: Vec<(u64, (i64, Option<String>))> = self.counts.drain().filter(|it| it.1.0 != 0).collect();
        counts.sort_unstable_by_key(|it| it.0);
        for counts in counts.chunks_mut(TOGETHER) {
            write_counts(to, counts, empty).await?;
        }
        Ok(())
    }
}

impl Move {
    fn sign(self) -> i64 {
        match self {
            Self::In => 1,
            Self::Out => -1,
        }
    }
}

async fn write_lists(to: &mut PgConnection, keys: &[&[(u64, u32, Move)]], empty: bool) -> Result<(), sqlx::Error> {
    let mut old = if empty { BTreeMap::new() } else { old_lists(to, keys).await? };
    drop_rows(to, DROP_LISTS, old.keys().copied()).await?;
    let mut rows = Rows::new();
    for moves in keys {
        let key = moves[0].0;
        let numbers = moved(old.remove(&key).unwrap_or_default(), moves);
        let mut row = |part: i16, of: &[u32]| {
            let bytes: Vec<u8> = of.iter().flat_map(|it| it.to_le_bytes()).collect();
            rows.row(5).small(slot_of(key) as i16).big(key as i64).small(part).big(numbers.len() as i64).bytes(&bytes);
        };
        match numbers.len() {
            0 => {}
            1..=WHOLE => row(0, &numbers),
            _ => {
                row(0, &[]);
                numbers.chunk_by(|a, b| part_of(*a) == part_of(*b)).for_each(|it| row(part_of(it[0]), it));
            }
        }
    }
    copy(to, COPY_LISTS, rows).await
}

/// The old numbers of those of the keys that somebody has.
async fn old_lists(to: &mut PgConnection, keys: &[&[(u64, u32, Move)]]) -> Result<BTreeMap<u64, Vec<u32>>, sqlx::Error> {
    let mut old: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    let asked = |key: u64| (slot_of(key), key as i64);
    let Some(heads) = Asked::of(HEADS, keys.iter().map(|it| asked(it[0].0))) else { return Ok(old) };
    let mut cut = Vec::new();
    for row in heads.query().fetch_all(&mut *to).await? {
        let (key, _, holders, bytes) = list(&row).map_err(broken)?;
        if bytes.len() < holders as usize * NUMBER {
            cut.push(key);
        }
        old.insert(key, numbers(&bytes).collect());
    }
    let Some(parts) = Asked::of(PARTS, cut.into_iter().map(asked)) else { return Ok(old) };
    let mut whole: BTreeMap<(u64, i16), Vec<u32>> = BTreeMap::new();
    for row in parts.query().fetch_all(to).await? {
        let (key, part, _, bytes) = list(&row).map_err(broken)?;
        whole.insert((key, part), numbers(&bytes).collect());
    }
    whole.into_iter().for_each(|((key, _), numbers)| old.entry(key).or_default().extend(numbers));
    Ok(old)
}

/// A list after the moves, which are in the order of their numbers.
fn moved(old: Vec<u32>, moves: &[(u64, u32, Move)]) -> Vec<u32> {
    let mut numbers = Vec::with_capacity(old.len() + moves.len());
    let mut old = old.into_iter().peekable();
    for same in moves.chunk_by(|a, b| a.1 == b.1) {
        let (_, number, way) = same[same.len() - 1];
        numbers.extend(std::iter::from_fn(|| old.next_if(|it| *it < number)));
        old.next_if_eq(&number);
        numbers.extend((way == Move::In).then_some(number));
    }
    numbers.extend(old);
    numbers
}

async fn write_counts(to: &mut PgConnection, counts: &mut [(u64, (i64, Option<String>))], empty: bool) -> Result<(), sqlx::Error> {
    let mut old = BTreeMap::new();
    if let Some(asked) = Asked::of(VALUES, counts.iter().map(|it| (slot_of(it.0), it.0 as i64))).filter(|_| !empty) {
        for row in asked.query().fetch_all(&mut *to).await? {
            old.insert(row.try_get::<i64, _>(0)? as u64, row.try_get::<i64, _>(1)?);
        }
    }
    drop_rows(to, DROP_VALUES, old.keys().copied()).await?;
    let mut rows = Rows::new();
    for (value, (more, word)) in counts {
        let holders = old.get(value).copied().unwrap_or_default() + *more;
        if holders > 0 {
            let row = rows.row(4).small(slot_of(*value) as i16).big(*value as i64).big(holders);
            match word {
                Some(word) => row.bytes(word.as_bytes()),
                None => row.null(),
            };
        }
    }
    copy(to, COPY_VALUES, rows).await
}

/// Deletes the rows of keys or values, slot by slot.
async fn drop_rows(from: &mut PgConnection, statement: &'static str, hashes: impl Iterator<Item = u64>) -> Result<(), sqlx::Error> {
    for (slot, hashes) in by_slot(hashes.map(|it| (slot_of(it), it as i64))) {
        query(statement).bind(slot as i16).bind(hashes).execute(&mut *from).await?;
    }
    Ok(())
}

/// Sends rows.
pub(super) async fn copy(to: &mut PgConnection, statement: &str, rows: Rows) -> Result<(), sqlx::Error> {
    let mut copy = to.copy_in_raw(statement).await?;
    copy.send(rows.finish()).await?;
    copy.finish().await?;
    Ok(())
}

/// A list that was not written here, as an error of the library.
fn broken(_: IndexError) -> sqlx::Error {
    sqlx::Error::Decode("a list".into())
}
