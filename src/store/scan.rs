//! JSON that this store wrote, read from left to right with nothing between the text and the values.
//!
//! A look-up of a hundred reads some six thousand values, most of them a null or a digit: a reader of any JSON takes nearly half as long
//! again. What is no such JSON is damage.

use super::StoreError;
use super::row::Values;
use memchr::memchr2;
use std::borrow::Cow;
use std::str::FromStr;

/// What is still to be read of a text. A comma goes with the value before it.
pub(super) struct Scan<'a>(&'a str);

impl<'a> Scan<'a> {
    /// What `read` makes of a whole text.
    pub(super) fn of<T>(text: &'a str, read: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut scan = Self(text);
        let found = read(&mut scan)?;
        if scan.0.is_empty() { Ok(found) } else { Err(StoreError::Damaged) }
    }

    /// The list that begins here: `read` takes one value of it at a time.
    pub(super) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
        self.row(|it| {
            let mut all = Vec::new();
            while !it.sees("]") {
                all.push(read(it)?);
            }
            Ok(all)
        })
    }

    /// The array that begins here: `read` takes all of its values.
    pub(super) fn row<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.past("[")?;
        let found = read(self)?;
        self.past("]")?;
        self.separated();
        Ok(found)
    }

    /// Whether this comes next.
    pub(super) fn sees(&self, what: &str) -> bool {
        self.0.starts_with(what)
    }

    /// A number with a fraction.
    pub(super) fn fraction(&mut self) -> Result<f32, StoreError> {
        self.bare()?.parse().map_err(|_| StoreError::Damaged)
    }

    fn past(&mut self, what: &str) -> Result<(), StoreError> {
        self.0 = self.0.strip_prefix(what).ok_or(StoreError::Damaged)?;
        Ok(())
    }

    /// PostgreSQL leaves room after a comma.
    fn separated(&mut self) {
        if let Some(rest) = self.0.strip_prefix(',') {
            self.0 = rest.trim_ascii_start();
        }
    }

    /// A value without quotes.
    fn bare(&mut self) -> Result<&'a str, StoreError> {
        let end = self.0.bytes().position(|it| matches!(it, b',' | b']')).ok_or(StoreError::Damaged)?;
        let (value, rest) = self.0.split_at(end);
        self.0 = rest;
        self.separated();
        Ok(value)
    }

    /// Whether a null comes next, which then is behind.
    fn null(&mut self) -> Result<bool, StoreError> {
        if !self.sees("n") {
            return Ok(false);
        }
        if self.bare()? == "null" { Ok(true) } else { Err(StoreError::Damaged) }
    }

    fn quoted(&mut self) -> Result<Cow<'a, str>, StoreError> {
        let inner = self.0.strip_prefix('"').ok_or(StoreError::Damaged)?;
        let (end, plain) = end_of(inner.as_bytes()).ok_or(StoreError::Damaged)?;
        let whole = &self.0[..end + 2];
        self.0 = &inner[end + 1..];
        self.separated();
        if plain { Ok(Cow::Borrowed(&inner[..end])) } else { serde_json::from_str(whole).map(Cow::Owned).map_err(|_| StoreError::Damaged) }
    }
}

/// Where the quotation ends, and whether it is meant as it stands.
fn end_of(inner: &[u8]) -> Option<(usize, bool)> {
    let mut end = memchr2(b'"', b'\\', inner)?;
    let plain = inner[end] == b'"';
    while inner[end] != b'"' {
        // What is escaped is no end.
        end += 2;
        end += memchr2(b'"', b'\\', inner.get(end..)?)?;
    }
    Some((end, plain))
}

impl Values for Scan<'_> {
    fn maybe_int(&mut self) -> Result<Option<i64>, StoreError> {
        if self.null()? {
            return Ok(None);
        }
        self.bare()?.parse().map(Some).map_err(|_| StoreError::Damaged)
    }

    /// JSON of SQLite has fractions of 15 digits, so they come in parts of 2^62: every one of ours, from 1/512 on, is so many whole ones.
    fn maybe_real(&mut self) -> Result<Option<f64>, StoreError> {
        const ONE: f64 = (1_u64 << 62) as f64;
        Ok(self.maybe_int()?.map(|parts| parts as f64 / ONE))
    }

    fn maybe<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        if self.null()? {
            return Ok(None);
        }
        read(&self.quoted()?).map(Some).ok_or(StoreError::Damaged)
    }

    fn ids<T: FromStr>(&mut self) -> Result<Vec<T>, StoreError> {
        self.list(Scan::id)
    }
}
