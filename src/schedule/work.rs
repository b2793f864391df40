//! The loop of a worker: it claims runs that are due and runs them, some at a time, until it is told to stop.

use super::{House, Timetable, queue_due};
use crate::model::{Millis, TenantName};
use crate::night::{Finished, Stop, Watch};
use crate::store::{Claim, Claimed, StoreError, Tenant, Worker};
use std::collections::HashMap;
use std::future::Future;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};

/// How much one process takes on.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Runs at work at one time. Where there are several, the last place is for short runs alone.
    pub runs_at_once: usize,
    /// How often the queue is looked at when nothing happens.
    pub poll: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { runs_at_once: 4, poll: Duration::from_secs(2) }
    }
}

impl Limits {
    /// The usual ones, with so many runs where somebody says how many.
    #[must_use]
    pub fn of(runs_at_once: Option<NonZeroUsize>) -> Self {
        let usual = Self::default();
        Self { runs_at_once: runs_at_once.map_or(usual.runs_at_once, NonZeroUsize::get), ..usual }
    }
}

/// What is expected to last no longer than this is a short run.
const SHORT_MS: i64 = 30 * 60_000;
/// Looks at the queue from one look at everything else to the next: the dead, timetables, clocks.
const ROUND: u32 = 5;
/// How long one look at the queue may take: what it asks for may be in the hands of somebody who stands still.
const LOOK: Duration = Duration::from_secs(60);
/// A clock that is further from the store's cannot tell whether a lease has ended.
const SKEW_MS: i64 = 30_000;

/// What became of one run.
type Done = (TenantName, Result<Finished, StoreError>);

/// One worker.
struct Work {
    house: Arc<House>,
    limits: Limits,
    nights: JoinSet<Done>,
    /// What was claimed here and is not known to have ended.
    claims: HashMap<Id, Claim>,
    /// Of these, what nobody here is at any more.
    left: Vec<Claim>,
    leaving: watch::Receiver<bool>,
    started_at: Millis,
    /// Whether our clock agrees with the store's.
    in_time: bool,
    /// When tenants want to be left alone; as of the last round.
    hours: Vec<(TenantName, Timetable)>,
}

/// Claims and runs what is due until `stop` comes. Then the runs at work end without having published, and wait in the queue again for
/// another process. A store that is away is waited for.
pub async fn work(house: Arc<House>, limits: Limits, stop: impl Future<Output = ()>) {
    let (leave, leaving) = watch::channel(false);
    let mut alerts = JoinSet::new();
    alerts.spawn(tell(Arc::clone(&house), limits.poll * ROUND));
    let (nights, claims, left, hours) = Default::default();
    let mut it = Work { house, limits, nights, claims, left, leaving, started_at: now(), in_time: true, hours };
    let mut stop = std::pin::pin!(stop);
    for turn in 0_u32.. {
        // What is claimed while the look is given up ends with its lease.
        tokio::select! {
            () = &mut stop => break,
            looked = tokio::time::timeout(LOOK, it.look(turn)) => match looked {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the queue cannot be read; trying again"),
                Err(_) => tracing::warn!("the store takes too long to answer; trying again"),
            },
        }
        tokio::select! {
            () = &mut stop => break,
            Some(done) = it.nights.join_next_with_id() => it.ended(done),
            () = tokio::time::sleep(limits.poll) => {}
        }
    }
    let _all_have_gone = leave.send(true);
    while let Some(done) = it.nights.join_next_with_id().await {
        it.ended(done);
    }
    let left = async {
        let gone = it.let_go().await;
        it.house.store.worker_gone().await.and(gone)
    };
    match tokio::time::timeout(LOOK, left).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "nobody heard that this worker has gone: its runs are left to be found lost"),
        Err(_) => tracing::warn!("nobody heard that this worker has gone: its runs are left to be found lost"),
    }
}

impl Work {
    /// One look at the queue, and at everything else from time to time. What fails with the one is no reason not to try the other.
    async fn look(&mut self, turn: u32) -> Result<(), StoreError> {
        let round = if turn.is_multiple_of(ROUND) { self.round().await } else { Ok(()) };
        self.fill().await.and(round)
    }

