//! Exit codes, and errors that say what happened, what it means and what to do.

use serde::Serialize;

/// How the process ends. When several apply, the first of 1, 2, 3, 6, 8, 7, 5, 4 ([`Exit::first`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done; an empty answer too.
    Ok = 0,
    /// Our own fault, a full disk, a damaged or too new store, a wrong master key.
    Internal = 1,
    /// Usage, bad or unreadable input, an unknown or duplicate tenant or id.
    Usage = 2,
    /// Lever refuses this key.
    Refused = 3,
    /// Finished with items or parts left out.
    Partial = 4,
    /// Publication held.
    Held = 5,
    /// Rate-limited, timed out, unreachable, or 5xx after retries.
    Unavailable = 6,
    /// A retention proof failed.
    Retention = 7,
    /// Another run, import or writer holds the claim.
    Busy = 8,
}

impl Exit {
    /// The one of two to report.
    #[must_use]
    pub fn first(self, other: Self) -> Self {
        const ORDER: [Exit; 9] = [
            Exit::Internal,
            Exit::Usage,
            Exit::Refused,
            Exit::Unavailable,
            Exit::Busy,
            Exit::Retention,
            Exit::Held,
            Exit::Partial,
            Exit::Ok,
        ];
        ORDER.into_iter().find(|it| *it == self || *it == other).unwrap_or(Self::Internal)
    }
}

/// An error for people: never quotes a candidate or a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What happened.
    pub error: String,
    /// What it means for the user's data and badges.
    pub meaning: String,
    /// What to do.
    pub fix: String,
    /// The exit code.
    #[serde(serialize_with = "as_number")]
    pub code: Exit,
}

fn as_number<S: serde::Serializer>(code: &Exit, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(*code as u8)
}

impl Failure {
    /// An error with its meaning and its mend.
    pub fn new(code: Exit, error: impl Into<String>, meaning: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { error: error.into(), meaning: meaning.into(), fix: fix.into(), code }
    }
}
