//! What keeps many processes in step: times of a schedule that were served, workers and their signs of life, alerts that are to be sent,
//! a Lever key's allowance, and what follows from a backup that was brought back.

use super::database::{Database, Transaction, all, args, first, statements};
use super::row::{Row, Values};
use super::{Alert, EndedRuns, Pending, Slot, StoreError, Worker, owner, queue, records, sweeping};
use crate::model::{Millis, Order, RunId, RunKind, RunState, TenantName};

statements!("sql/schedule.sql": SERVED = "served", SERVE_FIRST = "serve_first", SERVE_NEXT = "serve_next", SEEN = "seen",
    FORGET_WORKERS = "forget_workers", WORKERS = "workers", WAITING = "waiting", ENDED = "ended", UNTOLD = "untold", TELL = "tell", TOLD = "told",
    TAKE_ALLOWANCE = "take_allowance", PAUSE_ALLOWANCE = "pause_allowance", MIN_BINARY = "min_binary", RESTORED_TENANTS = "restored_tenants",
    RESTORED_RUNS = "restored_runs", RESTORED_TOKENS = "restored_tokens", RESTORED_UNTOLD = "restored_untold",
    RESTORED_WORKERS = "restored_workers", RESTORED_ALLOWANCES = "restored_allowances", RESTORED_SCHEDULE = "restored_schedule",
    RESTORED_SESSIONS = "restored_sessions", RESTORED_KEYS = "restored_keys", HOME = "home", SET_HOME = "set_home", FORGET = "forget");

/// A worker that was silent for so long is forgotten.
const FORGOTTEN_MS: i64 = 24 * 3_600_000;
/// A longer pause of an allowance is taken for a clock that was set back.
const LONGEST_PAUSE_MS: i64 = 110_000;
/// When an alert that was not delivered is tried again.
const TRY_AGAIN_MS: i64 = 60_000;

pub(super) async fn served(db: &dyn Database) -> Result<Vec<Slot>, StoreError> {
    let mut tx = db.reading().await?;
    let read = |row: &mut Row| Ok(Slot { tenant: row.id()?, kind: row.word(RunKind::parse)?, served: row.millis()? });
    all(&mut tx, SERVED, args![], read).await
}

pub(super) async fn serve(
    db: &dyn Database,
    slot: &Slot,
    before: Option<Millis>,
    order: Option<(Order, Millis)>,
    now: Millis,
) -> Result<bool, StoreError> {
    let now = db.lease_now(now).await?;
    let mut tx = db.writing().await?;
    let Slot { tenant, kind, served } = slot;
    let won = match before {
        None => tx.execute(SERVE_FIRST, args![tenant, kind.as_str(), *served]).await?,
        Some(before) => tx.execute(SERVE_NEXT, args![tenant, kind.as_str(), *served, before]).await?,
    };
    if won == 0 {
        return Ok(false);
    }
    if let Some((order, time)) = order {
        queue::enqueue(&mut tx, tenant, &queue::Place { order, slot: Some(time) }, now).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Times of another schedule have nothing to do with those that were served: it counts from when it is seen.
pub(super) async fn forget(tx: &mut Box<dyn Transaction>, tenant: &TenantName) -> Result<(), StoreError> {
    tx.execute(FORGET, args![tenant]).await.map(drop)
}

pub(super) async fn seen(db: &dyn Database, worker: &Worker) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    let id = owner::this_process();
    tx.execute(SEEN, args![&id, &worker.version, worker.started_at, worker.seen_at, worker.runs]).await?;
    tx.execute(FORGET_WORKERS, args!["", worker.seen_at.plus(-FORGOTTEN_MS)]).await?;
    tx.commit().await
}

pub(super) async fn gone(db: &dyn Database) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    tx.execute(FORGET_WORKERS, args![&owner::this_process(), i64::MIN]).await?;
    tx.commit().await
}

pub(super) async fn workers(db: &dyn Database) -> Result<Vec<Worker>, StoreError> {
    let mut tx = db.reading().await?;
    let read = |row: &mut Row| {
        let (id, version) = (owner::short(&row.text()?), row.text()?);
        Ok(Worker { id, version, started_at: row.millis()?, seen_at: row.millis()?, runs: row.int()? })
    };
    all(&mut tx, WORKERS, args![], read).await
}

pub(super) async fn pending(db: &dyn Database) -> Result<Pending, StoreError> {
    let mut tx = db.reading().await?;
    let read = |row: &mut Row| Ok(Pending { queued: row.int()?, first_due_at: row.maybe_millis()?, lost: row.int()? });
    first(&mut tx, WAITING, args![], read).await?.ok_or(StoreError::Damaged)
}

