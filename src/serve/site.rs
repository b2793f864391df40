//! What every request finds: the rooms, the clock, the limits, the figures.

use super::figures::Figures;
use super::limits::{Limits, Ticks};
use super::memory::Memory;
use super::problem::Problem;
use super::visits::Visits;
use crate::contact::Turns;
use crate::index::{Index, Place, ProfileIndex};
use crate::model::Millis;
use crate::profiles::{self, ProfilesError};
use crate::secrets::KeySource;
use crate::store::Store;
use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio_util::task::TaskTracker;

/// Our clock.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// What the server is opened with.
pub struct Rooms {
    /// Everything that outlives a run.
    pub store: Arc<dyn Store>,
    /// Where the index is, or will be.
    pub place: Place,
    /// Where the master key comes from: what is live from Lever needs the tenant's key.
    pub keys: Arc<KeySource>,
    /// Requests a second that each user or token may make.
    pub rate: NonZeroU32,
    /// Connections that are open at once; one address holds a third of them at most.
    pub connections: u32,
    /// How long the head of a request may take, and a connection be silent between two of them.
    pub head: Duration,
    /// How long an answer may take to begin.
    pub patience: Duration,
    /// Our clock.
    pub clock: Clock,
    /// By which limits are counted.
    pub ticks: Ticks,
}

/// The server's rooms, shared by all requests.
pub struct Site {
    pub(super) store: Arc<dyn Store>,
    place: Place,
    pub(super) limits: Limits,
    pub(super) figures: Figures,
    pub(super) memory: Memory,
    /// Visits to Lever's page under way.
    pub(super) visits: Visits,
    pub(super) head: Duration,
    pub(super) patience: Duration,
    /// What goes on though nobody waits for it.
    pub(super) lasting: TaskTracker,
    /// Looks at people's live details.
    pub(super) looks: Turns,
    pub(super) keys: Arc<KeySource>,
    clock: Clock,
    /// None until it is opened; replaced when profiles have changed.
    index: RwLock<Option<Arc<ProfileIndex>>>,
    /// Whoever opens the index holds it: one at a time, so that an older one never takes the place of a newer.
    catching_up: Mutex<()>,
    stopping: watch::Sender<bool>,
}

impl Site {
    /// Takes the rooms; opens and asks nothing yet.
    #[must_use]
    pub fn new(rooms: Rooms) -> Arc<Self> {
        Arc::new(Self {
            store: rooms.store,
            place: rooms.place,
            limits: Limits::new(rooms.rate, rooms.connections, rooms.ticks),
            figures: Figures::default(),
            memory: Memory::default(),
            visits: Visits::default(),
            head: rooms.head,
            patience: rooms.patience,
            lasting: TaskTracker::new(),
            looks: Turns::default(),
            keys: rooms.keys,
            clock: rooms.clock,
            index: RwLock::default(),
            catching_up: Mutex::default(),
            stopping: watch::Sender::new(false),
        })
    }

    pub(super) fn now(&self) -> Millis {
        (self.clock)()
    }

    /// The index as it was opened last.
    pub(super) fn index(&self) -> Result<Arc<ProfileIndex>, Problem> {
        self.opened().ok_or(Problem::NO_INDEX)
    }

    fn opened(&self) -> Option<Arc<ProfileIndex>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Brings the index in step with the store; a server that runs does it by itself every few seconds.
    ///
    /// # Errors
    /// As [`profiles::open_index`].
    pub async fn catch_up(&self) -> Result<(), ProfilesError> {
        let _turn = self.catching_up.lock().await;
        let opened = self.opened().map(|it| it.revision());
        if let Some(revision) = opened
            && self.store.profiles_after(revision, 1).await?.is_empty()
        {
            return Ok(());
        }
        let index = profiles::open_index(self.store.as_ref(), &self.place, &mut |_| {}).await?;
        if opened != Some(index.revision()) {
            *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(index));
        }
        Ok(())
    }

    pub(super) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Returns once the server is told to stop.
    pub(super) async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        // The sender lives as long as the site.
        let _gone = stopping.wait_for(|it| *it).await;
    }
}
