//! A request's parameters, pages and their tokens.

use super::{Kind, reply::Refusal};
use crate::world::Ms;
use serde_json::{Value, json};
use url::form_urlencoded;

/// The parameters of one request. Those that nobody asks for are ignored, as Lever does.
pub(super) struct Query {
    kind: Kind,
    pairs: Vec<(String, String)>,
}

/// Where a page begins: after the row with this key, in an order of falling keys.
pub(super) struct Cursor {
    pub(super) at: Ms,
    pub(super) id: String,
}

impl Cursor {
    /// Whether a row comes after this place.
    pub(super) fn is_before(&self, at: Ms, id: &str) -> bool {
        (at, id) < (self.at, self.id.as_str())
    }
}

impl Query {
    pub(super) fn parse(kind: Kind, text: &str) -> Self {
        Self { kind, pairs: form_urlencoded::parse(text.as_bytes()).into_owned().collect() }
    }

    /// Every value of a parameter that may repeat.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field is to be sent: all are, until `include` names some.
    pub(super) fn wants(&self, field: &str) -> bool {
        self.first("include").is_none() || self.all("include").any(|it| it == field)
    }

    /// A moment in milliseconds.
    pub(super) fn time(&self, name: &str) -> Result<Option<Ms>, Refusal> {
        let read = |text: &str| text.parse().map_err(|_| Refusal::BadRequest(format!("{name} must be a timestamp in milliseconds")));
        self.first(name).map(read).transpose()
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        let read = |text: &str| text.parse().map_err(|_| Refusal::BadRequest(format!("{name} must be true or false")));
        self.first(name).map(read).transpose()
    }

    /// Where the page begins. Takes the token as it was handed out, and encoded once more.
    pub(super) fn cursor(&self) -> Result<Option<Cursor>, Refusal> {
        let Some(token) = self.first("offset") else { return Ok(None) };
        let text = if token.starts_with('%') { percent_decoded(token) } else { token.to_owned() };
        match serde_json::from_str::<(u32, Ms, String)>(&text) {
            Ok((seal, at, id)) if seal == self.seal() => Ok(Some(Cursor { at, id })),
            _ => Err(Refusal::unknown_token()),
        }
    }

    /// Writes a page of rows that are in order and begin after the cursor. `key` must fall from row to row.
    pub(super) fn page<'a, T>(
        &self,
        most: usize,
        rows: impl Iterator<Item = T>,
        key: impl Fn(&T) -> (Ms, &'a str),
        write: impl Fn(&T) -> Value,
    ) -> Result<Value, Refusal> {
        let limit = self.limit()?.min(most.max(1));
        let mut rows: Vec<T> = rows.take(limit + 1).collect();
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        let data: Vec<Value> = rows.iter().map(write).collect();
        let last = rows.last().filter(|_| has_next).map(key);
        Ok(match last {
            Some((at, id)) => json!({ "data": data, "hasNext": true, "next": self.token(at, id) }),
            None => json!({ "data": data, "hasNext": false }),
        })
    }

    fn limit(&self) -> Result<usize, Refusal> {
        match self.first("limit").map_or(Ok(100), str::parse) {
            Ok(limit @ 1..=100) => Ok(limit),
            _ => Err(Refusal::BadRequest("limit must be between 1 and 100".into())),
        }
    }

    fn token(&self, at: Ms, id: &str) -> String {
        let text = json!([self.seal(), at, id]).to_string();
        form_urlencoded::byte_serialize(text.as_bytes()).collect()
    }

    /// Ties a token to the filters that it was made under, in whatever order they stand.
    fn seal(&self) -> u32 {
        const FREE: [&str; 4] = ["offset", "limit", "include", "expand"];
        let mut filters: Vec<_> = self.pairs.iter().filter(|(name, _)| !FREE.contains(&name.as_str())).collect();
        filters.sort();
        let text = format!("{:?} {filters:?}", self.kind);
        xxhash_rust::xxh3::xxh3_64(text.as_bytes()) as u32
    }
}

/// Resolves `%41`; what is not such a code stays as it is.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).filter(|_| *first == b'%').and_then(|it| std::str::from_utf8(it).ok());
        let code = hex.and_then(|it| u8::from_str_radix(it, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
