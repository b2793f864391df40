//! Which profiles come nearest to a candidate's keys: one rule, so that every index gives the same profiles.
//!
//! A shared key counts log2(all profiles / profiles with the key), its inverse document frequency. Keys are read from the rarest on
//! while [`READ_AT_MOST`] entries last. The others are too common to be read: they add to profiles that a rarer key has found. When
//! not even the rarest could be read it is read all the same, so no key is dropped silently.

use super::IndexError;
use std::cmp::Reverse;

/// How many entries of lists are read for one candidate: some 20 µs, while the true profile shares a rarer key with near certainty.
const READ_AT_MOST: u64 = 4_096;

/// See [`Postings::far`]: a third of the comparisons, and of true profiles one in five thousand.
pub(super) const FAR: u32 = 4;

/// The lists of profiles by key, as one index holds them. Numbers are the index's own, and below `u32::MAX`.
pub(super) trait Postings {
    /// Where one list is.
    type List: Copy;

    /// How many profiles have the key, and where their list is; none when there is nobody.
    fn list(&self, key: u64) -> Option<(u32, Self::List)>;

    /// Calls back with the numbers of all profiles in the list, in any order.
    fn read(&self, list: Self::List, each: &mut impl FnMut(u32)) -> Result<(), IndexError>;

    /// Which of the numbers, which ascend, are in the list: calls back with their places.
    fn holders(&self, list: Self::List, among: &[Near], found: &mut impl FnMut(usize)) -> Result<(), IndexError>;

    /// Whose shared keys weigh so many times less than the nearest one's is not given.
    fn far(&self) -> u32 {
        FAR
    }

    /// The order among equals: a hash of the profile's id, so that it is the same in every index.
    fn tie(&self, number: u32) -> u32;
}

/// A profile with the weight of all keys that it shares.
#[derive(Clone, Copy)]
pub(super) struct Near {
    /// Its number.
    pub(super) number: u32,
    /// In 1/4096 bit: sums of whole numbers do not depend on their order.
    weight: u32,
}

/// The hash that [`Postings::tie`] answers.
pub(super) fn tie_of(id: &str) -> u32 {
    (xxhash_rust::xxh3::xxh3_64(id.as_bytes()) >> 32) as u32
}

/// What ranking writes into, kept from one candidate to the next.
pub(super) struct Ranking<'a, P: Postings> {
    postings: &'a P,
    total: u64,
    /// The lists of the candidate's keys: how many are in it, the key, where it is.
    lists: Vec<(u32, u64, P::List)>,
    sums: Sums,
    found: Vec<Near>,
    weights: Vec<u32>,
    places: Vec<usize>,
}

impl<'a, P: Postings> Ranking<'a, P> {
    /// For an index of so many profiles.
    pub(super) fn new(postings: &'a P, total: u64) -> Self {
        Self { postings, total, lists: vec![], sums: Sums::default(), found: vec![], weights: vec![], places: vec![] }
    }

    /// The nearest profiles, nearest first, at most `limit`.
    pub(super) fn nearest(&mut self, keys: impl Iterator<Item = u64>, limit: usize) -> Result<&[Near], IndexError> {
        let list = |key| self.postings.list(key).map(|(count, list)| (count, key, list));
        self.lists.clear();
        self.lists.extend(keys.filter_map(list));
        self.lists.sort_unstable_by_key(|it| (it.0, it.1));
        self.lists.dedup_by_key(|it| it.1);
        let readable = self.readable();
        self.read(readable)?;
        self.prune(readable, limit);
        self.found.sort_unstable_by_key(|near| near.number);
        for &(count, _, list) in &self.lists[readable..] {
            let weight = weight(count, self.total);
            self.places.clear();
            self.postings.holders(list, &self.found, &mut |place| self.places.push(place))?;
            self.places.iter().for_each(|place| self.found[*place].weight += weight);
        }
        self.prune(self.lists.len(), limit);
        self.found.sort_by_cached_key(|near| (Reverse(near.weight), self.postings.tie(near.number)));
        let least = self.found.first().map_or(0, |it| it.weight / self.postings.far());
        self.found.truncate(self.found.partition_point(|it| it.weight >= least).min(limit));
        Ok(&self.found)
    }

    /// How many of the lists are read whole: at least one.
    fn readable(&self) -> usize {
        let mut left = READ_AT_MOST;
        let fits = |&&(count, ..): &&(u32, u64, P::List)| {
            let fits = u64::from(count) <= left;
            left = left.saturating_sub(u64::from(count));
            fits
        };
        self.lists.iter().take_while(fits).count().max(1).min(self.lists.len())
    }

    fn read(&mut self, readable: usize) -> Result<(), IndexError> {
        let lists = &self.lists[..readable];
        self.sums.begin(lists.iter().map(|it| it.0 as usize).sum());
        for &(count, _, list) in lists {
            let weight = weight(count, self.total);
            self.postings.read(list, &mut |number| self.sums.add(number, weight))?;
        }
        self.found.clear();
        self.sums.finish(&mut self.found);
        Ok(())
    }

    /// Lets go of all who cannot be among the nearest any more, whichever of the lists from this one on they are in.
    fn prune(&mut self, from: usize, limit: usize) {
        if limit == 0 || self.found.len() <= limit {
            return;
        }
        let more: u32 = self.lists[from..].iter().map(|it| weight(it.0, self.total)).sum();
        self.weights.clear();
        self.weights.extend(self.found.iter().map(|it| it.weight));
        let (_, least, _) = self.weights.select_nth_unstable_by_key(limit - 1, |it| Reverse(*it));
        let least = *least;
        self.found.retain(|near| near.weight + more >= least);
    }
}

/// Weights by number while lists are read: a table with open addressing, since most numbers come once or twice.
#[derive(Default)]
struct Sums {
    /// Number in the upper half, weight in the lower.
    slots: Vec<u64>,
    used: Vec<usize>,
    shift: u32,
}

impl Sums {
    const FREE: u64 = u64::MAX;

    /// Makes room for so many numbers; at most half of the slots are taken.
    fn begin(&mut self, count: usize) {
        let room = (count * 2).next_power_of_two().max(64);
        if self.slots.len() < room {
            self.slots = vec![Self::FREE; room];
        }
        self.shift = 64 - self.slots.len().trailing_zeros();
    }

    fn add(&mut self, number: u32, weight: u32) {
        const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15; // 2^64 / golden ratio: neighbours land far apart.
        let mut at = (u64::from(number).wrapping_mul(SPREAD) >> self.shift) as usize;
        loop {
            let slot = &mut self.slots[at];
            if *slot == Self::FREE {
                *slot = u64::from(number) << 32;
                self.used.push(at);
            }
            if *slot >> 32 == u64::from(number) {
                *slot += u64::from(weight);
                return;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// Gives the sums out and frees the slots.
    fn finish(&mut self, into: &mut Vec<Near>) {
        for at in self.used.drain(..) {
            let slot = std::mem::replace(&mut self.slots[at], Self::FREE);
            into.push(Near { number: (slot >> 32) as u32, weight: slot as u32 });
        }
    }
}

/// One bit for sharing a key at all, and its rarity.
fn weight(count: u32, total: u64) -> u32 {
    let rarity = (total.max(1) as f64 / f64::from(count)).max(1.0).log2();
    ((rarity + 1.0) * 4096.0) as u32
}
