//! What is kept and shown of a match. The rules that make it are in the room `badge`.

use super::evidence::words;
use super::{ContactId, Evidence, Millis, OpportunityId, Pipeline, PostingId, ProfileId, ReasonId, StageId, TenantName, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words! {
    /// Whether the person ever applied.
    Kind {
        /// Sourced, never applied.
        Prospect = "prospect",
        /// Applied, or further than a lead.
        Applicant = "applicant",
    }
}

words! {
    /// Where the most recent opportunity stands.
    Status {
        /// Being worked on.
        Active = "active",
        /// Put off until `snoozed_until`.
        Snoozed = "snoozed",
        /// Ended without a hire.
        Archived = "archived",
        /// Ended with a hire.
        Hired = "hired",
    }
}

/// An id with its words; `text` is null when the reference lists do not have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Named<I> {
    /// Lever's id.
    pub id: I,
    /// Lever's words for it.
    pub text: Option<String>,
}

/// A stage with its place in the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Staged {
    /// Lever's id.
    pub id: StageId,
    /// Lever's words for it.
    pub text: Option<String>,
    /// Its part of the process.
    pub pipeline: Option<Pipeline>,
}

/// Who worked with the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Recruiter {
    /// Lever's id of the user.
    pub id: UserId,
    /// Null when the id does not resolve.
    pub name: Option<String>,
    /// Whether the user is not deactivated; null when the id does not resolve.
    pub active: Option<bool>,
}

/// One opportunity of a badge.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BadgeOpportunity {
    /// Lever's id.
    pub id: OpportunityId,
    /// Its page in Lever.
    pub url: Option<String>,
    /// Its stage.
    pub stage: Option<Named<StageId>>,
    /// Its status.
    pub status: Status,
    /// Its posting.
    pub posting: Option<Named<PostingId>>,
    /// Lever's `updatedAt`.
    pub updated_at: Option<Millis>,
}

/// A badge as it is shown: one a profile and tenant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Badge {
    /// Whose badge.
    pub tenant: TenantName,
    /// The profile that wears it.
    pub profile: ProfileId,
    /// Prospect or applicant.
    pub kind: Kind,
    /// Of the most recent opportunity.
    pub status: Status,
    /// Of the most recent opportunity.
    pub stage: Option<Named<StageId>>,
    /// The furthest stage that any opportunity reached.
    pub furthest_stage: Option<Staged>,
    /// Why it ended.
    pub archive_reason: Option<Named<ReasonId>>,
    /// Who worked with the person.
    pub recruiter: Option<Recruiter>,
    /// Of the most recent opportunity.
    pub last_interaction_at: Option<Millis>,
    /// Of the most recent opportunity.
    pub updated_at: Option<Millis>,
    /// Of the most recent opportunity.
    pub archived_at: Option<Millis>,
    /// Of the most recent opportunity.
    pub snoozed_until: Option<Millis>,
    /// The tenant's last good run.
    pub checked_at: Option<Millis>,
    /// Whether any opportunity forbids contact.
    pub do_not_contact: bool,
    /// Whether any opportunity ended for a reason that Lever's list does not name, or names no more: nobody can tell whether it was a hire.
    #[serde(skip)]
    pub perhaps_hired: bool,
    /// The contacts that matched this profile, by id.
    pub contacts: Vec<ContactId>,
    /// All of their opportunities, most recent first.
    pub opportunities: Vec<BadgeOpportunity>,
    /// Calibrated probability of the surest contact.
    pub probability: f64,
    /// Its evidence.
    pub evidence: Vec<Evidence>,
}
