//! `…/runs`: what runs counted and how they ended; starting, cancelling and settling them.

use super::Refusals;
use crate::model::{Change, Grant, Order, ProfileId, Publication, ResumePolicy, RunId, RunKind, RunRecord, TenantName};
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, SeeRuns, SettleRuns, StartRuns};
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;
use crate::store::Changed;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// How many.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Many {
    /// Runs at most.
    #[param(minimum = 1, maximum = 1_000, default = 30)]
    limit: Option<u32>,
}

/// Runs of a tenant.
#[derive(Serialize, ToSchema)]
pub(super) struct Runs {
    /// Newest first.
    runs: Vec<RunRecord>,
}

/// What kind of run is wanted; every part may be left out, and so may all of it.
#[derive(Deserialize, Default, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Wanted {
    /// Everything (`full`, the usual), or what changed since the last good run.
    kind: Option<RunKind>,
    /// When résumés are read, in place of the tenant's setting.
    resumes: Option<ResumePolicy>,
    /// Count, and publish nothing.
    dry_run: bool,
    /// Publish even if many badges are lost.
    yes: bool,
}

/// Whose badges a run changed.
#[derive(Serialize, ToSchema)]
pub(super) struct Changes {
    /// By profile; kept for 90 days.
    changes: Vec<Change>,
    /// For `after`, where there are more; null after the last.
    next: Option<ProfileId>,
}

/// Changes of one answer at most.
const CHANGES: u32 = 10_000;

/// Which changes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Further {
    /// Those of profiles after this one: `next` of the answer before.
    after: Option<ProfileId>,
    /// Changes at most.
    #[param(minimum = 1, maximum = 10_000, default = 10_000)]
    limit: Option<u32>,
}

/// A tenant's runs, newest first.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/runs", params(("tenant" = TenantName, Path), Many),
    responses((status = 200, description = "Runs", body = Runs), Refusals)
)]
pub(super) async fn list(State(site): State<Arc<Site>>, it: Allowed<SeeRuns>, Query(many): Query<Many>) -> Result<Json<Runs>, Problem> {
    let limit = many.limit.unwrap_or(30);
    if !(1..=1_000).contains(&limit) {
        return Err(Problem::unfit("limit is 1 to 1000"));
    }
    let runs = site.store.runs(&it.tenant, limit).await?;
    Ok(Json(Runs { runs: runs.into_iter().map(|run| seen(run, &it.viewer)).collect() }))
}

/// Queues a run; one of the tenant at a time.
#[utoipa::path(
    post, path = "/api/v1/tenants/{tenant}/runs", params(("tenant" = TenantName, Path)), request_body = Option<Wanted>,
    responses((status = 202, description = "It waits for its turn; Location says where to look", body = RunRecord), Refusals)
)]
pub(super) async fn start(State(site): State<Arc<Site>>, it: Allowed<StartRuns>, body: Bytes) -> Result<impl IntoResponse, Problem> {
    const UNFIT: Problem = Problem::unfit("a run is asked for with kind, resumes, dry_run and yes, or with nothing");
    let wanted: Option<Wanted> = if body.is_empty() { None } else { serde_json::from_slice(&body).map_err(|_| UNFIT)? };
    let order = order(&site, &it.tenant, &wanted.unwrap_or_default()).await?;
    let run = site.store.queue_run(&it.tenant, &order, site.now()).await?;
    let address = format!("/api/v1/tenants/{}/runs/{run}", it.tenant);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, address)], Json(seen(site.store.run(run).await?, &it.viewer))))
}

async fn order(site: &Site, tenant: &TenantName, wanted: &Wanted) -> Result<Order, Problem> {
    let resumes = site.store.tenant(tenant).await?.settings.resumes;
    Ok(Order {
        kind: wanted.kind.unwrap_or(RunKind::Full),
        resumes: wanted.resumes.unwrap_or(resumes),
        publication: match (wanted.dry_run, wanted.yes) {
            (true, _) => Publication::DryRun,
            (false, true) => Publication::Unguarded,
            (false, false) => Publication::Guarded,
        },
    })
}

