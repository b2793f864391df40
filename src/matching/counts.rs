//! How many people of one list carry each identifier: an address on many names proves nothing.

use crate::model::{ByHash, PersonView};
use std::collections::HashSet;

/// Counts of the whole list, or what an earlier list knew of it. Holds hashes only: 24 bytes an identifier.
#[derive(Default)]
pub struct Counts {
    seen: ByHash<Seen>,
    known: HashSet<u64>,
}

/// Marks of up to two distinct names, and whether there was a third.
#[derive(Clone, Copy, Default)]
struct Seen {
    first: u16,
    second: u16,
    many: bool,
}

impl Counts {
    /// Takes over which identifiers are shared, for a run that sees a part of the list.
    #[must_use]
    pub fn with_shared(shared: impl IntoIterator<Item = u64>) -> Self {
        Self { seen: ByHash::default(), known: shared.into_iter().collect() }
    }

    /// Counts one person of the list.
    pub fn add(&mut self, person: &PersonView<'_>) {
        let mark = mark(person);
        for identifier in person.identifiers() {
            let seen = self.seen.entry(identifier).or_default();
            match *seen {
                Seen { first: 0, .. } => seen.first = mark,
                Seen { first, .. } if first == mark => {}
                Seen { second: 0, .. } => seen.second = mark,
                Seen { second, .. } if second == mark => {}
                _ => seen.many = true,
            }
        }
    }

    /// The identifiers seen on three or more distinct people, sorted.
    #[must_use]
    pub fn shared(&self) -> Vec<u64> {
        let counted = self.seen.iter().filter(|it| it.1.many).map(|it| *it.0);
        let mut found: Vec<u64> = counted.chain(self.known.iter().copied()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether three or more distinct people of the list carry it.
    #[must_use]
    pub fn is_shared(&self, identifier: u64) -> bool {
        self.known.contains(&identifier) || self.seen.get(&identifier).is_some_and(|it| it.many)
    }
}

/// The first letters of the name's first and last word, in the order of the alphabet and never 0: two records of one person have
/// the same mark in spite of pet forms, typos, and order; two people rarely.
fn mark(person: &PersonView<'_>) -> u16 {
    let name = person.names().next().map(|it| it.value.words());
    let words = name.as_deref().unwrap_or_default();
    let letter = |word: Option<&&str>| word.and_then(|it| it.bytes().next()).unwrap_or(b'?');
    let (a, b) = (letter(words.first()), letter(words.last()));
    u16::from_be_bytes([a.min(b), a.max(b)])
}
