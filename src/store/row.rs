//! One row of an answer, read from left to right: as a database hands it over, value by value, or as one array of a JSON text.

use super::StoreError;
use crate::model::Millis;
use serde::de::{DeserializeSeed, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// The values of a row, in order. One of another kind than expected means that the store is damaged.
pub(super) trait Values {
    fn maybe_int(&mut self) -> Result<Option<i64>, StoreError>;

    fn maybe_real(&mut self) -> Result<Option<f64>, StoreError>;

    /// What `read` makes of a text.
    fn maybe<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError>;

    /// What `read` makes of JSON that a column holds.
    fn json<T>(&mut self, read: impl FnOnce(&str) -> Result<T, StoreError>) -> Result<T, StoreError>;

    fn maybe_text(&mut self) -> Result<Option<String>, StoreError> {
        self.maybe(|it| Some(it.to_owned()))
    }

    fn int(&mut self) -> Result<i64, StoreError> {
        self.maybe_int()?.ok_or(StoreError::Damaged)
    }

    fn real(&mut self) -> Result<f64, StoreError> {
        self.maybe_real()?.ok_or(StoreError::Damaged)
    }

    fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.int()? != 0)
    }

    fn maybe_flag(&mut self) -> Result<Option<bool>, StoreError> {
        Ok(self.maybe_int()?.map(|it| it != 0))
    }

    fn text(&mut self) -> Result<String, StoreError> {
        self.maybe_text()?.ok_or(StoreError::Damaged)
    }

    fn millis(&mut self) -> Result<Millis, StoreError> {
        self.int().map(Millis)
    }

    fn maybe_millis(&mut self) -> Result<Option<Millis>, StoreError> {
        Ok(self.maybe_int()?.map(Millis))
    }

    /// An id, a name or a run.
    fn id<T: FromStr>(&mut self) -> Result<T, StoreError> {
        self.maybe_id()?.ok_or(StoreError::Damaged)
    }

    fn maybe_id<T: FromStr>(&mut self) -> Result<Option<T>, StoreError> {
        self.maybe(|it| it.parse().ok())
    }

    /// One of a table's words.
    fn word<T>(&mut self, parse: fn(&str) -> Option<T>) -> Result<T, StoreError> {
        self.maybe(parse)?.ok_or(StoreError::Damaged)
    }

    fn maybe_word<T>(&mut self, parse: fn(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        self.maybe(parse)
    }
}

/// What a row comes to.
pub(super) trait OfValues: Sized {
    fn of_values(values: &mut impl Values) -> Result<Self, StoreError>;
}

/// One value of a row.
pub(super) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row as a database hands it over.
pub(super) struct Row(std::vec::IntoIter<Cell>);

impl Row {
    pub(super) fn new(cells: Vec<Cell>) -> Self {
        Self(cells.into_iter())
    }

    fn next(&mut self) -> Result<Cell, StoreError> {
        self.0.next().ok_or(StoreError::Damaged)
    }

    pub(super) fn maybe_bytes(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Bytes(it) => Ok(Some(it)),
            _ => Err(StoreError::Damaged),
        }
    }

    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        self.maybe_bytes()?.ok_or(StoreError::Damaged)
    }
}

impl Values for Row {
    fn maybe_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Int(it) => Ok(Some(it)),
            _ => Err(StoreError::Damaged),
        }
    }

    fn maybe_real(&mut self) -> Result<Option<f64>, StoreError> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Real(it) => Ok(Some(it)),
            _ => Err(StoreError::Damaged),
        }
    }

    fn maybe<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        match self.maybe_text()? {
            None => Ok(None),
            Some(it) => read(&it).map(Some).ok_or(StoreError::Damaged),
        }
    }

    fn json<T>(&mut self, read: impl FnOnce(&str) -> Result<T, StoreError>) -> Result<T, StoreError> {
        read(&self.text()?)
    }

    fn maybe_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Text(it) => Ok(Some(it)),
            _ => Err(StoreError::Damaged),
        }
    }
}

/// What an array of a JSON text comes to, read as a row is: nothing lies between the text and the value.
pub(super) struct Told<T>(pub(super) T);

impl<'de, T: OfValues> Deserialize<'de> for Told<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Array<T>(PhantomData<T>);
        impl<'de, T: OfValues> Visitor<'de> for Array<T> {
            type Value = Told<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<Told<T>, A::Error> {
                T::of_values(&mut Elements(array, PhantomData)).map(Told).map_err(serde::de::Error::custom)
            }
        }
        deserializer.deserialize_seq(Array(PhantomData))
    }
}

struct Elements<'de, A>(A, PhantomData<&'de ()>);

impl<'de, A: SeqAccess<'de>> Elements<'de, A> {
    fn next<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, StoreError> {
        self.0.next_element_seed(seed).ok().flatten().ok_or(StoreError::Damaged)
    }
}

impl<'de, A: SeqAccess<'de>> Values for Elements<'de, A> {
    fn maybe_int(&mut self) -> Result<Option<i64>, StoreError> {
        self.next(PhantomData)
    }

    /// JSON of SQLite has fractions of 15 digits, so they come in parts of 2^62: every one of ours, from 1/512 on, is so many whole ones.
    fn maybe_real(&mut self) -> Result<Option<f64>, StoreError> {
        const ONE: f64 = (1_u64 << 62) as f64;
        Ok(self.maybe_int()?.map(|parts| parts as f64 / ONE))
    }

    fn maybe<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        self.next(Text(read))
    }

    /// It is part of the text as it was kept.
    fn json<T>(&mut self, read: impl FnOnce(&str) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let kept: &RawValue = self.next(PhantomData)?;
        read(kept.get())
    }
}

/// A text or null.
struct Text<F>(F);

impl<'de, T, F: FnOnce(&str) -> Option<T>> DeserializeSeed<'de> for Text<F> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<T, F: FnOnce(&str) -> Option<T>> Visitor<'_> for Text<F> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or null")
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Option<T>, E> {
        (self.0)(text).map(Some).ok_or_else(|| E::custom("another text than expected"))
    }
}
