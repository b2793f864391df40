//! `GET …/runs/{run}/events`: a run as it goes on, as server-sent events.

use super::{Refusals, runs};
use crate::model::{RunId, RunRecord, TenantName};
use crate::serve::limits::Share;
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, Right, SeeRuns, allows};
use crate::serve::site::Site;
use crate::serve::viewer::{self, Viewer};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt, stream};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use utoipa::ToSchema;

/// How often the run is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// How long one stream lasts. Whoever listens asks again by itself.
const LASTS: Duration = Duration::from_secs(300);

/// One event, as a client of such streams reads it.
#[derive(ToSchema)]
#[schema(as = RunEvent)]
#[expect(dead_code, reason = "describes what is written as text")]
pub(super) struct Told {
    /// Always `run`.
    event: String,
    /// The run as `GET …/runs/{run}` gives it, in JSON.
    data: String,
}

/// Tells of a run whenever something has changed, until it is over. Each event is named `run`, and its data is the run as
/// `GET …/runs/{run}` gives it.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/runs/{run}/events", params(("tenant" = TenantName, Path), ("run" = RunId, Path)),
    responses((status = 200, description = "Server-sent events", content_type = "text/event-stream", body = Told), Refusals)
)]
pub(super) async fn events(
    State(site): State<Arc<Site>>,
    it: Allowed<SeeRuns>,
    Path((_, run)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let first = site.run_of(&it.tenant, &run).await?.run;
    let stopped = Arc::clone(&site);
    let turn = site.limits.streams.take(&it.viewer.name())?;
    let Allowed { viewer, tenant, .. } = it;
    let watched = Watched { site, viewer, tenant, headers, run: first, last: None, until: Instant::now() + LASTS, _turn: turn };
    let events = stream::unfold(watched, |mut watched| async move { watched.next().await.map(|event| (Ok(event), watched)) });
    let events = events.take_until(async move { stopped.stopped().await });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// A run that somebody watches.
struct Watched {
    site: Arc<Site>,
    viewer: Viewer,
    tenant: TenantName,
    /// What says who listens, asked anew each time.
    headers: HeaderMap,
    run: RunId,
    /// As it was told last.
    last: Option<RunRecord>,
    until: Instant,
    /// Given back when the stream ends, however it does.
    _turn: Share,
}

impl Watched {
    /// The next event; none once the run was told to be over, is gone, the time is up, or the right to it ended.
    async fn next(&mut self) -> Option<Event> {
        if self.last.as_ref().is_some_and(|it| !it.state.is_alive()) {
            return None;
        }
        while Instant::now() < self.until {
            let run = runs::seen(self.site.store.run(self.run).await.ok()?, &self.viewer);
            // After the run was read, so that nothing of later is told to who was let out meanwhile.
            self.still_may().await.then_some(())?;
            if self.last.as_ref() != Some(&run) {
                let event = Event::default().event("run").json_data(&run).ok();
                self.last = Some(run);
                return event;
            }
            sleep(EVERY).await;
        }
        None
    }

    async fn still_may(&self) -> bool {
        let now = viewer::named_by(&self.site, &self.headers).await.ok().flatten();
        now.is_some_and(|it| allows(&it, &self.tenant, Right::SeeRuns))
    }
}
