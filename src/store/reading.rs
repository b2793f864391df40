//! What readers see, each time in one snapshot.

use super::database::{Database, Transaction, all, args, first, json_ids, statement, statements};
use super::row::{Row, Values};
use super::scan::Scan;
use super::{Pairing, Published, ResumeOutcome, Set, StoreError, Thing, Which, records};
use crate::model::{
    Archived, Consent, ContactId, Decision, Evidence, Feature, FieldIndex, Level, LevelCount, Millis, Opportunity, Pipeline, ProfileId,
    Reason, Reference, ResumeStatus, RunKind, Stage, TenantName, User, Waterfall,
};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

statements!("sql/reading.sql": BADGES = "badges", REVIEWS = "reviews", REVIEW_COUNT = "review_count", PAIRINGS_OF = "pairings_of", PAIRINGS_OF_SET = "pairings_of_set", OPPORTUNITIES = "opportunities", OPPORTUNITIES_OF_SET = "opportunities_of_set", REFERENCE = "reference",
    SHARED = "shared", LEVEL_COUNTS = "level_counts", RESUMES = "resumes");

const SEEN: &str = statement(include_str!("sql/tenant.sql"), "seen");
/// A set that no run has.
pub(super) const NO_SET: i64 = -1;

/// The set to read, and the one under it where a recent run is read.
#[derive(Clone, Copy)]
struct Sets {
    run: i64,
    base: Option<i64>,
}

pub(super) async fn read(db: &dyn Database, tenant: &TenantName, set: Set, which: Which<'_>) -> Result<Published, StoreError> {
    let mut tx = db.reading().await?;
    let seen = first(&mut tx, SEEN, args![tenant], |row| Ok((row.maybe_int()?, row.maybe_millis()?))).await?;
    let (published, checked_at) = seen.ok_or(StoreError::Unknown(Thing::Tenant))?;
    let published = published.unwrap_or(NO_SET);
    let sets = match set {
        Set::Published => Sets { run: published, base: None },
        Set::Staged(run) => match records::number(&mut tx, tenant, run).await? {
            (run, RunKind::Recent) => Sets { run, base: Some(published) },
            (run, RunKind::Full) => Sets { run, base: None },
        },
    };
    let pairings = pairings(&mut tx, tenant, sets, which).await?;
    let pairings = with_opportunities(&mut tx, tenant, sets, pairings).await?;
    let mut reference = reference(&mut tx, tenant, sets.run).await?;
    if reference == Reference::default() {
        reference = self::reference(&mut tx, tenant, sets.base.unwrap_or(NO_SET)).await?;
    }
    Ok(Published { reference: Arc::new(reference), checked_at, pairings })
}

pub(super) async fn shared(db: &dyn Database, tenant: &TenantName) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut tx = db.reading().await?;
    let read = |row: &mut Row| u128::from_str_radix(&row.text()?, 16).map(u128::to_be_bytes).map_err(|_| StoreError::Damaged);
    all(&mut tx, SHARED, args![tenant], read).await
}

pub(super) async fn level_counts(db: &dyn Database, tenant: &TenantName) -> Result<Vec<LevelCount>, StoreError> {
    let mut tx = db.reading().await?;
    let read = |row: &mut Row| {
        let (feature, level) = (row.word(Feature::parse)?, row.word(Level::parse)?);
        let people = u32::try_from(row.int()?).map_err(|_| StoreError::Damaged)?;
        Ok(LevelCount { feature, level, people, shift: row.maybe_real()?.ok_or(StoreError::Damaged)? })
    };
    all(&mut tx, LEVEL_COUNTS, args![tenant], read).await
}

pub(super) async fn resumes(db: &dyn Database, tenant: &TenantName) -> Result<Vec<ResumeOutcome>, StoreError> {
    let mut tx = db.reading().await?;
    all(&mut tx, RESUMES, args![tenant], resume_of).await
}

pub(super) async fn review_count(db: &dyn Database, tenant: &TenantName, now: Millis) -> Result<u64, StoreError> {
    let mut tx = db.reading().await?;
    let found = first(&mut tx, REVIEW_COUNT, args![tenant, now], Row::int).await?;
    Ok(found.unwrap_or_default().unsigned_abs())
}

