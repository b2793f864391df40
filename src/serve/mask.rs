//! What a viewer may see of a badge. Every badge passes here first; what filters, counts, sorts, draws or exports has nothing else.
//!
//! To a sourcer, people who were hired and people who must not be contacted are one and the same: `do_not_contact`, and nothing more. So
//! are those of whom nobody can tell.
//! People who are withheld or confidential have no badge at all, so they look as absent ones do. Where the company keeps its reasons for
//! archiving to those who review, a sourcer's badge has none, as if Lever had none.

use crate::model::{
    Badge, BadgeOpportunity, ContactId, Evidence, Kind, Millis, Named, ProfileId, ReasonId, ReasonsFor, Recruiter, Role, StageId, Staged,
    Status, TenantName,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A badge's status as a viewer may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// Being worked on.
    Active,
    /// Put off.
    Snoozed,
    /// Ended without a hire.
    Archived,
    /// Ended with a hire.
    Hired,
    /// To sourcers alone: hired, or not to be contacted; which of them is not said.
    DoNotContact,
}

impl Seen {
    /// The word that people and programs see.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Snoozed => "snoozed",
            Self::Archived => "archived",
            Self::Hired => "hired",
            Self::DoNotContact => "do_not_contact",
        }
    }
}

/// A badge as a viewer may see it: where `status` is `do_not_contact`, everything of Lever's is null.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Badge)]
pub struct Shown {
    /// Whose badge.
    pub tenant: TenantName,
    /// The profile that wears it.
    pub profile: ProfileId,
    /// Prospect or applicant.
    pub kind: Option<Kind>,
    /// Of the most recent opportunity.
    pub status: Seen,
    /// Of the most recent opportunity.
    pub stage: Option<Named<StageId>>,
    /// The furthest stage that any opportunity reached.
    pub furthest_stage: Option<Staged>,
    /// Why it ended; null for sourcers where the company keeps its reasons to those who review.
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
    pub do_not_contact: Option<bool>,
    /// The contacts that matched this profile, by id.
    pub contacts: Option<Vec<ContactId>>,
    /// All of their opportunities, most recent first.
    pub opportunities: Option<Vec<BadgeOpportunity>>,
    /// Calibrated probability of the surest contact.
    pub probability: Option<f64>,
    /// Its evidence.
    pub evidence: Option<Vec<Evidence>>,
}

impl Shown {
    /// The badge as the role may see it, in a company that tells these its reasons.
    #[must_use]
    pub fn to(role: Role, reasons: ReasonsFor, badge: Badge) -> Self {
        match role {
            Role::Sourcer if is_masked(&badge) => Self::neutral(badge),
            Role::Sourcer if reasons == ReasonsFor::Operators => Self { archive_reason: None, ..Self::whole(badge) },
            _ => Self::whole(badge),
        }
    }

    /// Whether it is shown how the person is reached. Of a masked badge it is not: who was hired looks as who must not be contacted.
    pub(super) fn reach(&self) -> bool {
        self.do_not_contact == Some(false)
    }

    fn whole(it: Badge) -> Self {
        Self {
            tenant: it.tenant,
            profile: it.profile,
            kind: Some(it.kind),
            status: match it.status {
                Status::Active => Seen::Active,
                Status::Snoozed => Seen::Snoozed,
                Status::Archived => Seen::Archived,
                Status::Hired => Seen::Hired,
            },
            stage: it.stage,
            furthest_stage: it.furthest_stage,
            archive_reason: it.archive_reason,
            recruiter: it.recruiter,
            last_interaction_at: it.last_interaction_at,
            updated_at: it.updated_at,
            archived_at: it.archived_at,
            snoozed_until: it.snoozed_until,
            checked_at: it.checked_at,
            do_not_contact: Some(it.do_not_contact),
            contacts: Some(it.contacts),
            opportunities: Some(it.opportunities),
            probability: Some(it.probability),
            evidence: Some(it.evidence),
        }
    }

    fn neutral(it: Badge) -> Self {
        Self {
            tenant: it.tenant,
            profile: it.profile,
            kind: None,
            status: Seen::DoNotContact,
            stage: None,
            furthest_stage: None,
            archive_reason: None,
            recruiter: None,
            last_interaction_at: None,
            updated_at: None,
            archived_at: None,
            snoozed_until: None,
            checked_at: it.checked_at,
            do_not_contact: None,
            contacts: None,
            opportunities: None,
            probability: None,
            evidence: None,
        }
    }
}

/// Whether sourcers must not be told: the person was hired once, or may have been, or must not be contacted. Where the key may not list
/// the reasons for archiving, that is everybody who was archived for one.
fn is_masked(badge: &Badge) -> bool {
    badge.do_not_contact
        || badge.perhaps_hired
        || badge.status == Status::Hired
        || badge.opportunities.iter().any(|it| it.status == Status::Hired)
}
