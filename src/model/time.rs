//! A moment, as Lever counts it.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// Milliseconds since 1970-01-01T00:00:00Z. Serialises as RFC 3339 in UTC, or null where the calendar has no such day; reads
/// that or Lever's whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub i64);

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Millis(i64),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Millis(millis) => Ok(Self(millis)),
            Written::Text(text) => Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a time in RFC 3339")),
        }
    }
}

impl Millis {
    /// The moment as RFC 3339 in UTC (`2026-11-22T02:10:00Z`); `None` outside of years -262143 to 262142.
    #[must_use]
    pub fn rfc3339(self) -> Option<String> {
        let time = DateTime::<Utc>::from_timestamp_millis(self.0)?;
        Some(time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    /// Reads RFC 3339, or a day alone (`2026-11-22`, its first moment in UTC).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let day = || chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0).map(|t| t.and_utc());
        let time = DateTime::parse_from_rfc3339(text).map(|t| t.to_utc()).ok().or_else(day)?;
        Some(Self(time.timestamp_millis()))
    }

    /// This moment moved by a number of milliseconds; stops at the ends of the scale.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

impl PartialSchema for Millis {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).into()
    }
}

impl ToSchema for Millis {}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rfc3339().serialize(serializer)
    }
}
