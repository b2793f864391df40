//! Runs: whose turn it is, how they ended, and what becomes of their rows.
//!
//! A run's rows are keyed by its number within the tenant, which is also its fence. Readers see the rows of the one number that
//! the tenant points to, so rows of any other run are invisible garbage until [`sweep`] takes them, however the run ended.

use super::database::{Database, Transaction, all, args, first, json, rows, run_text, statement, statements};
use super::row::{Row, Values};
use super::{Changed, Claim, Ending, Past, StoreError, Wish, decisions, owner, queue, staging};
use crate::model::{
    Change, LeftOut, Millis, Outcome, ProfileId, Progress, Queued, RunId, RunKind, RunRecord, RunState, Status, Tally, TenantName,
};
use serde::Serialize;

statements!("sql/run.sql": ALIVE = "alive", START = "start", LOSE = "lose", BEAT = "beat", FENCE = "fence", FINISH = "finish",
    HELD = "held", SET_STATE = "set_state", SUPERSEDE = "supersede", GARBAGE = "garbage", SWEPT = "swept",
    SWEEP_OPPORTUNITY = "sweep_opportunity", SWEEP_PAIRING = "sweep_pairing", SWEEP_RESUME = "sweep_resume",
    SWEEP_RESTAGED = "sweep_restaged", SWEEP_SHARED = "sweep_shared", SWEEP_LEVEL_COUNT = "sweep_level_count", SWEEP_REFERENCE = "sweep_reference",
    ADD_CHANGES = "add_changes", ADD_LEFT_OUT = "add_left_out", PRUNE_CHANGES = "prune_changes", PRUNE_LEFT_OUT = "prune_left_out",
    PRUNE_RUNS = "prune_runs",
    CANCEL_ASKED = "cancel_asked", LIST = "list", ONE = "one", LAST_NIGHT = "last_night", NUMBER = "number", CHANGES = "changes", CHANGES_AFTER = "changes_after", GRAVEST_CHANGES = "gravest_changes", LEFT_OUT = "left_out");

const TENANT: &str = include_str!("sql/tenant.sql");
const LOCK: &str = statement(TENANT, "lock");
const NEXT_NUMBER: &str = statement(TENANT, "next_number");
const FLIP: &str = statement(TENANT, "flip");
const SEEN: &str = statement(TENANT, "seen");

/// How long a claim holds without a beat.
pub(super) const LEASE_MS: i64 = 60_000;
/// A lease that ends later than this was written by a clock that has been set back since.
const ABSURD_MS: i64 = 10 * LEASE_MS;
/// How long what a run changed, and left out, is kept.
const KEPT_MS: i64 = 90 * 24 * 3_600_000;
/// How long the run itself is kept: two years, for whoever compares this year with the last.
const RUN_KEPT_MS: i64 = 2 * 366 * 24 * 3_600_000;
/// Contacts that one sweeping transaction takes, so that nobody waits long for the writer.
const SWEEP_CHUNK: i64 = 2_000;

pub(super) async fn start(db: &dyn Database, tenant: &TenantName, kind: RunKind, now: Millis) -> Result<Claim, StoreError> {
    let now = db.lease_now(now).await?;
    let mut tx = db.writing().await?;
    let fence = first(&mut tx, NEXT_NUMBER, args![tenant], Row::int).await?.ok_or(StoreError::Unknown("tenant"))?;
    end_lost(&mut tx, tenant, now).await?;
    let run = RunId::at(now);
    let (id, owner) = (run_text(run), owner::this_process());
    tx.execute(START, args![tenant, fence, &id, kind.as_str(), now, &owner, now.plus(LEASE_MS)]).await.map_err(|error| match error {
        StoreError::Duplicate(_) => StoreError::Busy("run"),
        other => other,
    })?;
    prune(&mut tx, tenant, now).await?;
    tx.commit().await?;
    Ok(Claim { run, tenant: tenant.clone(), fence })
}

