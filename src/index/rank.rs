//! Which profiles come nearest to a candidate's keys: one rule, so that every index gives the same profiles.
//!
//! A shared key counts log2(all profiles / profiles with the key), its inverse document frequency. Keys are read from the rarest on
//! while [`READ_AT_MOST`] entries last. The others are too common to be read: they add to profiles that a rarer key has found. When
//! not even the rarest could be read it is read all the same, so no key is dropped silently.

use super::IndexError;
use std::cmp::Reverse;

/// How many entries of lists are read for one candidate: some 50 µs, while the true profile shares a rarer key with near certainty.
const READ_AT_MOST: u64 = 4_096;

/// The lists of profiles by key, as one index holds them. Numbers are the index's own.
pub(super) trait Postings {
    /// How many profiles have the key.
    fn count(&self, key: u64) -> u32;

    /// Adds the numbers of all profiles with the key, in any order.
    fn read(&self, key: u64, numbers: &mut Vec<u32>) -> Result<(), IndexError>;

    /// Which of the numbers, which ascend, have the key: calls back with their places.
    fn holders(&self, key: u64, among: &[Near], found: &mut dyn FnMut(usize)) -> Result<(), IndexError>;

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

/// The numbers of the nearest profiles, nearest first, at most `limit`.
pub(super) fn nearest(postings: &impl Postings, keys: &[u64], total: u64, limit: usize) -> Result<Vec<u32>, IndexError> {
    let keys = by_rarity(postings, keys);
    let readable = readable(&keys);
    let mut found = read(postings, &keys[..readable], total)?;
    for &(count, key) in &keys[readable..] {
        let weight = weight(count, total);
        let mut places = Vec::new();
        postings.holders(key, &found, &mut |place| places.push(place))?;
        places.into_iter().for_each(|place| found[place].weight += weight);
    }
    Ok(best(postings, found, limit))
}

/// The keys that some profile has, each once, the rarest first.
fn by_rarity(postings: &impl Postings, keys: &[u64]) -> Vec<(u32, u64)> {
    let mut counted: Vec<_> = keys.iter().map(|&key| (postings.count(key), key)).filter(|&(count, _)| count > 0).collect();
    counted.sort_unstable();
    counted.dedup();
    counted
}

/// How many of the keys are read whole: at least one.
fn readable(keys: &[(u32, u64)]) -> usize {
    let mut left = READ_AT_MOST;
    let fits = |&&(count, _): &&(u32, u64)| {
        let fits = u64::from(count) <= left;
        left = left.saturating_sub(u64::from(count));
        fits
    };
    keys.iter().take_while(fits).count().max(1).min(keys.len())
}

fn read(postings: &impl Postings, keys: &[(u32, u64)], total: u64) -> Result<Vec<Near>, IndexError> {
    let mut found = Vec::new();
    let mut numbers = Vec::new();
    for &(count, key) in keys {
        let weight = weight(count, total);
        numbers.clear();
        postings.read(key, &mut numbers)?;
        found.extend(numbers.iter().map(|&number| Near { number, weight }));
    }
    found.sort_unstable_by_key(|near| near.number);
    found.dedup_by(|next, kept| {
        let same = next.number == kept.number;
        kept.weight += if same { next.weight } else { 0 };
        same
    });
    Ok(found)
}

/// One bit for sharing a key at all, and its rarity.
fn weight(count: u32, total: u64) -> u32 {
    let rarity = (total.max(1) as f64 / f64::from(count)).max(1.0).log2();
    ((rarity + 1.0) * 4096.0) as u32
}

fn best(postings: &impl Postings, mut found: Vec<Near>, limit: usize) -> Vec<u32> {
    if found.len() > limit && limit > 0 {
        // Ties are settled among those who can still be taken.
        let (_, last, _) = found.select_nth_unstable_by_key(limit - 1, |near| Reverse(near.weight));
        let least = last.weight;
        found.retain(|near| near.weight >= least);
    }
    found.sort_by_cached_key(|near| (Reverse(near.weight), postings.tie(near.number)));
    found.into_iter().take(limit).map(|near| near.number).collect()
}
