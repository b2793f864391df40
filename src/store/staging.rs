//! What a run stages.

use super::database::{self, Database, Transaction, args, json, json_ids, statements};
use super::{Claim, Pairing, ResumeOutcome, StagedContact, StoreError, claims};
use crate::model::{Consent, ContactId, Decision, LevelCount, Opportunity, Pipeline, Reference, ResumeStatus, RunKind, Waterfall};
use serde::Serialize;

statements!("sql/staging.sql": ADD_REFERENCE = "add_reference", ADD_SHARED = "add_shared", ADD_LEVEL_COUNTS = "add_level_counts",
    ADD_RESTAGED = "add_restaged", ADD_PAIRINGS = "add_pairings", ADD_OPPORTUNITIES = "add_opportunities", ADD_RESUMES = "add_resumes",
    CLEAR_PAIRINGS = "clear_pairings", CLEAR_OPPORTUNITIES = "clear_opportunities", CLEAR_RESUMES = "clear_resumes");

/// Contacts that one transaction stages, so that nobody waits long for the writer.
const CHUNK: usize = 500;
/// Hashes that one transaction stages.
const HASHES: usize = 10_000;

#[derive(Serialize)]
struct ReferenceRow<'a> {
    list: &'static str,
    id: &'a str,
    words: &'a str,
    pipeline: Option<Pipeline>,
    rank: Option<f64>,
    flag: Option<u8>,
}

pub(super) async fn reference(db: &dyn Database, claim: &Claim, reference: &Reference) -> Result<(), StoreError> {
    let plain = |list, id, words| ReferenceRow { list, id, words, pipeline: None, rank: None, flag: None };
    let stages = reference.stages.iter().map(|(id, it)| ReferenceRow {
        pipeline: it.pipeline,
        rank: Some(it.rank),
        ..plain("stage", id.as_str(), &it.text)
    });
    let reasons = reference.reasons.iter().map(|(id, it)| (id, it, it.hired));
    let reasons = reasons.map(|(id, it, flag)| ReferenceRow { flag: Some(u8::from(flag)), ..plain("reason", id.as_str(), &it.text) });
    let users = reference.users.iter();
    let users = users.map(|(id, it)| ReferenceRow { flag: Some(u8::from(it.active)), ..plain("user", id.as_str(), &it.name) });
    let postings = reference.postings.iter().map(|(id, text)| plain("posting", id.as_str(), text));
    let rows: Vec<_> = stages.chain(reasons).chain(users).chain(postings).collect();
    let rows = database::rows(&rows)?;
    let (mut tx, _) = claims::fenced(db, claim).await?;
    tx.execute(ADD_REFERENCE, args![&claim.tenant, claim.fence, &rows]).await?;
    tx.commit().await
}

pub(super) async fn shared(db: &dyn Database, claim: &Claim, hashes: &[[u8; 16]]) -> Result<(), StoreError> {
    for chunk in hashes.chunks(HASHES) {
        let texts: Vec<String> = chunk.iter().map(|it| format!("{:032x}", u128::from_be_bytes(*it))).collect();
        let rows = json_ids(texts.iter().map(String::as_str))?;
        let (mut tx, _) = claims::fenced(db, claim).await?;
        tx.execute(ADD_SHARED, args![&claim.tenant, claim.fence, &rows]).await?;
        tx.commit().await?;
    }
    Ok(())
}

pub(super) async fn level_counts(db: &dyn Database, claim: &Claim, counts: &[LevelCount]) -> Result<(), StoreError> {
    let rows = database::rows(counts)?;
    let (mut tx, _) = claims::fenced(db, claim).await?;
    tx.execute(ADD_LEVEL_COUNTS, args![&claim.tenant, claim.fence, &rows]).await?;
    tx.commit().await
}

