//! Runs that wait for their turn: queued, claimed by whoever is free, begun again when they were lost, cancelled.
//!
//! One live run a tenant is a fact of the database, so a queue is never longer than there are tenants. A queued run has its number,
//! and with it its fence, from the start; a claim makes it running, and it is never queued again: its successor is a run of its own.

use super::claims::{self, LEASE_MS};
use super::database::{Database, Transaction, all, args, first, json_ids, run_text, statement, statements};
use super::row::{Row, Values};
use super::{Again, Claim, Claimed, Rival, Slot, StoreError, Thing, owner};
use crate::model::{Millis, Order, Publication, ResumePolicy, RunId, RunKind, TenantName};

statements!("sql/queue.sql": ENQUEUE = "enqueue", AGAIN = "again", SILENCE = "silence", ATTEMPT = "attempt", WAITING = "waiting",
    PROMOTE = "promote", CLAIM = "claim", ALIVE = "alive", AT_WORK = "at_work", CANCEL_QUEUED = "cancel_queued", ASK_TO_STOP = "ask_to_stop",
    GIVE_UP = "give_up", LATE_ONCE = "late_once", TELL_OF_THE_LIVE = "tell_of_the_live");

const TENANT: &str = include_str!("sql/tenant.sql");
const NEXT_NUMBER: &str = statement(TENANT, "next_number");

/// A run that has not begun so long after it was due is late.
const LATE_MS: i64 = 3_600_000;
/// How often a run is begun before it is left to a person.
const ATTEMPTS: i64 = 20;
/// The pause before the second attempt; it doubles with each, up to the longest.
const PAUSE_MS: i64 = 2_000;
const LONGEST_PAUSE_MS: i64 = 900_000;

/// A place in the queue that is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) order: Order,
    /// The time of the schedule that is served.
    pub(super) slot: Option<Millis>,
}

pub(super) async fn queue(db: &dyn Database, tenant: &TenantName, order: &Order, now: Millis) -> Result<RunId, StoreError> {
    let now = db.lease_now(now).await?;
    let mut tx = db.writing().await?;
    let run = match enqueue(&mut tx, tenant, &Place { order: *order, slot: None }, now).await {
        Err(StoreError::Busy(Rival::Run)) => promote(&mut tx, tenant, order, now).await?.ok_or(StoreError::Busy(Rival::Run))?,
        queued => queued?,
    };
    tx.commit().await?;
    Ok(run)
}

/// What a person asks for takes the place of what a schedule asked for and has not begun, if it does as much.
async fn promote(tx: &mut Box<dyn Transaction>, tenant: &TenantName, order: &Order, now: Millis) -> Result<Option<RunId>, StoreError> {
    let Order { kind, resumes, publication } = order;
    if *publication == Publication::DryRun {
        return Ok(None);
    }
    first(tx, PROMOTE, args![tenant, kind.as_str(), resumes.as_str(), publication.as_str(), now], Row::id::<RunId>).await
}

/// Queues a run in a transaction of the caller, now by the shared clock; [`StoreError::Busy`] when one is alive.
pub(super) async fn enqueue(tx: &mut Box<dyn Transaction>, tenant: &TenantName, place: &Place, now: Millis) -> Result<RunId, StoreError> {
    let number = first(tx, NEXT_NUMBER, args![tenant], Row::int).await?.ok_or(StoreError::Unknown(Thing::Tenant))?;
    if let Some(lost) = claims::end_lost(tx, tenant, now).await?
        && again(tx, (tenant, lost), Again::Later, now).await?
    {
        // What a dead run was to do comes first: whoever ends the dead queues it again.
        return Err(StoreError::Busy(Rival::Run));
    }
    let run = RunId::at(now);
    let Order { kind, resumes, publication } = place.order;
    let (id, due) = (run_text(run), now);
    let late = due.plus(LATE_MS);
    let args = args![tenant, number, &id, kind.as_str(), now, due, place.slot, resumes.as_str(), publication.as_str(), late];
    tx.execute(ENQUEUE, args).await?;
    Ok(run)
}

/// Queues a run anew that ended before its end, in the transaction that ended it. Nothing happens to one that a person began, or
/// wants stopped, or that was begun too often: then the answer is no.
pub(super) async fn again(tx: &mut Box<dyn Transaction>, of: (&TenantName, i64), when: Again, now: Millis) -> Result<bool, StoreError> {
    let (tenant, number) = of;
    let Some(attempt) = first(tx, ATTEMPT, args![tenant, number], Row::int).await? else { return Ok(false) };
    let (attempt, due) = match when {
        Again::No => return Ok(false),
        Again::AtOnce => (attempt, now),
        Again::Later if attempt >= ATTEMPTS => return Ok(false),
        Again::Once if attempt > 1 => return Ok(false),
        Again::Once => (attempt + 1, now.plus(PAUSE_MS)),
        Again::Later => (attempt + 1, now.plus((PAUSE_MS << (attempt - 1).min(20)).min(LONGEST_PAUSE_MS))),
    };
    let next = first(tx, NEXT_NUMBER, args![tenant], Row::int).await?.ok_or(StoreError::Damaged)?;
    let id = run_text(RunId::at(now));
    tx.execute(AGAIN, args![tenant, number, next, &id, now, due, LATE_MS, attempt]).await?;
    if when != Again::Once {
        tx.execute(SILENCE, args![tenant, number]).await?;
    }
    Ok(true)
}

