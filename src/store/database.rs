//! The little of a database that the store needs, so that every method is written once for SQLite and PostgreSQL.
//!
//! A statement is text in a `.sql` file, in SQLite's dialect. The PostgreSQL side translates what differs of it: how a JSON
//! array becomes rows and values become one, that SQLite is told an index, and that a text is taken for JSON. Lists travel as one JSON array, so a batch is one statement.

use super::row::Row;
use super::{Engine, StoreError};
use crate::model::{Millis, RunId, TenantName};
use async_trait::async_trait;
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};
use std::io;
use std::path::Path;

/// A statement's text; [`statement`] finds it.
pub(super) type Statement = &'static str;

/// A database: two shapes.
#[async_trait]
pub(super) trait Database: Send + Sync {
    /// Begins a transaction that sees one snapshot and writes nothing.
    async fn reading(&self) -> Result<Box<dyn Transaction>, StoreError>;
    /// The first row of one statement, which is a snapshot by itself: for what is asked often, a transaction is three requests where this is
    /// one.
    async fn glance(&self, statement: Statement, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError>;
    /// Begins a transaction that may write.
    async fn writing(&self) -> Result<Box<dyn Transaction>, StoreError>;
    /// The clock that all processes share: the server's, or this machine's.
    async fn now(&self, ours: Millis) -> Result<Millis, StoreError>;
    /// A moment that the caller's clock told, by the clock that all processes share: leases are set and judged by it, or a machine
    /// whose clock is off would take over what is alive, or hold what is dead.
    async fn lease_now(&self, ours: Millis) -> Result<Millis, StoreError>;
    /// What tells this database, and the table that says so, from a copy; none where a copy is only made by us.
    async fn home(&self) -> Result<Option<(String, String)>, StoreError>;
    /// The last step of the schema that this program knows.
    fn known(&self) -> i64;
    /// See [`super::Store::engine`].
    async fn engine(&self, now: Millis) -> Result<Engine, StoreError>;
    /// See [`super::Store::back_up`].
    async fn back_up(&self, file: &Path) -> Result<(), StoreError>;
    /// See [`super::Store::tidy`].
    async fn tidy(&self) -> Result<(), StoreError>;
}

/// Rolled back when dropped.
#[async_trait]
pub(super) trait Transaction: Send {
    /// Runs a statement; returns how many rows it wrote.
    async fn execute(&mut self, statement: Statement, args: &[Arg<'_>]) -> Result<u64, StoreError>;
    /// Runs a statement and hands its rows over one by one, so that a large answer is never held twice.
    async fn each(
        &mut self,
        statement: Statement,
        args: &[Arg<'_>],
        take: &mut (dyn FnMut(Row) -> Result<(), StoreError> + Send),
    ) -> Result<(), StoreError>;
    /// Inserts rows, all of as many values. For rows that are too large or too many to travel as JSON, which is written and read once
    /// more on the way.
    async fn insert(&mut self, by: &Insert, rows: &[&[Arg<'_>]]) -> Result<(), StoreError>;
    /// Makes it last.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// How rows are inserted: by values, or, where they are many and the database can do that, copied into a table of the transaction's own
/// and taken from there.
pub(super) struct Insert {
    /// Inserts what stands in place of `{rows}`: `VALUES (…),…`, or a query.
    pub(super) statement: Statement,
    /// Makes the table.
    pub(super) table: Statement,
    /// Copies into it.
    pub(super) copy: Statement,
    /// Reads it.
    pub(super) copied: Statement,
}

/// Rows that [`Transaction::insert`] gives to one statement: SQLite takes 32,766 values, PostgreSQL 65,535.
pub(super) const ROWS_AT_ONCE: usize = 400;

/// A statement with places for the values of rows in place of `{rows}`; `place` writes the one of a number, from 1 on.
pub(super) fn with_rows(statement: Statement, rows: &[&[Arg<'_>]], place: impl Fn(usize) -> String) -> String {
    let mut number = 0;
    let mut row = |values: &&[Arg<'_>]| {
        let places: Vec<String> = values
            .iter()
            .map(|_| {
                number += 1;
                place(number)
            })
            .collect();
        format!("({})", places.join(","))
    };
    statement.replace("{rows}", &format!("VALUES {}", rows.iter().map(&mut row).collect::<Vec<_>>().join(",")))
}

/// All rows of a statement.
pub(super) async fn all<T: Send>(
    tx: &mut Box<dyn Transaction>,
    statement: Statement,
    args: &[Arg<'_>],
    read: fn(&mut Row) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    let mut take = |mut row: Row| {
        found.push(read(&mut row)?);
        Ok(())
    };
    tx.each(statement, args, &mut take).await?;
    Ok(found)
}

/// The first row of a statement.
pub(super) async fn first<T: Send>(
    tx: &mut Box<dyn Transaction>,
    statement: Statement,
    args: &[Arg<'_>],
    read: fn(&mut Row) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    Ok(all(tx, statement, args, read).await?.into_iter().next())
}

/// What a statement is given in place of `$1`, `$2`, …
#[derive(Clone, Copy)]
pub(super) enum Arg<'a> {
    Int(Option<i64>),
    Text(Option<&'a str>),
    Bytes(Option<&'a [u8]>),
}

macro_rules! arg_from {
    ($($from:ty, $it:ident => $arg:expr;)*) => {$(
        impl<'a> From<$from> for Arg<'a> {
            fn from($it: $from) -> Self {
                $arg
            }
        }
    )*};
}

arg_from! {
    i64, it => Self::Int(Some(it));
    Millis, it => Self::Int(Some(it.0));
    Option<Millis>, it => Self::Int(it.map(|it| it.0));
    &'a str, it => Self::Text(Some(it));
    &'a String, it => Self::Text(Some(it));
    Option<&'a str>, it => Self::Text(it);
    &'a TenantName, it => Self::Text(Some(it.as_str()));
    &'a [u8], it => Self::Bytes(Some(it));
    Option<&'a [u8]>, it => Self::Bytes(it);
}

/// The arguments of a statement, in order.
macro_rules! args {
    ($($arg:expr),* $(,)?) => { &[$($crate::store::database::Arg::from($arg)),*] };
}
pub(super) use args;

/// A value that is kept as JSON, exactly.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Database("a row has no JSON".into()))
}

/// Rows for `json_each`. PostgreSQL has no text with a NUL in it: one becomes U+FFFD, on both sides alike.
pub(super) fn rows<T: Serialize + ?Sized>(rows: &T) -> Result<String, StoreError> {
    let mut bytes = Vec::new();
    let written = rows.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, NoNul));
    written.ok().and_then(|()| String::from_utf8(bytes).ok()).ok_or_else(|| StoreError::Database("a row has no JSON".into()))
}

struct NoNul;

impl Formatter for NoNul {
    fn write_char_escape<W: io::Write + ?Sized>(&mut self, to: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::AsciiControl(0) => to.write_all(br"\ufffd"),
            other => CompactFormatter.write_char_escape(to, other),
        }
    }
}

/// Ids for `json_each(…) ids`.
pub(super) fn json_ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> Result<String, StoreError> {
    rows(&ids.into_iter().collect::<Vec<_>>())
}

/// A run's id as the store writes it.
pub(super) fn run_text(run: RunId) -> String {
    run.to_string()
}

/// Finds the statement that follows the line `--: name` in a file; the build fails when there is none.
pub(super) const fn statement(file: &'static str, name: &str) -> Statement {
    let bytes = file.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if starts(bytes, at, b"--: ") && starts(bytes, at + 4, name.as_bytes()) && starts(bytes, at + 4 + name.len(), b"\n") {
            let from = at + 4 + name.len() + 1;
            let mut to = from;
            while to < bytes.len() && !starts(bytes, to, b"--: ") {
                to += 1;
            }
            return file.split_at(to).0.split_at(from).1;
        }
        at += 1;
    }
    panic!("the file has no such statement")
}

const fn starts(text: &[u8], at: usize, with: &[u8]) -> bool {
    let mut i = 0;
    while i < with.len() {
        if at + i >= text.len() || text[at + i] != with[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Names statements of one file as constants, so that a missing one fails the build.
macro_rules! statements {
    ($file:literal: $($name:ident = $text:literal),* $(,)?) => {
        const FILE: &str = include_str!($file);
        $(const $name: $crate::store::database::Statement = $crate::store::database::statement(FILE, $text);)*
    };
}
pub(super) use statements;
