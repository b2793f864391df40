//! Lists of one segment without the profiles that were deleted. The files hold those too until the segment is merged; rarity and the
//! weight of a key must be those of an index built anew, or the same people would get other verdicts.

use super::lists::{Lists, Span};
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use tantivy::fastfield::AliveBitSet;

/// Shorter lists are counted each time, which takes a microsecond; longer ones are common values, asked for again and again.
const REMEMBERED_FROM: usize = 512;

/// The living profiles of the lists of one file.
pub(super) struct Alive {
    lists: Lists,
    /// None: all live.
    bits: Option<AliveBitSet>,
    /// The counts of longer lists, by where they begin.
    counts: RwLock<HashMap<u32, u32>>,
}

impl Alive {
    /// None: all live.
    pub(super) fn new(lists: Lists, bits: Option<&AliveBitSet>) -> Self {
        Self { lists, bits: bits.cloned(), counts: RwLock::default() }
    }

    /// The list of a hash, and how many living profiles are in it.
    pub(super) fn list(&self, hash: u64) -> (u32, Span) {
        let span = self.lists.span(hash);
        (self.count(&span), span)
    }

    /// The living in a list.
    pub(super) fn numbers(&self, span: &Span) -> impl Iterator<Item = u32> {
        span.clone().map(|at| self.lists.number(at)).filter(|it| self.bits.as_ref().is_none_or(|bits| bits.is_alive(*it)))
    }

    /// Whether that living profile is in the list, looked for from the list's front; the list begins there from then on.
    pub(super) fn holds(&self, span: &mut Span, number: u32) -> bool {
        span.start = self.lists.seek(span.clone(), number);
        span.start < span.end && self.lists.number(span.start) == number
    }

    fn count(&self, span: &Span) -> u32 {
        if self.bits.is_none() {
            return span.len() as u32;
        }
        let counted = || self.numbers(span).count() as u32;
        if span.len() < REMEMBERED_FROM {
            return counted();
        }
        let known = self.counts.read().unwrap_or_else(PoisonError::into_inner).get(&span.start).copied();
        known.unwrap_or_else(|| {
            let count = counted();
            self.counts.write().unwrap_or_else(PoisonError::into_inner).insert(span.start, count);
            count
        })
    }
}
