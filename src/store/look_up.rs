//! Badges of some profiles, for a reader who asks often: one snapshot, and nothing is read twice that stands still.

use super::database::{Database, Row, all, args, first, json_ids, statement, statements};
use super::{Common, LookUp, StoreError, reading, runs};
use crate::model::{ProfileId, TenantName};
use std::sync::Arc;

statements!("sql/reading.sql": BADGED = "badged");

const SEEN: &str = statement(include_str!("sql/tenant.sql"), "seen");
const LATER: &str = statement(include_str!("sql/profile.sql"), "later");

pub(super) async fn look_up(
    db: &dyn Database,
    tenant: &TenantName,
    ids: &[ProfileId],
    known: Option<Arc<Common>>,
) -> Result<LookUp, StoreError> {
    let mut tx = db.reading().await?;
    let seen = first(&mut tx, SEEN, args![tenant], |row| Ok((row.maybe_int()?, row.maybe_millis()?))).await?;
    let (set, checked_at) = seen.ok_or(StoreError::Unknown("tenant"))?;
    // A publication moves both, or at least the time.
    let common = match known.filter(|it| it.set == set && it.checked_at == checked_at) {
        Some(known) => known,
        None => {
            let reference = reading::reference(&mut tx, tenant, set.unwrap_or(reading::NO_SET)).await?;
            let profiles_revision = runs::last_night(&mut tx, tenant).await?.map_or(0, |it| it.profiles_revision);
            Arc::new(Common { set, checked_at, reference: Arc::new(reference), profiles_revision })
        }
    };
    let (pairings, questions) = reading::told_of(&mut tx, tenant, set, ids).await?;
    let list = json_ids(ids.iter().map(ProfileId::as_str))?;
    let unchecked = all(&mut tx, LATER, args![&list, common.profiles_revision], Row::id::<ProfileId>).await?;
    Ok(LookUp { common, pairings, questions, unchecked })
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
