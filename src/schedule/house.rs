//! What a process needs to run the night of any tenant: rooms that are opened once and shared by all runs.

use super::Alerts;
use crate::access::{self, AccessError};
use crate::index::{Index, IndexError, Place, ProfileIndex};
use crate::lever::LeverError;
use crate::lever::oauth::OAuthError;
use crate::matching::Matcher;
use crate::model::{Millis, ProfileUrl, RunState, Tally};
use crate::night::{self, Finished, NightError, Rooms, Stop, Watch};
use crate::profiles::{self, ProfilesError};
use crate::resume::Readers;
use crate::secrets::{KeySource, MasterKey, SecretsError};
use crate::store::{Again, Claimed, Ending, Store, StoreError, Tenant};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

/// How long to wait for another process that builds the index: a first import of millions.
const BUILDING: u32 = 600;

/// The rooms of this process.
pub struct House {
    /// Where badges are staged and published.
    pub store: Arc<dyn Store>,
    /// Where the master key comes from.
    pub keys: Arc<KeySource>,
    /// Is it?
    pub matcher: Matcher,
    /// The contained readers of résumés.
    pub readers: Readers,
    /// Where our profiles are shown.
    pub profile_url: Option<ProfileUrl>,
    /// Where alerts go, when they go anywhere.
    pub alerts: Option<Alerts>,
    /// How long a run may come no further.
    patience: Duration,
    /// Where the index of profiles is.
    place: Place,
    /// The index as it was last opened.
    index: Mutex<Option<Arc<ProfileIndex>>>,
    /// Moves while the index is opened or waited for.
    opening: AtomicU64,
    /// Whether the master key was found to be no key of this store.
    locked_out: AtomicBool,
}

/// Why the rooms of a night could not be opened. No variant quotes a value.
#[derive(Debug, thiserror::Error)]
enum Closed {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    #[error(transparent)]
    Night(#[from] NightError),
}

impl Closed {
    fn again(&self) -> Again {
        match self {
            Self::Night(error) => error.again(),
            Self::Access(AccessError::Lever(error)) => night::after(error),
            Self::Access(AccessError::Store(_)) | Self::Profiles(ProfilesError::Store(_) | ProfilesError::Index(_)) => Again::Later,
            _ => Again::No,
        }
    }

    /// Whether it is for lack of a key, or of the right one.
    fn is_locked(&self) -> bool {
        matches!(self, Self::Access(AccessError::Secrets(_) | AccessError::Lever(LeverError::OAuth(OAuthError::Sealed(_)))))
    }
}

impl House {
    /// Puts the rooms together; nothing is opened yet but what was given.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, keys: Arc<KeySource>, matcher: Matcher, readers: Readers, place: impl Into<Place>) -> Self {
        Self {
            store,
            keys,
            matcher,
            readers,
            profile_url: None,
            alerts: None,
            patience: night::PATIENCE,
            place: place.into(),
            index: Mutex::default(),
            opening: AtomicU64::default(),
            locked_out: AtomicBool::default(),
        }
    }

    /// The same, where profiles are shown at an address.
    #[must_use]
    pub fn showing(self, profile_url: Option<ProfileUrl>) -> Self {
        Self { profile_url, ..self }
    }

    /// The same, where operators want to be told.
    #[must_use]
    pub fn telling(self, alerts: Option<Alerts>) -> Self {
        Self { alerts, ..self }
    }

    /// The same, with another limit to how long a run may come no further.
    #[must_use]
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Whether the master key can be read and is this store's: where each tenant's secret was sealed with another, it is not. That of a
    /// tenant whose key was not given again since the master key was lost says nothing.
    ///
    /// # Errors
    /// What is wrong with it. Then nothing is begun here until it is well again.
    pub fn check_key(&self, tenants: &[Tenant]) -> Result<(), SecretsError> {
        let checked = self.opens_one(tenants);
        self.locked_out.store(checked.is_err(), Ordering::Relaxed);
        checked
    }

    fn opens_one(&self, tenants: &[Tenant]) -> Result<(), SecretsError> {
        if tenants.is_empty() {
            return Ok(());
        }
        let keys = MasterKey::load(&self.keys)?;
        let is_ours = |it: &Tenant| !matches!(access::tenant_secret(&keys, it), Err(SecretsError::WrongKey));
        if tenants.iter().any(is_ours) { Ok(()) } else { Err(SecretsError::WrongKey) }
    }

