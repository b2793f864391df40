//! The loop of a worker: it claims runs that are due and runs them, some at a time, until it is told to stop.

use super::{House, Timetable, clock_agrees, queue_due, tell};
use crate::model::{Millis, TenantName};
use crate::night::{Finished, Stop, Watch};
use crate::store::{Claim, Claimed, StoreError, Tenant, Worker};
use std::collections::HashMap;
use std::future::Future;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tracing::Instrument;

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
pub(super) const ROUND: u32 = 5;
/// How long one look at the queue may take: what it asks for may be in the hands of somebody who stands still.
const LOOK: Duration = Duration::from_secs(60);
/// A clock that was moved by more has leases end of runs that live.
const JUMP_MS: i64 = 30_000;

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
    /// Tells the runs at work that they have to go.
    leave: watch::Sender<bool>,
    started_at: Millis,
    /// The last round, by the clock on the wall and by one that nobody sets.
    last: (Millis, Instant),
    /// Whether our clock agrees with the store's.
    in_time: bool,
    /// When tenants want to be left alone; as of the last round.
    hours: Vec<(TenantName, Timetable)>,
}

/// Claims and runs what is due until `stop` comes. Then the runs at work end without having published, and wait in the queue again for
/// another process. A store that is away is waited for.
pub async fn work(house: Arc<House>, limits: Limits, stop: impl Future<Output = ()>) {
    let mut alerts = JoinSet::new();
    alerts.spawn(tell(Arc::clone(&house), limits.poll * ROUND));
    let (nights, claims, left, hours, leave) = Default::default();
    let last = (now(), Instant::now());
    let mut it = Work { house, limits, nights, claims, left, leave, started_at: now(), last, in_time: true, hours };
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
    it.leave.send_replace(true);
    while let Some(done) = it.nights.join_next_with_id().await {
        it.ended(done);
    }
    let left = async {
        it.let_go().await;
        it.house.store.worker_gone().await
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
        if !self.is_ours().await? {
            return Ok(());
        }
        let round = if turn.is_multiple_of(ROUND) { self.round().await } else { Ok(()) };
        let filled = self.fill().await;
        self.let_go().await;
        filled.and(round)
    }

    /// Whether this program may still work on the store. Where it may not, its runs end without publishing, and wait for one that may.
    async fn is_ours(&self) -> Result<bool, StoreError> {
        let checked = self.house.store.check().await;
        let is_anothers = matches!(checked, Err(StoreError::TooNew | StoreError::Moved));
        let was_anothers = self.leave.send_replace(is_anothers);
        match checked {
            Err(error) if is_anothers => {
                if !was_anothers {
                    tracing::error!(%error, "nothing is begun here, and what is at work here ends");
                }
                Ok(false)
            }
            checked => checked.map(|()| true),
        }
    }

    /// Everything but claims: whoever comes first does it for all.
    async fn round(&mut self) -> Result<(), StoreError> {
        let jumped = self.clock_has_jumped();
        let store = self.house.store.as_ref();
        self.in_time = clock_agrees(store, now()).await?;
        if !self.in_time {
            tracing::error!("this machine's clock and the store's differ by more than half a minute: nothing is begun here");
            return Ok(());
        }
        let runs = i64::try_from(self.nights.len()).unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        store.worker_seen(&Worker { id: String::new(), version, started_at: self.started_at, seen_at: now(), runs }).await?;
        let tenants = store.tenants().await?;
        if let Err(error) = self.house.check_key(&tenants) {
            tracing::error!(%error, "nothing is begun here: the master key of this process opens no company's secrets");
        }
        let hours = |it: &Tenant| Timetable::of(&it.name, &it.settings).ok().map(|hours| (it.name.clone(), hours));
        self.hours = tenants.iter().filter(|it| it.settings.paused || it.settings.blackout.is_some()).filter_map(hours).collect();
        let dead = if jumped { Ok(0) } else { store.end_dead_runs(now()).await };
        let (lost, queued) = (dead, queue_due(store, now()).await);
        let (lost, queued) = (lost?, queued?);
        if lost + queued > 0 {
            tracing::info!(lost, queued, "runs found lost, runs queued by their schedule");
        }
        Ok(())
    }

    /// Whether the clock on the wall went on otherwise than time since the last round: it was set, or the machine slept. Then leases
    /// look ended of runs that live, and have not had the time to say so.
    fn clock_has_jumped(&mut self) -> bool {
        let (wall, steady) = std::mem::replace(&mut self.last, (now(), Instant::now()));
        let passed = i64::try_from(steady.elapsed().as_millis()).unwrap_or(i64::MAX);
        (self.last.0.0 - wall.0 - passed).abs() > JUMP_MS
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

    /// Gives up what was not ended in the store. What has ended stays as it is, and what went with its tenant is gone. What cannot be
    /// given up now is tried again, and keeps nobody else.
    async fn let_go(&mut self) {
        let mut at = 0;
        while let Some(claim) = self.left.get(at) {
            match self.house.store.give_up(claim, now()).await {
                Ok(()) | Err(StoreError::Unknown(_)) => drop(self.left.swap_remove(at)),
                Err(error) => {
                    tracing::warn!(tenant = %claim.tenant, run = %claim.run, %error, "a run cannot be given up yet");
                    at += 1;
                }
            }
        }
    }

    /// Claims as much as there is room for.
    async fn fill(&mut self) -> Result<(), StoreError> {
        while self.in_time && self.house.has_key() && self.nights.len() < self.limits.runs_at_once {
            let last_place = self.limits.runs_at_once > 1 && self.nights.len() + 1 == self.limits.runs_at_once;
            let longest = if last_place { SHORT_MS } else { i64::MAX };
            let at_rest: Vec<_> = self.hours.iter().filter(|it| !it.1.may_begin(now())).map(|it| it.0.clone()).collect();
            let Some(claimed) = self.house.store.claim_run(longest, &at_rest, now()).await? else { break };
            // A thread of its own: matching would keep the async ones from everybody else.
            let (house, leaving, runtime) = (Arc::clone(&self.house), self.leave.subscribe(), Handle::current());
            let claim = claimed.claim.clone();
            // As an error, so that it is there whenever anything is written at all.
            let span = tracing::error_span!("run", tenant = %claim.tenant, run = %claim.run);
            let spawned = self.nights.spawn_blocking(move || runtime.block_on(night(house, claimed, leaving).instrument(span)));
            self.claims.insert(spawned.id(), claim);
        }
        Ok(())
    }
}

async fn night(house: Arc<House>, claimed: Claimed, mut leaving: watch::Receiver<bool>) -> Done {
    tracing::info!("a run begins");
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
