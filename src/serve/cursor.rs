//! Where a page of a search ended, as programs and pages hand it back.

use crate::model::ProfileId;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// A place in the list of who was found, or of who wears a badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cursor {
    /// So many were looked at.
    Hits(usize),
    /// This one was the last.
    After(ProfileId),
}

impl Cursor {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        match std::str::from_utf8(&bytes).ok()?.split_once(':')? {
            ("h", count) => count.parse().ok().map(Self::Hits),
            ("p", id) => ProfileId::new(id).ok().map(Self::After),
            _ => None,
        }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            Self::Hits(count) => format!("h:{count}"),
            Self::After(id) => format!("p:{id}"),
        };
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(text))
    }
}
