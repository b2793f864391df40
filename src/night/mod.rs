//! One run: list → read → match → stage → publish → forget. The only room that knows the order.
//!
//! Raw input lives in `people` and `resumes` and is spent there; what is staged are ids, levels and bits.

mod alive;
mod change;
mod error;
mod gone;
mod judge;
mod lists;
mod people;
mod resumes;
mod rulings;
mod still;

pub use crate::model::{Order, Publication};
pub use alive::keep_claim;
pub use change::badges;
pub use error::{NightError, Stop, after};
pub use still::{PATIENCE, Standstill, stands_still};

use crate::{
    index::Index,
    lever::Lever,
    matching::Matcher,
    model::{Change, ContactId, LeftOut, Millis, ProfileId, ProfileUrl, RunKind, RunRecord, RunState, Tally},
    resume::Readers,
    secrets::Secret,
    store::{Again, Claim, Claimed, Ending, Store, StoreError, Tenant},
};
use people::Confidential;
use rulings::Rulings;
use std::{future::Future, sync::Arc, time::Duration};

/// The rooms that a run works with, opened by the caller.
#[derive(Clone, Copy)]
pub struct Rooms<'a> {
    /// Where badges are staged and published.
    pub store: &'a dyn Store,
    /// Who could it be?
    pub index: &'a dyn Index,
    /// Is it?
    pub matcher: &'a Matcher,
    /// The tenant's Lever account.
    pub lever: &'a Lever,
    /// The contained readers of résumés.
    pub readers: &'a Readers,
    /// The tenant's own secret, for keyed hashes.
    pub secret: &'a Secret,
    /// Where our profiles are shown, when links to them may be among Lever's.
    pub profile_url: Option<&'a ProfileUrl>,
}

/// Where a run is, for those who watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Opportunities listed so far.
    Listing(u64),
    /// Contacts matched so far, of all.
    Matching(u64, u64),
    /// Résumés asked for so far, of those needed within the budget.
    Reading(u64, u64),
    /// Staging is done.
    Publishing,
}

/// The clock and the audience of a run.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Our clock.
    pub clock: &'a (dyn Fn() -> Millis + Send + Sync),
    /// Told of every step.
    pub progress: &'a (dyn Fn(Step) + Send + Sync),
}

/// How a run ended, with the error that ended it.
#[derive(Debug)]
pub struct Finished {
    /// What is recorded of it.
    pub record: RunRecord,
    /// Why it failed.
    pub error: Option<NightError>,
}

/// One run at work.
struct Night<'a> {
    rooms: Rooms<'a>,
    tenant: &'a Tenant,
    order: Order,
    watch: Watch<'a>,
    claim: Claim,
    now: Millis,
    tally: Tally,
    /// Where the next recent run's window begins.
    window_start: Millis,
    /// What people decided.
    rulings: Arc<Rulings>,
    /// Pairs that come in the place of contacts that have left Lever.
    reopened: Vec<(ContactId, ProfileId)>,
}

/// What an attempt came to: everything is staged.
struct Plan {
    changes: Vec<Change>,
    held: bool,
}

/// Takes the tenant's turn at once, and runs it to its end, whatever it is.
///
/// # Errors
/// Only when the run could not begin or its end could not be written; every other error is in [`Finished`].
pub async fn run(
    rooms: Rooms<'_>,
    tenant: &Tenant,
    order: Order,
    watch: Watch<'_>,
    cancel: impl Future<Output = Stop>,
) -> Result<Finished, StoreError> {
    let kind = if tenant.window_start.is_none() { RunKind::Full } else { order.kind };
    let order = Order { kind, ..order };
    let claim = rooms.store.start_run(&tenant.name, &order, (watch.clock)()).await?;
    run_claimed(rooms, tenant, Claimed { claim, order }, (watch, PATIENCE), cancel).await
}

