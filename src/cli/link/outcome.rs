//! What `link` hands from the matcher to whoever writes it.

use crate::model::{ContactId, ProfileId, Verdict};

/// What was found for one candidate.
pub(super) struct Outcome {
    pub(super) candidate: ContactId,
    pub(super) verdict: Verdict,
    /// Who was compared; empty when nobody counts them.
    pub(super) considered: Vec<ProfileId>,
}