async fn pairings(tx: &mut Box<dyn Transaction>, tenant: &TenantName, sets: Sets, which: Which<'_>) -> Result<Vec<Pairing>, StoreError> {
    match which {
        Which::Badges => all(tx, BADGES, args![tenant, sets.run, sets.base.unwrap_or(NO_SET)], pairing_of).await,
        Which::Reviews { now, skip, limit } => {
            all(tx, REVIEWS, args![tenant, sets.run, now, i64::from(limit), i64::from(skip)], pairing_of).await
        }
        Which::BadgesOf(profiles) => {
            let mut found = of_profiles(tx, tenant, sets, profiles).await?;
            found.retain(|it| it.decision == Decision::Match);
            Ok(found)
        }
        Which::AllOf(profile) => of_profiles(tx, tenant, sets, std::slice::from_ref(profile)).await,
    }
}

/// Every pairing with one of these profiles.
async fn of_profiles(
    tx: &mut Box<dyn Transaction>,
    tenant: &TenantName,
    sets: Sets,
    profiles: &[ProfileId],
) -> Result<Vec<Pairing>, StoreError> {
    let each_once: BTreeSet<&str> = profiles.iter().map(ProfileId::as_str).collect();
    let list = json_ids(each_once)?;
    match sets.base {
        Some(base) => all(tx, PAIRINGS_OF, args![tenant, sets.run, base, &list], pairing_of).await,
        None => all(tx, PAIRINGS_OF_SET, args![tenant, sets.run, &list], pairing_of).await,
    }
}

/// A pairing whose opportunities all moved to other contacts shows nothing, and is not read.
async fn with_opportunities(
    tx: &mut Box<dyn Transaction>,
    tenant: &TenantName,
    sets: Sets,
    mut pairings: Vec<Pairing>,
) -> Result<Vec<(Pairing, Vec<Opportunity>)>, StoreError> {
    let list = json_ids(pairings.iter().map(|it| it.contact.as_str()))?;
    let mut by_contact: HashMap<ContactId, Vec<Opportunity>> = HashMap::with_capacity(pairings.len());
    let mut take = |mut row: Row| {
        let it = opportunity_of(row.id()?, &mut row)?;
        by_contact.entry(it.contact.clone()).or_default().push(it);
        Ok(())
    };
    match sets.base {
        Some(base) => tx.each(OPPORTUNITIES, args![tenant, sets.run, base, &list], &mut take).await?,
        None => tx.each(OPPORTUNITIES_OF_SET, args![tenant, sets.run, &list], &mut take).await?,
    }
    pairings.sort_unstable_by(|a, b| (&a.profile, &a.contact).cmp(&(&b.profile, &b.contact)));
    let joined = pairings.into_iter().filter_map(|pairing| {
        let mut opportunities = by_contact.remove(&pairing.contact)?;
        opportunities.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        Some((pairing, opportunities))
    });
    Ok(joined.collect())
}

pub(super) async fn reference(tx: &mut Box<dyn Transaction>, tenant: &TenantName, run: i64) -> Result<Reference, StoreError> {
    let mut found = Reference::default();
    let mut take = |mut row: Row| add_reference(&mut found, &mut row);
    tx.each(REFERENCE, args![tenant, run], &mut take).await?;
    Ok(found)
}

fn add_reference(found: &mut Reference, row: &mut Row) -> Result<(), StoreError> {
    let (list, id, text) = (row.text()?, row.text()?, row.text()?);
    let (pipeline, rank, flag) = (row.maybe_word(pipeline_of)?, row.maybe_real()?, row.maybe_flag()? == Some(true));
    let damaged = |_| StoreError::Damaged;
    match list.as_str() {
        "stage" => {
            let rank = rank.ok_or(StoreError::Damaged)?;
            found.stages.insert(id.parse().map_err(damaged)?, Stage { text, pipeline, rank });
        }
        "reason" => {
            found.reasons.insert(id.parse().map_err(damaged)?, Reason { text, hired: flag });
        }
        "user" => {
            found.users.insert(id.parse().map_err(damaged)?, User { name: text, active: flag });
        }
        "posting" => {
            found.postings.insert(id.parse().map_err(damaged)?, text);
        }
        _ => return Err(StoreError::Damaged),
    }
    Ok(())
}

