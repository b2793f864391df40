//! One line of person JSONL → a profile, or what is wrong with the line.

use crate::model::{BadId, Profile, ProfileId};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::fmt;

/// What is wrong with a line. Nothing of the line is quoted: it tells of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// The line is longer than 16 MiB.
    TooLong,
    /// It is not UTF-8.
    NotUtf8,
    /// It is not JSON, by the column where reading stopped. Half a surrogate pair is one case.
    NotJson(usize),
    /// It is JSON, but no object.
    NotAnObject,
    /// It has no `id`, or one that is no text.
    NoId,
    /// Its `id` is empty or longer than 200 bytes.
    BadId(BadId),
    /// It has no `name`, or one that is no text.
    NoName,
    /// A field has another form than person JSONL gives it, by the column where reading stopped.
    WrongForm(usize),
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the line is too long"),
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::NotJson(column) => write!(f, "not JSON at column {column}"),
            Self::NotAnObject => f.write_str("not a JSON object"),
            Self::NoId => f.write_str("no id"),
            Self::BadId(bad) => bad.fmt(f),
            Self::NoName => f.write_str("no name"),
            Self::WrongForm(column) => write!(f, "a field of another form at column {column}"),
        }
    }
}

/// Reads one line.
pub(super) fn parse(line: &[u8]) -> Result<Profile, Defect> {
    let text = std::str::from_utf8(line).map_err(|_| Defect::NotUtf8)?;
    serde_json::from_str(text).map_err(|error| defect(text, &error))
}

/// Looks closer at a line that could not be read.
fn defect(text: &str, error: &serde_json::Error) -> Defect {
    /// The two fields that must be there, whatever they hold.
    #[derive(Deserialize)]
    struct Shape {
        id: Option<serde_json::Value>,
        name: Option<serde_json::Value>,
    }
    if let Some(broken) = serde_json::from_str::<IgnoredAny>(text).err().as_ref().or((!error.is_data()).then_some(error)) {
        return Defect::NotJson(broken.column());
    }
    let Ok(Shape { id, name }) = serde_json::from_str(text) else {
        let object = text.trim_start().starts_with('{');
        return if object { Defect::WrongForm(error.column()) } else { Defect::NotAnObject };
    };
    match id.as_ref().and_then(|it| it.as_str()).map(ProfileId::new) {
        None => Defect::NoId,
        Some(Err(bad)) => Defect::BadId(bad),
        Some(Ok(_)) if !name.is_some_and(|it| it.is_string()) => Defect::NoName,
        Some(Ok(_)) => Defect::WrongForm(error.column()),
    }
}
