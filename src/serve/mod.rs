//! What people and programs see: the pages, and the interface under `/api/v1`.
//!
//! Who asks is found in one place (`viewer`), what they may ask is decided in one place (`rights`), and every answer to a sourcer is
//! masked in one place (`mask`), before anything is filtered, counted or sorted.

mod api;
mod body;
mod connections;
mod cursor;
mod figures;
mod filter;
mod follow;
mod hidden;
mod lasting;
mod limits;
pub mod mask;
mod memory;
mod metrics;
pub mod page;
mod peer;
mod problem;
pub mod proof;
mod rights;
mod search;
mod settling;
mod sight;
mod site;
mod viewer;
mod visits;

pub use api::document;
pub use connections::Door;
pub use limits::{A_SECOND, CONNECTIONS, Ticks, ticks};
pub use problem::Problem;
pub use site::{Clock, Rooms, Site};
pub use viewer::{Viewer, Who};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// How long an answer may take to begin.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How long the head of a request may take, and a connection be silent between two of them.
pub const HEAD: Duration = Duration::from_secs(30);
/// How long requests under way may go on once the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// Nothing from elsewhere, no script or style inside of a page, no page inside of another.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Every route, with what holds for all of them.
pub fn router(site: &Arc<Site>) -> Router {
    let routes = Router::new().merge(api::routes()).merge(page::routes()).with_state(Arc::clone(site));
    let unless_said = |name: HeaderName, value: HeaderValue| SetResponseHeaderLayer::if_not_present(name, value);
    // The last is the outermost.
    routes
        .layer(from_fn_with_state(Arc::clone(site), body::bounded))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, site.patience))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::custom(problem::of_panic))
        .layer(from_fn(page::told))
        .layer(unless_said(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(unless_said(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(unless_said(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(unless_said(header::REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .layer(from_fn(for_good))
        .layer(from_fn_with_state(Arc::clone(site), metrics::count))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}

/// A browser that came by https comes by nothing else for a year.
async fn for_good(request: Request, next: Next) -> Response {
    let secure = peer::over_https(request.headers());
    let mut response = next.run(request).await;
    if secure {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// Serves until `stop` ends, then lets requests under way, and what they began, finish for a while.
pub async fn run(door: Door, site: &Arc<Site>, stop: impl Future<Output = ()> + Send + 'static) {
    let following = tokio::spawn(follow::follow(Arc::clone(site)));
    let stopping = async {
        stop.await;
        site.stop();
        tokio::time::sleep(FAREWELL).await;
    };
    let serving = async {
        connections::serve(door, site, router(site)).await;
        site.all_done().await;
    };
    tokio::select! {
        () = serving => {}
        () = stopping => {}
    }
    following.abort();
}
