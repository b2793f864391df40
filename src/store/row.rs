//! One row of an answer, read from left to right: as a database hands it over, value by value, or as one array of a JSON text.

use super::StoreError;
use crate::model::Millis;
use std::str::FromStr;

/// The values of a row, in order. One of another kind than expected means that the store is damaged.
pub(super) trait Values {
    fn maybe_int(&mut self) -> Result<Option<i64>, StoreError>;

    fn maybe_real(&mut self) -> Result<Option<f64>, StoreError>;

    /// What `read` makes of a text.
    fn maybe<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError>;

    /// Ids in one value, as JSON.
    fn ids<T: FromStr>(&mut self) -> Result<Vec<T>, StoreError>;

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

    fn ids<T: FromStr>(&mut self) -> Result<Vec<T>, StoreError> {
        let texts: Vec<String> = serde_json::from_str(&self.text()?).map_err(|_| StoreError::Damaged)?;
        texts.iter().map(|it| it.parse().map_err(|_| StoreError::Damaged)).collect()
    }

    fn maybe_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Text(it) => Ok(Some(it)),
            _ => Err(StoreError::Damaged),
        }
    }
}
