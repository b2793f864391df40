//! Badges of some profiles, for a reader who asks often: one snapshot, and nothing is read twice that stands still.

use super::database::{Database, Row, Transaction, all, args, first, json_ids, statement, statements};
use super::{Common, LookUp, Pairing, StoreError, reading, runs};
use crate::model::{
    Archived, Consent, ContactId, Decision, Millis, Opportunity, OpportunityId, PostingId, ProfileId, ReasonId, StageId, TenantName, UserId,
};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

statements!("sql/reading.sql": BADGED = "badged", STANDING = "standing", TOLD_OF = "told_of");

const SEEN: &str = statement(include_str!("sql/tenant.sql"), "seen");
const LATER: &str = statement(include_str!("sql/profile.sql"), "later");

pub(super) async fn look_up(
    db: &dyn Database,
    tenant: &TenantName,
    ids: &[ProfileId],
    known: Option<Arc<Common>>,
) -> Result<LookUp, StoreError> {
    let mut tx = db.reading().await?;
    let standing = first(&mut tx, STANDING, args![tenant], |row| Ok((row.maybe_int()?, row.maybe_millis()?, row.int()?))).await?;
    let (set, checked_at, revision) = standing.ok_or(StoreError::Unknown("tenant"))?;
    // A publication moves both, or at least the time.
    let common = match known.filter(|it| it.set == set && it.checked_at == checked_at) {
        Some(known) => known,
        None => {
            let reference = reading::reference(&mut tx, tenant, set.unwrap_or(reading::NO_SET)).await?;
            let profiles_revision = runs::last_night(&mut tx, tenant).await?.map_or(0, |it| it.profiles_revision);
            Arc::new(Common { set, checked_at, reference: Arc::new(reference), profiles_revision })
        }
    };
    let list = json_ids(ids.iter().map(ProfileId::as_str).collect::<BTreeSet<_>>())?;
    let (pairings, questions) = match set {
        Some(set) => told_of(&mut tx, tenant, set, &list).await?,
        None => Default::default(),
    };
    // Between two imports nobody is newer: then not one profile has to be read.
    let unchecked = match common.profiles_revision {
        checked if revision <= checked => Vec::new(),
        checked => all(&mut tx, LATER, args![&list, checked], Row::id).await?,
    };
    Ok(LookUp { common, pairings, questions, unchecked })
}

/// Pairings, each with its opportunities, in the order of profiles and contacts.
type Found = Vec<(Pairing, Vec<Opportunity>)>;

/// Badges and questions of these profiles in one set. They come as one JSON text: handed over value by value, some two dozen of each
/// opportunity, they take three times as long.
async fn told_of(tx: &mut Box<dyn Transaction>, tenant: &TenantName, set: i64, list: &str) -> Result<(Found, Found), StoreError> {
    let text = first(tx, TOLD_OF, args![tenant, set, list], Row::maybe_text).await?.flatten();
    let text = text.as_deref().unwrap_or("[]");
    let mut told: Vec<Told<'_>> = serde_json::from_str(text).map_err(|_| StoreError::Damaged)?;
    told.sort_unstable_by(|a, b| (&a.profile, &a.contact, &a.id).cmp(&(&b.profile, &b.contact, &b.id)));
    let mut found = Found::with_capacity(told.len());
    for it in told {
        let same = |(last, _): &&mut (Pairing, _)| (&last.profile, &last.contact) == (&it.profile, &it.contact);
        match found.last_mut().filter(same) {
            Some((_, opportunities)) => opportunities.push(it.opportunity()?),
            None => found.push((it.pairing()?, vec![it.opportunity()?])),
        }
    }
    Ok(found.into_iter().partition(|(it, _)| it.decision == Decision::Match))
}

/// A pairing with one of its opportunities: the columns of `told_of`, in their order. Flags are 0 and 1, moments milliseconds, the
/// probability in parts of [`CERTAIN`].
#[derive(Deserialize)]
struct Told<'a> {
    profile: ProfileId,
    contact: ContactId,
    decision: Decision,
    probability: u64,
    #[serde(borrow)]
    evidence: Cow<'a, str>,
    id: OpportunityId,
    stage: Option<StageId>,
    stages_seen: Cow<'a, str>,
    last_mover: Option<UserId>,
    owner: Option<UserId>,
    sourced_by: Option<UserId>,
    archived: u8,
    archive_reason: Option<ReasonId>,
    archived_at: Option<i64>,
    applied: u8,
    posting: Option<PostingId>,
    url: Option<Box<str>>,
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

/// The probability of what is certain. Every fraction of ours, from 1/512 on, is so many whole parts of it.
const CERTAIN: f64 = (1_u64 << 62) as f64;

impl Told<'_> {
    fn pairing(&self) -> Result<Pairing, StoreError> {
        let probability = self.probability as f64 / CERTAIN;
        let (evidence, waterfall) = reading::evidence_of(&self.evidence, probability)?;
        let (contact, profile) = (self.contact.clone(), self.profile.clone());
        Ok(Pairing { contact, profile, decision: self.decision, probability, evidence, waterfall })
    }

    fn opportunity(self) -> Result<Opportunity, StoreError> {
        let consent = |allowed: Option<u8>, end: Option<i64>| Consent { allowed: allowed.map(|it| it != 0), expires_at: end.map(Millis) };
        let ended = Archived { reason: self.archive_reason, at: self.archived_at.map(Millis) };
        Ok(Opportunity {
            id: self.id,
            contact: self.contact,
            stage: self.stage,
            stages_seen: serde_json::from_str(&self.stages_seen).map_err(|_| StoreError::Damaged)?,
            last_mover: self.last_mover,
            owner: self.owner,
            sourced_by: self.sourced_by,
            archived: (self.archived != 0).then_some(ended),
            applied: self.applied != 0,
            posting: self.posting,
            url: self.url,
            created_at: Millis(self.created_at),
            updated_at: self.updated_at.map(Millis),
            last_interaction_at: self.last_interaction_at.map(Millis),
            snoozed_until: self.snoozed_until.map(Millis),
            store: consent(self.store_allowed, self.store_expires_at),
            contact_consent: consent(self.contact_allowed, self.contact_expires_at),
            confidential: self.confidential != 0,
            anonymized: self.anonymized != 0,
        })
    }
}

pub(super) async fn badged(
    db: &dyn Database,
    tenant: &TenantName,
    after: Option<&ProfileId>,
    limit: u32,
) -> Result<Vec<ProfileId>, StoreError> {
    let mut tx = db.reading().await?;
    let set = first(&mut tx, SEEN, args![tenant], Row::maybe_int).await?.ok_or(StoreError::Unknown("tenant"))?;
    // No id is empty.
    let after = after.map_or("", ProfileId::as_str);
    all(&mut tx, BADGED, args![tenant, set.unwrap_or(reading::NO_SET), after, i64::from(limit)], Row::id::<ProfileId>).await
}
