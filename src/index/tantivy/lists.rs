//! A file of hashes and who has them: one sorted array, mapped and searched in place.
//!
//! Hashes are 40 bits that are spread evenly, nearly all are of very few profiles, and none is ever read as text: a dictionary of
//! terms costs several times the room and the time of this array, to write as to read.
//!
//! Layout: a byte that says how many upper bytes of an entry the directory takes, seven bytes of nothing; the entries, sorted,
//! without those bytes (little-endian); the directory, four bytes for each value of the upper bytes and one more: how many entries
//! come before. An entry is a hash and below it the profile's number in its segment.

use crate::index::short;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Write};
use std::ops::Range;
use tantivy::directory::OwnedBytes;

/// Bits of a profile's number in its segment.
const NUMBER_BITS: u32 = 64 - crate::index::HASH_BITS;

/// How many profiles a segment can hold.
pub(super) const NUMBERS: u32 = 1 << NUMBER_BITS;

/// Bytes before the entries.
const HEADER: usize = 8;

/// Bytes of a whole entry.
const WHOLE: usize = 8;

/// Entries at one place of the directory from which on a larger one is worth its room.
const AT_ONE_PLACE: usize = 64;

/// An entry of a list.
pub(super) fn entry(hash: u64, number: u32) -> u64 {
    hash << NUMBER_BITS | u64::from(number)
}

/// How an entry is cut in two.
#[derive(Clone, Copy)]
struct Cut {
    /// Bytes that the directory takes, at most three.
    upper: usize,
}

impl Cut {
    /// For so many entries.
    fn of(entries: usize) -> Self {
        let upper = (1..=3).rev().find(|upper| entries >= AT_ONE_PLACE << (8 * upper)).unwrap_or(0);
        Self { upper }
    }

    /// Bytes of an entry in the file.
    fn width(self) -> usize {
        WHOLE - self.upper
    }

    fn places(self) -> usize {
        1 << (8 * self.upper)
    }

    fn place(self, entry: u64) -> usize {
        entry.checked_shr(8 * self.width() as u32).unwrap_or(0) as usize
    }

    fn lower(self, entry: u64) -> u64 {
        entry & (u64::MAX >> (8 * self.upper))
    }
}

/// Writes entries that come in order.
pub(super) struct ListWriter<W> {
    to: W,
    cut: Cut,
    directory: Vec<u32>,
    count: u32,
}

impl<W: Write> ListWriter<W> {
    /// For at most so many entries.
    pub(super) fn begin(mut to: W, most: usize) -> io::Result<Self> {
        let cut = Cut::of(most);
        to.write_all(&(cut.upper as u64).to_le_bytes())?;
        Ok(Self { to, cut, directory: Vec::with_capacity(cut.places() + 1), count: 0 })
    }

    pub(super) fn push(&mut self, entry: u64) -> io::Result<()> {
        self.reach(self.cut.place(entry));
        self.count = self.count.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        self.to.write_all(&entry.to_le_bytes()[..self.cut.width()])
    }

    /// Gives the file back, to be closed.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.reach(self.cut.places());
        for before in &self.directory {
            self.to.write_all(&before.to_le_bytes())?;
        }
        Ok(self.to)
    }

    fn reach(&mut self, place: usize) {
        self.directory.resize(self.directory.len().max(place + 1), self.count);
    }
}

/// A file of lists. What is not as [`ListWriter`] wrote it gives wrong lists, but no error: files are checked when they are opened.
pub(super) struct Lists {
    bytes: OwnedBytes,
    cut: Cut,
    count: u32,
}

/// Where one hash's entries are.
pub(super) type Span = Range<u32>;

