//! One allowance a key, whoever asks: a token bucket with two lanes, and a pause that all of the key's requests share.

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How fast one key may ask.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Requests a `unit`.
    pub rate: u32,
    /// Requests that may go at once after a rest.
    pub burst: u32,
    /// A second; a test makes it shorter. The waits between attempts are counted in it too.
    pub unit: Duration,
    /// How long one answer may take; a file has twice that.
    pub patience: Duration,
}

impl Default for Pace {
    /// Lever documents 10 a second with bursts to 20, "not guaranteed". The burst here is half of that: what leaves within the
    /// limit then also arrives within it when the network holds requests up and delivers a second's worth at once, and when one
    /// process follows another.
    fn default() -> Self {
        Self { rate: 10, burst: 10, unit: Duration::from_secs(1), patience: Duration::from_secs(30) }
    }
}

/// An allowance that all processes share, beside the one of this process.
#[async_trait]
pub trait SharedAllowance: Send + Sync {
    /// Takes so much time's worth of requests; returns how far ahead of now the allowance is taken then. None when nobody can tell.
    async fn take(&self, worth: Duration) -> Option<Duration>;
    /// Lets nobody take for so long: Lever has asked this process for a pause, and means the key.
    async fn pause(&self, length: Duration);
}

/// Who goes first when the allowance is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// A person waits for the answer.
    Interactive,
    /// A run.
    Run,
}

/// Requests that a run takes at one time from the allowance of all processes, so that not each is a question to the store.
const IN_HAND: u32 = 5;
/// How long an answer about the allowance of all processes is waited for: no answer is one too.
const ANSWER: Duration = Duration::from_secs(2);
/// How long it is not asked again after it gave no answer.
const SILENCE: Duration = Duration::from_secs(10);
/// What a request costs while nobody can tell what other processes take: half the rate leaves room for one more.
const UNTOLD: u32 = 2;
/// Of the burst, what runs leave to people.
const LEFT_TO_PEOPLE: u32 = 3;

/// The allowance itself, on a clock that the caller holds: never more than `burst + rate × t` in any stretch of `t` units.
#[derive(Debug)]
pub struct Bucket {
    gap: Duration,
    slack: Duration,
    /// When the bucket would be full again (the "theoretical arrival time" of GCRA).
    full_at: Option<Instant>,
    paused_until: Option<Instant>,
}

impl Bucket {
    /// A full bucket.
    #[must_use]
    pub fn new(pace: Pace) -> Self {
        let gap = pace.unit / pace.rate.max(1);
        Self { gap, slack: gap * pace.burst.saturating_sub(1), full_at: None, paused_until: None }
    }

    /// Takes one request out of the allowance.
    ///
    /// # Errors
    /// The earliest moment at which there is one, when there is none now.
    pub fn take(&mut self, now: Instant) -> Result<(), Instant> {
        self.take_worth(1, now)
    }

    /// The same for a request that costs as much as some.
    fn take_worth(&mut self, requests: u32, now: Instant) -> Result<(), Instant> {
        if let Some(end) = self.paused_until.filter(|&end| end > now) {
            return Err(end);
        }
        let full_at = self.full_at.map_or(now, |at| at.max(now));
        match full_at.checked_sub(self.slack) {
            Some(earliest) if earliest > now => Err(earliest),
            _ => {
                self.full_at = Some(full_at + self.gap * requests);
                Ok(())
            }
        }
    }

    /// Lets nothing pass before `end`, and no burst after it: whoever said 429 has an empty bucket.
    pub fn pause_until(&mut self, end: Instant) {
        self.paused_until = Some(self.paused_until.map_or(end, |it| it.max(end)));
        let empty = end + self.slack;
        self.full_at = Some(self.full_at.map_or(empty, |it| it.max(empty)));
    }
}

/// The allowance, and how Lever takes our use of it.
struct Gate {
    bucket: Bucket,
    /// Answers of 429 without one between them that served us.
    refusals: u32,
    /// When the last of them was heard.
    heard: Option<Instant>,
}

/// The one gate through which every attempt of a key passes.
pub struct Limiter {
    gate: Mutex<Gate>,
    /// How many of the interactive lane are waiting.
    first: AtomicUsize,
    /// One queue a lane; its head alone watches the bucket.
    queues: [tokio::sync::Mutex<()>; 2],
    gap: Duration,
    unit: Duration,
    /// What the key's clients in other processes go by too.
    others: OnceLock<Arc<dyn SharedAllowance>>,
    /// What was taken from there for runs and is not used yet, and until when it may be.
    in_hand: Mutex<(u32, Option<Instant>)>,
    /// Until when nobody is asked, because there was no answer.
    untold_until: Mutex<Option<Instant>>,
}

impl Limiter {
    /// A gate of its own, for a key that nobody else uses. It begins without a burst: a process that follows another cannot know
    /// what that one asked for in its last second.
    #[must_use]
    pub fn new(pace: Pace) -> Self {
        let mut bucket = Bucket::new(pace);
        bucket.pause_until(Instant::now());
        let gap = bucket.gap;
        let gate = Mutex::new(Gate { bucket, refusals: 0, heard: None });
        let (others, in_hand, untold_until) = Default::default();
        Self { gate, first: AtomicUsize::new(0), queues: Default::default(), gap, unit: pace.unit, others, in_hand, untold_until }
    }