pub(super) async fn contacts(db: &dyn Database, claim: &Claim, contacts: &[StagedContact]) -> Result<(), StoreError> {
    for chunk in contacts.chunks(CHUNK) {
        let (mut tx, kind) = claims::fenced(db, claim).await?;
        stage_some(&mut tx, claim, kind, chunk).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A contact that is staged again takes the place of what was staged before, so that a batch can be repeated.
async fn stage_some(tx: &mut Box<dyn Transaction>, claim: &Claim, kind: RunKind, chunk: &[StagedContact]) -> Result<(), StoreError> {
    let (tenant, run) = (&claim.tenant, claim.fence);
    let contacts = json_ids(chunk.iter().map(|it| it.contact.as_str()))?;
    for statement in [CLEAR_PAIRINGS, CLEAR_OPPORTUNITIES, CLEAR_RESUMES] {
        tx.execute(statement, args![tenant, run, &contacts]).await?;
    }
    if kind == RunKind::Recent {
        tx.execute(ADD_RESTAGED, args![tenant, run, &contacts]).await?;
    }
    let pairings = chunk.iter().filter_map(|it| it.pairing.as_ref()).map(PairingRow::of).collect::<Result<Vec<_>, _>>()?;
    let paired = chunk.iter().filter(|it| it.pairing.is_some());
    let opportunities = paired.flat_map(|it| it.opportunities.iter().map(|of| OpportunityRow::of(&it.contact, of)));
    let opportunities = opportunities.collect::<Result<Vec<_>, _>>()?;
    let resumes = chunk.iter().filter_map(|it| it.resume.as_ref()).map(ResumeRow::of).collect::<Result<Vec<_>, _>>()?;
    for (statement, rows, none) in [
        (ADD_OPPORTUNITIES, database::rows(&opportunities)?, opportunities.is_empty()),
        (ADD_PAIRINGS, database::rows(&pairings)?, pairings.is_empty()),
        (ADD_RESUMES, database::rows(&resumes)?, resumes.is_empty()),
    ] {
        if !none {
            tx.execute(statement, args![tenant, run, &rows]).await?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct PairingRow<'a> {
    contact: &'a str,
    profile: &'a str,
    decision: Decision,
    probability: f64,
    evidence: String,
}

impl<'a> PairingRow<'a> {
    fn of(it: &'a Pairing) -> Result<Self, StoreError> {
        Ok(Self {
            contact: it.contact.as_str(),
            profile: it.profile.as_str(),
            decision: it.decision,
            probability: it.probability,
            evidence: evidence_text(it)?,
        })
    }
}

/// Evidence in few bytes, then the other steps to the probability: `[[["name","same",11.5,0],…],[-18.6,0.0,-0.1,0.3]]`.
/// [`super::reading`] takes it apart.
fn evidence_text(pairing: &Pairing) -> Result<String, StoreError> {
    let Waterfall { start, namesakes, competition, calibration } = pairing.waterfall;
    let levels: Vec<_> = pairing.evidence.iter().map(|it| (it.feature, it.level, it.bits, it.on)).collect();
    json(&(levels, [start, namesakes, competition, calibration]))
}

#[derive(Serialize)]
struct ResumeRow<'a> {
    contact: &'a str,
    opportunity: &'a str,
    resume: Option<&'a str>,
    status: ResumeStatus,
    stamp: i64,
    profile: Option<&'a str>,
    decision: Option<Decision>,
    probability: Option<f64>,
    evidence: Option<String>,
}

impl<'a> ResumeRow<'a> {
    fn of(it: &'a ResumeOutcome) -> Result<Self, StoreError> {
        let pairing = it.pairing.as_ref();
        Ok(Self {
            contact: it.contact.as_str(),
            opportunity: it.opportunity.as_str(),
            resume: it.resume.as_ref().map(|it| it.as_str()),
            status: it.status,
            stamp: it.stamp,
            profile: pairing.map(|it| it.profile.as_str()),
            decision: pairing.map(|it| it.decision),
            probability: pairing.map(|it| it.probability),
            evidence: pairing.map(evidence_text).transpose()?,
        })
    }
}

/// One row of the table; what each column is kept for is in the ledger.
#[derive(Serialize)]
struct OpportunityRow<'a> {
    contact: &'a str,
    id: &'a str,
    stage: Option<&'a str>,
    stages_seen: String,
    last_mover: Option<&'a str>,
    owner: Option<&'a str>,
    sourced_by: Option<&'a str>,
    archived: u8,
    archive_reason: Option<&'a str>,
    archived_at: Option<i64>,
    applied: u8,
    posting: Option<&'a str>,
    url: Option<&'a str>,
    created_at: i64,
    updated_at: Option<i64>,
    last_interaction_at: Option<i64>,
    snoozed_until: Option<i64>,
    store_allowed: Option<u8>,
    store_expires_at: Option<i64>,
    contact_allowed: Option<u8>,
    contact_expires_at: Option<i64>,
    confidential: u8,
    anonymized: u8,
}

impl<'a> OpportunityRow<'a> {
    /// The row hangs on the contact that was staged, whatever the opportunity itself says.
    fn of(contact: &'a ContactId, it: &'a Opportunity) -> Result<Self, StoreError> {
        let archived = it.archived.as_ref();
        let consent = |it: &Consent| (it.allowed.map(u8::from), it.expires_at.map(|at| at.0));
        let ((store_allowed, store_expires_at), (contact_allowed, contact_expires_at)) = (consent(&it.store), consent(&it.contact_consent));
        Ok(Self {
            contact: contact.as_str(),
            id: it.id.as_str(),
            stage: it.stage.as_ref().map(|it| it.as_str()),
            stages_seen: json(&it.stages_seen)?,
            last_mover: it.last_mover.as_ref().map(|it| it.as_str()),
            owner: it.owner.as_ref().map(|it| it.as_str()),
            sourced_by: it.sourced_by.as_ref().map(|it| it.as_str()),
            archived: u8::from(archived.is_some()),
            archive_reason: archived.and_then(|it| it.reason.as_ref()).map(|it| it.as_str()),
            archived_at: archived.and_then(|it| it.at).map(|at| at.0),
            applied: u8::from(it.applied),
            posting: it.posting.as_ref().map(|it| it.as_str()),
            url: it.url.as_deref(),
            created_at: it.created_at.0,
            updated_at: it.updated_at.map(|at| at.0),
            last_interaction_at: it.last_interaction_at.map(|at| at.0),
            snoozed_until: it.snoozed_until.map(|at| at.0),
            store_allowed,
            store_expires_at,
            contact_allowed,
            contact_expires_at,
            confidential: u8::from(it.confidential),
            anonymized: u8::from(it.anonymized),
        })
    }
}