pub(super) async fn ended(db: &dyn Database, since: Millis) -> Result<Vec<EndedRuns>, StoreError> {
    let mut tx = db.reading().await?;
    let read = |row: &mut Row| {
        let (kind, state) = (row.word(RunKind::parse)?, row.word(RunState::parse)?);
        let (count, lasted_ms, longest_ms) = (row.int()?, row.int()?, row.int()?);
        Ok(EndedRuns { kind, state, count, lasted_ms, longest_ms, requests: row.int()?, rate_limited: row.int()? })
    };
    all(&mut tx, ENDED, args![since], read).await
}

pub(super) async fn next_alert(db: &dyn Database, now: Millis) -> Result<Option<Alert>, StoreError> {
    let read = |row: &mut Row| Ok((row.id::<TenantName>()?, row.int()?, row.int()?, row.id::<RunId>()?));
    let mut tx = db.writing().await?;
    let Some((tenant, number, tell_at, run)) = first(&mut tx, UNTOLD, args![now], read).await? else { return Ok(None) };
    let again_at = now.plus(TRY_AGAIN_MS);
    let won = tx.execute(TELL, args![&tenant, number, tell_at, again_at]).await?;
    tx.commit().await?;
    if won == 0 {
        return Ok(None);
    }
    Ok(Some(Alert { record: records::one(db, run).await?, number, again_at }))
}

pub(super) async fn told(db: &dyn Database, alert: &Alert) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    tx.execute(TOLD, args![&alert.record.tenant, alert.number, alert.again_at]).await?;
    tx.commit().await
}

/// A bucket as one number: the moment at which it is full again ("theoretical arrival time" of GCRA).
pub(super) async fn take_allowance(db: &dyn Database, account: &str, cost_ms: i64, now: Millis) -> Result<i64, StoreError> {
    let now = db.now(now).await?;
    let mut tx = db.writing().await?;
    let full_at = first(&mut tx, TAKE_ALLOWANCE, args![account, now, cost_ms], Row::int).await?.ok_or(StoreError::Damaged)?;
    tx.commit().await?;
    Ok(full_at - now.0)
}

pub(super) async fn pause_allowance(db: &dyn Database, account: &str, pause_ms: i64, now: Millis) -> Result<(), StoreError> {
    let now = db.now(now).await?;
    let mut tx = db.writing().await?;
    tx.execute(PAUSE_ALLOWANCE, args![account, now, pause_ms.min(LONGEST_PAUSE_MS)]).await?;
    tx.commit().await
}

pub(super) async fn check(db: &dyn Database) -> Result<(), StoreError> {
    check_compatible(db).await?;
    if is_at_home(db).await? { Ok(()) } else { Err(StoreError::Moved) }
}

/// Whether this program may work on the schema by the steps that it knows.
pub(super) async fn check_compatible(db: &dyn Database) -> Result<(), StoreError> {
    let mut tx = db.reading().await?;
    let min = first(&mut tx, MIN_BINARY, args![], Row::int).await?.ok_or(StoreError::Damaged)?;
    if min > db.known() { Err(StoreError::TooNew) } else { Ok(()) }
}

/// Whether the rows were written in this database, and not in one that they were copied from, nor brought back from a dump of it. The
/// first who looks writes down which it is; a program of yesterday writes down the database alone.
pub(super) async fn is_at_home(db: &dyn Database) -> Result<bool, StoreError> {
    let Some((here, table)) = db.home().await? else { return Ok(true) };
    let known = {
        let mut tx = db.reading().await?;
        first(&mut tx, HOME, args![], |row| Ok((row.maybe_text()?, row.maybe_text()?))).await?.ok_or(StoreError::Damaged)?
    };
    match known {
        (Some(home), Some(of)) => Ok(home == here && of == table),
        (Some(home), None) if home != here => Ok(false),
        (_, _) => {
            let mut tx = db.writing().await?;
            tx.execute(SET_HOME, args![&here, &table]).await?;
            tx.commit().await.map(|()| true)
        }
    }
}

pub(super) async fn restored(db: &dyn Database, now: Millis) -> Result<(), StoreError> {
    let home = db.home().await?;
    let mut tx = db.writing().await?;
    for statement in
        [RESTORED_TENANTS, RESTORED_TOKENS, RESTORED_UNTOLD, RESTORED_WORKERS, RESTORED_ALLOWANCES, RESTORED_SESSIONS, RESTORED_KEYS]
    {
        tx.execute(statement, args![]).await?;
    }
    let (home, table) = home.unzip();
    tx.execute(SET_HOME, args![home.as_deref(), table.as_deref()]).await?;
    for statement in [RESTORED_RUNS, RESTORED_SCHEDULE] {
        tx.execute(statement, args![now]).await?;
    }
    tx.commit().await?;
    sweeping::sweep_all(db).await
}
