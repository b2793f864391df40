//! What people and programs may do to a run, and how a tenant ends: one way for both, so that both hear the same when they come too late.

use super::problem::Problem;
use super::site::Site;
use crate::model::{RunId, RunRecord, TenantName};
use crate::store::StoreError;
use axum::http::StatusCode;
use std::sync::Arc;
use tracing::Instrument;

const OVER: &str = "the run is over";
const NOT_HELD: &str = "the run is not held, or a newer one is published";

/// What becomes of a held run.
#[derive(Clone, Copy)]
enum Settled {
    Published,
    Dropped,
}

impl Site {
    /// The tenant's run with this id; one of another tenant is none.
    pub(super) async fn run_of(&self, tenant: &TenantName, run: &str) -> Result<RunRecord, Problem> {
        const UNKNOWN: Problem = Problem::unknown("there is no such run");
        let run: RunId = run.parse().map_err(|_| UNKNOWN)?;
        let record = self.store.run(run).await?;
        if record.tenant == *tenant { Ok(record) } else { Err(UNKNOWN) }
    }

    /// Ends a run that waits, or asks one at work to stop. Returns it as it is now.
    pub(super) async fn cancel(&self, tenant: &TenantName, run: &str) -> Result<RunRecord, Problem> {
        let run = self.run_of(tenant, run).await?.run;
        self.store.cancel_run(tenant, run, self.now()).await.map_err(|error| late(error, OVER))?;
        Ok(self.store.run(run).await?)
    }

    /// Publishes a held run.
    pub(super) async fn publish(self: &Arc<Self>, tenant: &TenantName, run: &str) -> Result<RunRecord, Problem> {
        self.settle(tenant, run, Settled::Published).await
    }

    /// Drops a held run.
    pub(super) async fn discard(self: &Arc<Self>, tenant: &TenantName, run: &str) -> Result<RunRecord, Problem> {
        self.settle(tenant, run, Settled::Dropped).await
    }

    /// A large run takes its time, so it is settled whoever waits for it.
    async fn settle(self: &Arc<Self>, tenant: &TenantName, run: &str, how: Settled) -> Result<RunRecord, Problem> {
        let run = self.run_of(tenant, run).await?.run;
        let (site, tenant) = (Arc::clone(self), tenant.clone());
        self.to_the_end(async move {
            let settled = match how {
                Settled::Published => site.store.publish_held(&tenant, run, site.now()).await,
                Settled::Dropped => site.store.drop_held(&tenant, run, site.now()).await,
            };
            settled.map_err(|error| late(error, NOT_HELD))?;
            site.tidy();
            Ok(site.store.run(run).await?)
        })
        .await
    }

    /// Removes a tenant with everything that is its own, which takes its time too.
    pub(super) async fn remove(self: &Arc<Self>, tenant: &TenantName) -> Result<(), Problem> {
        let (site, tenant) = (Arc::clone(self), tenant.clone());
        self.to_the_end(async move {
            site.store.remove_tenant(&tenant, site.now()).await?;
            site.tidy();
            Ok(())
        })
        .await
    }

    /// What was replaced or removed leaves the database's own log too. The work is done by now, so nobody waits for it, and what fails
    /// here undoes nothing.
    fn tidy(self: &Arc<Self>) {
        let site = Arc::clone(self);
        let tidying = async move {
            if let Err(error) = site.store.tidy().await {
                tracing::warn!(%error, "the database could not be tidied");
            }
        };
        tokio::spawn(tidying.in_current_span());
    }
}

/// A run that there is, and that no longer is what is asked of it.
fn late(error: StoreError, detail: &'static str) -> Problem {
    match error {
        StoreError::Unknown(_) => Problem::new(StatusCode::CONFLICT, detail),
        error => error.into(),
    }
}
