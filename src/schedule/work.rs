//! The loop of a worker: it claims runs that are due and runs them, some at a time, until it is told to stop.

use super::{House, queue_due};
use crate::model::{Millis, TenantName};
use crate::night::{Finished, Stop, Watch};
use crate::store::{Claim, Claimed, StoreError, Worker};
use std::collections::HashMap;
use std::future::Future;
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

/// What is expected to last no longer than this is a short run.
const SHORT_MS: i64 = 30 * 60_000;
/// Looks at the queue from one look at everything else to the next: the dead, timetables, clocks.
const ROUND: u32 = 5;
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
}

/// Claims and runs what is due until `stop` comes. Then the runs at work end without having published, and wait in the queue again for
/// another process. A store that is away is waited for.
pub async fn work(house: Arc<House>, limits: Limits, stop: impl Future<Output = ()>) {
    let (leave, leaving) = watch::channel(false);
    let mut alerts = JoinSet::new();
    alerts.spawn(tell(Arc::clone(&house), limits.poll * ROUND));
    let mut it =
        Work { house, limits, nights: JoinSet::new(), claims: HashMap::new(), left: Vec::new(), leaving, started_at: now(), in_time: true };
    let mut stop = std::pin::pin!(stop);
    for turn in 0_u32.. {
        let looked = async {
            if turn % ROUND == 0 {
                it.round().await?;
            }
            it.fill().await
        };
        if let Err(error) = looked.await {
            tracing::warn!(%error, "the queue cannot be read; trying again");
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
    if let Err(error) = it.let_go().await {
        tracing::warn!(%error, "a run is left to be found lost");
    }
    if let Err(error) = it.house.store.worker_gone().await {
        tracing::warn!(%error, "nobody heard that this worker has gone");
    }
}

impl Work {
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
        let lost = store.end_dead_runs(now()).await?;
        let queued = queue_due(store, now()).await?;
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
            let Some(claimed) = self.house.store.claim_run(longest, now()).await? else { break };
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