/// Runs a turn that was claimed to its end, whatever it is. One that comes no further for as long as `patience` has failed.
///
/// # Errors
/// Only when its end could not be written; every other error is in [`Finished`].
pub async fn run_claimed(
    rooms: Rooms<'_>,
    tenant: &Tenant,
    claimed: Claimed,
    (watch, patience): (Watch<'_>, Duration),
    cancel: impl Future<Output = Stop>,
) -> Result<Finished, StoreError> {
    let now = (watch.clock)();
    let Claimed { claim, order } = claimed;
    let tally = Tally { profiles_revision: rooms.index.revision(), ..Tally::default() };
    let latest = alive::Latest::new();
    let told = |step| {
        latest.set(step);
        (watch.progress)(step);
    };
    let progress = || Some(latest.progress(rooms.lever.usage().requests));
    let moved = || latest.progress(rooms.lever.usage().answered);
    let watch = Watch { progress: &told, ..watch };
    let window_start = now.plus(-OVERLAP);
    let (rulings, reopened) = Default::default();
    let mut night = Night { rooms, tenant, order, watch, claim: claim.clone(), now, tally, window_start, rulings, reopened };
    let outcome = tokio::select! {
        done = night.attempt() => done,
        ended = keep_claim(rooms.store, &claim, &progress, watch.clock) => Err(ended),
        () = stands_still(patience, &moved) => Err(NightError::StoodStill { at: moved().step.as_str(), limit: patience }),
        stop = cancel => Err(stop.into()),
    };
    night.finish(outcome).await
}

/// A window overlaps the one before by ten minutes, for rows that were being written.
const OVERLAP: i64 = 10 * 60 * 1000;
/// The deleted are asked for until a day from now: Lever's clock may be ahead of ours.
const AHEAD: i64 = 24 * 60 * 60 * 1000;
/// Requests of one kind under way at one time; more than a latency of half a second needs at Lever's rate.
const AT_ONCE: usize = 8;
/// A clock that differs from Lever's by more is told.
const SKEW: u64 = 5 * 60 * 1000;

impl Night<'_> {
    /// Everything up to the flip.
    async fn attempt(&mut self) -> Result<Plan, NightError> {
        // What earlier runs left can be much: it is swept while the claim is kept.
        self.rooms.store.sweep(&self.tenant.name).await?;
        let reference = self.reference().await?;
        let before = change::before(self).await?;
        let deleted = self.deleted().await?;
        self.remove(&[], &deleted.opportunities).await?;
        let mut rulings = Rulings::read(self).await?;
        let asked = self.rooms.store.asked_again(&self.tenant.name).await?;
        let listed = self.list(&deleted, &asked).await?;
        let mut people = people::group(listed, self.confidential(), self.rooms.profile_url, self.now);
        (self.tally.pulled, self.tally.contacts) = (people.pulled, people.contacts());
        self.tally.withheld = people.withheld.len() as u64;
        self.remove(&people.withheld, &people.hidden).await?;
        let missing = self.unlisted(&before, &people, &deleted).await?;
        rulings.find_gone(self.rooms.lever, &people, &missing, &self.listing()).await?;
        self.rulings = Arc::new(rulings);
        self.rooms.store.stage_reference(&self.claim, &reference).await?;
        let kept = gone::keep(&mut people, &missing, &before);
        let emptied = gone::emptied(&people, &kept);
        let removed = gone::Removed::by(&people, &deleted, &missing);
        self.match_all(people).await?;
        self.reopen().await?;
        self.stage(kept).await?;
        self.stage(emptied).await?;
        (self.watch.progress)(Step::Publishing);
        change::plan(self, &before, &removed, &missing).await
    }

    /// Removals are published at once and survive whatever becomes of the run; a dry run publishes nothing.
    async fn remove(&self, contacts: &[ContactId], opportunities: &[crate::model::OpportunityId]) -> Result<(), StoreError> {
        if self.order.publication == Publication::DryRun || (contacts.is_empty() && opportunities.is_empty()) {
            return Ok(());
        }
        self.rooms.store.remove_now(&self.claim, contacts, opportunities).await
    }

    /// Lets go of decisions about contacts that Lever does not know any more; who came in their place waits for a decision. A recent run
    /// looks at few: the next night has yet to see whether somebody else came.
    async fn reopen(&self) -> Result<(), StoreError> {
        let gone = if self.order.kind == RunKind::Full { self.rulings.gone() } else { &[] };
        if self.order.publication == Publication::DryRun || (gone.is_empty() && self.reopened.is_empty()) {
            return Ok(());
        }
        self.rooms.store.reopen(&self.claim, gone, &self.reopened, self.now).await
    }

    /// Publishes, holds or ends the run. Outside of what can be cancelled: the flip happens whole or not at all.
    async fn finish(mut self, outcome: Result<Plan, NightError>) -> Result<Finished, StoreError> {
        let usage = self.rooms.lever.usage();
        (self.tally.requests, self.tally.rate_limited) = (usage.requests, usage.rate_limited);
        self.tally.left_out_count = self.tally.left_out.len() as u64;
        let (state, changes, mut error) = match outcome {
            Ok(plan) if self.order.publication == Publication::DryRun => (RunState::DryRun, plan.changes, None),
            Ok(plan) if plan.held => (RunState::Held, plan.changes, None),
            Ok(plan) => (RunState::Published, plan.changes, None),
            Err(error @ (NightError::Cancelled | NightError::Leaving)) => (RunState::Cancelled, Vec::new(), Some(error)),
            Err(error @ NightError::Store(StoreError::LostClaim)) => (RunState::Lost, Vec::new(), Some(error)),
            Err(error) => (RunState::Failed, Vec::new(), Some(error)),
        };
        let finished_at = (self.watch.clock)();
        let told = error.as_ref().filter(|_| state == RunState::Failed).map(ToString::to_string);
        let again = error.as_ref().map_or(Again::No, NightError::again);
        let mut ending = Ending { state, tally: self.tally.clone(), error: told, changes, finished_at, again };
        let mut written = match state {
            // Whoever took the claim over has written this run's end.
            RunState::Lost => Ok(()),
            RunState::Published => self.rooms.store.publish(&self.claim, &ending, self.window_start).await,
            RunState::Held => self.rooms.store.end_run(&self.claim, &ending, Some(self.window_start)).await,
            _ => self.rooms.store.end_run(&self.claim, &ending, None).await,
        };
        if matches!(written, Err(StoreError::Cancelled)) {
            (ending.state, ending.changes, error) = (RunState::Cancelled, Vec::new(), Some(NightError::Cancelled));
            written = self.rooms.store.end_run(&self.claim, &ending, None).await;
        }
        match written {
            // What ended the run says more than what followed from it.
            Err(second) if error.is_some() => {
                tracing::warn!(error = %second, "the run's end is not written; the next run marks it as lost")
            }
            written => written?,
        }
        Ok(Finished { record: self.record(ending), error })
    }

    fn record(&self, ending: Ending) -> RunRecord {
        RunRecord {
            run: self.claim.run,
            tenant: self.tenant.name.clone(),
            kind: self.order.kind,
            state: ending.state,
            tally: ending.tally,
            started_at: self.now,
            finished_at: Some(ending.finished_at),
            error: ending.error,
            queued: None,
            progress: None,
            worker: None,
        }
    }

    fn confidential(&self) -> Confidential {
        if self.tenant.settings.confidential { Confidential::Shown } else { Confidential::Hidden }
    }

    fn leave_out(&mut self, kind: &str, id: &str, reason: &str) {
        self.tally.left_out.push(LeftOut { kind: kind.to_owned(), id: id.to_owned(), reason: reason.to_owned() });
    }
}
