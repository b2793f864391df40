//! A profile as an index takes it in that outlives the process: on disk or in PostgreSQL.

use super::{Entry, SearchText, entry, record, search_text, short};
use crate::model::{Profile, ProfileId};

/// Words that a field is searched by, at most; the rest of a monstrous text is not worth its room.
const MAX_WORDS: usize = 200;

/// Characters of a word, at most.
const MAX_WORD: usize = 40;

/// What is written of one profile. Making it is most of the work, and can be done for many at once.
pub struct Row {
    /// Whose.
    pub(super) id: ProfileId,
    /// Hashed keys, as short as they are kept, sorted, each once.
    pub(super) keys: Vec<u64>,
    /// Hashed values that are only counted, likewise.
    pub(super) values: Vec<u64>,
    /// Id and compact form.
    pub(super) record: Vec<u8>,
    /// Name, company, title and place as words, each once, with a space between.
    pub(super) words: [String; 4],
}

impl Row {
    /// A profile's.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        Self::new(entry(profile), &search_text(profile))
    }

    /// One that is found by these keys and this text.
    #[must_use]
    pub fn new(entry: Entry, search: &SearchText) -> Self {
        let mut bytes = Vec::with_capacity(1 + entry.id.as_str().len() + entry.compact.len());
        record(&entry.id, &entry.compact, &mut bytes);
        let SearchText { name, company, title, place } = search;
        Self {
            keys: shortened(entry.keys),
            values: shortened(entry.values),
            record: bytes,
            words: [name, company, title, place].map(|it| words(it)),
            id: entry.id,
        }
    }
}

fn shortened(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.iter_mut().for_each(|it| *it = short(*it));
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// A text as words to be searched by: in ASCII letters, lower case, each once, with a space between.
pub(super) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len().min(256));
    let mut count = 0;
    for part in text.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation()).filter(|part| !part.is_empty()) {
        if count >= MAX_WORDS {
            break;
        }
        let end = words.len();
        if end > 0 {
            words.push(' ');
        }
        let start = words.len();
        let letters = part.chars().flat_map(Letters::of).filter(u8::is_ascii_alphanumeric).take(MAX_WORD);
        words.extend(letters.map(|it| char::from(it.to_ascii_lowercase())));
        let (before, word) = words.split_at(start);
        if word.is_empty() || before.split(' ').any(|it| it == word) {
            words.truncate(end);
        } else {
            count += 1;
        }
    }
    words
}

/// The ASCII letters of one character.
enum Letters {
    /// Its own.
    One(std::option::IntoIter<u8>),
    /// Those of its romanised form.
    More(std::str::Bytes<'static>),
}

impl Letters {
    fn of(c: char) -> Self {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => Self::One(Some(byte).into_iter()),
            _ => Self::More(any_ascii::any_ascii_char(c).bytes()),
        }
    }
}

impl Iterator for Letters {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        match self {
            Self::One(byte) => byte.next(),
            Self::More(bytes) => bytes.next(),
        }
    }
}

/// How many typing errors are forgiven to whoever searches. In short words and in numbers each error makes another word.
pub(super) fn edits(word: &str) -> u8 {
    match word.len() {
        0..=3 => 0,
        _ if word.bytes().any(|byte| byte.is_ascii_digit()) => 0,
        4..=7 => 1,
        _ => 2,
    }
}
