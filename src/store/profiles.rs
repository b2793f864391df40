//! Profiles: public records by id, in the order in which they changed.

use super::database::{Arg, Database, Insert, Transaction, all, args, first, json_ids, statements};
use super::row::{Row, Values};
use super::{Record, Revised, StoreError, Stored, Upserted, decisions, records};
use crate::model::{Millis, Profile, ProfileId, TenantName};
use std::collections::HashMap;

statements!("sql/profile.sql": DIGESTS = "digests", TAKE_REVISIONS = "take_revisions", PUT = "put", ARRIVING = "arriving", COPY_ARRIVING = "copy_arriving", ARRIVED = "arrived", RECORDS = "records", LATER = "later", AFTER = "after",
    COUNT = "count", REVISION = "revision", LOCK_TENANTS = "lock_tenants", SETS = "sets", LEAVE_OPPORTUNITY = "leave_opportunity", LEAVE_RESUME = "leave_resume", LEAVE_PAIRING = "leave_pairing");

pub(super) async fn put(db: &dyn Database, batch: &[Record], now: Millis) -> Result<Stored, StoreError> {
    let mut tx = db.writing().await?;
    let known = digests(&mut tx, batch.iter().map(|it| &it.id)).await?;
    let mut counts = Upserted::default();
    let mut last: HashMap<&ProfileId, usize> = HashMap::new();
    for (at, record) in batch.iter().enumerate() {
        let digest = last.get(&record.id).map(|it| batch[*it].digest).or_else(|| known.get(&record.id).copied());
        match digest {
            Some(same) if same == record.digest => {
                counts.same += 1;
                continue;
            }
            Some(_) => counts.changed += 1,
            None => counts.added += 1,
        }
        last.insert(&record.id, at);
    }
    let mut written: Vec<usize> = last.into_values().collect();
    written.sort_unstable_by_key(|at| &batch[*at].id);
    let rows = written.iter().map(|at| (batch[*at].id.as_str(), batch[*at].digest, Some(batch[*at].text.as_str()))).collect();
    let before = write(&mut tx, rows, now).await?;
    tx.commit().await?;
    Ok(Stored { counts, written: written.into_iter().zip(before + 1..).collect() })
}

pub(super) async fn remove(db: &dyn Database, ids: &[ProfileId], now: Millis) -> Result<u64, StoreError> {
    let mut tx = db.writing().await?;
    let known = digests(&mut tx, ids).await?;
    let mut names: Vec<&str> = known.keys().map(ProfileId::as_str).collect();
    names.sort_unstable();
    write(&mut tx, names.iter().map(|id| (*id, 0, None)).collect(), now).await?;
    let list = json_ids(names.iter().copied())?;
    // Whoever publishes holds the tenant: what is flipped before this is found below, and what is flipped after it sees the removal.
    tx.execute(LOCK_TENANTS, args![]).await?;
    decisions::forget_profiles(&mut tx, &list).await?;
    for (tenant, run) in all(&mut tx, SETS, args![], |row| Ok((row.text()?, row.int()?))).await? {
        for statement in [LEAVE_OPPORTUNITY, LEAVE_RESUME, LEAVE_PAIRING] {
            tx.execute(statement, args![&tenant, run, &list]).await?;
        }
    }
    tx.commit().await?;
    Ok(names.len() as u64)
}

pub(super) async fn records(db: &dyn Database, ids: &[ProfileId]) -> Result<Vec<Profile>, StoreError> {
    let list = json_ids(ids.iter().map(ProfileId::as_str))?;
    let mut tx = db.reading().await?;
    let found = all(&mut tx, RECORDS, args![&list], |row| Ok((row.id::<ProfileId>()?, record_of(&row.text()?)?))).await?;
    let found: HashMap<ProfileId, Profile> = found.into_iter().collect();
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

pub(super) async fn not_yet_checked(db: &dyn Database, tenant: &TenantName, ids: &[ProfileId]) -> Result<Vec<ProfileId>, StoreError> {
    let list = json_ids(ids.iter().map(ProfileId::as_str))?;
    let mut tx = db.reading().await?;
    let checked = records::last_night(&mut tx, tenant).await?.map_or(0, |it| it.profiles_revision);
    let later = all(&mut tx, LATER, args![&list, checked], Row::id::<ProfileId>).await?;
    Ok(ids.iter().filter(|id| later.contains(id)).cloned().collect())
}

pub(super) async fn after(db: &dyn Database, revision: i64, limit: u32) -> Result<Vec<Revised>, StoreError> {
    let mut tx = db.reading().await?;
    let read = |row: &mut Row| {
        let (revision, id, record) = (row.int()?, row.id()?, row.maybe_text()?);
        Ok(Revised { revision, id, profile: record.as_deref().map(record_of).transpose()? })
    };
    all(&mut tx, AFTER, args![revision, i64::from(limit)], read).await
}

pub(super) async fn count(db: &dyn Database) -> Result<(u64, i64), StoreError> {
    let mut tx = db.reading().await?;
    let found = first(&mut tx, COUNT, args![], |row| Ok((row.int()?, row.int()?))).await?;
    let (count, revision) = found.ok_or(StoreError::Damaged)?;
    Ok((count.unsigned_abs(), revision))
}

pub(super) async fn revision(db: &dyn Database) -> Result<i64, StoreError> {
    let mut tx = db.reading().await?;
    first(&mut tx, REVISION, args![], Row::int).await?.ok_or(StoreError::Damaged)
}

fn record_of(text: &str) -> Result<Profile, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged)
}

async fn digests(tx: &mut Box<dyn Transaction>, ids: impl IntoIterator<Item = &ProfileId>) -> Result<HashMap<ProfileId, i64>, StoreError> {
    let list = json_ids(ids.into_iter().map(ProfileId::as_str))?;
    let found = all(tx, DIGESTS, args![&list], |row| Ok((row.id()?, row.int()?))).await?;
    Ok(found.into_iter().collect())
}

/// Writes rows (id, digest, record) with the next revisions, and returns the revision before them; nothing at all when there are none. A
/// profile that is removed has no record: its row stays, so that the index hears of it.
async fn write(tx: &mut Box<dyn Transaction>, rows: Vec<(&str, i64, Option<&str>)>, now: Millis) -> Result<i64, StoreError> {
    if rows.is_empty() {
        return Ok(0);
    }
    let last = first(tx, TAKE_REVISIONS, args![rows.len() as i64], Row::int).await?.ok_or(StoreError::Damaged)?;
    let before = last - rows.len() as i64;
    let row = |((id, digest, record), revision): (_, i64)| {
        [Arg::from(id), Arg::from(revision), Arg::from(digest), Arg::from(record), Arg::from(now)]
    };
    let rows: Vec<[Arg<'_>; 5]> = rows.into_iter().zip(before + 1..).map(row).collect();
    tx.insert(
        &Insert { statement: PUT, table: ARRIVING, copy: COPY_ARRIVING, copied: ARRIVED },
        &rows.iter().map(<[_; 5]>::as_slice).collect::<Vec<_>>(),
    )
    .await?;
    Ok(before)
}
