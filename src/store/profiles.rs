//! Profiles: public records by id, in the order in which they changed.

use super::database::{self, Database, Row, Transaction, all, args, first, json, json_ids, statements};
use super::{Revised, StoreError, Upserted, decisions, runs};
use crate::model::{Millis, Profile, ProfileId, TenantName};
use serde::Serialize;
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_64;

statements!("sql/profile.sql": DIGESTS = "digests", TAKE_REVISIONS = "take_revisions", PUT = "put", RECORDS = "records", LATER = "later", AFTER = "after",
    COUNT = "count", LOCK_TENANTS = "lock_tenants", SETS = "sets", LEAVE_OPPORTUNITY = "leave_opportunity", LEAVE_RESUME = "leave_resume", LEAVE_PAIRING = "leave_pairing");

/// What one statement may carry; one profile may be larger.
const STATEMENT_BYTES: usize = 4 << 20;

/// One profile on its way into the table.
#[derive(Serialize)]
struct Written<'a> {
    id: &'a str,
    revision: i64,
    digest: i64,
    /// None for a profile that is removed: the row stays, so that the index hears of it.
    record: Option<String>,
}

pub(super) async fn put(db: &dyn Database, batch: &[Profile], now: Millis) -> Result<Upserted, StoreError> {
    let mut tx = db.writing().await?;
    let mut known = digests(&mut tx, batch.iter().map(|it| &it.id)).await?;
    let mut done = Upserted::default();
    let mut last: HashMap<&str, Written<'_>> = HashMap::new();
    for profile in batch {
        let record = json(profile)?;
        let digest = xxh3_64(record.as_bytes()).cast_signed();
        match known.insert(profile.id.clone(), digest) {
            Some(same) if same == digest => {
                done.same += 1;
                continue;
            }
            Some(_) => done.changed += 1,
            None => done.added += 1,
        }
        let id = profile.id.as_str();
        last.insert(id, Written { id, revision: 0, digest, record: Some(record) });
    }
    write(&mut tx, last.into_values().collect(), now).await?;
    tx.commit().await?;
    Ok(done)
}

pub(super) async fn remove(db: &dyn Database, ids: &[ProfileId], now: Millis) -> Result<u64, StoreError> {
    let mut tx = db.writing().await?;
    let known = digests(&mut tx, ids).await?;
    let gone = |id: &'_ ProfileId| id.as_str().to_owned();
    let names: Vec<String> = known.keys().map(gone).collect();
    let rows = names.iter().map(|id| Written { id, revision: 0, digest: 0, record: None }).collect();
    write(&mut tx, rows, now).await?;
    let list = json_ids(names.iter().map(String::as_str))?;
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
    let checked = runs::last_night(&mut tx, tenant).await?.map_or(0, |it| it.profiles_revision);
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

fn record_of(text: &str) -> Result<Profile, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged)
}

async fn digests(tx: &mut Box<dyn Transaction>, ids: impl IntoIterator<Item = &ProfileId>) -> Result<HashMap<ProfileId, i64>, StoreError> {
    let list = json_ids(ids.into_iter().map(ProfileId::as_str))?;
    let found = all(tx, DIGESTS, args![&list], |row| Ok((row.id()?, row.int()?))).await?;
    Ok(found.into_iter().collect())
}

/// Writes rows with the next revisions; nothing at all when there are none.
async fn write(tx: &mut Box<dyn Transaction>, mut rows: Vec<Written<'_>>, now: Millis) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let last = first(tx, TAKE_REVISIONS, args![rows.len() as i64], Row::int).await?.ok_or(StoreError::Damaged)?;
    let before = last - rows.len() as i64;
    rows.sort_unstable_by_key(|it| it.id);
    for (row, revision) in rows.iter_mut().zip(before + 1..) {
        row.revision = revision;
    }
    let (mut from, mut bytes) = (0, 0);
    for to in 0..rows.len() {
        bytes += rows[to].record.as_ref().map_or(0, String::len);
        if bytes >= STATEMENT_BYTES || to + 1 == rows.len() {
            tx.execute(PUT, args![&database::rows(&rows[from..=to])?, now]).await?;
            (from, bytes) = (to + 1, 0);
        }
    }
    Ok(())
}
