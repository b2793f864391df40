//! Figures of the server, in Prometheus' text format: numbers by route and status, nobody's name.

use super::problem::Problem;
use super::site::Site;
use super::viewer::Viewer;
use crate::model::{Grant, Millis};
use crate::store::{Store, StoreError};
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;

/// A worker that was silent for longer is not at work.
const ALIVE_MS: i64 = 60_000;

/// What is counted.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram>,
    checked: Family<Tenant, Gauge>,
    queued: Gauge,
    late: Gauge,
    lost: Gauge,
    workers: Gauge,
    at_work: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    /// As the router writes it, without anybody's ids.
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    method: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Tenant {
    tenant: String,
}

impl Default for Metrics {
    fn default() -> Self {
        let (requests, checked) = (Family::default(), Family::default());
        let seconds: Family<Route, Histogram> = Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.001, 2.0, 14)));
        let mut registry = Registry::with_prefix("acquaint");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time until the answer began", seconds.clone());
        registry.register("tenant_checked_timestamp_seconds", "End of the tenant's last good run", checked.clone());
        let mut gauge = |name: &str, help: &str| {
            let it = Gauge::default();
            registry.register(name, help, it.clone());
            it
        };
        let queued = gauge("queued_runs", "Runs that wait for their turn");
        let late = gauge("queue_late_seconds", "How long the first of them has been due");
        let lost = gauge("lost_runs", "Runs whose process ended before them, of all that are recorded");
        let workers = gauge("workers", "Processes that run nights and gave a sign of life within a minute");
        let at_work = gauge("running_runs", "Runs that these are at");
        Self { registry, requests, seconds, checked, queued, late, lost, workers, at_work }
    }
}

impl Metrics {
    /// Asks the store how much is waiting, and who works.
    async fn work(&self, store: &dyn Store, now: Millis) -> Result<(), StoreError> {
        let pending = store.pending().await?;
        let late = pending.first_due_at.map_or(0, |it| (now.0 - it.0).max(0) / 1_000);
        let workers = store.workers().await?;
        let alive: Vec<_> = workers.iter().filter(|it| it.seen_at.plus(ALIVE_MS) > now).collect();
        let count = i64::try_from(alive.len()).unwrap_or(i64::MAX);
        let at_work = alive.iter().map(|it| it.runs).sum();
        for (gauge, value) in [
            (&self.queued, pending.queued),
            (&self.late, late),
            (&self.lost, pending.lost),
            (&self.workers, count),
            (&self.at_work, at_work),
        ] {
            gauge.set(value);
        }
        Ok(())
    }
}

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
    site.metrics.seconds.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
    site.metrics.requests.get_or_create(&Answered { route, method, status }).inc();
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
    let tenants = site.store.tenants().await?;
    // One that is gone is not named any more.
    site.metrics.checked.clear();
    for tenant in tenants {
        let at = tenant.checked_at.map_or(0, |it| it.0 / 1_000);
        site.metrics.checked.get_or_create(&Tenant { tenant: tenant.name.to_string() }).set(at);
    }
    site.metrics.work(site.store.as_ref(), site.now()).await?;
    let mut text = String::new();
    encode(&mut text, &site.metrics.registry).map_err(|_| Problem::BROKE)?;
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
