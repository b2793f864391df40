//! Signs of life: while a run is at work it keeps its claim, tells how far it is, and hears whether it is to stop.

use super::{NightError, Step};
use crate::model::{Millis, Progress, RunStep};
use crate::store::{Claim, Store, StoreError, Wish};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often a run gives a sign of life. Its lease holds for a dozen of them.
const BEAT: Duration = Duration::from_secs(5);
/// How long its answer is waited for.
const ANSWER: Duration = Duration::from_secs(20);
/// A run that could give none for so long has lost its claim long ago, to whoever can reach the store.
const LEFT_ALONE: Duration = Duration::from_secs(120);

/// Lengthens the lease until the claim is lost, or a person wants the run to stop; tells how far it is with each sign.
pub async fn keep_claim(
    store: &dyn Store,
    claim: &Claim,
    progress: &(dyn Fn() -> Option<Progress> + Send + Sync),
    clock: &(dyn Fn() -> Millis + Send + Sync),
) -> NightError {
    let mut heard = Instant::now();
    loop {
        tokio::time::sleep(BEAT).await;
        let told = progress();
        let beat = tokio::time::timeout(ANSWER, store.beat(claim, told.as_ref(), clock()));
        match beat.await.unwrap_or_else(|_| Err(StoreError::Database("the server stopped answering".into()))) {
            Ok(Wish::GoOn) => heard = Instant::now(),
            Ok(Wish::Stop) => return NightError::Cancelled,
            // A database that is away for a moment takes no claim away: its lease does. What is asked of a network that swallows it is
            // never answered, so that the run would not find out by itself.
            Err(error @ (StoreError::Busy(_) | StoreError::Database(_))) if heard.elapsed() > LEFT_ALONE => return error.into(),
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
