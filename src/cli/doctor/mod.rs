//! `acquaint doctor`: what is right and wrong with this installation, and what to do about it.

mod reach;
mod shared;

use super::{Context, Exit, Failure, start};
use crate::config::Settings;
use crate::index::{Index, ProfileIndex};
use crate::model::Millis;
use crate::resume::{Readers, Sandbox};
use crate::secrets::{KeySource, SecretsError};
use crate::store::{Location, Store, Tenant};
use serde::Serialize;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

/// Looks for what is wrong: data directory, store, index, keys, Lever, alerts, database, workers, limits, core dumps, clocks.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint doctor
  acquaint doctor --json
  acquaint doctor --offline             asks nobody but this machine and the database

Lever is asked one thing with each company's key; the receiver of alerts is connected to, and told nothing.
Ends with 1 when something is broken.")]
pub(super) struct Args {
    /// Do not try to reach Lever and the receiver of alerts
    #[arg(long)]
    offline: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Grade {
    Ok,
    Warn,
    Fail,
}

/// One line: what was looked at, how it is, and what to do when it is not well.
#[derive(Serialize)]
struct Finding {
    check: &'static str,
    grade: Grade,
    says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, grade: Grade::Ok, says: says.into(), fix: None }
    }

    fn warn(check: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, grade: Grade::Warn, says: says.into(), fix: Some(fix.into()) }
    }

    fn fail(check: &'static str, failure: Failure) -> Self {
        Self { check, grade: Grade::Fail, says: failure.error, fix: Some(failure.fix) }
    }
}

/// Room below which a run may fail, and below which it will.
const LITTLE_ROOM: u64 = 1 << 30;
const NO_ROOM: u64 = 100 << 20;

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let mut findings = vec![version(), core_dumps(), sandbox(context).await, shared::limits(), clock(context.now())];
    match context.settings() {
        Ok(settings) => {
            findings.push(directory(&settings.data_dir));
            findings.push(master_key(settings));
            // Looking makes no embedded store; a shared one is there, or should be.
            if settings.data_dir.is_dir() || matches!(settings.database, Location::Postgres(_)) {
                findings.extend(store_and_index(args, context).await);
            }
            if !args.offline {
                findings.extend(reach::alerts(context).await);
            }
        }
        Err(failure) => findings.push(Finding::fail("settings", failure)),
    }
    print(&findings, context);
    let broken = findings.iter().any(|it| it.grade == Grade::Fail);
    Ok(if broken { Exit::Internal } else { Exit::Ok })
}

fn print(findings: &[Finding], context: &Context) {
    if context.output.json() {
        return findings.iter().for_each(|it| context.output.object(it));
    }
    let word = |grade| match grade {
        Grade::Ok => "ok",
        Grade::Warn => "warn",
        Grade::Fail => "fail",
    };
    let row = |it: &Finding| [word(it.grade).into(), it.check.into(), it.says.clone(), it.fix.clone().unwrap_or_default()];
    context.output.rows(["", "check", "finding", "what to do"], findings.iter().map(row));
}

fn version() -> Finding {
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    Finding::ok("version", format!("acquaint {} on {system} {machine}", env!("CARGO_PKG_VERSION")))
}

fn core_dumps() -> Finding {
    if start::core_dumps_are_off() {
        return Finding::ok("core dumps", "off");
    }
    Finding::warn("core dumps", "a crash could leave a copy of memory on disk", "switch them off for this service (`ulimit -c 0`)")
}

/// What keeps a poisoned résumé from doing harm. Limits of memory, time and files are always there.
async fn sandbox(context: &Context) -> Finding {
    const CHECK: &str = "résumé sandbox";
    let found = match context.program() {
        Ok(program) => Readers::new(program, 1).sandbox().await,
        Err(failure) => return Finding::fail(CHECK, failure),
    };
    let missing = "nothing: limits of memory, time and files hold; a newer kernel (5.13, with Landlock and seccomp) adds to them";
    match found {
        Some(Sandbox { landlock: true, seccomp: true }) => Finding::ok(CHECK, "limits, Landlock, seccomp"),
        Some(Sandbox { landlock: false, seccomp: true }) => Finding::warn(CHECK, "limits, seccomp; no Landlock", missing),
        Some(Sandbox { landlock: true, seccomp: false }) => Finding::warn(CHECK, "limits, Landlock; no seccomp", missing),
        Some(Sandbox { landlock: false, seccomp: false }) => Finding::warn(CHECK, "limits alone", missing),
        None => {
            let failure = Failure::new(Exit::Internal, "no child could be started to read résumés", "", "allow this user more processes");
            Finding::fail(CHECK, failure)
        }
    }
}

/// A clock that is years off would make every consent look expired, or none.
fn clock(now: Millis) -> Finding {
    let plausible = ["2026-01-01", "2100-01-01"].map(|day| Millis::parse(day).unwrap_or(now));
    let says = now.rfc3339().unwrap_or_else(|| "outside of the calendar".into());
    if now < plausible[0] || now > plausible[1] {
        return Finding::warn("clock", says, "set this machine's clock");
    }
    Finding::ok("clock", says)
}

