//! What a person decided about a pair of a contact and a profile, and which outlives every run's own verdict.

use super::evidence::words;
use super::{ContactId, Millis, ProfileId};
use serde::{Deserialize, Serialize};

words! {
    /// A person's word on one pair.
    Ruling {
        /// The profile is the contact's: a badge even under doubt.
        Same = "same",
        /// It is somebody else's: never a badge.
        NotSame = "not_same",
        /// Not decided yet: the pair waits, last in the queue.
        Later = "later",
        /// The contact that was decided on has left Lever, and this one came in its place: someone has to decide anew.
        Reopened = "reopened",
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ruled {
    /// The person in Lever.
    pub contact: ContactId,
    /// The profile.
    pub profile: ProfileId,
    /// What was decided.
    pub ruling: Ruling,
    /// Who decided: the name of a user, or `acquaint` where a run reopened the question.
    pub who: String,
    /// When.
    pub at: Millis,
}

/// Somebody looked at one person's live details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Viewed {
    /// When.
    pub at: Millis,
    /// The name of the user.
    pub who: String,
    /// Whose details: the contact's id, hashed with the tenant's secret, in hexadecimal digits.
    pub subject: String,
    /// `details` or `file`.
    pub what: String,
}
