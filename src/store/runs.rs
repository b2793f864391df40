//! Runs: how they begin and end, and when their rows become what readers see.
//!
//! A run's rows are keyed by its number within the tenant. Readers see the rows of the one number that the tenant points to.

use super::claims::{LEASE_MS, end_lost, fence, fence_result, lock};
use super::database::{Database, Transaction, args, first, json, rows, run_text, statement, statements};
use super::row::{Row, Values};
use super::sweeping::sweep_later;
use super::{Again, Claim, Ending, Rival, StoreError, Thing, decisions, merging, owner, queue};
use crate::model::{Change, LeftOut, Millis, Order, Outcome, Publication, RunId, RunKind, RunState, Status, TenantName};
use serde::Serialize;

statements!("sql/run.sql": START = "start", FINISH = "finish", HELD = "held", SET_STATE = "set_state", SUPERSEDE = "supersede",
    ADD_CHANGES = "add_changes", ADD_LEFT_OUT = "add_left_out", PRUNE_CHANGES = "prune_changes", PRUNE_LEFT_OUT = "prune_left_out",
    PRUNE_RUNS = "prune_runs");

const TENANT: &str = include_str!("sql/tenant.sql");
const NEXT_NUMBER: &str = statement(TENANT, "next_number");
const FLIP: &str = statement(TENANT, "flip");

/// How long what a run changed, and left out, is kept.
const KEPT_MS: i64 = 90 * 24 * 3_600_000;
/// How long the run itself is kept: two years, for whoever compares this year with the last.
const RUN_KEPT_MS: i64 = 2 * 366 * 24 * 3_600_000;

pub(super) async fn start(db: &dyn Database, tenant: &TenantName, order: &Order, now: Millis) -> Result<Claim, StoreError> {
    let now = db.lease_now(now).await?;
    let mut tx = db.writing().await?;
    let fence = first(&mut tx, NEXT_NUMBER, args![tenant], Row::int).await?.ok_or(StoreError::Unknown(Thing::Tenant))?;
    if let Some(lost) = end_lost(&mut tx, tenant, now).await?
        && !does_all(order)
        && queue::again(&mut tx, (tenant, lost), Again::Later, now).await?
    {
        // What a dead run was to do comes first.
        tx.commit().await?;
        return Err(StoreError::Busy(Rival::Run));
    }
    let run = RunId::at(now);
    let (id, owner) = (run_text(run), owner::this_process());
    tx.execute(START, args![tenant, fence, &id, order.kind.as_str(), now, &owner, now.plus(LEASE_MS)]).await.map_err(
        |error| match error {
            StoreError::Duplicate(_) => StoreError::Busy(Rival::Run),
            other => other,
        },
    )?;
    prune(&mut tx, tenant, now).await?;
    tx.commit().await?;
    Ok(Claim { run, tenant: tenant.clone(), fence })
}

/// Whether it does whatever another run was to do.
fn does_all(order: &Order) -> bool {
    order.kind == RunKind::Full && order.publication != Publication::DryRun
}

pub(super) async fn publish(db: &dyn Database, claim: &Claim, ending: &Ending, window_start: Millis) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    let base = lock(&mut tx, &claim.tenant).await?;
    let kind = fence_result(&mut tx, claim).await?;
    finish(&mut tx, claim, &Ending { state: RunState::Published, ..ending.clone() }, Some(window_start)).await?;
    let it = Flip { tenant: &claim.tenant, run: claim.fence, kind, base: base.filter(|_| kind == RunKind::Recent) };
    flip(&mut tx, &it, Some(ending.finished_at), Some(window_start)).await?;
    prune(&mut tx, &claim.tenant, ending.finished_at).await?;
    tx.commit().await?;
    sweep_later(db, &claim.tenant).await;
    Ok(())
}

pub(super) async fn end(db: &dyn Database, claim: &Claim, ending: &Ending, window_start: Option<Millis>) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    lock(&mut tx, &claim.tenant).await?;
    if ending.state == RunState::Held {
        let kind = fence_result(&mut tx, claim).await?;
        tx.execute(SUPERSEDE, args![&claim.tenant, claim.fence, kind.as_str()]).await?;
    } else {
        fence(&mut tx, claim).await?;
    }
    finish(&mut tx, claim, ending, window_start).await?;
    queue::again(&mut tx, (&claim.tenant, claim.fence), ending.again, ending.finished_at).await?;
    prune(&mut tx, &claim.tenant, ending.finished_at).await?;
    tx.commit().await?;
    sweep_later(db, &claim.tenant).await;
    Ok(())
}

