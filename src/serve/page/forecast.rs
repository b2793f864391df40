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

/// What a full run would cost by the tenant's settings; none before the first that told how large the account is, a dry one too.
pub(super) fn full(runs: &[RunRecord], settings: &Settings) -> Option<Forecast> {
    let last = last_whole(runs)?;
    let budget = u64::from(settings.resume_budget) / A_RESUME;
    Some(Forecast::of(lists(last), due(runs, last, settings.resumes).min(budget)))
}

/// What a dry run would cost: the same without résumés.
pub(super) fn dry(runs: &[RunRecord]) -> Option<Forecast> {
    Some(Forecast::of(lists(last_whole(runs)?), 0))
}

fn lists(of: &RunRecord) -> u64 {
    of.tally.pulled.div_ceil(A_PAGE) + ALWAYS
}

/// How many résumés a full run has to ask for. What was read is read again only where something changed, about a tenth: what was put off
/// is the most of it, unless more are wanted than the last night asked for, as after a dry run or another choice.
fn due(runs: &[RunRecord], last: &RunRecord, policy: ResumePolicy) -> u64 {
    let wanted = match policy {
        ResumePolicy::None => return 0,
        ResumePolicy::Auto => last.tally.resumes_needed,
        ResumePolicy::All => last.tally.contacts.saturating_sub(last.tally.withheld),
    };
    let known: u64 = runs.iter().filter(|it| it.state == RunState::Published).map(asked_for).sum();
    match last_good(runs).filter(|it| asked_for(it) > 0 && it.tally.resumes_needed >= wanted - wanted / 10) {
        Some(night) => night.tally.resumes_deferred + asked_for(night) / 10,
        None => wanted.saturating_sub(known),
    }
}

/// Résumés that a run asked for, whatever came of them.
fn asked_for(run: &RunRecord) -> u64 {
    run.tally.resume_outcomes.values().sum()
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
    let resumes_later = match kind {
        RunKind::Recent => Some(0),
        RunKind::Full => last_good(runs).map(|it| asked_for(it) + it.tally.resumes_deferred.min(asked_for(it))),
    };
    let resumes_later = resumes_later.map(|it| it * A_RESUME);
    match progress.step {
        RunStep::Listing => Some((expected(kind, runs)?.saturating_sub(progress.pulled).div_ceil(A_PAGE) + resumes_later?) / A_SECOND),
        RunStep::Matching => Some(resumes_later? / A_SECOND),
        RunStep::Reading => Some(progress.of.saturating_sub(progress.done) * A_RESUME / A_SECOND),
        RunStep::Publishing => Some(0),
    }
}

/// How much of its step a run has done, in percent; none where nobody can know. A list says how long it is only by the one before it.
pub(super) fn percent(progress: &Progress, kind: RunKind, runs: &[RunRecord]) -> Option<u64> {
    const NOT_DONE: u64 = 99;
    let (done, of, most) = match progress.step {
        RunStep::Listing => (progress.pulled, expected(kind, runs)?, NOT_DONE),
        _ => (progress.done, progress.of, 100),
    };
    (done * 100).checked_div(of).map(|it| it.min(most))
}

/// How many opportunities a full run is likely to list.
fn expected(kind: RunKind, runs: &[RunRecord]) -> Option<u64> {
    last_whole(runs).filter(|_| kind == RunKind::Full).map(|it| it.tally.pulled)
}

fn last_good(runs: &[RunRecord]) -> Option<&RunRecord> {
    runs.iter().find(|it| it.kind == RunKind::Full && it.state == RunState::Published)
}

/// The last full run that came to its end, whatever became of what it found.
fn last_whole(runs: &[RunRecord]) -> Option<&RunRecord> {
    let whole = |it: &&RunRecord| matches!(it.state, RunState::Published | RunState::Held | RunState::DryRun);
    runs.iter().filter(whole).find(|it| it.kind == RunKind::Full)
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
