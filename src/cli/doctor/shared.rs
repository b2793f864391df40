//! What many processes share: the database and its clock and log, the workers, the queue.

use super::Finding;
use crate::cli::{Exit, Failure};
use crate::model::Millis;
use crate::schedule::Timetable;
use crate::store::{Engine, Store, StoreError, Tenant};
use rustix::process::{Resource, getrlimit};

/// A queued run that is due for longer is late.
const LATE_MS: i64 = 3_600_000;
/// Connections that one process may take for the store, and for each of its cores where the index is in the database: two, and two
/// more while runs go on with an index that another has taken the place of.
const CONNECTIONS: u64 = 8;
const FOR_EACH_CORE: u64 = 4;
/// The first version that has all settings which the program asks for, and is still looked after.
const OLDEST: u32 = 14;
/// Clocks that differ by more cannot agree on when a claim ends.
const SKEW_MS: i64 = 30_000;
/// Open files that a worker with four runs, its connections, its index and its children may need.
const FILES: u64 = 1_024;

/// The database, its clock, and what it writes into its own log.
pub(super) async fn database(store: &dyn Store, now: Millis) -> Result<Vec<Finding>, StoreError> {
    let engine = store.engine(now).await?;
    let mut found = vec![Finding::ok("database", engine.version.clone())];
    let skew = (engine.now.0 - now.0).abs();
    if skew > SKEW_MS {
        let says = format!("this machine's clock and the database's differ by {} seconds", skew / 1000);
        found.push(Finding::fail("database clock", Failure::new(Exit::Internal, says, "", "set both by NTP: no worker begins a run here")));
    }
    if !engine.settings.is_empty() {
        found.extend(age(&engine));
        found.push(log(&engine));
        let at_work = store.workers().await?.iter().filter(|it| it.is_alive(now)).count();
        found.push(connections(&engine, at_work as u64));
    }
    Ok(found)
}

fn value<'e>(engine: &'e Engine, name: &str) -> &'e str {
    engine.settings.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str())
}

/// A server that is too old for the program.
fn age(engine: &Engine) -> Option<Finding> {
    let version = engine.version.split(|it: char| !it.is_ascii_digit()).find_map(|it| it.parse::<u32>().ok())?;
    let fix = format!("update the server to PostgreSQL {OLDEST} or later");
    (version < OLDEST).then(|| Finding::warn("database version", format!("{} is older than what is tested", engine.version), fix))
}

/// Settings that a server does not have write nothing.
fn log(engine: &Engine) -> Finding {
    const CHECK: &str = "database log";
    let is = |name: &str, quiet: &str| ["", quiet].contains(&value(engine, name));
    let quiet = is("log_statement", "none")
        && is("log_min_duration_statement", "-1")
        && is("log_min_duration_sample", "-1")
        && is("log_transaction_sample_rate", "0");
    // A module that writes plans, with values of their own.
    if !is("auto_explain.log_min_duration", "-1") {
        return Finding::warn(CHECK, "auto_explain writes plans into the server's own log", "set auto_explain.log_min_duration to -1");
    }
    let silent = value(engine, "log_parameter_max_length") == "0";
    if (quiet || silent) && is("log_parameter_max_length_on_error", "0") {
        return Finding::ok(CHECK, "holds no parameters");
    }
    Finding::warn(
        CHECK,
        "the server writes parameters of statements into its own log: ids, profiles, sealed keys",
        "set both log_parameter_max_length… settings to 0; or log_statement to none, both log_min_duration… to -1 and \
         log_transaction_sample_rate to 0",
    )
}

fn connections(engine: &Engine, workers: u64) -> Finding {
    const CHECK: &str = "database connections";
    let most: u64 = value(engine, "max_connections").parse().unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(2, |it| it.get() as u64);
    let wanted = (workers + 1) * (CONNECTIONS + FOR_EACH_CORE * cores);
    let says = format!("the server takes {most}; {workers} workers and this process may want {wanted}");
    if most < wanted {
        return Finding::warn(CHECK, says, format!("set max_connections to {wanted} and as many as other programs need"));
    }
    Finding::ok(CHECK, says)
}

/// Who works, what waits, and whether anybody does what the schedules ask for.
pub(super) async fn work(store: &dyn Store, tenants: &[Tenant], now: Millis) -> Result<Vec<Finding>, StoreError> {
    let workers = store.workers().await?;
    let at_work: Vec<_> = workers.iter().filter(|it| it.is_alive(now)).collect();
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