pub(super) async fn publish_held(db: &dyn Database, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError> {
    let now = db.lease_now(now).await?;
    let mut tx = db.writing().await?;
    let published = lock(&mut tx, tenant).await?;
    if let Some(lost) = end_lost(&mut tx, tenant, now).await? {
        queue::again(&mut tx, (tenant, lost), Again::Later, now).await?;
    }
    // Whatever recent runs found since it was staged is in it, so it goes as far as they do.
    let read = |row: &mut Row| {
        let (number, kind, finished_at, window_start) = (row.int()?, row.word(RunKind::parse)?, row.maybe_millis()?, row.maybe_millis()?);
        Ok((number, kind, finished_at.max(row.maybe_millis()?), window_start.max(row.maybe_millis()?)))
    };
    let found = first(&mut tx, HELD, args![tenant, &run_text(run)], read).await?;
    let (number, kind, checked_at, window_start) = found.ok_or(StoreError::Unknown(Thing::HeldRun))?;
    tx.execute(SET_STATE, args![tenant, number, RunState::Published.as_str()]).await?;
    let it = Flip { tenant, run: number, kind, base: published.filter(|_| kind == RunKind::Recent) };
    flip(&mut tx, &it, checked_at, window_start).await?;
    prune(&mut tx, tenant, now).await?;
    tx.commit().await?;
    sweep_later(db, tenant).await;
    Ok(())
}

pub(super) async fn drop_held(db: &dyn Database, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    lock(&mut tx, tenant).await?;
    let number = first(&mut tx, HELD, args![tenant, &run_text(run)], Row::int).await?.ok_or(StoreError::Unknown(Thing::HeldRun))?;
    tx.execute(SET_STATE, args![tenant, number, RunState::Cancelled.as_str()]).await?;
    prune(&mut tx, tenant, now).await?;
    tx.commit().await?;
    sweep_later(db, tenant).await;
    Ok(())
}

/// A set of rows about to become what readers see.
struct Flip<'a> {
    tenant: &'a TenantName,
    run: i64,
    kind: RunKind,
    /// The published set that a recent run is merged into.
    base: Option<i64>,
}

async fn flip(
    tx: &mut Box<dyn Transaction>,
    it: &Flip<'_>,
    checked_at: Option<Millis>,
    window_start: Option<Millis>,
) -> Result<(), StoreError> {
    merging::drop_removed_profiles(tx, it.tenant, it.run).await?;
    decisions::apply(tx, it.tenant, it.run).await?;
    if let Some(base) = it.base {
        merging::merge_into_held(tx, it.tenant, (it.run, base)).await?;
        merging::merge(tx, it.tenant, it.run, base).await?;
    }
    tx.execute(FLIP, args![it.tenant, it.base.unwrap_or(it.run), checked_at, window_start]).await?;
    tx.execute(SUPERSEDE, args![it.tenant, it.run, it.kind.as_str()]).await?;
    Ok(())
}

#[derive(Serialize)]
struct ChangeRow<'a> {
    profile: &'a str,
    outcome: Outcome,
    before: Option<Status>,
    after: Option<Status>,
}

impl<'a> ChangeRow<'a> {
    fn of(it: &'a Change) -> Self {
        Self { profile: it.profile.as_str(), outcome: it.outcome, before: it.before, after: it.after }
    }
}

#[derive(Serialize)]
struct LeftOutRow<'a> {
    place: usize,
    #[serde(flatten)]
    it: &'a LeftOut,
}

async fn finish(tx: &mut Box<dyn Transaction>, claim: &Claim, ending: &Ending, window_start: Option<Millis>) -> Result<(), StoreError> {
    let (tenant, run) = (&claim.tenant, claim.fence);
    let mut tally = ending.tally.clone();
    let left_out = std::mem::take(&mut tally.left_out);
    let (tally, error) = (json(&tally)?, ending.error.as_deref());
    tx.execute(FINISH, args![tenant, run, ending.state.as_str(), &tally, error, ending.finished_at, window_start]).await?;
    let changes: Vec<_> = ending.changes.iter().map(ChangeRow::of).collect();
    tx.execute(ADD_CHANGES, args![tenant, run, &rows(&changes)?]).await?;
    let left_out: Vec<_> = left_out.iter().enumerate().map(|(place, it)| LeftOutRow { place, it }).collect();
    tx.execute(ADD_LEFT_OUT, args![tenant, run, &rows(&left_out)?]).await?;
    Ok(())
}

async fn prune(tx: &mut Box<dyn Transaction>, tenant: &TenantName, now: Millis) -> Result<(), StoreError> {
    let before = now.plus(-KEPT_MS);
    tx.execute(PRUNE_CHANGES, args![tenant, before]).await?;
    tx.execute(PRUNE_LEFT_OUT, args![tenant, before]).await?;
    tx.execute(PRUNE_RUNS, args![tenant, now.plus(-RUN_KEPT_MS)]).await?;
    decisions::prune_views(tx, tenant, now).await
}