fn pipeline_of(word: &str) -> Option<Pipeline> {
    serde_json::from_value(word.into()).ok()
}

fn pairing_of(row: &mut Row) -> Result<Pairing, StoreError> {
    let (contact, profile, decision, probability) = (row.id()?, row.id()?, row.word(Decision::parse)?, row.real()?);
    let (evidence, waterfall) = Scan::of(&row.text()?, |it| evidence_of(it, probability))?;
    Ok(Pairing { contact, profile, decision, probability, evidence, waterfall })
}

/// What was staged as one text. Rows of older versions hold the levels alone: then all else is one step.
pub(super) fn evidence_of(text: &mut Scan<'_>, probability: f64) -> Result<(Vec<Evidence>, Waterfall), StoreError> {
    if text.sees("[[[") || text.sees("[[]") {
        return text.row(|it| Ok((it.list(level_of)?, it.row(steps_of)?)));
    }
    let evidence = text.list(level_of)?;
    let sum = evidence.iter().map(|it| f64::from(it.bits)).sum();
    let waterfall = Waterfall::of(&evidence, [0.0, sum, sum], probability);
    Ok((evidence, waterfall))
}

fn level_of(text: &mut Scan<'_>) -> Result<Evidence, StoreError> {
    text.row(|it| {
        let (feature, level, bits) = (it.word(Feature::parse)?, it.word(Level::parse)?, it.fraction()?);
        let on = it.maybe_int()?.map(u16::try_from).transpose().map_err(|_| StoreError::Damaged)?;
        Ok(Evidence { feature, level, bits, on: on.map(FieldIndex) })
    })
}

fn steps_of(text: &mut Scan<'_>) -> Result<Waterfall, StoreError> {
    let (start, namesakes, competition, calibration) = (text.fraction()?, text.fraction()?, text.fraction()?, text.fraction()?);
    Ok(Waterfall { start, namesakes, competition, calibration })
}

fn resume_of(row: &mut Row) -> Result<ResumeOutcome, StoreError> {
    let (contact, opportunity, resume): (ContactId, _, _) = (row.id()?, row.id()?, row.maybe_id()?);
    let (status, stamp) = (row.word(ResumeStatus::parse)?, row.int()?);
    let (profile, decision) = (row.maybe_id()?, row.maybe_word(Decision::parse)?);
    let (probability, evidence) = (row.maybe_real()?, row.maybe_text()?);
    let pairing = match (profile, decision, probability, evidence) {
        (Some(profile), Some(decision), Some(probability), Some(evidence)) => {
            let (evidence, waterfall) = Scan::of(&evidence, |it| evidence_of(it, probability))?;
            Some(Pairing { contact: contact.clone(), profile, decision, probability, evidence, waterfall })
        }
        _ => None,
    };
    Ok(ResumeOutcome { contact, opportunity, resume, status, stamp, pairing })
}

/// One of the contact's, of all of its columns but this.
pub(super) fn opportunity_of(contact: ContactId, row: &mut impl Values) -> Result<Opportunity, StoreError> {
    let (id, stage) = (row.id()?, row.maybe_id()?);
    let stages_seen = row.ids()?;
    let (last_mover, owner, sourced_by) = (row.maybe_id()?, row.maybe_id()?, row.maybe_id()?);
    let (archived, reason, at) = (row.flag()?, row.maybe_id()?, row.maybe_millis()?);
    Ok(Opportunity {
        id,
        contact,
        stage,
        stages_seen,
        last_mover,
        owner,
        sourced_by,
        archived: archived.then_some(Archived { reason, at }),
        applied: row.flag()?,
        posting: row.maybe_id()?,
        url: row.maybe(|it| Some(it.into()))?,
        created_at: row.millis()?,
        updated_at: row.maybe_millis()?,
        last_interaction_at: row.maybe_millis()?,
        snoozed_until: row.maybe_millis()?,
        store: consent_of(row)?,
        contact_consent: consent_of(row)?,
        confidential: row.flag()?,
        anonymized: row.flag()?,
    })
}

fn consent_of(row: &mut impl Values) -> Result<Consent, StoreError> {
    Ok(Consent { allowed: row.maybe_flag()?, expires_at: row.maybe_millis()? })
}
