//! What many processes share: the database and its clock and log, the workers, the queue.

use super::Finding;
use crate::cli::{Exit, Failure};
use crate::model::Millis;
use crate::schedule::Timetable;
use crate::store::{Store, StoreError, Tenant};
use rustix::process::{Resource, getrlimit};

/// A worker that was silent for longer is not at work.
const SILENT_MS: i64 = 60_000;
/// A queued run that is due for longer is late.
const LATE_MS: i64 = 3_600_000;
/// Clocks that differ by more cannot agree on when a claim ends.
const SKEW_MS: i64 = 30_000;
/// Open files that a worker with four runs, its connections, its index and its children may need.
const FILES: u64 = 1_024;

/// The database, its clock, and what it writes into its own log.
pub(super) async fn database(store: &dyn Store, now: Millis) -> Result<Vec<Finding>, StoreError> {
    let engine = store.engine(now).await?;
    let mut found = vec![Finding::ok("database", engine.version)];
    let skew = (engine.now.0 - now.0).abs();
    if skew > SKEW_MS {
        let says = format!("this machine's clock and the database's differ by {} seconds", skew / 1000);
        found.push(Finding::fail("database clock", Failure::new(Exit::Internal, says, "", "set both by NTP: no worker begins a run here")));
    }
    let value = |name: &str| engine.logs.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str());
    let statements = value("log_statement") != "none" || value("log_min_duration_statement") != "-1";
    let (parameters, on_error) = (value("log_parameter_max_length"), value("log_parameter_max_length_on_error"));
    if !engine.logs.is_empty() {
        found.push(match (statements && parameters != "0", on_error != "0") {
            (false, false) => Finding::ok("database log", "holds no parameters"),
            _ => Finding::warn(
                "database log",
                "the server writes parameters of statements into its own log: ids, profiles, sealed keys",
                "set log_statement = none and log_min_duration_statement = -1, or both log_parameter_max_length… settings to 0",
            ),
        });
    }
    Ok(found)
}

/// Who works, what waits, and whether anybody does what the schedules ask for.
pub(super) async fn work(store: &dyn Store, tenants: &[Tenant], now: Millis) -> Result<Vec<Finding>, StoreError> {
    let workers = store.workers().await?;
    let at_work: Vec<_> = workers.iter().filter(|it| it.seen_at.plus(SILENT_MS) > now).collect();
    let runs: i64 = at_work.iter().map(|it| it.runs).sum();
    let pending = store.pending().await?;
    let scheduled = tenants.iter().filter(|it| Timetable::of(&it.name, &it.settings).is_ok_and(|it| it.kinds().next().is_some())).count();
    let says = format!("{} at work with {runs} runs; {} runs wait; {scheduled} tenants have a schedule", at_work.len(), pending.queued);
    let late = pending.first_due_at.is_some_and(|it| it.plus(LATE_MS) < now);
    let own = env!("CARGO_PKG_VERSION");
    Ok(vec![match () {
        () if at_work.is_empty() && (scheduled > 0 || pending.queued > 0) => {
            Finding::warn("workers", says, "start `acquaint worker` or `acquaint serve`: nobody runs what is due")
        }
        () if late => Finding::warn("workers", says, "a run is late by more than an hour: start more workers, see `acquaint plan`"),
        () if at_work.iter().any(|it| it.version != own) => {
            Finding::warn("workers", format!("{says}; not all are of version {own}"), "nothing while you update; else update all of them")
        }
        () => Finding::ok("workers", says),
    }])
}

/// What the system lets this process and its children have.
pub(super) fn limits() -> Finding {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let processes = getrlimit(Resource::Nproc).current.map_or_else(|| "any number of".into(), |it| it.to_string());
    let says = format!("{files} open files, {processes} processes");
    if files < FILES {
        return Finding::warn("limits", says, format!("allow {FILES} open files (`ulimit -n {FILES}`, or LimitNOFILE= of the unit)"));
    }
    Finding::ok("limits", says)
}
