//! Identifiers: opaque text of at most 200 bytes, as Lever and profile sources hand them out; and our own names and run ids.

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};
use std::{fmt, str::FromStr, sync::Arc};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// Why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    /// Nothing was given.
    #[error("an id must not be empty")]
    Empty,
    /// Longer than the 200 bytes that every id may have.
    #[error("an id has at most 200 bytes")]
    TooLong,
    /// PostgreSQL has no text with a NUL in it.
    #[error("an id must not hold a NUL character")]
    Nul,
    /// A tenant's name has other characters than `[a-z0-9-]`, or is not 1 to 40 long.
    #[error("a tenant's name is 1 to 40 characters of a-z, 0-9 and '-'")]
    TenantName,
    /// Not a UUID.
    #[error("a run's id is a UUID")]
    Run,
}

const MAX_BYTES: usize = 200;

/// Reads an id from a text that is not kept.
struct OfText<T>(fn(&str) -> Result<T, BadId>);

impl<T> Visitor<'_> for OfText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Opaque, at most 200 bytes, cheap to clone.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it is.
            ///
            /// # Errors
            /// [`BadId::Empty`], [`BadId::TooLong`] or [`BadId::Nul`].
            pub fn new(text: &str) -> Result<Self, BadId> {
                match text.len() {
                    0 => Err(BadId::Empty),
                    1..=MAX_BYTES if text.contains('\0') => Err(BadId::Nul),
                    1..=MAX_BYTES => Ok(Self(text.into())),
                    _ => Err(BadId::TooLong),
                }
            }

            /// The text of the id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(MAX_BYTES)).into()
            }
        }

        impl ToSchema for $name {}

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(OfText(Self::new))
            }
        }
    )*};
}

text_id! {
    /// Names one public profile.
    ProfileId;
    /// Lever's id of a person.
    ContactId;
    /// Lever's id of one candidacy.
    OpportunityId;
    /// Lever's id of a stage; not always a UUID (`lead-new`).
    StageId;
    /// Lever's id of a user.
    UserId;
    /// Lever's id of an archive reason.
    ReasonId;
    /// Lever's id of a posting.
    PostingId;
    /// Lever's id of a résumé.
    ResumeId;
    /// What a user of ours signs in with, such as an e-mail address.
    AccountName;
    /// Lever's id of another file of an opportunity.
    FileId;
}

/// The name of a tenant: 1 to 40 characters of `a-z`, `0-9` and `-`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TenantName(Arc<str>);

impl TenantName {
    /// # Errors
    /// [`BadId::TenantName`] when the text has another form.
    pub fn new(text: &str) -> Result<Self, BadId> {
        let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        if (1..=40).contains(&text.len()) && text.bytes().all(fits) {
            return Ok(Self(text.into()));
        }
        Err(BadId::TenantName)
    }

    /// The name's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TenantName({})", self.0)
    }
}

impl PartialSchema for TenantName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[a-z0-9-]{1,40}$")).into()
    }
}

impl ToSchema for TenantName {}

impl FromStr for TenantName {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        Self::new(text)
    }
}

/// Names one run: a `UUIDv7`, so that ids sort by the time of their making.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RunId(#[serde(serialize_with = "hyphenated")] uuid::Uuid);

fn hyphenated<S: serde::Serializer>(id: &uuid::Uuid, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

impl RunId {
    /// A new id that carries the given time.
    #[must_use]
    pub fn at(now: super::Millis) -> Self {
        let millis = u64::try_from(now.0).unwrap_or_default();
        let time = uuid::Timestamp::from_unix(uuid::NoContext, millis / 1000, ((millis % 1000) * 1_000_000) as u32);
        Self(uuid::Uuid::new_v7(time))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl PartialSchema for RunId {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::Custom("uuid".to_owned()))).into()
    }
}

impl ToSchema for RunId {}

impl FromStr for RunId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        uuid::Uuid::parse_str(text.trim()).map(Self).map_err(|_| BadId::Run)
    }
}
