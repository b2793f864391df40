//! A file of records, read where it is mapped.
//!
//! Layout: the records end to end; then for each profile eight bytes, where its record ends and the order among equals.

use std::io::{self, Write};
use tantivy::directory::OwnedBytes;

/// Bytes of numbers that a profile has.
const NUMBERS: usize = 8;

/// Writes records as they come.
pub(super) struct RecordWriter<W> {
    to: W,
    numbers: Vec<[u32; 2]>,
    end: u32,
}

impl<W: Write> RecordWriter<W> {
    pub(super) fn begin(to: W) -> Self {
        Self { to, numbers: Vec::new(), end: 0 }
    }

    /// Writes the next profile's record.
    pub(super) fn push(&mut self, record: &[u8], tie: u32) -> io::Result<()> {
        let length = u32::try_from(record.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.end = self.end.checked_add(length).ok_or(io::ErrorKind::FileTooLarge)?;
        self.numbers.push([self.end, tie]);
        self.to.write_all(record)
    }

    /// Gives the file back, to be closed.
    pub(super) fn finish(mut self) -> io::Result<W> {
        for number in self.numbers.iter().flatten() {
            self.to.write_all(&number.to_le_bytes())?;
        }
        Ok(self.to)
    }

    /// Bytes in memory.
    pub(super) fn memory(&self) -> usize {
        self.numbers.capacity() * NUMBERS
    }
}

/// The records of one segment.
pub(super) struct Records {
    bytes: OwnedBytes,
    count: u32,
}

impl Records {
    /// None for bytes that are no such file of so many profiles.
    pub(super) fn open(bytes: OwnedBytes, count: u32) -> Option<Self> {
        let this = Self { bytes, count };
        let whole = this.bytes.len().checked_sub(count as usize * NUMBERS)?;
        (this.end(count) == Some(whole)).then_some(this)
    }

    /// A profile's record.
    pub(super) fn get(&self, number: u32) -> Option<&[u8]> {
        self.bytes.get(self.end(number)?..self.end(number + 1)?)
    }

    /// See `Postings::tie`.
    pub(super) fn tie(&self, number: u32) -> u32 {
        self.number(number, 4).unwrap_or_default()
    }

    /// Where the first so many records end.
    fn end(&self, records: u32) -> Option<usize> {
        let Some(last) = records.checked_sub(1) else { return Some(0) };
        self.number(last, 0).map(|it| it as usize)
    }

    fn number(&self, of: u32, at: usize) -> Option<u32> {
        let numbers = self.bytes.len() - self.count as usize * NUMBERS;
        let start = numbers + of as usize * NUMBERS + at;
        Some(u32::from_le_bytes(self.bytes.get(start..start + 4)?.try_into().ok()?))
    }
}