    /// Whether the last look found nothing wrong with the master key.
    pub(super) fn has_key(&self) -> bool {
        !self.locked_out.load(Ordering::Relaxed)
    }

    /// The index in step with the store: opened once, and again when profiles have changed. Runs that are at work keep theirs.
    ///
    /// # Errors
    /// As [`profiles::open_index`].
    pub async fn index(&self) -> Result<Arc<dyn Index>, ProfilesError> {
        let mut held = self.index.lock().await;
        let revision = self.store.profiles_revision().await?;
        if let Some(index) = held.as_ref().filter(|it| it.revision() == revision) {
            return Ok(Arc::clone(index) as _);
        }
        let mut waited = 0;
        let opened = loop {
            let moves = || {
                self.opening.fetch_add(1, Ordering::Relaxed);
            };
            match profiles::open_index(self.store.as_ref(), &self.place, &mut |_| moves()).await {
                Err(ProfilesError::Index(IndexError::Busy)) if waited < BUILDING => waited += 1,
                opened => break Arc::new(opened?),
            }
            // Whoever waits for another process waits for ten minutes at most, and others here wait behind it.
            moves();
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        *held = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// Runs a claimed turn to its end, whatever it is. One whose rooms cannot be opened is recorded as failed.
    ///
    /// # Errors
    /// Only when its end could not be written.
    pub async fn night(&self, claimed: Claimed, watch: Watch<'_>, stop: impl Future<Output = Stop>) -> Result<Finished, StoreError> {
        let tenant = self.store.tenant(&claimed.claim.tenant).await?;
        let mut stop = std::pin::pin!(stop);
        let moved = || self.opening.load(Ordering::Relaxed);
        // An index that is built first takes minutes: the claim is kept meanwhile.
        let opened = tokio::select! {
            opened = self.open(&tenant) => opened,
            () = night::stands_still(self.patience, &moved) => Err(NightError::StoodStill { at: "opening", limit: self.patience }.into()),
            ended = night::keep_claim(self.store.as_ref(), &claimed.claim, &|| None, watch.clock) => Err(ended.into()),
            why = &mut stop => Err(NightError::from(why).into()),
        };
        let (lever, secret, index) = match opened {
            Ok(opened) => opened,
            Err(closed) => return self.closed(&claimed, closed, (watch.clock)()).await,
        };
        let rooms = Rooms {
            store: self.store.as_ref(),
            index: index.as_ref(),
            matcher: &self.matcher,
            lever: &lever,
            readers: &self.readers,
            secret: &secret,
            profile_url: self.profile_url.as_ref(),
        };
        let finished = night::run_claimed(rooms, &tenant, claimed, (watch, self.patience), stop).await;
        lever.settled().await;
        if let Err(error) = self.store.tidy().await {
            tracing::warn!(%error, "the database could not be tidied after a run; the next one does it");
        }
        finished
    }

    async fn open(&self, tenant: &Tenant) -> Result<(crate::lever::Lever, crate::secrets::Secret, Arc<dyn Index>), Closed> {
        let lever = access::lever(&self.store, &self.keys, tenant).await?;
        let keys = MasterKey::load(&self.keys).map_err(AccessError::from)?;
        let secret = access::tenant_secret(&keys, tenant).map_err(AccessError::from)?;
        Ok((lever, secret, self.index().await?))
    }

    async fn closed(&self, claimed: &Claimed, why: Closed, now: Millis) -> Result<Finished, StoreError> {
        let claim = &claimed.claim;
        // Whoever has the right key can run it: it is handed back as it was.
        let again = if why.is_locked() && self.check_key(&self.store.tenants().await?).is_err() { Again::AtOnce } else { why.again() };
        let (state, error) = match why {
            Closed::Night(NightError::Store(error)) => return Err(error),
            Closed::Night(NightError::Cancelled | NightError::Leaving) => (RunState::Cancelled, None),
            why => (RunState::Failed, Some(why.to_string())),
        };
        let ending = Ending { state, tally: Tally::default(), error, changes: Vec::new(), finished_at: now, again };
        self.store.end_run(claim, &ending, None).await?;
        Ok(Finished { record: self.store.run(claim.run).await?, error: None })
    }
}
