//! The loop of a worker: it claims runs that are due and runs them, some at a time, until it is told to stop.

use super::House;
use crate::model::{Millis, TenantName};
use crate::night::{Finished, Stop, Watch};
use crate::store::{Claimed, StoreError};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;

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

/// What became of one run.
type Done = (TenantName, Result<Finished, StoreError>);

/// Claims and runs what is due until `stop` comes. Then the runs at work end without having published, and wait in the queue again for
/// another process. A store that is away is waited for.
pub async fn work(house: Arc<House>, limits: Limits, stop: impl Future<Output = ()>) {
    let (leave, leaving) = watch::channel(false);
    let mut nights = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let filled = fill(&house, limits, &mut nights, &leaving).await;
        if let Err(error) = filled {
            tracing::warn!(%error, "the queue cannot be read; trying again");
        }
        tokio::select! {
            () = &mut stop => break,
            Some(done) = nights.join_next() => told(done),
            () = tokio::time::sleep(limits.poll) => {}
        }
    }
    let _all_have_gone = leave.send(true);
    while let Some(done) = nights.join_next().await {
        told(done);
    }
}

/// Claims as much as there is room for.
async fn fill(house: &Arc<House>, limits: Limits, nights: &mut JoinSet<Done>, leaving: &watch::Receiver<bool>) -> Result<(), StoreError> {
    house.store.end_dead_runs(now()).await?;
    while nights.len() < limits.runs_at_once {
        let last_place = limits.runs_at_once > 1 && nights.len() + 1 == limits.runs_at_once;
        let longest = if last_place { SHORT_MS } else { i64::MAX };
        let Some(claimed) = house.store.claim_run(longest, now()).await? else { break };
        tracing::info!(tenant = %claimed.claim.tenant, run = %claimed.claim.run, "a run begins");
        // A thread of its own: matching would keep the async ones from everybody else.
        let (house, leaving, runtime) = (Arc::clone(house), leaving.clone(), Handle::current());
        nights.spawn_blocking(move || runtime.block_on(night(house, claimed, leaving)));
    }
    Ok(())
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

fn told(done: Result<Done, tokio::task::JoinError>) {
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
