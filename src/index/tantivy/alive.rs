//! Counting the profiles of a segment that are not deleted. Its own counts take in the deleted ones until it is merged; rarity and
//! the weight of a key must be those of an index built anew, or the same people would get other verdicts.

use std::collections::HashMap;
use std::io;
use std::sync::{PoisonError, RwLock};
use tantivy::fastfield::AliveBitSet;
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, InvertedIndexReader, TERMINATED, Term};

/// Shorter lists are counted each time, which takes a microsecond; longer ones are common values, asked for again and again.
const REMEMBERED_FROM: u32 = 512;

/// Which profiles of one segment live, and the counts of its longer lists.
pub(super) struct Alive {
    bits: Option<AliveBitSet>,
    counts: RwLock<HashMap<(Field, usize), u32>>,
}

impl Alive {
    /// None: all live.
    pub(super) fn new(bits: Option<&AliveBitSet>) -> Self {
        Self { bits: bits.cloned(), counts: RwLock::default() }
    }

    /// Whether that profile is not deleted.
    pub(super) fn has(&self, doc: u32) -> bool {
        self.bits.as_ref().is_none_or(|it| it.is_alive(doc))
    }

    /// How many living profiles have the term.
    pub(super) fn frequency(&self, inverted: &InvertedIndexReader, term: &Term) -> io::Result<u32> {
        let info = inverted.get_term_info(term)?;
        info.map_or(Ok(0), |it| self.count(term.field(), inverted, &it))
    }

    /// How many of a list live.
    pub(super) fn count(&self, field: Field, inverted: &InvertedIndexReader, info: &TermInfo) -> io::Result<u32> {
        if self.bits.is_none() {
            return Ok(info.doc_freq);
        }
        if info.doc_freq < REMEMBERED_FROM {
            return self.walk(inverted, info);
        }
        let place = (field, info.postings_range.start);
        let known = self.counts.read().unwrap_or_else(PoisonError::into_inner).get(&place).copied();
        if let Some(count) = known {
            return Ok(count);
        }
        let count = self.walk(inverted, info)?;
        self.counts.write().unwrap_or_else(PoisonError::into_inner).insert(place, count);
        Ok(count)
    }

    fn walk(&self, inverted: &InvertedIndexReader, info: &TermInfo) -> io::Result<u32> {
        let mut list = inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        let mut count = 0;
        while list.doc() != TERMINATED {
            count += u32::from(self.has(list.doc()));
            list.advance();
        }
        Ok(count)
    }
}
