//! What every request finds: the rooms, the clock, the limits, the figures.

use super::limits::Limits;
use super::metrics::Metrics;
use super::problem::Problem;
use super::sight::Memory;
use crate::contact::Turns;
use crate::index::DiskIndex;
use crate::model::Millis;
use crate::secrets::KeySource;
use crate::store::Store;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

/// Our clock.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// What the server is opened with.
pub struct Rooms {
    /// Everything that outlives a run.
    pub store: Arc<dyn Store>,
    /// Where the index lies, or will.
    pub index_dir: PathBuf,
    /// Where the master key comes from: what is live from Lever needs the tenant's key.
    pub keys: Arc<KeySource>,
    /// Our clock.
    pub clock: Clock,
}

/// The server's rooms, shared by all requests.
pub struct Site {
    pub(super) store: Arc<dyn Store>,
    pub(super) index_dir: PathBuf,
    pub(super) limits: Limits,
    pub(super) metrics: Metrics,
    pub(super) memory: Memory,
    /// Looks at people's live details.
    pub(super) looks: Turns,
    pub(super) keys: Arc<KeySource>,
    clock: Clock,
    /// None until it is opened; replaced when profiles have changed.
    index: RwLock<Option<Arc<DiskIndex>>>,
    stopping: watch::Sender<bool>,
}

impl Site {
    /// Takes the rooms; opens and asks nothing yet.
    #[must_use]
    pub fn new(rooms: Rooms) -> Arc<Self> {
        Arc::new(Self {
            store: rooms.store,
            index_dir: rooms.index_dir,
            limits: Limits::default(),
            metrics: Metrics::default(),
            memory: Memory::default(),
            looks: Turns::default(),
            keys: rooms.keys,
            clock: rooms.clock,
            index: RwLock::default(),
            stopping: watch::Sender::new(false),
        })
    }

    pub(super) fn now(&self) -> Millis {
        (self.clock)()
    }

    /// The index as it was opened last.
    pub(super) fn index(&self) -> Result<Arc<DiskIndex>, Problem> {
        self.opened().ok_or(Problem::NO_INDEX)
    }

    pub(super) fn opened(&self) -> Option<Arc<DiskIndex>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn take_index(&self, index: DiskIndex) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(index));
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
