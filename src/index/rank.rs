//! Which profiles come nearest to a candidate's keys: one rule, so that every index gives the same profiles.
//!
//! A shared key counts log2(all profiles / profiles with the key), its inverse document frequency. Keys are read from the rarest on
//! while [`READ_AT_MOST`] entries last. The others are too common to be read: they add to profiles that a rarer key has found. When
//! not even the rarest could be read it is read all the same, so no key is dropped silently.

use super::IndexError;
use std::cmp::Reverse;

/// How many entries of lists are read for one candidate: some 20 µs, while the true profile shares a rarer key with near certainty.
const READ_AT_MOST: u64 = 4_096;

/// See [`Postings::far`]: half of the nearest one's weight, as in BLAST (Simonini, Bergamaschi and Jagadish, "BLAST: a loosely schema-aware
/// meta-blocking approach for entity resolution", 2016).
pub(super) const FAR: u32 = 2;

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

/// One list of a candidate's keys.
struct Asked<List> {
    /// How many profiles are in it.
    holders: u32,
    key: u64,
    list: List,
    /// What a profile gains by being in it.
    weight: u32,
    /// What one gains that is in this list and in all more common ones.
    rest: u32,
}

/// The hash that [`Postings::tie`] answers.
pub(super) fn tie_of(id: &str) -> u32 {
    (xxhash_rust::xxh3::xxh3_64(id.as_bytes()) >> 32) as u32
}

/// What ranking writes into, kept from one candidate to the next.
pub(super) struct Ranking<'a, P: Postings> {
    postings: &'a P,
    total: u64,
    /// The lists of the candidate's keys, the rarest first.
    lists: Vec<Asked<P::List>>,
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
        self.look_up(keys);
        let read = self.read()?;
        self.prune(read, limit);
        self.found.sort_unstable_by_key(|near| near.number);
        for at in read..self.lists.len() {
            let Asked { list, weight, .. } = self.lists[at];
            self.places.clear();
            self.postings.holders(list, &self.found, &mut |place| self.places.push(place))?;
            self.places.iter().for_each(|place| self.found[*place].weight += weight);
            self.prune(at + 1, limit);
        }
        self.found.sort_by_cached_key(|near| (Reverse(near.weight), self.postings.tie(near.number)));
        let least = self.found.first().map_or(0, |it| it.weight / self.postings.far());
        self.found.truncate(self.found.partition_point(|it| it.weight >= least).min(limit));
        Ok(&self.found)
    }

    fn look_up(&mut self, keys: impl Iterator<Item = u64>) {
        let asked = |key| {
            let (holders, list) = self.postings.list(key)?;
            Some(Asked { holders, key, list, weight: weight(holders, self.total), rest: 0 })
        };
        self.lists.clear();
        self.lists.extend(keys.filter_map(asked));
        self.lists.sort_unstable_by_key(|it| (it.holders, it.key));
        self.lists.dedup_by_key(|it| it.key);
        let mut rest = 0;
        for it in self.lists.iter_mut().rev() {
            rest += it.weight;
            it.rest = rest;
        }
    }

    /// How many of the lists may be read whole: at least one.
    fn readable(&self) -> usize {
        let mut left = READ_AT_MOST;
        let fits = |it: &&Asked<P::List>| {
            let fits = u64::from(it.holders) <= left;
            left = left.saturating_sub(u64::from(it.holders));
            fits
        };
        self.lists.iter().take_while(fits).count().max(1).min(self.lists.len())
    }

    /// Reads lists whole while somebody who is in no rarer one could still be near enough; says how many.
    fn read(&mut self) -> Result<usize, IndexError> {
        let readable = self.readable();
        self.sums.begin(self.lists[..readable].iter().map(|it| it.holders as usize).sum());
        let mut read = 0;
        for it in &self.lists[..readable] {
            if it.rest < self.sums.most / self.postings.far() {
                break;
            }
            self.postings.read(it.list, &mut |number| self.sums.add(number, it.weight))?;
            read += 1;
        }
        self.found.clear();
        self.sums.finish(&mut self.found);
        Ok(read)
    }

    /// Lets go of all who cannot be among the nearest any more, whichever of the lists from this one on they are in.
    fn prune(&mut self, from: usize, limit: usize) {
        let best = self.found.iter().map(|it| it.weight).max().unwrap_or(0);
        let mut least = best / self.postings.far();
        if (1..self.found.len()).contains(&limit) {
            self.weights.clear();
            self.weights.extend(self.found.iter().map(|it| it.weight));
            let (_, last, _) = self.weights.select_nth_unstable_by_key(limit - 1, |it| Reverse(*it));
            least = least.max(*last);
        }
        let more = self.lists.get(from).map_or(0, |it| it.rest);
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
    /// The largest weight.
    most: u32,
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
        self.most = 0;
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
                self.most = self.most.max(*slot as u32);
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
