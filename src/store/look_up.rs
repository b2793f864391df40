//! Badges of some profiles, for a reader who asks often: one snapshot, and nothing is read twice that stands still.

use super::database::{Database, Transaction, all, args, first, json_ids, statement, statements};
use super::row::{Row, Values};
use super::scan::Scan;
use super::{Common, LookUp, Pairing, StoreError, Thing, reading, records, tenants};
use crate::model::{ContactId, Decision, Millis, Opportunity, ProfileId, TenantName};
use std::collections::BTreeSet;
use std::sync::Arc;

statements!("sql/reading.sql": BADGED = "badged", LOOKED_UP = "looked_up");

const SEEN: &str = statement(include_str!("sql/tenant.sql"), "seen");

pub(super) async fn look_up(
    db: &dyn Database,
    tenant: &TenantName,
    ids: &[ProfileId],
    known: Option<Arc<Common>>,
) -> Result<LookUp, StoreError> {
    let list = json_ids(ids.iter().map(ProfileId::as_str).collect::<BTreeSet<_>>())?;
    if let Some(known) = known
        && let Some(mut row) = db.glance(LOOKED_UP, args![tenant, &list, known.profiles_revision]).await?
    {
        let seen = Seen::of(&mut row)?;
        // A publication moves both, or at least the time.
        if (seen.set, seen.checked_at) == (known.set, known.checked_at) {
            return seen.with(known);
        }
    }
    let mut tx = db.reading().await?;
    let common = Arc::new(common(&mut tx, tenant).await?);
    let seen = first(&mut tx, LOOKED_UP, args![tenant, &list, common.profiles_revision], Seen::of).await?;
    seen.ok_or(StoreError::Unknown(Thing::Tenant))?.with(common)
}

async fn common(tx: &mut Box<dyn Transaction>, tenant: &TenantName) -> Result<Common, StoreError> {
    let standing = first(tx, SEEN, args![tenant], |row| Ok((row.maybe_int()?, row.maybe_millis()?))).await?;
    let (set, checked_at) = standing.ok_or(StoreError::Unknown(Thing::Tenant))?;
    let reference = Arc::new(reading::reference(tx, tenant, set.unwrap_or(reading::NO_SET)).await?);
    let profiles_revision = records::last_night(tx, tenant).await?.map_or(0, |it| it.profiles_revision);
    Ok(Common { set, checked_at, reference, profiles_revision })
}

/// What one statement says of where a company stands and of the profiles.
struct Seen {
    set: Option<i64>,
    checked_at: Option<Millis>,
    settings: String,
    told: Option<String>,
    /// None where nobody at all is newer.
    later: Option<String>,
}

impl Seen {
    fn of(row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self {
            set: row.maybe_int()?,
            checked_at: row.maybe_millis()?,
            settings: row.text()?,
            told: row.maybe_text()?,
            later: row.maybe_text()?,
        })
    }

    fn with(self, common: Arc<Common>) -> Result<LookUp, StoreError> {
        let (pairings, questions) = told(self.told.as_deref().unwrap_or("[]"))?;
        let unchecked = serde_json::from_str(self.later.as_deref().unwrap_or("[]")).map_err(|_| StoreError::Damaged)?;
        let archive_reasons = tenants::settings_of(&self.settings)?.archive_reasons;
        Ok(LookUp { common, pairings, questions, unchecked, archive_reasons })
    }
}

/// Pairings, each with its opportunities, in the order of profiles and contacts.
type Found = Vec<(Pairing, Vec<Opportunity>)>;

/// Badges and questions, taken out of their one text: handed over value by value, some two dozen of each opportunity, they take three
/// times as long.
fn told(text: &str) -> Result<(Found, Found), StoreError> {
    let mut found: Found = Scan::of(text, |it| it.list(|it| it.row(pairing_of)))?;
    // A pairing whose opportunities all moved to other contacts shows nothing.
    found.retain(|(_, opportunities)| !opportunities.is_empty());
    found.iter_mut().for_each(|(_, opportunities)| opportunities.sort_unstable_by(|a, b| a.id.cmp(&b.id)));
    found.sort_unstable_by(|(a, _), (b, _)| (&a.profile, &a.contact).cmp(&(&b.profile, &b.contact)));
    Ok(found.into_iter().partition(|(it, _)| it.decision == Decision::Match))
}

/// A decision and what its pairing tells.
fn pairing_of(text: &mut Scan<'_>) -> Result<(Pairing, Vec<Opportunity>), StoreError> {
    let decision = text.word(Decision::parse)?;
    text.row(|it| {
        let (contact, profile, probability): (ContactId, _, _) = (it.id()?, it.id()?, it.real()?);
        let (evidence, waterfall) = reading::evidence_of(it, probability)?;
        let opportunities = it.list(|it| it.row(|it| reading::opportunity_of(contact.clone(), it)))?;
        Ok((Pairing { contact, profile, decision, probability, evidence, waterfall }, opportunities))
    })
}

pub(super) async fn badged(
    db: &dyn Database,
    tenant: &TenantName,
    after: Option<&ProfileId>,
    limit: u32,
) -> Result<Vec<ProfileId>, StoreError> {
    let mut tx = db.reading().await?;
    let set = first(&mut tx, SEEN, args![tenant], Row::maybe_int).await?.ok_or(StoreError::Unknown(Thing::Tenant))?;
    // No id is empty.
    let after = after.map_or("", ProfileId::as_str);
    all(&mut tx, BADGED, args![tenant, set.unwrap_or(reading::NO_SET), after, i64::from(limit)], Row::id::<ProfileId>).await
}
