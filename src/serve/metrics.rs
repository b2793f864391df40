//! Who is told the figures of the server, and what is counted of each answer.

use super::problem::Problem;
use super::site::Site;
use super::viewer::Viewer;
use crate::model::Grant;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;

/// Counts an answer, and writes a line for those who watch. Whatever is logged meanwhile stands under the request's id.
pub(super) async fn count(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = known(request.method());
    let start = Instant::now();
    // As an error, so that it is there whenever anything is written at all.
    let span = tracing::error_span!("request", id = id_of(request.headers()), route);
    let response = next.run(request).instrument(span).await;
    let (took, status) = (start.elapsed(), response.status().as_u16());
    tracing::debug!(route, method, status, ?took, "answered");
    site.figures.answered(route, method, status, took);
    response
}

/// The request's id, as far as it is one: a client can send its own.
fn id_of(headers: &HeaderMap) -> String {
    let given = headers.get("x-request-id").and_then(|it| it.to_str().ok()).unwrap_or_default();
    given.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '-').take(64).collect()
}

/// Anybody can invent a method, and each would be a figure of its own.
fn known(method: &Method) -> String {
    const KNOWN: [Method; 7] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    if KNOWN.contains(method) { method.to_string() } else { "other".to_owned() }
}

/// The figures, for who watches the installation, or asks from this machine itself.
pub(super) async fn page(State(site): State<Arc<Site>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0);
    if !is_local(peer, &parts.headers) {
        let viewer = Viewer::from_request_parts(&mut parts, &site).await?;
        if viewer.grant != Grant::Installation {
            return Err(Problem::FORBIDDEN);
        }
    }
    let text = site.figures.told(site.store.as_ref(), site.now()).await?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response())
}

/// Whether the request comes from this machine: not through a proxy on it, and not from a page that calls itself by our address.
fn is_local(peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
    let relayed = ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"].iter().any(|it| headers.contains_key(*it));
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(name, port)| if port.bytes().all(|it| it.is_ascii_digit()) { name } else { host });
    let ours = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
    peer.is_some_and(|it| it.ip().to_canonical().is_loopback()) && ours && !relayed
}