pub(super) async fn claim(db: &dyn Database, longest_ms: i64, at_rest: &[TenantName], now: Millis) -> Result<Option<Claimed>, StoreError> {
    let now = db.lease_now(now).await?;
    let at_rest = json_ids(at_rest.iter().map(TenantName::as_str))?;
    let waiting = {
        let mut tx = db.reading().await?;
        all(&mut tx, WAITING, args![now, longest_ms, &at_rest], |row| Ok((row.id::<TenantName>()?, row.int()?))).await?
    };
    for (tenant, number) in waiting {
        match claim_one(db, &tenant, number, now).await {
            Ok(None) => {}
            // Somebody stands still over this one: the next is as good.
            Err(StoreError::Busy(_)) => tracing::warn!(%tenant, "a run that waits cannot be claimed now"),
            claimed => return claimed,
        }
    }
    Ok(None)
}

/// None when another process was quicker.
async fn claim_one(db: &dyn Database, tenant: &TenantName, fence: i64, now: Millis) -> Result<Option<Claimed>, StoreError> {
    let mut tx = db.writing().await?;
    let owner = owner::this_process();
    let read = |row: &mut Row| {
        let (run, kind) = (row.id()?, row.word(RunKind::parse)?);
        let (resumes, publication) = (row.word(ResumePolicy::parse)?, row.word(Publication::parse)?);
        Ok((run, Order { kind, resumes, publication }))
    };
    let found = first(&mut tx, CLAIM, args![tenant, fence, now, &owner, now.plus(LEASE_MS)], read).await?;
    tx.commit().await?;
    Ok(found.map(|(run, order)| Claimed { claim: Claim { run, tenant: tenant.clone(), fence }, order }))
}

pub(super) async fn alive(db: &dyn Database) -> Result<Vec<TenantName>, StoreError> {
    let mut tx = db.reading().await?;
    all(&mut tx, ALIVE, args![], Row::id::<TenantName>).await
}

pub(super) async fn end_dead(db: &dyn Database, now: Millis) -> Result<u64, StoreError> {
    let now = db.lease_now(now).await?;
    let read = |row: &mut Row| Ok((row.id::<TenantName>()?, row.int()?, row.maybe_text()?, row.maybe_int()?));
    let at_work = {
        let mut tx = db.reading().await?;
        all(&mut tx, AT_WORK, args![], read).await?
    };
    let mut ended = 0;
    for (tenant, number, owner, lease_until) in at_work {
        if !claims::is_dead(owner.as_deref(), lease_until, now) {
            continue;
        }
        match end_one(db, (&tenant, number), lease_until, now).await {
            Ok(lost) => ended += lost,
            // It comes again with the next look, and keeps none of the others.
            Err(error) => tracing::warn!(%tenant, %error, "a dead run could not be ended"),
        }
    }
    Ok(ended)
}

async fn end_one(db: &dyn Database, of: (&TenantName, i64), lease_until: Option<i64>, now: Millis) -> Result<u64, StoreError> {
    let mut tx = db.writing().await?;
    // The tenant before the run, as everybody who writes both: or two would wait for each other.
    claims::lock(&mut tx, of.0).await?;
    let lost = claims::lose(&mut tx, of, lease_until, now).await?;
    if lost > 0 {
        again(&mut tx, of, Again::Later, now).await?;
    }
    tx.commit().await?;
    Ok(lost)
}

pub(super) async fn late(db: &dyn Database, slot: &Slot, now: Millis) -> Result<(), StoreError> {
    if slot.served.plus(LATE_MS) > now {
        return Ok(());
    }
    let mut tx = db.writing().await?;
    let Slot { tenant, kind, served } = slot;
    if tx.execute(LATE_ONCE, args![tenant, kind.as_str(), *served]).await? > 0 {
        tx.execute(TELL_OF_THE_LIVE, args![tenant, now]).await?;
    }
    tx.commit().await
}

/// Nothing happens to a run that has ended, or is another's by now.
pub(super) async fn give_up(db: &dyn Database, claim: &Claim, now: Millis) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    claims::lock(&mut tx, &claim.tenant).await?;
    let lost = tx.execute(GIVE_UP, args![&claim.tenant, claim.fence, &run_text(claim.run), now]).await?;
    if lost > 0 {
        again(&mut tx, (&claim.tenant, claim.fence), Again::Later, now).await?;
    }
    tx.commit().await
}

pub(super) async fn cancel(db: &dyn Database, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    let id = run_text(run);
    let ended = tx.execute(CANCEL_QUEUED, args![tenant, &id, now]).await?;
    let asked = tx.execute(ASK_TO_STOP, args![tenant, &id]).await?;
    if ended + asked == 0 {
        return Err(StoreError::Unknown(Thing::RunAtWork));
    }
    tx.commit().await
}
