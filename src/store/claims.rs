//! A tenant's turn: whose it is, whether its holder lives, and what is written only while it holds.
//!
//! A run's number within its tenant is its fence as well: whoever lost the turn writes nothing more.

use super::database::{Database, Transaction, args, first, json, run_text, statement, statements};
use super::row::{Row, Values};
use super::{Claim, Rival, StoreError, Thing, Wish, owner};
use crate::model::{Millis, Progress, RunKind, RunState, TenantName};

statements!("sql/run.sql": ALIVE = "alive", LOSE = "lose", BEAT = "beat", FENCE = "fence", CANCEL_ASKED = "cancel_asked");

const LOCK: &str = statement(include_str!("sql/tenant.sql"), "lock");

/// How long a claim holds without a beat.
pub(super) const LEASE_MS: i64 = 60_000;
/// A lease that ends later than this was written by a clock that has been set back since.
const ABSURD_MS: i64 = 10 * LEASE_MS;

/// Marks the tenant's live run as lost when its process is gone or its lease ended, and gives its number; [`StoreError::Busy`] when it
/// lives.
pub(super) async fn end_lost(tx: &mut Box<dyn Transaction>, tenant: &TenantName, now: Millis) -> Result<Option<i64>, StoreError> {
    let read = |row: &mut Row| Ok((row.int()?, row.word(RunState::parse)?, row.maybe_text()?, row.maybe_int()?));
    let Some((number, state, owner, lease_until)) = first(tx, ALIVE, args![tenant], read).await? else { return Ok(None) };
    if state == RunState::Queued || !is_dead(owner.as_deref(), lease_until, now) {
        return Err(StoreError::Busy(Rival::Run));
    }
    let lost = lose(tx, (tenant, number), lease_until, now).await?;
    Ok((lost > 0).then_some(number))
}

/// Whether a run at work has lost its process, or its lease ended.
pub(super) fn is_dead(owner: Option<&str>, lease_until: Option<i64>, now: Millis) -> bool {
    let ended = lease_until.is_none_or(|end| end <= now.0 || end > now.0.saturating_add(ABSURD_MS));
    ended || owner.is_some_and(owner::is_gone)
}

/// Marks a run as lost, unless it gave a sign of life since `lease_until` was read. Returns how many were.
pub(super) async fn lose(
    tx: &mut Box<dyn Transaction>,
    (tenant, number): (&TenantName, i64),
    lease_until: Option<i64>,
    now: Millis,
) -> Result<u64, StoreError> {
    tx.execute(LOSE, args![tenant, number, now, lease_until.map(Millis)]).await
}

pub(super) async fn beat(db: &dyn Database, claim: &Claim, progress: Option<&Progress>, now: Millis) -> Result<Wish, StoreError> {
    let progress = progress.map(json).transpose()?;
    let now = db.lease_now(now).await?;
    let mut tx = db.writing().await?;
    let id = run_text(claim.run);
    let args = args![&claim.tenant, claim.fence, &id, now.plus(LEASE_MS), progress.as_deref()];
    let to_stop = first(&mut tx, BEAT, args, Row::flag).await?.ok_or(StoreError::LostClaim)?;
    tx.commit().await?;
    Ok(if to_stop { Wish::Stop } else { Wish::GoOn })
}

/// Begins a write of a run: the claim holds until the transaction ends.
pub(super) async fn fenced(db: &dyn Database, claim: &Claim) -> Result<(Box<dyn Transaction>, RunKind), StoreError> {
    let mut tx = db.writing().await?;
    let kind = fence(&mut tx, claim).await?;
    Ok((tx, kind))
}

pub(super) async fn fence(tx: &mut Box<dyn Transaction>, claim: &Claim) -> Result<RunKind, StoreError> {
    let id = run_text(claim.run);
    let args = args![&claim.tenant, claim.fence, &id];
    first(tx, FENCE, args, |row| row.word(RunKind::parse)).await?.ok_or(StoreError::LostClaim)
}

/// The same before the run's result is kept: nobody may have asked it to stop. Who asks later finds that it has ended.
pub(super) async fn fence_result(tx: &mut Box<dyn Transaction>, claim: &Claim) -> Result<RunKind, StoreError> {
    let kind = fence(tx, claim).await?;
    let asked = first(tx, CANCEL_ASKED, args![&claim.tenant, claim.fence], Row::flag).await?.ok_or(StoreError::LostClaim)?;
    if asked { Err(StoreError::Cancelled) } else { Ok(kind) }
}

/// Waits for other writers of the tenant, and returns the number of its published set.
pub(super) async fn lock(tx: &mut Box<dyn Transaction>, tenant: &TenantName) -> Result<Option<i64>, StoreError> {
    first(tx, LOCK, args![tenant], Row::maybe_int).await?.ok_or(StoreError::Unknown(Thing::Tenant))
}
