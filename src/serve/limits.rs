//! How much one viewer may ask, and how often somebody may try to sign in.

use super::peer::{neighbour, relayed};
use super::problem::Problem;
use axum::http::HeaderMap;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, Quota, RateLimiter};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Requests a second of one user or token, unless the operator says otherwise; a hundred badges are one request.
pub const A_SECOND: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");
/// Attempts a minute at one user's password from one address. Whoever guesses elsewhere keeps nobody out.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Attempts a minute from one address, whatever the names: whoever invents names there uses up nobody else's.
const ATTEMPTS_FROM: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
/// Attempts a minute of everybody: each costs a core a while, whatever the name.
const ATTEMPTS_OF_ALL: NonZeroU32 = NonZeroU32::new(300).expect("not zero");
/// Passwords that are checked at once: each takes 19 MB for a while.
const CHECKS: usize = 2;
/// Lists and CSV files a minute that one viewer may ask for: each reads as much as many pages do.
const FILES: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
/// Searches in the index at once, for each core: more would only wait for each other, each with what it has gathered.
const SEARCHES: usize = 2;
/// And of one viewer, whose other searches wait for these: whoever asks much at once leaves turns to others.
const SEARCHES_OF: usize = 1;
/// Large bodies that are held at once, each of up to a mebibyte.
const BODIES: usize = 32;
/// And of one address: whoever sends slowly leaves turns to others.
const BODIES_FROM: u32 = 8;
/// Connections that are open at once, unless the operator says otherwise. Each takes a descriptor, and of the 1,024 that a process mostly
/// has the store, the index, Lever and those who read résumés want theirs.
pub const CONNECTIONS: u32 = 768;
/// And one address has such a part of them: an office behind one has room, and whoever wants them all leaves more than they take.
const PART_OF_CONNECTIONS: u32 = 3;
/// How often a minute the log says one thing of connections for which there is no room.
const WORDS: NonZeroU32 = NonZeroU32::new(1).expect("not zero");
/// Runs that one viewer watches at once, in as many windows.
const STREAMS: u32 = 12;
/// When whoever holds too many may ask again.
const LATER: Duration = Duration::from_secs(30);
/// When as many are known, those who were quiet are forgotten.
const MANY: usize = 10_000;

/// Time that goes on evenly, whatever somebody sets the clock to: how long it is since some moment.
pub type Ticks = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The system's own, from now on.
#[must_use]
pub fn ticks() -> Ticks {
    let start = Instant::now();
    Arc::new(move || start.elapsed())
}

/// By which limits are counted.
#[derive(Clone)]
struct Watch(Ticks);

impl Clock for Watch {
    type Instant = Duration;

    fn now(&self) -> Duration {
        (self.0)()
    }
}

type Keyed = RateLimiter<String, HashMapStateStore<String>, Watch, NoOpMiddleware<Duration>>;
type Alone = RateLimiter<NotKeyed, InMemoryState, Watch, NoOpMiddleware<Duration>>;

/// The limits of one server.
pub(super) struct Limits {
    viewers: Keyed,
    sources: Keyed,
    attempts: Keyed,
    all_attempts: Alone,
    files: Keyed,
    /// Whoever searches the index holds one until the search has ended.
    searches: Arc<Semaphore>,
    /// Whoever checks a password holds one until it is checked.
    pub(super) checks: Arc<Semaphore>,
    /// Whoever brings a large body holds one until it is answered.
    pub(super) bodies: Semaphore,
    /// Who holds how many of them.
    pub(super) bodies_from: Shares,
    /// Connections that are open at once.
    pub(super) connections: u32,
    /// Who holds how many of them.
    connections_from: Shares,
    /// What the log has said of connections.
    words: Keyed,
    /// For whom a proxy on this machine waits at this moment: each of its requests takes a connection of its own.
    relayed_from: Shares,
    /// Who watches runs at this moment: each stream holds a connection and asks the store every second.
    pub(super) streams: Shares,
    /// Whoever searches the index holds one of these, too: the viewer's own turns.
    searches_of: Lanes,
}

