//! Writes that must not be lost for a moment's trouble: what was told once is told by nobody again.

use super::StoreError;
use std::future::Future;
use std::time::{Duration, Instant};

/// How long it is tried.
const KEEPING: Duration = Duration::from_secs(20);
/// The pause between two tries.
const LOOK: Duration = Duration::from_millis(100);

/// Tries again for some time while the store is busy, or restarts.
///
/// # Errors
/// The last one of `attempt`; one that does not pass by waiting at once.
pub async fn persistently<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let began = Instant::now();
    loop {
        match attempt().await {
            Err(StoreError::Busy(_) | StoreError::Database(_)) if began.elapsed() < KEEPING => tokio::time::sleep(LOOK).await,
            ended => return ended,
        }
    }
}
