//! Work that goes on though nobody waits for it any more: who goes away, or is answered that it takes too long, stops nothing half-way.

use super::problem::Problem;
use super::site::Site;
use std::future::Future;
use tracing::Instrument;

impl Site {
    /// Does the work to its end, and returns what came of it; what it logs stands under the request's id all the same. Only the waiting
    /// ends with the request.
    pub(super) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        self.lasting.spawn(work.in_current_span()).await.unwrap_or(Err(Problem::BROKE))
    }

    /// Returns when nothing of the kind is under way any more.
    pub(super) async fn all_done(&self) {
        self.lasting.close();
        self.lasting.wait().await;
    }
}
