//! The index in step with the store, while the server runs: profiles that were imported elsewhere are found some seconds later.

use super::site::Site;
use std::sync::Arc;
use std::time::Duration;

/// How often the store is asked whether profiles have changed.
const EVERY: Duration = Duration::from_secs(5);

/// Opens the index, and again whenever the store has gone on. Ends with the server.
pub(super) async fn follow(site: Arc<Site>) {
    loop {
        if let Err(error) = site.catch_up().await {
            tracing::warn!(%error, "the index does not follow the store; it is tried again");
        }
        tokio::time::sleep(EVERY).await;
    }
}
