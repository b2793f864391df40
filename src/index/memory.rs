//! The index of `link`: in memory, built once, never changed. Sorted arrays, so that a million profiles fit a laptop.

use super::rank::{self, Near, Postings};
use super::{Entry, Found, Index, IndexError};
use crate::model::ProfileId;
use std::collections::{HashMap, HashSet};

/// Profiles in the order in which they came; keys and values as sorted arrays.
#[derive(Default)]
pub struct Memory {
    ids: Vec<Box<str>>,
    compact: Vec<u8>,
    ends: Vec<usize>,
    /// Every key once, sorted; the profiles of `keys[i]` are `postings[starts[i]..starts[i + 1]]`, in ascending order.
    keys: Vec<u64>,
    starts: Vec<u32>,
    postings: Vec<u32>,
    /// Every counted value once, sorted, with how many profiles have it.
    values: Vec<(u64, u32)>,
}

impl Memory {
    /// Takes the profiles in; of entries with one id the first counts.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] beyond 4,294,967,295 profiles or postings.
    pub fn build(entries: impl IntoIterator<Item = Entry>) -> Result<Self, IndexError> {
        let mut index = Self::default();
        let mut keyed: Vec<(u64, u32)> = Vec::new();
        let mut counted: HashMap<u64, u32> = HashMap::new();
        let mut seen = HashSet::new();
        for entry in entries.into_iter().filter(|it| seen.insert(it.id.clone())) {
            let number = u32::try_from(index.ids.len()).map_err(|_| IndexError::Unusable("too many profiles"))?;
            keyed.extend(entry.keys.iter().map(|key| (*key, number)));
            for value in entry.values {
                *counted.entry(value).or_default() += 1;
            }
            index.ids.push(entry.id.as_str().into());
            index.compact.extend(entry.compact);
            index.ends.push(index.compact.len());
        }
        u32::try_from(keyed.len()).map_err(|_| IndexError::Unusable("too many keys"))?;
        keyed.sort_unstable();
        keyed.dedup();
        index.post(&keyed);
        index.values = counted.into_iter().collect();
        index.values.sort_unstable();
        Ok(index)
    }

    fn post(&mut self, keyed: &[(u64, u32)]) {
        self.postings = keyed.iter().map(|(_, number)| *number).collect();
        for same in keyed.chunk_by(|a, b| a.0 == b.0) {
            self.keys.push(same[0].0);
            self.starts.push(self.starts.last().copied().unwrap_or_default());
            if let Some(end) = self.starts.last_mut() {
                *end += same.len() as u32;
            }
        }
        self.starts.insert(0, 0);
    }

    /// The profiles that have the key, in ascending order.
    fn postings(&self, key: u64) -> &[u32] {
        let Ok(at) = self.keys.binary_search(&key) else { return &[] };
        &self.postings[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    fn found(&self, number: u32) -> Result<Found, IndexError> {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let id = ProfileId::new(&self.ids[at]).map_err(|_| IndexError::Unusable("a profile's id"))?;
        Ok(Found { number, id, compact: self.compact[start..self.ends[at]].to_vec() })
    }
}

impl Index for Memory {
    fn len(&self) -> u64 {
        self.ids.len() as u64
    }

    fn near(&self, batch: &[Vec<u64>], limit: usize) -> Result<Vec<Vec<Found>>, IndexError> {
        let one = |keys: &Vec<u64>| rank::nearest(self, keys, self.len(), limit)?.into_iter().map(|number| self.found(number)).collect();
        batch.iter().map(one).collect()
    }

    fn frequencies(&self, hashes: &[u64]) -> Result<Vec<u32>, IndexError> {
        let count = |hash: &u64| match self.values.binary_search_by_key(hash, |it| it.0) {
            Ok(at) => self.values[at].1,
            Err(_) => u32::try_from(self.postings(*hash).len()).unwrap_or(u32::MAX),
        };
        Ok(hashes.iter().map(count).collect())
    }
}

impl Postings for Memory {
    fn count(&self, key: u64) -> u32 {
        u32::try_from(self.postings(key).len()).unwrap_or(u32::MAX)
    }

    fn read(&self, key: u64, numbers: &mut Vec<u32>) -> Result<(), IndexError> {
        numbers.extend_from_slice(self.postings(key));
        Ok(())
    }

    fn holders(&self, key: u64, among: &[Near], found: &mut dyn FnMut(usize)) -> Result<(), IndexError> {
        let list = self.postings(key);
        let has = |near: &Near| list.binary_search(&near.number).is_ok();
        among.iter().enumerate().filter(|(_, near)| has(near)).for_each(|(place, _)| found(place));
        Ok(())
    }

    fn tie(&self, number: u32) -> u32 {
        rank::tie_of(&self.ids[number as usize])
    }
}
