//! What a process does for the nights that runs none: it queues what is due, and tells what is late, also where all workers are dead.

use super::work::{Limits, ROUND};
use super::{House, clock_agrees, queue_due, tell};
use crate::model::Millis;
use crate::store::StoreError;
use std::sync::Arc;

/// Queues and tells for as long as it is let.
pub async fn stand_by(house: Arc<House>) {
    let pause = Limits::default().poll * ROUND;
    let queue = async {
        loop {
            if let Err(error) = look(&house).await {
                tracing::warn!(%error, "nothing can be queued now; trying again");
            }
            tokio::time::sleep(pause).await;
        }
    };
    tokio::join!(tell(Arc::clone(&house), pause), queue);
}

async fn look(house: &House) -> Result<(), StoreError> {
    let (store, now) = (house.store.as_ref(), Millis(chrono::Utc::now().timestamp_millis()));
    store.check().await?;
    if clock_agrees(store, now).await? {
        queue_due(store, now).await?;
    }
    Ok(())
}