impl Lists {
    /// None for bytes that are no such file.
    pub(super) fn open(bytes: OwnedBytes) -> Option<Self> {
        let cut = Cut { upper: usize::from(*bytes.first()?) };
        if cut.upper > 3 {
            return None;
        }
        let entries = bytes.len().checked_sub(HEADER + 4 * (cut.places() + 1))?;
        let count = u32::try_from(entries / cut.width()).ok()?;
        (entries % cut.width() == 0).then_some(Self { bytes, cut, count })
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    /// The entries of this hash.
    pub(super) fn span(&self, hash: u64) -> Span {
        let wanted = entry(short(hash), 0);
        let (place, wanted) = (self.cut.place(wanted), self.cut.lower(wanted) >> NUMBER_BITS);
        let hash_at = |at: u32| self.entry(at) >> NUMBER_BITS;
        let start = first(self.before(place)..self.before(place + 1), |at| hash_at(at) >= wanted);
        start..gallop(start..self.before(place + 1), |at| hash_at(at) > wanted)
    }

    /// The number in an entry.
    pub(super) fn number(&self, at: u32) -> u32 {
        self.entry(at) as u32 & (NUMBERS - 1)
    }

    /// The first entry of the span whose number is not below this one, looked for near the front first.
    pub(super) fn seek(&self, span: Span, least: u32) -> u32 {
        gallop(span, |at| self.number(at) >= least)
    }

    /// An entry without the bytes that the directory has.
    fn entry(&self, at: u32) -> u64 {
        let start = HEADER + at as usize * self.cut.width();
        // The directory follows, so there are always eight bytes to read.
        let bytes = self.bytes.get(start..start + WHOLE).and_then(|it| it.try_into().ok());
        self.cut.lower(bytes.map_or(u64::MAX, u64::from_le_bytes))
    }

    /// How many entries come before a place.
    fn before(&self, place: usize) -> u32 {
        let start = HEADER + self.count as usize * self.cut.width() + 4 * place;
        let bytes = self.bytes.get(start..start + 4).and_then(|it| it.try_into().ok());
        bytes.map_or(0, u32::from_le_bytes).min(self.count)
    }

    /// All entries, whole.
    fn walk(&self) -> impl Iterator<Item = u64> {
        let places = (0..self.cut.places()).flat_map(|place| (self.before(place)..self.before(place + 1)).map(move |at| (place, at)));
        places.map(|(place, at)| (place as u64).checked_shl(8 * self.cut.width() as u32).unwrap_or(0) | self.entry(at))
    }
}

/// Writes the entries of several files as one, with the numbers that `renumber` gives (by file and number; none for who is gone).
/// New numbers ascend with the file and within it.
pub(super) fn merge<W: Write>(files: &[Lists], renumber: impl Fn(usize, u32) -> Option<u32>, to: W) -> io::Result<W> {
    let mut writer = ListWriter::begin(to, files.iter().map(Lists::len).sum())?;
    let renumbered = |file: usize, it: u64| {
        let number = renumber(file, it as u32 & (NUMBERS - 1))?;
        Some(it >> NUMBER_BITS << NUMBER_BITS | u64::from(number))
    };
    let mut walks: Vec<_> = files.iter().enumerate().map(|(file, it)| it.walk().filter_map(move |it| renumbered(file, it))).collect();
    let mut heads: BinaryHeap<_> = walks.iter_mut().enumerate().filter_map(|(file, it)| Some(Reverse((it.next()?, file)))).collect();
    while let Some(mut head) = heads.peek_mut() {
        let Reverse((entry, file)) = *head;
        writer.push(entry)?;
        match walks[file].next() {
            Some(next) => *head = Reverse((next, file)),
            None => drop(std::collections::binary_heap::PeekMut::pop(head)),
        }
    }
    writer.finish()
}

/// The first of the range from which on it holds, else its end.
fn first(mut range: Span, holds: impl Fn(u32) -> bool) -> u32 {
    while range.start < range.end {
        let middle = range.start + (range.end - range.start) / 2;
        if holds(middle) {
            range.end = middle;
        } else {
            range.start = middle + 1;
        }
    }
    range.start
}

/// The same, quicker where it is near the front.
fn gallop(range: Span, holds: impl Fn(u32) -> bool) -> u32 {
    let (mut from, mut step) = (range.start, 1);
    while from < range.end {
        let at = range.end.min(from.saturating_add(step)) - 1;
        if holds(at) {
            return first(from..at, holds);
        }
        from = at + 1;
        step *= 2;
    }
    range.end
}
