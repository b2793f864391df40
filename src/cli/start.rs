//! What is settled before the first verb runs: no core dumps, panics that quote nobody, logs that stay our own.

use super::{Exit, Failure, Global};
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, LevelFilter, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Memory holds candidates while a run lasts, and a dump would be a copy of it. The limit stops dumps to files; a piped dump
/// handler ignores limits, so the process also declares itself not dumpable.
pub(super) fn no_core_dumps() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _told_by_doctor = (setrlimit(Resource::Core, none), set_dumpable_behavior(DumpableBehavior::NotDumpable));
}

/// Whether a crash of this process leaves no copy of its memory.
pub(super) fn core_dumps_are_off() -> bool {
    let behavior = rustix::process::dumpable_behavior();
    getrlimit(Resource::Core).current == Some(0) && matches!(behavior, Ok(DumpableBehavior::NotDumpable))
}

/// Where the last panic was; a panic that was caught and mended is only logged.
static BROKE_AT: Mutex<String> = Mutex::new(String::new());

/// A panic's message can quote a person, so only its place is told.
pub fn quote_nothing_in_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".into(), |it| format!("{}:{}", it.file(), it.line()));
        tracing::error!("broke at {place}");
        *BROKE_AT.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

/// What to say of a panic that ended the work.
pub(super) fn broke() -> Failure {
    let place = BROKE_AT.lock().unwrap_or_else(PoisonError::into_inner);
    Failure::new(
        Exit::Internal,
        format!("acquaint broke at {place}"),
        "the work stopped; badges that were published before stand as they were",
        "run it again; if it breaks again, report the place and what `acquaint doctor` prints",
    )
}

/// The level that `-q`, `-v`, `-vv` and `-vvv` give to this crate's own logs; none leaves it to the filter.
pub(super) fn own_level(global: &Global) -> Option<LevelFilter> {
    match (global.quiet, global.verbose) {
        (true, _) => Some(LevelFilter::ERROR),
        (_, 0) => None,
        (_, 1) => Some(LevelFilter::INFO),
        (_, 2) => Some(LevelFilter::DEBUG),
        _ => Some(LevelFilter::TRACE),
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// For people.
    Text,
    /// One JSON object a line (`--json`).
    Json,
}

/// Sends logs to stderr by a filter (that of `ACQUAINT_LOG`), with this crate's own level over it. Dependencies never say more
/// than `info`, whatever the filter asks: libraries for HTTP, SQL and PDF print bodies, parameters and texts.
///
/// # Errors
/// When the filter cannot be read.
pub fn log(filter: &str, own: Option<LevelFilter>, lines: Lines) -> Result<(), Failure> {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).parse(filter).map_err(|_| bad_filter())?;
    let own = own.and_then(|level| format!("acquaint={level}").parse().ok());
    let filter = own.into_iter().fold(filter, EnvFilter::add_directive);
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colour);
    let layer = match lines {
        Lines::Text => layer.boxed(),
        Lines::Json => layer.json().boxed(),
    };
    let layer = layer.with_filter(filter.and(filter_fn(is_ours_or_brief)));
    let _already_set = tracing_subscriber::registry().with(layer).try_init();
    Ok(())
}

fn is_ours_or_brief(event: &Metadata<'_>) -> bool {
    let ours = event.target() == "acquaint" || event.target().starts_with("acquaint::");
    ours || *event.level() <= Level::INFO
}

fn bad_filter() -> Failure {
    Failure::new(
        Exit::Usage,
        "ACQUAINT_LOG is not a filter of logs",
        "nothing was done",
        "write levels by target, such as `info` or `warn,acquaint=debug`",
    )
}
