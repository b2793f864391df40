//! Frequencies that were asked lately, for all threads: most people share names, cities and titles, and a search in the index misses
//! the processor's cache, which this table stays in.

use std::sync::atomic::{AtomicU64, Ordering};

/// Half a megabyte of slots.
const SLOTS: usize = 1 << 16;

/// Bits of a frequency beside what is left of the hash.
const COUNT_BITS: u32 = 24;

/// A slot for each of the lowest bits of a hash, held by who came last. A slot is one number, so it is never read half written.
pub(super) struct Lately(Vec<AtomicU64>);

impl Lately {
    pub(super) fn new() -> Self {
        Self((0..SLOTS).map(|_| AtomicU64::new(0)).collect())
    }

    /// The frequency of this hash, asked when it is not known.
    pub(super) fn get<E>(&self, hash: u64, ask: impl FnOnce() -> Result<u32, E>) -> Result<u32, E> {
        let slot = &self.0[hash as usize % SLOTS];
        // 56 bits of the hash tell it from others: the table's index has the rest.
        let mark = hash >> SLOTS.trailing_zeros() << COUNT_BITS | 1 << (COUNT_BITS - 1);
        let held = slot.load(Ordering::Relaxed);
        if held >> (COUNT_BITS - 1) == mark >> (COUNT_BITS - 1) {
            return Ok(held as u32 & MOST);
        }
        let count = ask()?;
        if count <= MOST {
            slot.store(mark | u64::from(count), Ordering::Relaxed);
        }
        Ok(count)
    }
}

/// The largest frequency that is kept; the bit above it says that a slot is in use.
const MOST: u32 = (1 << (COUNT_BITS - 1)) - 1;