/// One run.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/runs/{run}", params(("tenant" = TenantName, Path), ("run" = RunId, Path)),
    responses((status = 200, description = "The run", body = RunRecord), Refusals)
)]
pub(super) async fn one(
    State(site): State<Arc<Site>>,
    it: Allowed<SeeRuns>,
    Path((_, run)): Path<(String, String)>,
) -> Result<Json<RunRecord>, Problem> {
    Ok(Json(seen(site.run_of(&it.tenant, &run).await?, &it.viewer)))
}

/// How the run changed each badge, or would, when it is held.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/runs/{run}/changes", params(("tenant" = TenantName, Path), ("run" = RunId, Path), Further),
    responses((status = 200, description = "Changes by profile", body = Changes), Refusals)
)]
pub(super) async fn changes(
    State(site): State<Arc<Site>>,
    it: Allowed<SettleRuns>,
    Path((_, run)): Path<(String, String)>,
    Query(further): Query<Further>,
) -> Result<Json<Changes>, Problem> {
    let limit = further.limit.unwrap_or(CHANGES);
    if !(1..=CHANGES).contains(&limit) {
        return Err(Problem::unfit("limit is 1 to 10000"));
    }
    let run = site.run_of(&it.tenant, &run).await?;
    let changes = site.store.changes_of(run.run, Changed::After(further.after.as_ref(), limit)).await?;
    let next = changes.last().filter(|_| changes.len() == limit as usize).map(|it| it.profile.clone());
    Ok(Json(Changes { changes, next }))
}

/// Ends a run that is queued; asks one at work to stop, which it does within seconds. Its badges do not change.
#[utoipa::path(
    post, path = "/api/v1/tenants/{tenant}/runs/{run}/cancel", params(("tenant" = TenantName, Path), ("run" = RunId, Path)),
    responses((status = 202, description = "The run as it is now", body = RunRecord), Refusals)
)]
pub(super) async fn cancel(
    State(site): State<Arc<Site>>,
    it: Allowed<StartRuns>,
    Path((_, run)): Path<(String, String)>,
) -> Result<(StatusCode, Json<RunRecord>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(seen(site.cancel(&it.tenant, &run).await?, &it.viewer))))
}

/// Publishes a held run.
#[utoipa::path(
    post, path = "/api/v1/tenants/{tenant}/runs/{run}/publish", params(("tenant" = TenantName, Path), ("run" = RunId, Path)),
    responses((status = 200, description = "The run as it is now", body = RunRecord), Refusals)
)]
pub(super) async fn publish(
    State(site): State<Arc<Site>>,
    it: Allowed<SettleRuns>,
    Path((_, run)): Path<(String, String)>,
) -> Result<Json<RunRecord>, Problem> {
    Ok(Json(site.publish(&it.tenant, &run).await?))
}

/// Drops a held run.
#[utoipa::path(
    post, path = "/api/v1/tenants/{tenant}/runs/{run}/drop", params(("tenant" = TenantName, Path), ("run" = RunId, Path)),
    responses((status = 200, description = "The run as it is now", body = RunRecord), Refusals)
)]
pub(super) async fn discard(
    State(site): State<Arc<Site>>,
    it: Allowed<SettleRuns>,
    Path((_, run)): Path<(String, String)>,
) -> Result<Json<RunRecord>, Problem> {
    Ok(Json(site.discard(&it.tenant, &run).await?))
}

/// Who watches the installation learns of no person, not even by an opportunity's id. Of a whole part that was left out, the id is its name.
pub(super) fn seen(mut run: RunRecord, viewer: &Viewer) -> RunRecord {
    if viewer.grant == Grant::Installation {
        run.tally.left_out.iter_mut().filter(|it| matches!(it.kind.as_str(), "opportunity" | "resume")).for_each(|it| it.id.clear());
    }
    run
}
