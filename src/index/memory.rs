//! The index of `link`: in memory, built once, never changed. Sorted arrays of numbers, so that a million profiles fit a laptop.

use super::rank::{self, FAR, Near, Postings, Ranking};
use super::{Entry, Found, Index, IndexError, record, short};
use crate::model::ByHash;
use rayon::prelude::*;
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64;

/// Bits of an entry beside its hash: a profile's number, or a count.
const NUMBER_BITS: u32 = 64 - super::HASH_BITS;

/// One more than the greatest number.
const NUMBERS: u64 = 1 << NUMBER_BITS;

/// What memory hands out at once, in bytes.
const CACHE_LINE: usize = 64;

/// How many values are gathered before they are counted.
const GATHERED: usize = 1 << 20;

/// Profiles in the order in which they came; keys and values as sorted arrays.
#[derive(Default)]
pub struct Memory {
    /// Records end to end; that of number `n` begins at `starts[n]`.
    records: Vec<u8>,
    starts: Vec<usize>,
    ties: Vec<u32>,
    /// A hash and the number of a profile with that key.
    keys: Sorted,
    /// A hash and how many profiles have that value.
    values: Sorted,
    /// Whether those are given too who are far.
    thorough: bool,
}

impl Memory {
    /// Takes the profiles in; of entries with one id the first counts.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] beyond 16,777,215 profiles.
    pub fn build(entries: impl IntoIterator<Item = Entry>) -> Result<Self, IndexError> {
        let mut index = Self::default();
        let (mut keys, mut values) = (Vec::new(), Tally::default());
        let mut seen: ByHash<usize> = ByHash::default();
        for entry in entries {
            let (id, number) = (entry.id.as_str(), index.starts.len());
            let before = *seen.entry(xxh3_64(id.as_bytes())).or_insert(number);
            if before != number && index.found(before)?.id() == id {
                continue;
            }
            if number as u64 >= NUMBERS {
                return Err(IndexError::Unusable("too many profiles for the memory"));
            }
            keys.extend(entry.keys.iter().map(|key| short(*key) << NUMBER_BITS | number as u64));
            values.add(&entry.values);
            index.starts.push(index.records.len());
            index.ties.push(rank::tie_of(id));
            record(&entry.id, &entry.compact, &mut index.records);
        }
        drop(seen);
        keys.par_sort_unstable();
        keys.dedup();
        index.keys = Sorted::new(keys);
        index.values = Sorted::new(values.finish());
        Ok(index)
    }

    /// The same, which gives far profiles too: what weights are learnt from.
    #[must_use]
    pub fn thorough(self) -> Self {
        Self { thorough: true, ..self }
    }

    fn found(&self, number: usize) -> Result<Found<'_>, IndexError> {
        let end = self.starts.get(number + 1).copied().unwrap_or(self.records.len());
        let record = Cow::Borrowed(&self.records[self.starts[number]..end]);
        Found::new(number as u32, record).ok_or(IndexError::Unusable("a record"))
    }
}

impl Index for Memory {
    fn len(&self) -> u64 {
        self.starts.len() as u64
    }

    fn near(&self, batch: &[Vec<u64>], limit: usize) -> Result<Vec<Vec<Found<'_>>>, IndexError> {
        let mut ranking = Ranking::new(self, self.len());
        let mut one = |keys: &Vec<u64>| -> Result<Vec<Found<'_>>, IndexError> {
            self.keys.warm(keys);
            let near = ranking.nearest(keys.iter().copied(), limit)?;
            let found: Vec<Found<'_>> = near.iter().map(|it| self.found(it.number as usize)).collect::<Result<_, _>>()?;
            // Read once here, the records come from memory side by side; where they are compared, each would be waited for.
            std::hint::black_box(found.iter().flat_map(|it| it.compact().iter().step_by(CACHE_LINE)).fold(0, |all, it| all ^ it));
            Ok(found)
        };
        batch.iter().map(&mut one).collect()
    }

    fn frequency(&self, hash: u64) -> Result<u32, IndexError> {
        Ok(match self.values.range(hash) {
            [entry, ..] => number(*entry),
            [] => self.keys.range(hash).len() as u32,
        })
    }
}

impl Postings for Memory {
    type List = (usize, usize);

    fn list(&self, key: u64) -> Option<(u32, Self::List)> {
        let (start, end) = self.keys.place(key);
        (end > start).then_some(((end - start) as u32, (start, end)))
    }

