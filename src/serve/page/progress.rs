//! How far a run is, while somebody looks on.

use super::words::{class, lasts, number, says};
use super::{Page, forecast};
use crate::model::{Progress, RunId, RunRecord, RunState, RunStep, TenantName};
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, SeeRuns};
use crate::serve::site::Site;
use crate::store::Past;
use askama::Template;
use axum::extract::{Path, State};
use std::sync::Arc;

/// How many runs of its kind before this one are searched for a good one.
const LOOKED_BACK: u32 = 100;

/// How far it is: a part of pages that is asked for again while the run is at work.
#[derive(Template)]
#[template(path = "progress.html")]
pub(super) struct Live {
    pub(super) tenant: TenantName,
    pub(super) run: RunId,
    state: RunState,
    steps: Vec<(&'static str, bool)>,
    percent: Option<u64>,
    doing: String,
    eta: String,
}

/// The part that changes while the run is at work.
pub(super) async fn page(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SeeRuns>,
    Path((_, run)): Path<(String, String)>,
) -> Result<Page<Live>, Problem> {
    let record = site.run_of(&allowed.tenant, &run).await?;
    let older = before(&site, &record).await?;
    live(&site, &record, &older).await.map(Page)
}

/// Runs of its kind before it, the newest first, of which one may be good.
pub(super) async fn before(site: &Site, record: &RunRecord) -> Result<Vec<RunRecord>, Problem> {
    let past = Past { kind: Some(record.kind), before: Some(record.run), limit: LOOKED_BACK };
    Ok(site.store.runs_of(&record.tenant, past).await?)
}

/// How far it is, by those before it.
pub(super) async fn live(site: &Site, record: &RunRecord, older: &[RunRecord]) -> Result<Live, Problem> {
    Ok(Live::of(record, older).told_of(record.state == RunState::Queued && nobody_works(site).await?))
}

/// Whether nobody is there who runs what waits.
pub(super) async fn nobody_works(site: &Site) -> Result<bool, Problem> {
    let now = site.now();
    Ok(site.store.workers().await?.iter().all(|it| !it.is_alive(now)))
}

impl Live {
    /// Of a run, by those before it.
    pub(super) fn of(record: &RunRecord, runs: &[RunRecord]) -> Self {
        let progress = record.progress.filter(|_| record.state == RunState::Running);
        let left = progress.and_then(|it| forecast::remaining(&it, record.kind, runs));
        Self {
            tenant: record.tenant.clone(),
            run: record.run,
            state: record.state,
            steps: STEPS.map(|(step, word)| (word, progress.is_some_and(|it| it.step == step))).into(),
            percent: progress.and_then(|it| forecast::percent(&it, record.kind, runs)),
            doing: doing(record, progress),
            eta: left.map_or_else(String::new, |it| {
                if it < 5 { "a few seconds more".into() } else { format!("about {} more", lasts(it as i64 * 1000)) }
            }),
        }
    }

    pub(super) fn alive(&self) -> bool {
        self.state.is_alive()
    }

    /// The same, where nobody may be there who runs it.
    pub(super) fn told_of(mut self, nobody_works: bool) -> Self {
        if nobody_works && self.waits() {
            self.doing =
                "It waits, and no worker is alive to run it: start `acquaint worker`, or `acquaint serve` with --runs-at-once.".into();
        }
        self
    }

    pub(super) fn waits(&self) -> bool {
        self.state == RunState::Queued
    }

    pub(super) fn says(&self) -> &'static str {
        says(self.state)
    }

    fn class(&self) -> &'static str {
        class(self.state)
    }

    /// What a reader of screens is told, once for each step.
    fn told(&self) -> String {
        let step = self.steps.iter().find(|it| it.1).map(|it| it.0);
        step.map_or_else(|| self.says().to_owned(), |step| format!("{}: {step}", self.says()))
    }
}

/// The steps of a run, in order and in words.
const STEPS: [(RunStep, &str); 4] =
    [(RunStep::Listing, "List"), (RunStep::Matching, "Match"), (RunStep::Reading, "Read résumés"), (RunStep::Publishing, "Publish")];

fn doing(record: &RunRecord, progress: Option<Progress>) -> String {
    match (record.state, progress) {
        (RunState::Queued, _) => "It waits for its turn.".into(),
        (RunState::Running, None) => "It begins.".into(),
        (RunState::Running, Some(it)) => match it.step {
            RunStep::Listing => format!("{} opportunities listed", number(it.pulled)),
            RunStep::Matching => format!("{} of {} contacts matched", number(it.done), number(it.of)),
            RunStep::Reading => format!("{} of {} résumés asked for", number(it.done), number(it.of)),
            RunStep::Publishing => "Everything is staged; it is about to be published.".into(),
        },
        (state, _) => format!("{}.", says(state)),
    }
}
