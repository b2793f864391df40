//! What people and programs may do to a run: one way for both, so that both hear the same when they come too late.

use super::problem::Problem;
use super::site::Site;
use crate::model::{RunId, RunRecord, TenantName};
use crate::store::StoreError;
use axum::http::StatusCode;

const OVER: &str = "the run is over";
const NOT_HELD: &str = "the run is not held, or a newer one is published";

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
    pub(super) async fn publish(&self, tenant: &TenantName, run: &str) -> Result<RunRecord, Problem> {
        let run = self.run_of(tenant, run).await?.run;
        self.store.publish_held(tenant, run, self.now()).await.map_err(|error| late(error, NOT_HELD))?;
        self.tidy().await;
        Ok(self.store.run(run).await?)
    }

    /// Drops a held run.
    pub(super) async fn discard(&self, tenant: &TenantName, run: &str) -> Result<RunRecord, Problem> {
        let run = self.run_of(tenant, run).await?.run;
        self.store.drop_held(tenant, run, self.now()).await.map_err(|error| late(error, NOT_HELD))?;
        self.tidy().await;
        Ok(self.store.run(run).await?)
    }

    /// What was replaced or removed leaves the database's own log too. The work is done by now: what fails here undoes nothing.
    pub(super) async fn tidy(&self) {
        if let Err(error) = self.store.tidy().await {
            tracing::warn!(%error, "the database could not be tidied");
        }
    }
}

/// A run that there is, and that no longer is what is asked of it.
fn late(error: StoreError, detail: &'static str) -> Problem {
    match error {
        StoreError::Unknown(_) => Problem::new(StatusCode::CONFLICT, detail),
        error => error.into(),
    }
}