    fn read(&self, (start, end): Self::List, each: &mut impl FnMut(u32)) -> Result<(), IndexError> {
        self.keys.entries[start..end].iter().for_each(|it| each(number(*it)));
        Ok(())
    }

    fn holders(&self, (start, end): Self::List, among: &[Near], found: &mut impl FnMut(usize)) -> Result<(), IndexError> {
        let mut rest = &self.keys.entries[start..end];
        for (place, near) in among.iter().enumerate() {
            rest = &rest[ahead(rest, near.number)..];
            if rest.first().is_some_and(|it| number(*it) == near.number) {
                found(place);
            }
        }
        Ok(())
    }

    fn far(&self) -> u32 {
        if self.thorough { u32::MAX } else { FAR }
    }

    fn tie(&self, number: u32) -> u32 {
        self.ties[number as usize]
    }
}

/// How many entries at the front have smaller numbers; looks near the front first.
fn ahead(entries: &[u64], least: u32) -> usize {
    let mut step = 1;
    while entries.get(step - 1).is_some_and(|it| number(*it) < least) {
        step *= 2;
    }
    let (from, to) = (step / 2, step.min(entries.len()));
    from + entries[from..to].partition_point(|it| number(*it) < least)
}

fn number(entry: u64) -> u32 {
    (entry % NUMBERS) as u32
}

/// Entries of a hash and a number, in order, with the places at which the upper bits of the hashes change.
#[derive(Default)]
struct Sorted {
    entries: Vec<u64>,
    /// The entries whose upper bits are `n` are `entries[places[n]..places[n + 1]]`.
    places: Vec<u32>,
    shift: u32,
}

impl Sorted {
    fn new(mut entries: Vec<u64>) -> Self {
        const AT_ONE_PLACE: usize = 4;
        entries.shrink_to_fit();
        let bits = (entries.len() / AT_ONE_PLACE).next_power_of_two().trailing_zeros().max(1);
        let shift = 64 - bits;
        let mut places = Vec::with_capacity((1 << bits) + 1);
        for (at, entry) in entries.iter().enumerate() {
            let upper = (entry >> shift) as usize;
            places.resize(places.len().max(upper + 1), at as u32);
        }
        places.resize((1 << bits) + 1, entries.len() as u32);
        Self { entries, places, shift }
    }

    /// Where the entries with the same upper bits are.
    fn near(&self, hash: u64) -> (usize, usize) {
        let upper = ((hash << NUMBER_BITS) >> self.shift) as usize;
        let Some(&[from, to]) = self.places.get(upper..upper + 2) else { return (0, 0) };
        (from as usize, to as usize)
    }

    /// Reads where these hashes are looked up: all at once the memory is waited for once, in the look-ups for each.
    fn warm(&self, hashes: &[u64]) {
        let first = |hash: &u64| self.entries.get(self.near(short(*hash)).0).copied().unwrap_or_default();
        std::hint::black_box(hashes.iter().map(first).fold(0, |all, it| all ^ it));
    }

    /// From where to where the entries with this hash are.
    fn place(&self, hash: u64) -> (usize, usize) {
        let hash = short(hash);
        let (from, to) = self.near(hash);
        let near = &self.entries[from..to];
        let start = near.partition_point(|it| it >> NUMBER_BITS < hash);
        let count = near[start..].partition_point(|it| it >> NUMBER_BITS == hash);
        (from + start, from + start + count)
    }

    fn range(&self, hash: u64) -> &[u64] {
        let (start, end) = self.place(hash);
        &self.entries[start..end]
    }
}

/// Counts hashes without holding each as often as it comes.
#[derive(Default)]
struct Tally {
    gathered: Vec<u64>,
    counted: Vec<u64>,
}

impl Tally {
    fn add(&mut self, hashes: &[u64]) {
        self.gathered.extend(hashes.iter().map(|it| short(*it) << NUMBER_BITS | 1));
        if self.gathered.len() > GATHERED.max(self.counted.len() / 2) {
            self.count();
        }
    }

    fn finish(mut self) -> Vec<u64> {
        self.count();
        self.counted
    }

    fn count(&mut self) {
        self.gathered.par_sort_unstable();
        self.counted.append(&mut self.gathered);
        self.counted.sort(); // Two runs in order: this one merges them.
        self.counted.dedup_by(|next, kept| {
            let same = *next >> NUMBER_BITS == *kept >> NUMBER_BITS;
            if same {
                // There are no more profiles than numbers.
                *kept += u64::from(number(*next));
            }
            same
        });
    }
}
