//! What the ledger may hold of one candidacy, and Lever's reference lists.

use super::{ContactId, Millis, OpportunityId, PostingId, ReasonId, StageId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One candidacy without the person: ids, dates and flags.
#[derive(Debug, Clone, PartialEq)]
pub struct Opportunity {
    /// Lever's id.
    pub id: OpportunityId,
    /// The person's id.
    pub contact: ContactId,
    /// The current stage; keeps its last value when archived.
    pub stage: Option<StageId>,
    /// Every stage that `stageChanges` names, each once.
    pub stages_seen: Vec<StageId>,
    /// `userId` of the newest stage change that has one.
    pub last_mover: Option<UserId>,
    /// The owner.
    pub owner: Option<UserId>,
    /// Who sourced it.
    pub sourced_by: Option<UserId>,
    /// Set when archived.
    pub archived: Option<Archived>,
    /// Whether `origin` is `applied` or one of the applications has type `posting`.
    pub applied: bool,
    /// The posting of its (newest) application.
    pub posting: Option<PostingId>,
    /// `urls.show`: the record in Lever's own interface.
    pub url: Option<Box<str>>,
    /// `createdAt`.
    pub created_at: Millis,
    /// `updatedAt`; null on old rows.
    pub updated_at: Option<Millis>,
    /// `lastInteractionAt`.
    pub last_interaction_at: Option<Millis>,
    /// `snoozedUntil`.
    pub snoozed_until: Option<Millis>,
    /// `dataProtection.store`.
    pub store: Consent,
    /// `dataProtection.contact`.
    pub contact_consent: Consent,
    /// `confidentiality` is `confidential`.
    pub confidential: bool,
    /// `isAnonymized`.
    pub anonymized: bool,
}

impl Opportunity {
    /// When it was last touched: `lastInteractionAt`, else `updatedAt`, else `createdAt`.
    #[must_use]
    pub fn touched(&self) -> Millis {
        self.last_interaction_at.or(self.updated_at).unwrap_or(self.created_at)
    }
}

/// How a candidacy ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// The reason's id.
    pub reason: Option<ReasonId>,
    /// When.
    pub at: Option<Millis>,
}

/// One half of `dataProtection`. Absent means that nothing was forbidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Consent {
    /// `allowed`; `None` where Lever says nothing.
    pub allowed: Option<bool>,
    /// When the permission ends.
    pub expires_at: Option<Millis>,
}

impl Consent {
    /// Whether Lever's record permits it at this moment.
    #[must_use]
    pub fn permits(&self, now: Millis) -> bool {
        self.allowed != Some(false) && self.expires_at.is_none_or(|end| end > now)
    }
}

/// The part of the hiring process a stage belongs to, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pipeline {
    /// Not applied yet.
    Lead,
    /// Applied.
    Applicant,
    /// Being screened.
    Screen,
    /// Being interviewed.
    Onsite,
    /// Offered.
    Offer,
}

/// A stage's words and place.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Its name in Lever.
    pub text: String,
    /// `None` where `disposition_stages` may not be read.
    pub pipeline: Option<Pipeline>,
    /// Place within the pipeline.
    pub rank: f64,
}

/// An archive reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Its name in Lever.
    pub text: String,
    /// Whether its type is `hired`.
    pub hired: bool,
}

/// A user of the tenant's Lever account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// Not deactivated.
    pub active: bool,
}

/// Lever's reference lists, as far as the ledger keeps them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reference {
    /// Stages by id.
    pub stages: HashMap<StageId, Stage>,
    /// Archive reasons by id.
    pub reasons: HashMap<ReasonId, Reason>,
    /// Users by id, deactivated ones too.
    pub users: HashMap<UserId, User>,
    /// Postings' texts by id.
    pub postings: HashMap<PostingId, String>,
}
