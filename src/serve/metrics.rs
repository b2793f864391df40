//! Figures of the server, in Prometheus' text format: numbers by route and status, nobody's name.

use super::problem::Problem;
use super::site::Site;
use super::viewer::Viewer;
use crate::lever;
use crate::model::{Grant, Millis};
use crate::store::{self, Store, StoreError};
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
use std::sync::atomic::Ordering;
use std::time::Instant;
use tracing::Instrument;

/// A worker that was silent for longer is not at work.
const ALIVE_MS: i64 = 60_000;

/// Runs of one day are told as one figure: a night and what came before it.
const DAY_MS: i64 = 24 * 3_600_000;

/// What is counted.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram>,
    checked: Family<Tenant, Gauge>,
    stalest: Gauge,
    ended: Ended,
    asked: Family<Outcome, Counter>,
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

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct End {
    kind: &'static str,
    outcome: &'static str,
}

/// Runs of the last day, as the store knows them: in whichever process they were.
#[derive(Default)]
struct Ended {
    runs: Family<End, Gauge>,
    seconds: Family<End, Gauge>,
    longest: Family<End, Gauge>,
    requests: Family<End, Gauge>,
    rate_limited: Family<End, Gauge>,
}

impl Ended {
    fn register(&self, registry: &mut Registry) {
        for (name, help, family) in [
            ("ended_runs", "Runs of all processes that ended within a day, by how they ended", &self.runs),
            ("ended_runs_seconds", "How long these took together", &self.seconds),
            ("ended_runs_longest_seconds", "How long the longest of these took", &self.longest),
            ("ended_runs_lever_requests", "Requests to Lever of these, every attempt", &self.requests),
            ("ended_runs_lever_rate_limited", "Answers of 429 to these", &self.rate_limited),
        ] {
            registry.register(name, help, family.clone());
        }
    }

    /// Puts these in the place of what was told before: an outcome that did not occur within a day is not told.
    fn set(&self, ended: &[store::EndedRuns]) {
        [&self.runs, &self.seconds, &self.longest, &self.requests, &self.rate_limited].into_iter().for_each(Family::clear);
        for it in ended {
            let end = End { kind: it.kind.as_str(), outcome: it.state.as_str() };
            for (family, value) in [
                (&self.runs, it.count),
                (&self.seconds, it.lasted_ms / 1_000),
                (&self.longest, it.longest_ms / 1_000),
                (&self.requests, it.requests),
                (&self.rate_limited, it.rate_limited),
            ] {
                family.get_or_create(&end).set(value);
            }
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let (requests, checked, asked) = (Family::default(), Family::default(), Family::default());
        let seconds: Family<Route, Histogram> = Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.001, 2.0, 14)));
        let mut registry = Registry::with_prefix("acquaint");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time until the answer began", seconds.clone());
        registry.register("tenant_checked_timestamp_seconds", "End of the tenant's last good run", checked.clone());
        registry.register("lever_requests", "Requests to Lever of this process alone, by how they were answered", asked.clone());
        let ended = Ended::default();
        ended.register(&mut registry);
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
        let stalest = gauge("stalest_badges_seconds", "Since the last good run of the company with a schedule that has waited longest");
        Self { registry, requests, seconds, checked, stalest, ended, asked, queued, late, lost, workers, at_work }
    }
}

impl Metrics {
    /// How old each tenant's badges are. One that is gone is not named any more.
    fn badges(&self, tenants: &[store::Tenant], now: Millis) {
        self.checked.clear();
        for tenant in tenants {
            let at = tenant.checked_at.map_or(0, |it| it.0 / 1_000);
            self.checked.get_or_create(&Tenant { tenant: tenant.name.to_string() }).set(at);
        }
        // Whom nobody runs by a schedule, or who is paused, is as old as somebody wants.
        let kept_fresh = tenants.iter().filter(|it| it.settings.schedule.is_some() && !it.settings.paused);
        let oldest = kept_fresh.map(|it| it.checked_at.unwrap_or(it.created_at)).min();
        self.stalest.set(oldest.map_or(0, |it| (now.0 - it.0).max(0) / 1_000));
    }

    /// What this process asked of Lever; what others did is in their runs.
    fn asked(&self) {
        for (outcome, count) in lever::asked() {
            self.asked.get_or_create(&Outcome { outcome }).inner().store(count, Ordering::Relaxed);
        }
    }

    /// Asks the store how much is waiting, and who works.
    async fn work(&self, store: &dyn Store, now: Millis) -> Result<(), StoreError> {
        self.ended.set(&store.ended_runs(now.plus(-DAY_MS)).await?);
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
    site.metrics.badges(&site.store.tenants().await?, site.now());
    site.metrics.asked();
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