    /// The gate that all clients of this key at this host share within the process.
    pub(super) fn shared(host: &str, key: &[u8], pace: Pace) -> Arc<Self> {
        static GATES: LazyLock<Mutex<HashMap<[u8; 32], Arc<Limiter>>>> = LazyLock::new(Mutex::default);
        let id: [u8; 32] = Sha256::new().chain_update(host).chain_update([0]).chain_update(key).finalize().into();
        let mut gates = GATES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(id).or_insert_with(|| Arc::new(Self::new(pace))))
    }

    /// From now on every request passes this too. The first one counts.
    pub fn share(&self, others: Arc<dyn SharedAllowance>) {
        let _first = self.others.get_or_init(|| others);
    }

    /// Waits until a request may go.
    pub async fn permit(&self, lane: Lane) {
        let _first = (lane == Lane::Interactive).then(|| Waiting::count(&self.first));
        let _head = self.queues[lane as usize].lock().await;
        let cost = if self.permit_of_all(lane).await { 1 } else { UNTOLD };
        while let Err(wait) = self.try_take(lane, cost) {
            tokio::time::sleep(wait).await;
        }
    }

    /// Waits for the allowance of all processes. Runs take some requests at one time and leave some of the burst to people, who take
    /// one by one. False where nobody can tell: then this process goes by its own allowance alone, and slowly.
    async fn permit_of_all(&self, lane: Lane) -> bool {
        let Some(others) = self.others.get() else { return true };
        let (count, left) = match lane {
            Lane::Interactive => (1, 0),
            Lane::Run if self.take_in_hand() => return true,
            Lane::Run => (IN_HAND, LEFT_TO_PEOPLE),
        };
        let Some(ahead) = self.ask(others.as_ref(), self.gap * count).await else { return false };
        let slack = self.gate().bucket.slack.saturating_sub(self.gap * left);
        tokio::time::sleep(ahead.saturating_sub(self.gap + slack)).await;
        if lane == Lane::Run {
            *self.in_hand() = (count - 1, Some(Instant::now() + self.unit));
        }
        true
    }

    /// Takes from the allowance of all processes, unless it has just given no answer.
    async fn ask(&self, others: &dyn SharedAllowance, worth: Duration) -> Option<Duration> {
        if self.untold_until().is_some_and(|it| it > Instant::now()) {
            return None;
        }
        let ahead = tokio::time::timeout(ANSWER, others.take(worth)).await.ok().flatten();
        *self.untold_until() = ahead.is_none().then(|| Instant::now() + SILENCE);
        ahead
    }

    fn untold_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.untold_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was taken long ago is lost: used late, it would come on top of what others take now.
    fn take_in_hand(&self) -> bool {
        let mut in_hand = self.in_hand();
        let good = in_hand.0 > 0 && in_hand.1.is_some_and(|it| it > Instant::now());
        in_hand.0 = if good { in_hand.0 - 1 } else { 0 };
        good
    }

    fn in_hand(&self) -> MutexGuard<'_, (u32, Option<Instant>)> {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a 429 to a request that went out at `sent`. Everyone pauses as long as Lever asks, or, where it does not say,
    /// the longer the more refusals came in a row. The first may mean this one request, and costs the others a turn; a refusal of
    /// what was under way when the last was heard is no news. Processes that share the allowance pause too.
    /// Returns for how long.
    pub async fn refused(&self, sent: Instant, asked: Option<Duration>) -> Duration {
        let pause = self.pause_here(sent, asked);
        *self.in_hand() = (0, None);
        if let Some(others) = self.others.get().filter(|_| pause > self.gap) {
            // Who does not hear of it goes slowly by itself.
            let _told = tokio::time::timeout(ANSWER, others.pause(pause)).await;
        }
        pause
    }

    /// Pauses in this process, and says for how long.
    fn pause_here(&self, sent: Instant, asked: Option<Duration>) -> Duration {
        let now = Instant::now();
        let mut gate = self.gate();
        let is_news = gate.heard.is_none_or(|it| sent >= it);
        if is_news {
            (gate.refusals, gate.heard) = (gate.refusals.saturating_add(1), Some(now));
        }
        let own = if is_news { self.pause_after(gate.refusals) } else { Duration::ZERO };
        let pause = asked.unwrap_or(own);
        gate.bucket.pause_until(now + pause);
        pause
    }

    /// Takes note of a good answer to a request that went out at `sent`: what came before it is over.
    pub fn served(&self, sent: Instant) {
        let mut gate = self.gate();
        if gate.heard.is_none_or(|it| sent >= it) {
            gate.refusals = 0;
        }
    }

    /// A turn, a unit, and three times as long with each refusal more; up to a quarter longer, so that processes do not come back in
    /// step.
    fn pause_after(&self, refusals: u32) -> Duration {
        let jitter = getrandom::u32().map_or(0.0, |it| f64::from(it) / f64::from(u32::MAX) / 4.0);
        match refusals {
            0 | 1 => self.gap,
            more => (self.unit * 3_u32.pow((more - 2).min(4))).mul_f64(1.0 + jitter),
        }
    }

    fn try_take(&self, lane: Lane, cost: u32) -> Result<(), Duration> {
        if lane == Lane::Run && self.first.load(Ordering::Acquire) > 0 {
            return Err(self.gap);
        }
        let now = Instant::now();
        self.gate().bucket.take_worth(cost, now).map_err(|at| at - now)
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits in the first lane; gone when the wait ends, or is given up.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn count(all: &'a AtomicUsize) -> Self {
        all.fetch_add(1, Ordering::AcqRel);
        Self(all)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
