//! What is counted, in Prometheus' text format: numbers by route and status, nobody's name but companies'.

use super::problem::Problem;
use crate::lever;
use crate::model::Millis;
use crate::store::{self, Store, StoreError};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Runs of one day are told as one figure: a night and what came before it.
const DAY_MS: i64 = 24 * 3_600_000;

/// What is counted.
pub(super) struct Figures {
    /// Whoever tells the figures holds it: those that come from the store are cleared and set anew meanwhile.
    registry: Mutex<Registry>,
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

/// What the store knows, read before anything is told.
struct Known {
    tenants: Vec<store::Tenant>,
    ended: Vec<store::EndedRuns>,
    pending: store::Pending,
    workers: Vec<store::Worker>,
}

impl Known {
    async fn by(store: &dyn Store, now: Millis) -> Result<Self, StoreError> {
        Ok(Self {
            tenants: store.tenants().await?,
            ended: store.ended_runs(now.plus(-DAY_MS)).await?,
            pending: store.pending().await?,
            workers: store.workers().await?,
        })
    }
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

impl Default for Figures {
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
        let registry = Mutex::new(registry);
        Self { registry, requests, seconds, checked, stalest, ended, asked, queued, late, lost, workers, at_work }
    }
}

impl Figures {
    /// Counts an answer.
    pub(super) fn answered(&self, route: String, method: String, status: u16, took: Duration) {
        self.seconds.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answered { route, method, status }).inc();
    }

    /// All of them, as they are now.
    pub(super) async fn told(&self, store: &dyn Store, now: Millis) -> Result<String, Problem> {
        let known = Known::by(store, now).await?;
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        self.badges(&known.tenants, now);
        self.asked();
        self.work(&known, now);
        let mut text = String::new();
        encode(&mut text, &registry).map_err(|_| Problem::BROKE)?;
        Ok(text)
    }

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

    /// How much is waiting, and who works.
    fn work(&self, known: &Known, now: Millis) {
        self.ended.set(&known.ended);
        let late = known.pending.first_due_at.map_or(0, |it| (now.0 - it.0).max(0) / 1_000);
        let alive: Vec<_> = known.workers.iter().filter(|it| it.is_alive(now)).collect();
        let count = i64::try_from(alive.len()).unwrap_or(i64::MAX);
        let at_work = alive.iter().map(|it| it.runs).sum();
        for (gauge, value) in [
            (&self.queued, known.pending.queued),
            (&self.late, late),
            (&self.lost, known.pending.lost),
            (&self.workers, count),
            (&self.at_work, at_work),
        ] {
            gauge.set(value);
        }
    }
}
