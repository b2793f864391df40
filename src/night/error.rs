//! Why a run did not come to its end, and whether the same order may come to a better one.

use crate::index::IndexError;
use crate::lever::{LeverError, oauth::OAuthError};
use crate::store::{Again, StoreError};
use std::time::Duration;

/// Why a run did not come to its end. No variant quotes a person.
#[derive(Debug, thiserror::Error)]
pub enum NightError {
    /// Lever's answer decides: stop, or try later.
    #[error(transparent)]
    Lever(#[from] LeverError),
    /// The store's answer decides.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index must be rebuilt first.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Someone asked for it.
    #[error("the run was cancelled")]
    Cancelled,
    /// Its process has to go: another one takes up the order.
    #[error("the process is stopping")]
    Leaving,
    /// It gave signs of life and came no further.
    #[error("the run stood still for {} min while {at}", limit.as_secs().div_ceil(60))]
    StoodStill {
        /// What it was at.
        at: &'static str,
        /// For how long nothing moved.
        limit: Duration,
    },
}

impl NightError {
    /// Whether the same order may come to a better end, and when.
    #[must_use]
    pub fn again(&self) -> Again {
        match self {
            Self::Leaving => Again::AtOnce,
            Self::StoodStill { .. } => Again::Once,
            Self::Lever(error) => after(error),
            // An index that became unusable under a run is filled anew by another process, or by the next attempt.
            Self::Store(StoreError::Busy(_) | StoreError::Disk(_) | StoreError::Database(_)) | Self::Index(_) => Again::Later,
            Self::Store(_) | Self::Cancelled => Again::No,
        }
    }
}

/// The same for an error of Lever's: what passes by itself is tried again.
#[must_use]
pub fn after(error: &LeverError) -> Again {
    match error {
        LeverError::RateLimited | LeverError::Unavailable { .. } | LeverError::Malformed { .. } => Again::Later,
        // The store was away while a token was renewed, or another process has the turn.
        LeverError::OAuth(OAuthError::Busy | OAuthError::Store(_)) => Again::Later,
        _ => Again::No,
    }
}

/// Why a run has to stop before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// A person said so.
    Asked,
    /// The process is ending, and not the order.
    Leaving,
}

impl From<Stop> for NightError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Asked => Self::Cancelled,
            Stop::Leaving => Self::Leaving,
        }
    }
}
