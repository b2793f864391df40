//! `GET /tenants`: what the viewer may see, and how fresh it is. `GET /health`: whether the server can answer at all.

use super::Refusals;
use crate::model::{Grant, Millis};
use crate::serve::problem::Problem;
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A tenant that the viewer may see.
#[derive(Serialize, ToSchema)]
pub(super) struct Tenant {
    /// Its name.
    tenant: String,
    /// The end of its last good run; null for never.
    checked_at: Option<Millis>,
}

/// The tenants that the token may see.
#[utoipa::path(get, path = "/api/v1/tenants", responses((status = 200, description = "Tenants by name", body = Vec<Tenant>), Refusals))]
pub(super) async fn list(State(site): State<Arc<Site>>, viewer: Viewer) -> Result<Json<Vec<Tenant>>, Problem> {
    let tenants = match &viewer.grant {
        Grant::Installation => site.store.tenants().await?,
        Grant::Tenant(own, _) => vec![site.store.tenant(own).await?],
    };
    let seen = tenants.into_iter().map(|it| Tenant { tenant: it.name.to_string(), checked_at: it.checked_at });
    Ok(Json(seen.collect()))
}

/// Whether the store answers.
pub(super) async fn health(State(site): State<Arc<Site>>) -> Result<&'static str, Problem> {
    site.store.profiles_after(i64::MAX, 1).await?;
    Ok("ok\n")
}
