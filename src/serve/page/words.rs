//! How pages say things: times, badges, and why. Plain words, and never a colour alone.

use crate::model::{Millis, RunState};
use chrono::{DateTime, Months, Utc};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long ago, as people say it. What lies ahead is said by its day.
pub(super) fn ago(at: Millis, now: Millis) -> String {
    let said = |count: i64, one: &str, many: &str| if count == 1 { format!("{one} ago") } else { format!("{count} {many} ago") };
    match now.0.saturating_sub(at.0) {
        ahead if ahead < -MINUTE => day(at),
        moment if moment < MINUTE => "just now".into(),
        it if it < HOUR => said(it / MINUTE, "a minute", "minutes"),
        it if it < DAY => said(it / HOUR, "an hour", "hours"),
        it if it < 2 * DAY => "yesterday".into(),
        it if it < 60 * DAY => said(it / DAY, "a day", "days"),
        it if it < 730 * DAY => said(it / (30 * DAY), "a month", "months"),
        it => said(it / (365 * DAY), "a year", "years"),
    }
}

/// The day, such as `12 Mar 2026`.
pub(super) fn day(at: Millis) -> String {
    format(at, "%-d %b %Y")
}

/// The moment: the time alone where it was today, with the day elsewhere, and with the year where it is another one. In UTC, and it says
/// so: people sit elsewhere.
pub(super) fn moment(at: Millis, now: Millis) -> String {
    let alike = |form| format(at, form) == format(now, form);
    let form = if alike("%F") {
        "%H:%M UTC"
    } else if alike("%Y") {
        "%-d %b %H:%M UTC"
    } else {
        "%-d %b %Y %H:%M UTC"
    };
    format(at, form)
}

/// The same time of day so many months before, by the calendar: 24 of them are two years.
pub(super) fn months_before(now: Millis, months: u32) -> Millis {
    let before = DateTime::<Utc>::from_timestamp_millis(now.0).and_then(|it| it.checked_sub_months(Months::new(months)));
    before.map_or(Millis(i64::MIN), |it| Millis(it.timestamp_millis()))
}

fn format(at: Millis, form: &str) -> String {
    DateTime::<Utc>::from_timestamp_millis(at.0).map_or_else(|| "an unknown time".into(), |it| it.format(form).to_string())
}

/// A clause as a sentence.
pub(super) fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// How long something takes or took.
pub(super) fn lasts(millis: i64) -> String {
    match millis.max(0) {
        it if it < MINUTE => format!("{} s", it / 1000),
        it if it < HOUR => format!("{} min {} s", it / MINUTE, it % MINUTE / 1000),
        it => format!("{} h {} min", it / HOUR, it % HOUR / MINUTE),
    }
}

/// A whole number in groups of three digits.
pub(super) fn number(it: u64) -> String {
    let digits = it.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|it| std::str::from_utf8(it).ok()).collect();
    groups.join("\u{202f}")
}

/// Bytes, as file managers say them.
pub(super) fn bytes(it: u64) -> String {
    match it {
        it if it < 1_000 => format!("{it} bytes"),
        it if it < 1_000_000 => format!("{} kB", it / 1_000),
        it => format!("{:.1} MB", it as f64 / 1e6),
    }
}

/// The words as a sentence begins.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |it| it.to_uppercase().chain(letters).collect())
}

/// How far a run is, or how it ended.
pub(super) fn says(state: RunState) -> &'static str {
    match state {
        RunState::Queued => "Waits",
        RunState::Running => "Running",
        RunState::Published => "Published",
        RunState::Held => "Held",
        RunState::Cancelled => "Cancelled",
        RunState::Failed => "Failed",
        RunState::Lost => "Lost",
        RunState::DryRun => "Dry run",
    }
}

/// How that looks.
pub(super) fn class(state: RunState) -> &'static str {
    match state {
        RunState::Queued | RunState::Running => "in",
        RunState::Published => "good",
        RunState::Held => "wait",
        RunState::Failed | RunState::Lost => "stop",
        RunState::Cancelled | RunState::DryRun => "",
    }
}

/// An address of ours with its query, encoded.
pub(super) fn address(path: &str, query: &[(&str, &str)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
    let query = text.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
