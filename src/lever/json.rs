//! Lever's JSON, read leniently: fields that are not asked for are skipped unparsed, and a value of another type than documented
//! counts as absent, so that one odd field never costs a row, nor one odd row a page.

use super::LeverError;
use crate::model::{Millis, RawText};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Texts that are longer say nothing that a match could use.
const MAX_TEXT: usize = 16 * 1024;
/// More values than any person has of one kind.
const MAX_VALUES: usize = 100;

/// A value as it was written, or nothing where the key is absent.
#[derive(Clone, Copy, Default)]
pub(super) struct Value<'a>(Option<&'a RawValue>);

/// One page of a list, or the one item of a single answer.
pub(super) struct Page<'a> {
    pub(super) items: Vec<Value<'a>>,
    /// The token of the page after this one.
    pub(super) next: Option<String>,
}

impl<'a> Page<'a> {
    /// Reads the envelope `{data, hasNext?, next?}`, or a bare array. Items stay unread.
    pub(super) fn read(text: &'a str, what: &'static str) -> Result<Self, LeverError> {
        let whole = Value(Some(serde_json::from_str(text).map_err(|e| LeverError::Malformed { what, line: e.line() })?));
        if whole.is_list() {
            return Ok(Self { items: whole.all(), next: None });
        }
        let [data, has_next, next] = whole.fields(&["data", "hasNext", "next"]);
        if data.is_null() {
            return Err(LeverError::Malformed { what, line: 0 });
        }
        let items = if data.is_list() { data.all() } else { vec![data] };
        let next = next.text().filter(|it| !it.is_empty() && has_next.flag() == Some(true));
        Ok(Self { items, next })
    }

    /// Whether one of these fields is absent from every item, which `include` may do.
    pub(super) fn lacks(&self, names: &[&str]) -> bool {
        let absent = |name: &&str| !self.items.iter().any(|it| it.fields(&[*name])[0].0.is_some());
        !self.items.is_empty() && names.iter().any(absent)
    }
}

impl<'a> Value<'a> {
    /// Whether it is absent or null.
    pub(super) fn is_null(self) -> bool {
        self.0.is_none_or(|it| it.get() == "null")
    }

    fn is_list(self) -> bool {
        self.0.is_some_and(|it| it.get().starts_with('['))
    }

    /// The values of these keys; all absent where this is no object.
    pub(super) fn fields<const N: usize>(self, names: &[&str; N]) -> [Value<'a>; N] {
        let read = |raw: &'a RawValue| Keys(names).deserialize(&mut serde_json::Deserializer::from_str(raw.get())).ok();
        self.0.and_then(read).unwrap_or([Value(None); N])
    }

    /// The items of a list; none where this is no list.
    pub(super) fn all(self) -> Vec<Value<'a>> {
        let read = |raw: &'a RawValue| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok();
        self.0.and_then(read).unwrap_or_default().into_iter().map(|it| Value(Some(it))).collect()
    }

    /// The first items of a list of things that a person has.
    pub(super) fn some(self) -> impl Iterator<Item = Value<'a>> {
        self.all().into_iter().take(MAX_VALUES)
    }

    /// A text; a lone surrogate in it becomes U+FFFD.
    pub(super) fn text(self) -> Option<String> {
        serde_json::Deserializer::from_str(self.0?.get()).deserialize_bytes(Text).ok()
    }

    /// A text about a person; nothing where it is blank or beyond all measure.
    pub(super) fn raw(self) -> Option<RawText> {
        self.text().filter(|it| it.len() <= MAX_TEXT).map(RawText::new).filter(|it| !it.is_blank())
    }

    /// A whole number, also one written as a text or with a fraction of nothing.
    pub(super) fn number(self) -> Option<i64> {
        let text = self.scalar()?;
        let float = || text.parse::<f64>().ok().filter(|it| it.fract() == 0.0 && it.abs() < 9e15).map(|it| it as i64);
        text.parse().ok().or_else(float)
    }

    /// A rank: any finite number.
    pub(super) fn rank(self) -> Option<f64> {
        self.scalar()?.parse().ok().filter(|it: &f64| it.is_finite())
    }

    /// A moment: milliseconds, or RFC 3339.
    pub(super) fn millis(self) -> Option<Millis> {
        self.number().map(Millis).or_else(|| Millis::parse(self.text()?.as_str()))
    }

    /// Yes or no.
    pub(super) fn flag(self) -> Option<bool> {
        self.scalar()?.parse().ok()
    }

    /// An id: a text, a number, or the `id` of an object that Lever expanded.
    pub(super) fn id(self) -> Option<String> {
        let inner = match self.0?.get().as_bytes().first()? {
            b'{' => self.fields(&["id"])[0],
            _ => self,
        };
        inner.text().or_else(|| inner.number().map(|it| it.to_string())).filter(|it| !it.is_empty())
    }

    /// The text of a text, or a number or flag as it was written.
    fn scalar(self) -> Option<String> {
        self.text().map(|it| it.trim().to_owned()).or_else(|| Some(self.0?.get().to_owned()))
    }
}

/// Picks the wanted keys out of one object.
struct Keys<'n, const N: usize>(&'n [&'n str; N]);

impl<'de, const N: usize> DeserializeSeed<'de> for Keys<'_, N> {
    type Value = [Value<'de>; N];
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const N: usize> Visitor<'de> for Keys<'_, N> {
    type Value = [Value<'de>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [Value(None); N];
        while let Some(key) = map.next_key_seed(Key)? {
            match self.0.iter().position(|name| name.as_bytes() == key.as_slice()) {
                Some(place) => found[place] = Value(Some(map.next_value()?)),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

/// The name of a field, whatever its bytes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Vec<u8>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(Text).map(String::into_bytes)
    }
}

/// A text whose bytes need not be UTF-8.
struct Text;

impl Visitor<'_> for Text {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}
