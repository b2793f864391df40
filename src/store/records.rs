//! What is known of runs, whatever became of them.

use super::database::{Database, Transaction, all, args, first, run_text, statement, statements};
use super::row::{Row, Values};
use super::{Changed, Past, StoreError, Thing, owner};
use crate::model::{Change, LeftOut, Outcome, ProfileId, Queued, RunId, RunKind, RunRecord, RunState, Status, Tally, TenantName};

statements!("sql/run.sql": LIST = "list", ONE = "one", LAST_NIGHT = "last_night", NUMBER = "number", CHANGES = "changes",
    CHANGES_AFTER = "changes_after", GRAVEST_CHANGES = "gravest_changes", LEFT_OUT = "left_out");

/// So many items that a run left out are told in a list: all of them can be as many as Lever has. Whole parts are few, and all told.
const LISTED: i64 = 1_000;

const SEEN: &str = statement(include_str!("sql/tenant.sql"), "seen");

pub(super) async fn list(db: &dyn Database, tenant: &TenantName, past: Past) -> Result<Vec<RunRecord>, StoreError> {
    let mut tx = db.reading().await?;
    first(&mut tx, SEEN, args![tenant], |_| Ok(())).await?.ok_or(StoreError::Unknown(Thing::Tenant))?;
    let before = match past.before {
        Some(run) => number(&mut tx, tenant, run).await?.0,
        None => i64::MAX,
    };
    let kind = past.kind.map_or("", RunKind::as_str);
    let found = all(&mut tx, LIST, args![tenant, i64::from(past.limit), before, kind], record_of).await?;
    with_left_out(&mut tx, found, LISTED).await
}

pub(super) async fn one(db: &dyn Database, run: RunId) -> Result<RunRecord, StoreError> {
    let mut tx = db.reading().await?;
    let found = all(&mut tx, ONE, args![&run_text(run)], record_of).await?;
    with_left_out(&mut tx, found, i64::MAX).await?.pop().ok_or(StoreError::Unknown(Thing::Run))
}

pub(super) async fn changes(db: &dyn Database, run: RunId, which: Changed<'_>) -> Result<Vec<Change>, StoreError> {
    let mut tx = db.reading().await?;
    let found = first(&mut tx, ONE, args![&run_text(run)], record_of).await?;
    let (number, record) = found.ok_or(StoreError::Unknown(Thing::Run))?;
    let read = |row: &mut Row| {
        let (profile, outcome) = (row.id()?, row.word(Outcome::parse)?);
        Ok(Change { profile, outcome, before: row.maybe_word(Status::parse)?, after: row.maybe_word(Status::parse)? })
    };
    match which {
        Changed::All => all(&mut tx, CHANGES, args![&record.tenant, number], read).await,
        // No id is empty.
        Changed::After(after, limit) => {
            let after = after.map_or("", ProfileId::as_str);
            all(&mut tx, CHANGES_AFTER, args![&record.tenant, number, after, i64::from(limit)], read).await
        }
        Changed::Gravest(limit) => all(&mut tx, GRAVEST_CHANGES, args![&record.tenant, number, i64::from(limit)], read).await,
    }
}

/// The number and kind of a tenant's run.
pub(super) async fn number(tx: &mut Box<dyn Transaction>, tenant: &TenantName, run: RunId) -> Result<(i64, RunKind), StoreError> {
    let read = |row: &mut Row| Ok((row.int()?, row.word(RunKind::parse)?));
    first(tx, NUMBER, args![tenant, &run_text(run)], read).await?.ok_or(StoreError::Unknown(Thing::Run))
}

fn record_of(row: &mut Row) -> Result<(i64, RunRecord), StoreError> {
    let number = row.int()?;
    let record = RunRecord {
        run: row.id()?,
        tenant: row.id()?,
        kind: row.word(RunKind::parse)?,
        state: row.word(RunState::parse)?,
        tally: serde_json::from_str(&row.text()?).map_err(|_| StoreError::Damaged)?,
        started_at: row.millis()?,
        finished_at: row.maybe_millis()?,
        error: row.maybe_text()?,
        queued: queued_of(row)?,
        progress: row.maybe_text()?.map(|it| serde_json::from_str(&it).map_err(|_| StoreError::Damaged)).transpose()?,
        worker: row.maybe_text()?.as_deref().map(owner::short),
    };
    Ok((number, record))
}

fn queued_of(row: &mut Row) -> Result<Option<Queued>, StoreError> {
    let (queued_at, due_at, slot, attempt) = (row.maybe_millis()?, row.maybe_millis()?, row.maybe_int()?, row.int()?);
    let attempt = u32::try_from(attempt).map_err(|_| StoreError::Damaged)?;
    Ok(queued_at.zip(due_at).map(|(queued_at, due_at)| Queued { queued_at, due_at, scheduled: slot.is_some(), attempt }))
}

/// Gives runs of one tenant, newest first, what they left out, at most so many each.
async fn with_left_out(tx: &mut Box<dyn Transaction>, mut found: Vec<(i64, RunRecord)>, most: i64) -> Result<Vec<RunRecord>, StoreError> {
    let (Some((newest, _)), Some((oldest, record))) = (found.first(), found.last()) else { return Ok(Vec::new()) };
    let args = args![&record.tenant, *oldest, *newest, most];
    let read = |row: &mut Row| Ok((row.int()?, LeftOut { kind: row.text()?, id: row.text()?, reason: row.text()? }));
    for (number, it) in all(tx, LEFT_OUT, args, read).await? {
        if let Ok(at) = found.binary_search_by(|(other, _)| number.cmp(other)) {
            found[at].1.tally.left_out.push(it);
        }
    }
    let counted = |(_, mut record): (i64, RunRecord)| {
        // Programs of before did not count it.
        record.tally.left_out_count = record.tally.left_out_count.max(record.tally.left_out.len() as u64);
        record
    };
    Ok(found.into_iter().map(counted).collect())
}

/// What the last published full run counted.
pub(super) async fn last_night(tx: &mut Box<dyn Transaction>, tenant: &TenantName) -> Result<Option<Tally>, StoreError> {
    let tally = first(tx, LAST_NIGHT, args![tenant], Row::text).await?;
    tally.map(|it| serde_json::from_str(&it).map_err(|_| StoreError::Damaged)).transpose()
}
