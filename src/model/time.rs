//! A moment, as Lever counts it.

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
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
        let (time, mut room) = (DateTime::<Utc>::from_timestamp_millis(self.0)?, [0; LONGEST]);
        let plain = plain(&time, &mut room).map(str::to_owned);
        Some(plain.unwrap_or_else(|| time.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
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

/// Of a time in a year of four figures.
const LONGEST: usize = "2026-11-22T02:10:00.125Z".len();

/// A time in a year of four figures: a hundred badges have some seven hundred, and the library's own writing takes several times as long.
fn plain<'a>(time: &DateTime<Utc>, room: &'a mut [u8; LONGEST]) -> Option<&'a str> {
    let time = time.naive_utc();
    let year = u32::try_from(time.year()).ok().filter(|it| *it <= 9_999)?;
    *room = *b"0000-00-00T00:00:00.000Z";
    let mut put = |from: usize, to: usize, mut number: u32| {
        for place in (from..to).rev() {
            room[place] += (number % 10) as u8;
            number /= 10;
        }
    };
    put(0, 4, year);
    let (date, clock) = ([time.month(), time.day()], [time.hour(), time.minute(), time.second()]);
    date.into_iter().chain(clock).zip([5, 8, 11, 14, 17]).for_each(|(number, from)| put(from, from + 2, number));
    let millis = time.and_utc().timestamp_subsec_millis();
    put(20, 23, millis);
    let text = if millis == 0 {
        room[19] = b'Z';
        &room[..20]
    } else {
        &room[..]
    };
    std::str::from_utf8(text).ok()
}

impl PartialSchema for Millis {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).into()
    }
}

impl ToSchema for Millis {}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (time, mut room) = (DateTime::<Utc>::from_timestamp_millis(self.0), [0; LONGEST]);
        match time.as_ref().and_then(|it| plain(it, &mut room)) {
            Some(text) => serializer.serialize_some(text),
            None => self.rfc3339().serialize(serializer),
        }
    }
}