    /// Everything but claims: whoever comes first does it for all.
    async fn round(&mut self) -> Result<(), StoreError> {
        let store = self.house.store.as_ref();
        let theirs = store.engine(now()).await?.now;
        self.in_time = (theirs.0 - now().0).abs() <= SKEW_MS;
        if !self.in_time {
            tracing::error!("this machine's clock and the store's differ by more than half a minute: nothing is begun here");
            return Ok(());
        }
        let runs = i64::try_from(self.nights.len()).unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        store.worker_seen(&Worker { id: String::new(), version, started_at: self.started_at, seen_at: now(), runs }).await?;
        let tenants = store.tenants().await?;
        let hours = |it: &Tenant| Timetable::of(&it.name, &it.settings).ok().map(|hours| (it.name.clone(), hours));
        self.hours = tenants.iter().filter(|it| it.settings.paused || it.settings.blackout.is_some()).filter_map(hours).collect();
        let (lost, queued) = (store.end_dead_runs(now()).await, queue_due(store, now()).await);
        let (lost, queued) = (lost?, queued?);
        if lost + queued > 0 {
            tracing::info!(lost, queued, "runs found lost, runs queued by their schedule");
        }
        Ok(())
    }

    /// A night is over here, however it ended.
    fn ended(&mut self, done: Result<(Id, Done), JoinError>) {
        let id = match &done {
            Ok((id, _)) => *id,
            Err(broke) => broke.id(),
        };
        self.left.extend(self.claims.remove(&id));
        told(done.map(|it| it.1));
    }

    /// Gives up what was not ended in the store. What has ended stays as it is.
    async fn let_go(&mut self) -> Result<(), StoreError> {
        while let Some(claim) = self.left.last() {
            self.house.store.give_up(claim, now()).await?;
            self.left.pop();
        }
        Ok(())
    }

    /// Claims as much as there is room for.
    async fn fill(&mut self) -> Result<(), StoreError> {
        self.let_go().await?;
        while self.in_time && self.nights.len() < self.limits.runs_at_once {
            let last_place = self.limits.runs_at_once > 1 && self.nights.len() + 1 == self.limits.runs_at_once;
            let longest = if last_place { SHORT_MS } else { i64::MAX };
            let at_rest: Vec<_> = self.hours.iter().filter(|it| !it.1.may_begin(now())).map(|it| it.0.clone()).collect();
            let Some(claimed) = self.house.store.claim_run(longest, &at_rest, now()).await? else { break };
            tracing::info!(tenant = %claimed.claim.tenant, run = %claimed.claim.run, "a run begins");
            // A thread of its own: matching would keep the async ones from everybody else.
            let (house, leaving, runtime) = (Arc::clone(&self.house), self.leaving.clone(), Handle::current());
            let claim = claimed.claim.clone();
            let spawned = self.nights.spawn_blocking(move || runtime.block_on(night(house, claimed, leaving)));
            self.claims.insert(spawned.id(), claim);
        }
        Ok(())
    }
}

async fn night(house: Arc<House>, claimed: Claimed, mut leaving: watch::Receiver<bool>) -> Done {
    let tenant = claimed.claim.tenant.clone();
    let watch = Watch { clock: &now, progress: &|_| {} };
    let stop = async {
        // The sender lives as long as the loop: an error means that it has gone.
        let _left = leaving.wait_for(|it| *it).await;
        Stop::Leaving
    };
    let done = house.night(claimed, watch, stop).await;
    (tenant, done)
}

/// Sends alerts beside the work, so that nothing waits for their receiver.
async fn tell(house: Arc<House>, pause: Duration) {
    let Some(alerts) = &house.alerts else { return };
    loop {
        if let Err(error) = alerts.send_waiting(house.store.as_ref(), now()).await {
            tracing::warn!(%error, "an alert did not arrive; it is sent again");
        }
        tokio::time::sleep(pause).await;
    }
}

fn told(done: Result<Done, JoinError>) {
    match done {
        Ok((tenant, Ok(Finished { record, error: None }))) => {
            tracing::info!(%tenant, run = %record.run, state = record.state.as_str(), "a run has ended");
        }
        Ok((tenant, Ok(Finished { record, error: Some(error) }))) => {
            tracing::warn!(%tenant, run = %record.run, state = record.state.as_str(), %error, "a run has ended early");
        }
        Ok((tenant, Err(error))) => tracing::warn!(%tenant, %error, "a run's end is not written: it will be found lost"),
        Err(_) => tracing::error!("a run broke; it will be found lost"),
    }
}

fn now() -> Millis {
    Millis(chrono::Utc::now().timestamp_millis())
}
