//! Signs of life: while a run is at work it keeps its claim, tells how far it is, and hears whether it is to stop.

use super::{NightError, Step};
use crate::model::{Millis, Progress, RunStep};
use crate::store::{Claim, Store, StoreError, Wish};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often a run gives a sign of life. Its lease holds for a dozen of them.
const BEAT: Duration = Duration::from_secs(5);

/// Lengthens the lease until the claim is lost, or a person wants the run to stop; tells how far it is with each sign.
pub async fn keep_claim(
    store: &dyn Store,
    claim: &Claim,
    progress: &(dyn Fn() -> Option<Progress> + Send + Sync),
    clock: &(dyn Fn() -> Millis + Send + Sync),
) -> NightError {
    loop {
        tokio::time::sleep(BEAT).await;
        match store.beat(claim, progress().as_ref(), clock()).await {
            Ok(Wish::GoOn) => {}
            Ok(Wish::Stop) => return NightError::Cancelled,
            // A database that is away for a moment takes no claim away: its lease does.
            Err(StoreError::Busy(_) | StoreError::Database(_)) => {
                tracing::warn!(run = %claim.run, "a sign of life did not reach the store")
            }
            Err(error) => return error.into(),
        }
    }
}

/// The last step that was told, and how much had been listed by then.
pub(super) struct Latest(Mutex<(Step, u64)>);

impl Latest {
    pub(super) fn new() -> Self {
        Self(Mutex::new((Step::Listing(0), 0)))
    }

    pub(super) fn set(&self, step: Step) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pulled = if let Step::Listing(rows) = step { rows } else { held.1 };
        *held = (step, pulled);
    }

    pub(super) fn progress(&self, requests: u64) -> Progress {
        let (step, pulled) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (step, done, of) = match step {
            Step::Listing(rows) => (RunStep::Listing, rows, 0),
            Step::Matching(done, of) => (RunStep::Matching, done, of),
            Step::Reading(done, of) => (RunStep::Reading, done, of),
            Step::Publishing => (RunStep::Publishing, 0, 0),
        };
        Progress { step, done, of, pulled, requests }
    }
}
