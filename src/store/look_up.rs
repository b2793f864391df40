//! Badges of some profiles, for a reader who asks often: one snapshot, and nothing is read twice that stands still.

use super::database::{Cell, Database, Row, Transaction, all, args, first, json_ids, statement, statements};
use super::{Common, LookUp, Pairing, StoreError, reading, runs};
use crate::model::{Decision, Opportunity, ProfileId, TenantName};
use serde_json::Value;
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

/// Badges and questions of these profiles in one set. Their rows come as one JSON text: handed over value by value, some two dozen of each
/// opportunity, they take three times as long.
async fn told_of(tx: &mut Box<dyn Transaction>, tenant: &TenantName, set: i64, list: &str) -> Result<(Found, Found), StoreError> {
    let text = first(tx, TOLD_OF, args![tenant, set, list], Row::maybe_text).await?.flatten();
    let rows: Vec<Vec<Value>> = serde_json::from_str(text.as_deref().unwrap_or("[]")).map_err(|_| StoreError::Damaged)?;
    let mut told = rows.into_iter().map(pair).collect::<Result<Vec<_>, _>>()?;
    told.sort_unstable_by(|(a, x), (b, y)| (&a.profile, &a.contact, &x.id).cmp(&(&b.profile, &b.contact, &y.id)));
    let mut found = Found::with_capacity(told.len());
    for (pairing, opportunity) in told {
        let same = |(last, _): &&mut (Pairing, _)| (&last.profile, &last.contact) == (&pairing.profile, &pairing.contact);
        match found.last_mut().filter(same) {
            Some((_, opportunities)) => opportunities.push(opportunity),
            None => found.push((pairing, vec![opportunity])),
        }
    }
    Ok(found.into_iter().partition(|(it, _)| it.decision == Decision::Match))
}

/// One row of `told_of`: a pairing with one of its opportunities.
fn pair(row: Vec<Value>) -> Result<(Pairing, Opportunity), StoreError> {
    /// Where the probability is, in parts of what is certain: every fraction of ours, from 1/512 on, is so many whole ones.
    const PROBABILITY: usize = 3;
    const CERTAIN: f64 = (1_u64 << 62) as f64;
    let cell = |(at, value)| match value {
        Value::Null => Ok(Cell::Null),
        Value::String(text) => Ok(Cell::Text(text)),
        Value::Number(it) => {
            let whole = it.as_i64().ok_or(StoreError::Damaged)?;
            Ok(if at == PROBABILITY { Cell::Real(whole as f64 / CERTAIN) } else { Cell::Int(whole) })
        }
        _ => Err(StoreError::Damaged),
    };
    let mut row = Row::new(row.into_iter().enumerate().map(cell).collect::<Result<_, _>>()?);
    Ok((reading::pairing_of(&mut row)?, reading::opportunity_of(&mut row)?))
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
