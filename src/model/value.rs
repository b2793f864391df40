//! Values whose frequency among profiles weighs an agreement, and the hashes under which they are counted.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed};

/// A map by hashes of this room, which are spread evenly already.
pub type ByHash<T> = HashMap<u64, T, BuildHasherDefault<AsItIs>>;

/// Takes a hash for itself.
#[derive(Default)]
pub struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    fn write_u8(&mut self, byte: u8) {
        self.0 = self.0.wrapping_add(u64::from(byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What kind of value is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Value {
    /// A word of a name.
    NameWord = 1,
    /// An employer.
    Employer = 3,
    /// A school.
    School = 4,
    /// A city.
    City = 5,
    /// A job title.
    Title = 6,
    /// Two words of one name.
    Namesakes = 7,
}

/// The hash under which a value is counted.
#[must_use]
pub fn value(kind: Value, normal: &str) -> u64 {
    hashed(kind as u8, &[normal])
}

/// The key that all who have these two words in their name share; its frequency counts the namesakes.
#[must_use]
pub fn namesakes(a: &str, b: &str) -> u64 {
    hashed(Value::Namesakes as u8, &in_order(a, b))
}

/// Two texts in the order of the alphabet.
#[must_use]
pub fn in_order<'a>(a: &'a str, b: &'a str) -> [&'a str; 2] {
    if a <= b { [a, b] } else { [b, a] }
}

/// A hash of a kind and its parts; equal words of two kinds do not meet.
#[must_use]
pub fn hashed(kind: u8, parts: &[&str]) -> u64 {
    // Hashing whole texts at once is several times as fast as part by part, and most are short enough to be put together here.
    let mut whole = [0; 128];
    let mut length = 0;
    for part in parts {
        let Some(room) = whole.get_mut(length..=length + part.len()) else { return hashed_by_parts(kind, parts) };
        room[..part.len()].copy_from_slice(part.as_bytes());
        length += part.len() + 1;
    }
    xxh3_64_with_seed(&whole[..length], u64::from(kind))
}

fn hashed_by_parts(kind: u8, parts: &[&str]) -> u64 {
    let mut state = Xxh3::with_seed(u64::from(kind));
    for part in parts {
        state.update(part.as_bytes());
        state.update(&[0]);
    }
    state.digest()
}