impl Limits {
    /// With so many requests a second for each viewer, and as many in one go, and so many connections.
    pub(super) fn new(a_second: NonZeroU32, connections: u32, ticks: Ticks) -> Self {
        let of_one = (connections / PART_OF_CONNECTIONS).max(1);
        let watch = Watch(ticks);
        let keyed = |quota| Keyed::hashmap_with_clock(quota, watch.clone());
        Self {
            viewers: keyed(Quota::per_second(a_second)),
            sources: keyed(Quota::per_minute(ATTEMPTS_FROM)),
            attempts: keyed(Quota::per_minute(ATTEMPTS)),
            all_attempts: Alone::direct_with_clock(Quota::per_minute(ATTEMPTS_OF_ALL), watch.clone()),
            files: keyed(Quota::per_minute(FILES)),
            searches: Arc::new(Semaphore::new(SEARCHES * std::thread::available_parallelism().map_or(1, usize::from))),
            checks: Arc::new(Semaphore::new(CHECKS)),
            bodies: Semaphore::new(BODIES),
            bodies_from: Shares::new(BODIES_FROM),
            connections,
            connections_from: Shares::new(of_one),
            words: keyed(Quota::per_minute(WORDS)),
            relayed_from: Shares::new(of_one),
            streams: Shares::new(STREAMS),
            searches_of: Lanes::new(SEARCHES_OF * std::thread::available_parallelism().map_or(1, usize::from)),
        }
    }

    /// Takes a connection's share of those that its address may hold.
    pub(super) fn connect(&self, peer: SocketAddr) -> Result<Option<Share>, Problem> {
        neighbour(peer).map(|it| self.connections_from.take(&it)).transpose()
    }

    /// The same for a request that a proxy on this machine brings, until it is answered.
    pub(super) fn relay(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<Option<Share>, Problem> {
        relayed(peer, headers).map(|it| self.relayed_from.take(&it)).transpose()
    }

    /// Whether the log says this of connections now: whoever opens many must not fill it.
    pub(super) fn tells(&self, what: &str) -> bool {
        self.words.check_key(&what.to_owned()).is_ok()
    }

    /// Counts a request of a viewer.
    pub(super) fn ask(&self, who: &str) -> Result<(), Problem> {
        within(&self.viewers, who)
    }

    /// Counts a list or a CSV file of a viewer.
    pub(super) fn file(&self, who: &str) -> Result<(), Problem> {
        within(&self.files, who)
    }

    /// Waits for a viewer's turn to search the index.
    pub(super) async fn search(&self, who: &str) -> Result<Searching, Problem> {
        let own = self.searches_of.lane(who).acquire_owned().await.map_err(|_| Problem::BROKE)?;
        let turn = Arc::clone(&self.searches).acquire_owned().await.map_err(|_| Problem::BROKE)?;
        Ok(Searching { _turn: turn, _own: own })
    }

    /// Counts an attempt at a user's password from an address. What an address may not do any more counts for nobody else.
    pub(super) fn attempt(&self, name: &str, from: &str) -> Result<(), Problem> {
        within(&self.sources, from)?;
        within(&self.attempts, &format!("{from} {name}"))?;
        self.all_attempts.check().map_err(|until| wait(&until, self.all_attempts.clock()))
    }
}

/// A turn to search the index; it ends with this.
pub(super) struct Searching {
    _turn: tokio::sync::OwnedSemaphorePermit,
    _own: tokio::sync::OwnedSemaphorePermit,
}

/// Turns of a kind that each one has for their own.
struct Lanes {
    each: usize,
    of: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Lanes {
    fn new(each: usize) -> Self {
        Self { each, of: Mutex::default() }
    }

    /// The turns of one. Those of whom nobody holds or waits for one are forgotten when there are many.
    fn lane(&self, who: &str) -> Arc<Semaphore> {
        let mut all = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > MANY {
            all.retain(|_, it| Arc::strong_count(it) > 1);
        }
        Arc::clone(all.entry(who.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
    }
}

fn within(limiter: &Keyed, key: &str) -> Result<(), Problem> {
    if limiter.len() > MANY {
        limiter.retain_recent();
    }
    limiter.check_key(&key.to_owned()).map_err(|until| wait(&until, limiter.clock()))
}

fn wait(until: &NotUntil<Duration>, watch: &Watch) -> Problem {
    Problem::too_many(until.wait_time_from(watch.now()))
}

/// How many things of a kind each one holds at this moment.
#[derive(Clone)]
pub(super) struct Shares {
    most: u32,
    held: Arc<Mutex<HashMap<String, u32>>>,
}

/// One of them.
pub(super) struct Share(Shares, String);

impl Shares {
    fn new(most: u32) -> Self {
        Self { most, held: Arc::default() }
    }

    /// Takes one, unless that one holds enough.
    pub(super) fn take(&self, who: &str) -> Result<Share, Problem> {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.entry(who.to_owned()).or_default();
        if *own >= self.most {
            return Err(Problem::too_many(LATER));
        }
        *own += 1;
        Ok(Share(self.clone(), who.to_owned()))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut all = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = all.get_mut(&self.1) {
            *own -= 1;
            if *own == 0 {
                all.remove(&self.1);
            }
        }
    }
}
