//! Signs of life: while a run is at work it keeps its claim, tells how far it is, and hears whether it is to stop.

use super::{NightError, Rooms, Step};
use crate::model::{Millis, Progress, RunStep};
use crate::store::{Claim, StoreError, Wish};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often a run gives a sign of life. Its lease holds for a dozen of them.
const BEAT: Duration = Duration::from_secs(5);

/// Lengthens the lease until the claim is lost, or a person wants the run to stop.
pub(super) async fn keep_claim(
    rooms: Rooms<'_>,
    claim: &Claim,
    last: &Mutex<Step>,
    clock: &(dyn Fn() -> Millis + Send + Sync),
) -> NightError {
    let mut pulled = 0;
    loop {
        tokio::time::sleep(BEAT).await;
        let step = *last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Step::Listing(rows) = step {
            pulled = rows;
        }
        let progress = step.progress(pulled, rooms.lever.usage().requests);
        match rooms.store.beat(claim, Some(&progress), clock()).await {
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

impl Step {
    fn progress(self, pulled: u64, requests: u64) -> Progress {
        let (step, done, of) = match self {
            Self::Listing(rows) => (RunStep::Listing, rows, 0),
            Self::Matching(done, of) => (RunStep::Matching, done, of),
            Self::Reading(done, of) => (RunStep::Reading, done, of),
            Self::Publishing => (RunStep::Publishing, 0, 0),
        };
        Progress { step, done, of, pulled, requests }
    }
}
