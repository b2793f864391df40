//! The index of `link`: in memory, built once, never changed. Sorted arrays, so that a million profiles fit a laptop.

use super::{Entry, Found, Index, IndexError};
use crate::model::ProfileId;
use std::collections::{HashMap, HashSet};

/// How many postings of one candidate's keys are read in full. Keys beyond it still count for the profiles found by rarer ones.
const BUDGET: usize = 4_096;

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

    /// The numbers of the nearest profiles: summed rarity of the shared keys, ties by id, so that order of import does not matter.
    fn nearest(&self, keys: &[u64], limit: usize) -> Vec<u32> {
        let mut lists: Vec<(u64, &[u32])> = keys.iter().map(|key| (*key, self.postings(*key))).filter(|it| !it.1.is_empty()).collect();
        lists.sort_unstable_by_key(|(key, list)| (list.len(), *key));
        let mut scores = self.gather(&lists);
        scores.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| self.ids[a.0 as usize].cmp(&self.ids[b.0 as usize])));
        scores.truncate(limit);
        scores.into_iter().map(|(number, _)| number).collect()
    }

    /// Reads the lists from the rarest on while the budget lasts (the rarest always); later ones only add to what was found.
    fn gather(&self, lists: &[(u64, &[u32])]) -> Vec<(u32, f64)> {
        let mut found: Vec<(u32, f64)> = Vec::new();
        let rarity = |list: &[u32]| (self.ids.len() as f64 / list.len() as f64).log2() + 1.0;
        let mut read = 0;
        let mut affordable = |list: &[u32]| {
            read += list.len();
            read == list.len() || read <= BUDGET
        };
        let full = lists.iter().take_while(|it| affordable(it.1)).count();
        for (_, list) in &lists[..full] {
            found.extend(list.iter().map(|number| (*number, rarity(list))));
        }
        found.sort_by_key(|it| it.0); // Stable: sums are made in one order.
        found.dedup_by(|later, kept| {
            later.0 == kept.0 && {
                kept.1 += later.1;
                true
            }
        });
        for (_, list) in &lists[full..] {
            for (number, score) in &mut found {
                if list.binary_search(number).is_ok() {
                    *score += rarity(list);
                }
            }
        }
        found
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
        let one = |keys: &Vec<u64>| self.nearest(keys, limit).into_iter().map(|number| self.found(number)).collect();
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
