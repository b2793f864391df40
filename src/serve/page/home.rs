//! The first page: where each role begins its day.

use crate::model::Grant;
use crate::serve::viewer::Viewer;
use axum::response::Redirect;

pub(super) async fn page(viewer: Viewer) -> Redirect {
    match &viewer.grant {
        Grant::Tenant(tenant, _) => Redirect::to(&format!("/t/{tenant}/search")),
        Grant::Installation => Redirect::to("/console"),
    }
}
