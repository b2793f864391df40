//! What a run is likely to cost, from what the last one counted, at Lever's documented rate.

use super::words::{lasts, number};
use crate::model::{Progress, ResumePolicy, RunKind, RunRecord, RunState, RunStep, Settings};

/// Lever's rate, and what one request brings.
const A_SECOND: u64 = 10;
const A_PAGE: u64 = 100;
/// A résumé costs a list and a download.
const A_RESUME: u64 = 2;
/// Reference lists, the deleted, and ends of pages.
const ALWAYS: u64 = 12;

/// What is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Forecast {
    pub(super) requests: u64,
    pub(super) resumes: u64,
    pub(super) seconds: u64,
}

/// What a full run would cost; none before the first, when nobody knows how large the account is.
pub(super) fn full(runs: &[RunRecord], settings: &Settings) -> Option<Forecast> {
    let last = last_good(runs)?;
    // What was read before is read again only where something changed: what was put off is the most of it.
    let due = last.tally.resumes_deferred + last.tally.resumes_read / 10;
    let budget = u64::from(settings.resume_budget) / A_RESUME;
    let resumes = if settings.resumes == ResumePolicy::None { 0 } else { due.min(budget) };
    Some(Forecast::of(last.tally.pulled.div_ceil(A_PAGE) + ALWAYS, resumes))
}

/// What a recent run would cost, by the mean of the last ones; else by its fixed part.
pub(super) fn recent(runs: &[RunRecord]) -> Forecast {
    let last: Vec<u64> =
        runs.iter().filter(|it| it.kind == RunKind::Recent && it.finished_at.is_some()).map(|it| it.tally.requests).take(5).collect();
    let requests = last.iter().sum::<u64>().checked_div(last.len() as u64).unwrap_or(ALWAYS);
    Forecast::of(requests, 0)
}

/// How long a run at work will still take, in seconds; none where nobody can know.
pub(super) fn remaining(progress: &Progress, kind: RunKind, runs: &[RunRecord]) -> Option<u64> {
    let last = last_good(runs).filter(|_| kind == RunKind::Full);
    let resumes_later = last.map_or(0, |it| it.tally.resumes_read + it.tally.resumes_deferred.min(it.tally.resumes_read)) * A_RESUME;
    match progress.step {
        RunStep::Listing => Some((last?.tally.pulled.saturating_sub(progress.pulled).div_ceil(A_PAGE) + resumes_later) / A_SECOND),
        RunStep::Matching => Some(resumes_later / A_SECOND),
        RunStep::Reading => Some(progress.of.saturating_sub(progress.done) * A_RESUME / A_SECOND),
        RunStep::Publishing => Some(0),
    }
}

fn last_good(runs: &[RunRecord]) -> Option<&RunRecord> {
    runs.iter().find(|it| it.kind == RunKind::Full && it.state == RunState::Published)
}

impl Forecast {
    /// What is expected, in a sentence.
    pub(super) fn says(&self) -> String {
        let resumes = if self.resumes > 0 { format!(", {} résumés", number(self.resumes)) } else { String::new() };
        format!("About {} requests{resumes}, {}.", number(self.requests), lasts(self.seconds.cast_signed() * 1000))
    }

    fn of(lists: u64, resumes: u64) -> Self {
        let requests = lists + resumes * A_RESUME;
        Self { requests, resumes, seconds: requests.div_ceil(A_SECOND) }
    }
}
