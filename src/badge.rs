//! Matches and their opportunities → the badge that people see, by the rules of the interface (`badges` in the README).
//!
//! Pure: the clock's events (a snooze that ended, a permission that expired) are judged at the `now` that the reader gives.

use crate::model::{
    Archived, Badge, BadgeOpportunity, ContactId, Evidence, Kind, Millis, Named, Opportunity, Pipeline, ProfileId, Recruiter, Reference,
    StageId, Staged, Status, TenantName, UserId,
};
use std::cmp::{Ordering, Reverse};

/// One contact that matched the profile.
#[derive(Debug, Clone, Copy)]
pub struct Matched<'a> {
    /// The person in Lever.
    pub contact: &'a ContactId,
    /// Calibrated probability of the match.
    pub probability: f64,
    /// Why.
    pub evidence: &'a [Evidence],
    /// The contact's opportunities that may be shown.
    pub opportunities: &'a [Opportunity],
}

/// What all badges of one reading have in common.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// Whose badges.
    pub tenant: &'a TenantName,
    /// Lever's lists.
    pub reference: &'a Reference,
    /// The tenant's last good run.
    pub checked_at: Option<Millis>,
    /// When it is read.
    pub now: Millis,
}

/// Whether the contact must not be matched or shown: one of its opportunities says that the person's data may not be stored.
#[must_use]
pub fn withheld(opportunities: &[Opportunity], now: Millis) -> bool {
    opportunities.iter().any(|it| !it.store.permits(now))
}

/// The one badge of a profile; none when nothing that may be shown is left.
#[must_use]
pub fn badge(profile: &ProfileId, matched: &[Matched<'_>], reading: &Reading<'_>) -> Option<Badge> {
    let shown: Vec<_> = matched.iter().filter(|it| !withheld(it.opportunities, reading.now)).collect();
    let mut all: Vec<&Opportunity> = shown.iter().flat_map(|it| it.opportunities).collect();
    all.sort_by(|a, b| most_recent_first(a, b, reading));
    let first = *all.first()?;
    let surest = shown.iter().filter(|it| !it.opportunities.is_empty()).max_by(|a, b| surer(a, b))?;
    let mut contacts: Vec<_> = shown.iter().filter(|it| !it.opportunities.is_empty()).map(|it| it.contact.clone()).collect();
    contacts.sort();
    Some(Badge {
        tenant: reading.tenant.clone(),
        profile: profile.clone(),
        kind: kind(first, reading.reference),
        status: status(first, reading),
        stage: first.stage.as_ref().map(|id| stage(id, reading.reference)),
        furthest_stage: furthest(&all, reading.reference),
        archive_reason: first.archived.as_ref().and_then(|it| reason(it, reading.reference)),
        recruiter: recruiter(first, reading.reference),
        last_interaction_at: first.last_interaction_at,
        updated_at: first.updated_at,
        archived_at: first.archived.as_ref().and_then(|it| it.at),
        snoozed_until: first.snoozed_until,
        checked_at: reading.checked_at,
        do_not_contact: all.iter().any(|it| !it.contact_consent.permits(reading.now)),
        perhaps_hired: all.iter().filter_map(|it| it.archived.as_ref()).any(|it| is_unlisted(it, reading.reference)),
        contacts,
        opportunities: all.iter().map(|it| line(it, reading)).collect(),
        probability: surest.probability,
        evidence: surest.evidence.to_vec(),
    })
}

fn surer(a: &Matched<'_>, b: &Matched<'_>) -> Ordering {
    a.probability.total_cmp(&b.probability).then_with(|| b.contact.cmp(a.contact))
}

/// Greatest touch first; ties: active first, then the smaller id.
fn most_recent_first(a: &Opportunity, b: &Opportunity, reading: &Reading<'_>) -> Ordering {
    let key = |it: &Opportunity| (Reverse(it.touched()), status(it, reading) != Status::Active);
    key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
}

fn status(it: &Opportunity, reading: &Reading<'_>) -> Status {
    match &it.archived {
        Some(archived) if hired(archived, reading.reference) => Status::Hired,
        Some(_) => Status::Archived,
        None if it.snoozed_until.is_some_and(|end| end > reading.now) => Status::Snoozed,
        None => Status::Active,
    }
}

fn hired(archived: &Archived, reference: &Reference) -> bool {
    let reason = archived.reason.as_ref().and_then(|id| reference.reasons.get(id));
    reason.is_some_and(|it| it.hired)
}

fn is_unlisted(archived: &Archived, reference: &Reference) -> bool {
    archived.reason.as_ref().is_some_and(|id| !reference.reasons.contains_key(id))
}

fn kind(it: &Opportunity, reference: &Reference) -> Kind {
    let pipeline = it.stage.as_ref().and_then(|id| reference.stages.get(id)).and_then(|it| it.pipeline);
    let further = pipeline.is_some_and(|it| it != Pipeline::Lead);
    if it.applied || further { Kind::Applicant } else { Kind::Prospect }
}

fn stage(id: &StageId, reference: &Reference) -> Named<StageId> {
    Named { id: id.clone(), text: reference.stages.get(id).map(|it| it.text.clone()) }
}

fn reason(archived: &Archived, reference: &Reference) -> Option<Named<crate::model::ReasonId>> {
    let id = archived.reason.clone()?;
    let text = reference.reasons.get(&id).map(|it| it.text.clone());
    Some(Named { id, text })
}

/// The greatest by pipeline, then rank; a stage that no list names counts least, and of equals the smaller id is taken.
fn furthest(all: &[&Opportunity], reference: &Reference) -> Option<Staged> {
    let place = |id: &StageId| reference.stages.get(id).map(|it| (it.pipeline, it.rank));
    let further = |a: &&StageId, b: &&StageId| match (place(a), place(b)) {
        (Some((p, r)), Some((q, s))) => p.cmp(&q).then(r.total_cmp(&s)).then_with(|| b.cmp(a)),
        (a_known, b_known) => a_known.is_some().cmp(&b_known.is_some()).then_with(|| b.cmp(a)),
    };
    let id = all.iter().flat_map(|it| it.stage.iter().chain(&it.stages_seen)).max_by(further)?;
    let known = reference.stages.get(id);
    Some(Staged { id: id.clone(), text: known.map(|it| it.text.clone()), pipeline: known.and_then(|it| it.pipeline) })
}

/// The owner; else who moved it last; else who sourced it.
fn recruiter(it: &Opportunity, reference: &Reference) -> Option<Recruiter> {
    let id: &UserId = it.owner.as_ref().or(it.last_mover.as_ref()).or(it.sourced_by.as_ref())?;
    let known = reference.users.get(id);
    Some(Recruiter { id: id.clone(), name: known.map(|it| it.name.clone()), active: known.map(|it| it.active) })
}

fn line(it: &Opportunity, reading: &Reading<'_>) -> BadgeOpportunity {
    let posting = |id: &crate::model::PostingId| Named { id: id.clone(), text: reading.reference.postings.get(id).cloned() };
    BadgeOpportunity {
        id: it.id.clone(),
        url: it.url.as_deref().map(str::to_owned),
        stage: it.stage.as_ref().map(|id| stage(id, reading.reference)),
        status: status(it, reading),
        posting: it.posting.as_ref().map(posting),
        updated_at: it.updated_at,
    }
}
