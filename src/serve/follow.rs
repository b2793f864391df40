//! The index in step with the store, while the server runs: profiles that were imported elsewhere are found some seconds later.

use super::site::Site;
use crate::index::Index;
use crate::profiles::{self, ProfilesError};
use std::sync::Arc;
use std::time::Duration;

/// How often the store is asked whether profiles have changed.
const EVERY: Duration = Duration::from_secs(5);

/// Opens the index, and again whenever the store has gone on. Ends with the server.
pub(super) async fn follow(site: Arc<Site>) {
    loop {
        if let Err(error) = step(&site).await {
            tracing::warn!(%error, "the index does not follow the store; it is tried again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn step(site: &Site) -> Result<(), ProfilesError> {
    if let Some(index) = site.opened()
        && site.store.profiles_after(index.revision(), 1).await?.is_empty()
    {
        return Ok(());
    }
    let before = site.opened().map(|it| it.revision());
    let index = profiles::open_index(site.store.as_ref(), &site.place, &mut |_| {}).await?;
    if before != Some(index.revision()) {
        site.take_index(index);
    }
    Ok(())
}