/// Marks the tenant's live run as lost when its process is gone or its lease ended, and gives its number; [`StoreError::Busy`] when it
/// lives.
pub(super) async fn end_lost(tx: &mut Box<dyn Transaction>, tenant: &TenantName, now: Millis) -> Result<Option<i64>, StoreError> {
    let read = |row: &mut Row| Ok((row.int()?, row.word(RunState::parse)?, row.maybe_text()?, row.maybe_int()?));
    let Some((number, state, owner, lease_until)) = first(tx, ALIVE, args![tenant], read).await? else { return Ok(None) };
    if state == RunState::Queued || !is_dead(owner.as_deref(), lease_until, now) {
        return Err(StoreError::Busy("run"));
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

/// What the last published full run counted.
pub(super) async fn last_night(tx: &mut Box<dyn Transaction>, tenant: &TenantName) -> Result<Option<Tally>, StoreError> {
    let tally = first(tx, LAST_NIGHT, args![tenant], Row::text).await?;
    tally.map(|it| serde_json::from_str(&it).map_err(|_| StoreError::Damaged)).transpose()
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

async fn fence(tx: &mut Box<dyn Transaction>, claim: &Claim) -> Result<RunKind, StoreError> {
    let id = run_text(claim.run);
    let args = args![&claim.tenant, claim.fence, &id];
    first(tx, FENCE, args, |row| row.word(RunKind::parse)).await?.ok_or(StoreError::LostClaim)
}

/// The same before the run's result is kept: nobody may have asked it to stop. Who asks later finds that it has ended.
async fn fence_result(tx: &mut Box<dyn Transaction>, claim: &Claim) -> Result<RunKind, StoreError> {
    let kind = fence(tx, claim).await?;
    let asked = first(tx, CANCEL_ASKED, args![&claim.tenant, claim.fence], Row::flag).await?.ok_or(StoreError::LostClaim)?;
    if asked { Err(StoreError::Cancelled) } else { Ok(kind) }
}

/// Waits for other writers of the tenant, and returns the number of its published set.
pub(super) async fn lock(tx: &mut Box<dyn Transaction>, tenant: &TenantName) -> Result<Option<i64>, StoreError> {
    first(tx, LOCK, args![tenant], Row::maybe_int).await?.ok_or(StoreError::Unknown("tenant"))
}

pub(super) async fn publish(db: &dyn Database, claim: &Claim, ending: &Ending, window_start: Millis) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    let base = lock(&mut tx, &claim.tenant).await?;
    let kind = fence_result(&mut tx, claim).await?;
    finish(&mut tx, claim, &Ending { state: RunState::Published, ..ending.clone() }, Some(window_start)).await?;
    let it = Flip { tenant: &claim.tenant, run: claim.fence, base: base.filter(|_| kind == RunKind::Recent) };
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
        fence_result(&mut tx, claim).await?;
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
    end_lost(&mut tx, tenant, now).await?;
    let read = |row: &mut Row| Ok((row.int()?, row.word(RunKind::parse)?, row.maybe_millis()?, row.maybe_millis()?));
    let found = first(&mut tx, HELD, args![tenant, &run_text(run)], read).await?;
    let (number, kind, finished_at, window_start) = found.ok_or(StoreError::Unknown("held run"))?;
    tx.execute(SET_STATE, args![tenant, number, RunState::Published.as_str()]).await?;
    let it = Flip { tenant, run: number, base: published.filter(|_| kind == RunKind::Recent) };
    flip(&mut tx, &it, finished_at, window_start).await?;
    prune(&mut tx, tenant, now).await?;
    tx.commit().await?;
    sweep_later(db, tenant).await;
    Ok(())
}

pub(super) async fn drop_held(db: &dyn Database, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    lock(&mut tx, tenant).await?;
    let number = first(&mut tx, HELD, args![tenant, &run_text(run)], Row::int).await?.ok_or(StoreError::Unknown("held run"))?;
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
    /// The published set that a recent run is merged into.
    base: Option<i64>,
}

async fn flip(
    tx: &mut Box<dyn Transaction>,
    it: &Flip<'_>,
    checked_at: Option<Millis>,
    window_start: Option<Millis>,
) -> Result<(), StoreError> {
    staging::drop_removed_profiles(tx, it.tenant, it.run).await?;
    decisions::apply(tx, it.tenant, it.run).await?;
    if let Some(base) = it.base {
        staging::merge(tx, it.tenant, it.run, base).await?;
    }
    tx.execute(FLIP, args![it.tenant, it.base.unwrap_or(it.run), checked_at, window_start]).await?;
    tx.execute(SUPERSEDE, args![it.tenant, it.run]).await?;
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
    decisions::prune_views(tx, tenant, before).await
}

/// Drops, in small transactions, the rows of every run that nobody can read any more.
pub(super) async fn sweep(db: &dyn Database, tenant: &TenantName) -> Result<(), StoreError> {
    let garbage = {
        let mut tx = db.reading().await?;
        all(&mut tx, GARBAGE, args![tenant], Row::int).await?
    };
    for run in garbage {
        for statement in [SWEEP_PAIRING, SWEEP_OPPORTUNITY, SWEEP_RESUME, SWEEP_RESTAGED, SWEEP_SHARED, SWEEP_LEVEL_COUNT, SWEEP_REFERENCE]
        {
            while sweep_some(db, statement, tenant, run).await? > 0 {}
        }
        let mut tx = db.writing().await?;
        tx.execute(SWEPT, args![tenant, run]).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The same for all tenants.
pub(super) async fn sweep_all(db: &dyn Database) -> Result<(), StoreError> {
    for tenant in super::tenants::every(db).await? {
        sweep(db, &tenant.name).await?;
    }
    Ok(())
}

async fn sweep_some(db: &dyn Database, statement: &'static str, tenant: &TenantName, run: i64) -> Result<u64, StoreError> {
    let mut tx = db.writing().await?;
    let gone = tx.execute(statement, args![tenant, run, SWEEP_CHUNK]).await?;
    tx.commit().await?;
    Ok(gone)
}

/// Sweeps beside what has been done well: what fails here is swept by the next run, and changes nothing that readers see.
pub(super) async fn sweep_later(db: &dyn Database, tenant: &TenantName) {
    if let Err(error) = sweep(db, tenant).await {
        tracing::warn!(%tenant, %error, "old rows stay until the next run");
    }
}

pub(super) async fn list(db: &dyn Database, tenant: &TenantName, past: Past) -> Result<Vec<RunRecord>, StoreError> {
    let mut tx = db.reading().await?;
    first(&mut tx, SEEN, args![tenant], |_| Ok(())).await?.ok_or(StoreError::Unknown("tenant"))?;
    let before = match past.before {
        Some(run) => number(&mut tx, tenant, run).await?.0,
        None => i64::MAX,
    };
    let kind = past.kind.map_or("", RunKind::as_str);
    let found = all(&mut tx, LIST, args![tenant, i64::from(past.limit), before, kind], record_of).await?;
    with_left_out(&mut tx, found).await
}

pub(super) async fn one(db: &dyn Database, run: RunId) -> Result<RunRecord, StoreError> {
    let mut tx = db.reading().await?;
    let found = all(&mut tx, ONE, args![&run_text(run)], record_of).await?;
    with_left_out(&mut tx, found).await?.pop().ok_or(StoreError::Unknown("run"))
}

pub(super) async fn changes(db: &dyn Database, run: RunId, which: Changed<'_>) -> Result<Vec<Change>, StoreError> {
    let mut tx = db.reading().await?;
    let found = first(&mut tx, ONE, args![&run_text(run)], record_of).await?;
    let (number, record) = found.ok_or(StoreError::Unknown("run"))?;
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
    first(tx, NUMBER, args![tenant, &run_text(run)], read).await?.ok_or(StoreError::Unknown("run"))
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

/// Gives runs of one tenant, newest first, what they left out.
async fn with_left_out(tx: &mut Box<dyn Transaction>, mut found: Vec<(i64, RunRecord)>) -> Result<Vec<RunRecord>, StoreError> {
    let (Some((newest, _)), Some((oldest, record))) = (found.first(), found.last()) else { return Ok(Vec::new()) };
    let args = args![&record.tenant, *oldest, *newest];
    let read = |row: &mut Row| Ok((row.int()?, LeftOut { kind: row.text()?, id: row.text()?, reason: row.text()? }));
    for (number, it) in all(tx, LEFT_OUT, args, read).await? {
        if let Ok(at) = found.binary_search_by(|(other, _)| number.cmp(other)) {
            found[at].1.tally.left_out.push(it);
        }
    }
    Ok(found.into_iter().map(|(_, record)| record).collect())
}
