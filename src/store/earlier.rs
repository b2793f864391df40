//! What a decision took the place of: kept beside it as one text, and brought again when it is taken back.

use super::StoreError;
use super::database::json;
use super::row::{Row, Values};
use crate::model::{Millis, ProfileId, Ruling};
use serde::{Deserialize, Serialize};

/// As many decisions about a pair can be taken back one after the other.
const KEPT: usize = 20;

/// What the decision before said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Said {
    pub(super) what: Ruling,
    pub(super) who: String,
    pub(super) at: Millis,
    /// What that one had taken the place of.
    #[serde(default, skip_serializing_if = "Earlier::is_nothing")]
    pub(super) earlier: Box<Earlier>,
}

/// Another profile that was said to be the same contact's, until this decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Yielded {
    pub(super) profile: ProfileId,
    /// What the run had found of that pair.
    pub(super) was: Option<String>,
    pub(super) said: Said,
}

/// Everything that one decision took the place of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Earlier {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) said: Option<Said>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) yielded: Vec<Yielded>,
}

impl Said {
    /// From the columns `what, who, decided_at, earlier`.
    pub(super) fn read(row: &mut Row) -> Result<Self, StoreError> {
        let (what, who, at) = (row.word(Ruling::parse)?, row.text()?, row.millis()?);
        let earlier = row.maybe_text()?.map(|it| serde_json::from_str(&it).map_err(|_| StoreError::Damaged)).transpose()?;
        Ok(Self { what, who, at, earlier: earlier.unwrap_or_default() })
    }
}

impl Earlier {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// As it is kept; none for nothing.
    pub(super) fn text(&self) -> Result<Option<String>, StoreError> {
        if self.is_nothing() { Ok(None) } else { json(self).map(Some) }
    }

    /// Forgets what lies too far back.
    pub(super) fn cut(&mut self) {
        self.cut_below(KEPT);
    }

    fn cut_below(&mut self, left: usize) {
        if left == 0 {
            return *self = Self::default();
        }
        let said = self.said.iter_mut().chain(self.yielded.iter_mut().map(|it| &mut it.said));
        said.for_each(|it| it.earlier.cut_below(left - 1));
    }
}
