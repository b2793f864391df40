//! When the runs of a tenant are due: cron in the tenant's time zone, and the hours in which none may begin. Pure: `now` is given.
//!
//! Where clocks are set forward, a time that does not exist is served right after the gap; where they are set back, a time that
//! comes twice is served once, and `*/15` goes on through both passes.

use crate::model::{Millis, RunKind, Settings, TenantName};
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use xxhash_rust::xxh3::xxh3_64;

/// Why settings make no timetable; each says what is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadTimetable {
    /// Report: neither a preset nor cron.
    #[error("`schedule` is none, nightly, weekly, recent, five fields of cron with `full` or `recent` before them, or two joined by +")]
    Schedule,
    /// Report: two rules for one kind of run.
    #[error("`schedule` has two times for one kind of run")]
    Twice,
    /// Report: a name that the IANA database does not have.
    #[error("`time_zone` is a name of the IANA time zone database, such as Europe/Berlin")]
    Zone,
    /// Report: not a span of the day.
    #[error("`blackout` is none, or spans of the day such as 07:00-19:00, joined by a comma")]
    Blackout,
}

/// Presets: their kind, their cron, and how far a tenant's own time may lie behind it, so that not all begin in one minute.
const PRESETS: [(&str, RunKind, &str, i64); 4] = [
    ("nightly", RunKind::Full, "0 1 * * *", 4 * HOUR),
    ("weekly", RunKind::Full, "0 1 * * 0", 4 * HOUR),
    ("recent", RunKind::Recent, "*/15 * * * *", HOUR / 4),
    ("none", RunKind::Full, "", 0),
];
const HOUR: i64 = 3_600_000;

/// A time served that lies further ahead than this was served before the clock was set back.
const SET_BACK: i64 = HOUR / 12;

/// One tenant's times.
#[derive(Debug, Clone)]
pub struct Timetable {
    zone: Tz,
    rules: Vec<Rule>,
    blackout: Vec<(NaiveTime, NaiveTime)>,
    paused: bool,
}

#[derive(Debug, Clone)]
struct Rule {
    kind: RunKind,
    cron: Cron,
    shift: i64,
}

/// What is to be done about one kind of run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing yet.
    NotYet,
    /// The run for this time. However many times were missed, they are made good once.
    Now(Millis),
    /// Nothing, and times count from now on: the one that was served last lies in the future, so the clock was set back.
    FromNowOn,
}

impl Timetable {
    /// Reads a tenant's settings.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn of(tenant: &TenantName, settings: &Settings) -> Result<Self, BadTimetable> {
        let zone = settings.time_zone.as_deref().unwrap_or("UTC").parse().map_err(|_| BadTimetable::Zone)?;
        let parts = settings.schedule.as_deref().unwrap_or("none").split('+').map(str::trim).filter(|it| *it != "none");
        let rules: Vec<Rule> = parts.map(|it| rule(tenant, it)).collect::<Result<_, _>>()?;
        if rules.len() > 2 || rules.len() == 2 && rules[0].kind == rules[1].kind {
            return Err(BadTimetable::Twice);
        }
        let spans = settings.blackout.as_deref().unwrap_or("none").split(',').map(str::trim).filter(|it| *it != "none");
        let blackout = spans.map(|it| span(it).ok_or(BadTimetable::Blackout)).collect::<Result<_, _>>()?;
        Ok(Self { zone, rules, blackout, paused: settings.paused })
    }

    /// The kinds of run that are scheduled, full ones first.
    pub fn kinds(&self) -> impl Iterator<Item = RunKind> + '_ {
        RunKind::ALL.iter().copied().filter(|kind| self.rules.iter().any(|it| it.kind == *kind))
    }

    /// The next time of a kind after a moment; none when it is not scheduled, or never comes (a 30th of February).
    #[must_use]
    pub fn next(&self, kind: RunKind, after: Millis) -> Option<Millis> {
        let rule = self.rules.iter().find(|it| it.kind == kind)?;
        let after = DateTime::<Utc>::from_timestamp_millis(after.plus(-rule.shift).0)?.with_timezone(&self.zone);
        let next = rule.cron.find_next_occurrence(&after, false).ok()?;
        Some(Millis(next.timestamp_millis()).plus(rule.shift))
    }

    /// Whether a run of this kind is to begin now, when the last time that was served is this one.
    #[must_use]
    pub fn due(&self, kind: RunKind, served: Millis, now: Millis) -> Due {
        if served > now.plus(SET_BACK) {
            return Due::FromNowOn;
        }
        match self.next(kind, served) {
            Some(time) if time <= now && self.may_begin(now) => Due::Now(time),
            _ => Due::NotYet,
        }
    }

    /// Whether a scheduled run may begin: not while the tenant is paused, and not in the hours that it wants to be left alone.
    #[must_use]
    pub fn may_begin(&self, now: Millis) -> bool {
        let Some(now) = DateTime::<Utc>::from_timestamp_millis(now.0) else { return false };
        let time = now.with_timezone(&self.zone).time();
        let within = |(from, to): &(NaiveTime, NaiveTime)| match from <= to {
            true => *from <= time && time < *to,
            false => *from <= time || time < *to,
        };
        !self.paused && !self.blackout.iter().any(within)
    }
}

/// A preset, shifted by the tenant's own time, or cron as a person wrote it, whose times are kept to the minute.
fn rule(tenant: &TenantName, text: &str) -> Result<Rule, BadTimetable> {
    if let Some((word, kind, pattern, spread)) = PRESETS.iter().find(|it| it.0 == text && !it.2.is_empty()) {
        let hash = xxh3_64(format!("{tenant} {word}").as_bytes());
        let shift = i64::try_from(hash % spread.unsigned_abs()).map_err(|_| BadTimetable::Schedule)?;
        return Ok(Rule { kind: *kind, cron: cron(pattern)?, shift });
    }
    let (kind, pattern) = match text.split_once(' ') {
        Some((word, rest)) if word == RunKind::Recent.as_str() => (RunKind::Recent, rest),
        Some((word, rest)) if word == RunKind::Full.as_str() => (RunKind::Full, rest),
        _ => (RunKind::Full, text),
    };
    Ok(Rule { kind, cron: cron(pattern)?, shift: 0 })
}

fn cron(pattern: &str) -> Result<Cron, BadTimetable> {
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    if pattern.split_whitespace().count() != 5 {
        return Err(BadTimetable::Schedule);
    }
    parser.parse(pattern).map_err(|_| BadTimetable::Schedule)
}

fn span(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let time = |it: &str| NaiveTime::parse_from_str(it.trim(), "%H:%M").ok();
    let (from, to) = text.split_once('-')?;
    let (from, to) = (time(from)?, time(to)?);
    (from != to).then_some((from, to))
}