fn directory(folder: &Path) -> Finding {
    const CHECK: &str = "data directory";
    let place = folder.display();
    let Ok(about) = std::fs::metadata(folder) else {
        return Finding::warn(CHECK, format!("{place} is not there yet"), "nothing: the first command that keeps something makes it");
    };
    let room = rustix::fs::statvfs(folder).map_or(u64::MAX, |it| it.f_bavail.saturating_mul(it.f_frsize));
    let broken = |error: String, fix: &str| Finding::fail(CHECK, Failure::new(Exit::Internal, error, "", fix));
    if !about.is_dir() {
        return broken(format!("{place} is a file"), "name a folder with --data-dir");
    }
    // Taken away by the system as soon as it is closed.
    if let Err(error) = tempfile::tempfile_in(folder) {
        return broken(format!("{place} cannot be written: {}", error.kind()), "make it writable, or name another with --data-dir");
    }
    if room < NO_ROOM {
        return broken(format!("{place} has {} MB left", room >> 20), "make room");
    }
    if room < LITTLE_ROOM {
        return Finding::warn(CHECK, format!("{place} has {} MB left", room >> 20), "make room: an import needs several times its file");
    }
    if about.mode() & 0o077 != 0 {
        return Finding::warn(CHECK, format!("{place} is open to other users"), format!("chmod 700 {place}"));
    }
    Finding::ok(CHECK, format!("{place} is writable, {} GB free", room >> 30))
}

fn master_key(settings: &Settings) -> Finding {
    const CHECK: &str = "master key";
    let (path, made) = match settings.key.as_ref() {
        KeySource::Given(_) => return Finding::ok(CHECK, "from ACQUAINT_KEY"),
        KeySource::Nowhere => {
            return Finding::warn(CHECK, "none, and with PostgreSQL none is made", SecretsError::Missing.fix());
        }
        KeySource::File(path) => (path, false),
        KeySource::MadeOnce(path) => (path, true),
    };
    let place = path.display();
    match std::fs::metadata(path) {
        Err(_) if made => Finding::ok(CHECK, format!("will be made at {place} with the first tenant")),
        Err(error) => {
            let failure = Failure::new(Exit::Internal, format!("{place} cannot be read: {}", error.kind()), "", "restore the file");
            Finding::fail(CHECK, failure)
        }
        Ok(about) if about.mode() & 0o077 != 0 => Finding::warn(CHECK, format!("{place} is open to others"), format!("chmod 600 {place}")),
        Ok(_) if path.starts_with(&settings.data_dir) => {
            Finding::warn(CHECK, format!("{place} lies with the data"), "move it: a copy of one should not be a copy of both")
        }
        Ok(_) => Finding::ok(CHECK, format!("at {place}")),
    }
}

/// Opens the store, its tenants' keys and the index, as a run would.
async fn store_and_index(args: &Args, context: &Context) -> Vec<Finding> {
    let looked = async {
        let store = context.store().await?;
        let (profiles, revision) = store.profile_count().await?;
        let tenants = store.tenants().await?;
        store.tidy().await?;
        let sound = Finding::ok("store", format!("sound: {profiles} profiles, {} tenants", tenants.len()));
        let mut found = vec![sound, keys(&store, &tenants, context).await, index(context, profiles, revision)];
        if !args.offline {
            found.extend(reach::lever(&store, &tenants, context).await);
        }
        found.extend(shared::database(store.as_ref(), context.now()).await?);
        found.extend(shared::work(store.as_ref(), &tenants, context.now()).await?);
        Ok(found)
    };
    looked.await.unwrap_or_else(|failure: Failure| vec![Finding::fail("store", failure)])
}

async fn keys(store: &Arc<dyn Store>, tenants: &[Tenant], context: &Context) -> Finding {
    const CHECK: &str = "Lever keys";
    for tenant in tenants {
        if let Err(failure) = context.lever(store, tenant).await {
            return Finding::fail(CHECK, failure);
        }
    }
    Finding::ok(CHECK, "the master key opens all of them")
}

fn index(context: &Context, profiles: u64, revision: i64) -> Finding {
    const CHECK: &str = "index";
    let renewed = "nothing: the next run or import brings it up to date";
    let opened = context.index_place().and_then(|it| Ok(ProfileIndex::open(&it)?));
    match opened {
        _ if profiles == 0 => Finding::ok(CHECK, "no profiles yet"),
        Ok(index) if index.revision() == revision && index.len() == profiles => Finding::ok(CHECK, "in step with the store"),
        Ok(_) => Finding::warn(CHECK, "behind the store", renewed),
        Err(failure) if failure.code == Exit::Busy => Finding::warn(CHECK, "being filled", "wait for it, as runs do"),
        Err(_) => Finding::warn(CHECK, "missing, damaged or of another version", renewed),
    }
}
