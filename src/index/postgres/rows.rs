//! How the tables hold what they hold: numbers, slots, and rows for `COPY`.

use super::server::SLOTS;
use crate::index::rank;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of a hash, and of a number.
const HASH: usize = crate::index::HASH_BITS as usize / 8;
pub(super) const NUMBER: usize = 4;

/// Numbers from its first on among which a profile's is: where it is taken, the next that is free.
pub(super) const WINDOW: u32 = 8;

/// A list of more profiles is cut into parts, which are read only when the list is the rarest of somebody's keys.
pub(super) const WHOLE: usize = 4_096;

/// The first of the numbers that a profile with this id may have. A number is the order among equals, to be known without the
/// record; the few whose hashes meet stand side by side.
pub(super) fn first_number(id: &str) -> u32 {
    let hash = rank::tie_of(id);
    let last = hash | (u32::MAX / SLOTS); // Of its slot.
    hash.min(last - (WINDOW - 1))
}

/// The slot of a profile's number: its upper bits.
pub(super) fn slot_of_number(number: u32) -> u32 {
    number / (u32::MAX / SLOTS + 1)
}

/// The slot of a key or value.
pub(super) fn slot_of(hash: u64) -> u32 {
    (hash % u64::from(SLOTS)) as u32
}

/// The part of a list that a number is in, from 1 on.
pub(super) fn part_of(number: u32) -> i16 {
    1 + (number >> 24) as i16
}

/// Under which a word is counted: apart from all values, which are short.
pub(super) fn word_hash(word: &str) -> u64 {
    xxh3_64(word.as_bytes()) >> 2 | 1 << 62
}

/// Hashes as bytes.
pub(super) fn packed(hashes: &[u64]) -> Vec<u8> {
    hashes.iter().flat_map(|it| it.to_le_bytes().into_iter().take(HASH)).collect()
}

/// And back.
pub(super) fn unpacked(bytes: &[u8]) -> Vec<u64> {
    let hash = |it: &[u8]| it.iter().rev().fold(0, |hash, byte| hash << 8 | u64::from(*byte));
    bytes.chunks_exact(HASH).map(hash).collect()
}

/// The numbers of a list.
pub(super) fn numbers(bytes: &[u8]) -> impl ExactSizeIterator<Item = u32> {
    bytes.as_chunks::<NUMBER>().0.iter().map(|it| u32::from_le_bytes(*it))
}

/// Rows in the binary form of `COPY` (PostgreSQL's manual, `COPY`, "Binary Format").
pub(super) struct Rows(Vec<u8>);

impl Rows {
    pub(super) fn new() -> Self {
        let mut bytes = b"PGCOPY\n\xff\r\n\0".to_vec();
        bytes.extend([0; 8]); // No flags, no extension.
        Self(bytes)
    }

    /// Begins a row of so many fields.
    pub(super) fn row(&mut self, fields: i16) -> &mut Self {
        self.0.extend(fields.to_be_bytes());
        self
    }

    pub(super) fn small(&mut self, value: i16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(super) fn big(&mut self, value: i64) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(super) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.0.extend((value.len() as i32).to_be_bytes());
        self.0.extend_from_slice(value);
        self
    }

    pub(super) fn null(&mut self) -> &mut Self {
        self.0.extend((-1_i32).to_be_bytes());
        self
    }

    /// All of it.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.0.extend((-1_i16).to_be_bytes());
        self.0
    }
}

/// The words of a profile, each with the fields it is in as the weights A, B, C and D of a `tsvector`, in its binary form
/// (`tsvectorsend`): the lexemes with their positions, whose two upper bits are the weight.
pub(super) fn search_vector(fields: &[String; 4]) -> Vec<u8> {
    let mut words: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
    for (weight, field) in (0..4_u16).rev().zip(fields) {
        let position = weight << 14 | (4 - weight);
        field.split(' ').filter(|it| !it.is_empty()).for_each(|it| words.entry(it).or_default().push(position));
    }
    let mut bytes = (words.len() as u32).to_be_bytes().to_vec();
    for (word, positions) in words {
        bytes.extend_from_slice(word.as_bytes());
        bytes.push(0);
        bytes.extend((positions.len() as u16).to_be_bytes());
        bytes.extend(positions.into_iter().flat_map(u16::to_be_bytes));
    }
    bytes
}
