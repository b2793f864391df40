//! One run: what it counted, what it changed, and what somebody can do about it.

use super::progress::{self, Live};
use super::trouble::{self, Trouble};
use super::words::{class, lasts, moment, number, says};
use super::{Frame, Page};
use crate::model::{Change, Millis, Outcome, ProfileId, RunId, RunRecord, RunState, Status, TenantName};
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, Right, SeeRuns, SettleRuns, StartRuns, may};
use crate::serve::site::Site;
use crate::store;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Redirect;
use std::sync::Arc;

/// How many changes a page names.
const NAMED: u32 = 200;
/// The page.
#[derive(Template)]
#[template(path = "run.html")]
pub(super) struct Run {
    frame: Frame,
    tenant: TenantName,
    live: Live,
    cancels: bool,
    line: RunLine,
    troubles: Vec<Trouble>,
    compared: Vec<Compared>,
    before: Option<RunId>,
    settles: bool,
    changes: Vec<Changed>,
    more: u64,
    error_free: bool,
}

/// One run in a list.
pub(super) struct RunLine {
    pub(super) run: RunId,
    pub(super) kind: &'static str,
    pub(super) state: RunState,
    pub(super) began: String,
    pub(super) lasted: String,
    /// As [`RunLine::COUNTS`] names them.
    pub(super) cells: [String; 6],
}

impl RunLine {
    pub(super) fn of(it: RunRecord, now: Millis) -> Self {
        Self {
            run: it.run,
            kind: it.kind.as_str(),
            state: it.state,
            began: moment(it.started_at, now),
            lasted: it.finished_at.map_or_else(String::new, |end| lasts(end.0 - it.started_at.0)),
            cells: counted(&it),
        }
    }

    /// What its cells are called.
    pub(super) const COUNTS: [&'static str; 6] = ["Opportunities", "Matched", "Review", "New", "Changed", "Gone"];

    /// Its cells under their names.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&'static str, &String)> {
        Self::COUNTS.into_iter().zip(&self.cells)
    }

    /// Whether what it found is not the tenant's badges, and may never be.
    pub(super) fn would(&self) -> bool {
        matches!(self.state, RunState::Held | RunState::DryRun)
    }

    /// Whether somebody has to settle it.
    pub(super) fn held(&self) -> bool {
        self.state == RunState::Held
    }

    /// The state in words.
    pub(super) fn says(&self) -> &'static str {
        says(self.state)
    }

    /// How the state looks.
    pub(super) fn class(&self) -> &'static str {
        class(self.state)
    }
}

/// What a run counted, as [`RunLine`] has it; nothing while it has not ended.
fn counted(it: &RunRecord) -> [String; 6] {
    let of = &it.tally;
    let counts = [of.pulled, of.matched, of.review, of.badges_added, of.badges_changed, of.badges_removed];
    counts.map(|count| if it.state.is_alive() { String::new() } else { number(count) })
}

/// A count beside that of the run before.
struct Compared {
    what: &'static str,
    now: String,
    before: String,
    delta: String,
}

/// What became of one badge.
struct Changed {
    profile: ProfileId,
    name: String,
    what: &'static str,
    before: &'static str,
    after: &'static str,
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SeeRuns>,
    Path((_, run)): Path<(String, String)>,
) -> Result<Page<Run>, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let (record, now) = (site.run_of(&tenant, &run).await?, site.now());
    let older = progress::before(&site, &record).await?;
    let before = older.iter().find(|it| it.state == RunState::Published);
    let settles = may(&viewer.grant, &tenant, Right::SettleRuns);
    // What goes is what somebody has to look at.
    let named = store::Changed::Gravest(NAMED);
    let changes = if settles { site.store.changes_of(record.run, named).await? } else { Vec::new() };
    let all = record.tally.badges_added + record.tally.badges_changed + record.tally.badges_removed;
    let more = if changes.len() < NAMED as usize { 0 } else { all.saturating_sub(NAMED.into()) };
    let ids: Vec<ProfileId> = changes.iter().map(|it| it.profile.clone()).collect();
    let profiles = site.store.profiles(&ids).await?;
    let name = |id: &ProfileId| profiles.iter().find(|it| it.id == *id).map_or_else(|| id.to_string(), |it| it.name.clone());
    Ok(Page(Run {
        cancels: may(&viewer.grant, &tenant, Right::StartRuns),
        live: progress::live(&site, &record, &older).await?,
        troubles: trouble::of_run(&record),
        compared: compared(&record, before),
        before: before.map(|it| it.run),
        changes: changes.into_iter().map(|it| Changed::of(it, &name)).collect(),
        error_free: record.error.is_none(),
        line: RunLine::of(record, now),
        frame: Frame::of("Run", viewer).at("runs"),
        more,
        settles,
        tenant,
    }))
}

impl Changed {
    fn of(it: Change, name: &dyn Fn(&ProfileId) -> String) -> Self {
        let status = |it: Option<Status>| it.map_or("no badge", Status::as_str);
        let what = match it.outcome {
            Outcome::Added => "New",
            Outcome::Changed => "Changed",
            Outcome::Removed => "Gone",
        };
        Self { name: name(&it.profile), what, before: status(it.before), after: status(it.after), profile: it.profile }
    }
}

/// Counts beside those of the last good run of the same kind.
fn compared(it: &RunRecord, before: Option<&RunRecord>) -> Vec<Compared> {
    type Count = fn(&RunRecord) -> u64;
    let counts: [(&str, Count); 12] = [
        ("Opportunities", |it| it.tally.pulled),
        ("Contacts", |it| it.tally.contacts),
        ("Matched", |it| it.tally.matched),
        ("In review", |it| it.tally.review),
        ("Without a badge", |it| it.tally.unmatched),
        ("Withheld", |it| it.tally.withheld),
        ("New badges", |it| it.tally.badges_added),
        ("Changed badges", |it| it.tally.badges_changed),
        ("Badges gone", |it| it.tally.badges_removed),
        ("Résumés read", |it| it.tally.resumes_read),
        ("Résumés put off", |it| it.tally.resumes_deferred),
        ("Requests", |it| it.tally.requests),
    ];
    let row = |(what, count): (&'static str, Count)| {
        let (now, then) = (count(it), before.map(count));
        let delta = then.map(|then| now.cast_signed() - then.cast_signed());
        let delta = delta.map_or_else(String::new, |it| if it == 0 { "same".into() } else { format!("{it:+}") });
        Compared { what, now: number(now), before: then.map(number).unwrap_or_default(), delta }
    };
    counts.into_iter().map(row).collect()
}

fn back(tenant: &TenantName, run: RunId) -> Redirect {
    Redirect::to(&format!("/t/{tenant}/runs/{run}"))
}

/// Stops a run that waits or is at work.
pub(super) async fn cancel(
    State(site): State<Arc<Site>>,
    allowed: Allowed<StartRuns>,
    Path((_, run)): Path<(String, String)>,
) -> Result<Redirect, Problem> {
    Ok(back(&allowed.tenant, site.cancel(&allowed.tenant, &run).await?.run))
}

/// Publishes a held run.
pub(super) async fn publish(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SettleRuns>,
    Path((_, run)): Path<(String, String)>,
) -> Result<Redirect, Problem> {
    Ok(back(&allowed.tenant, site.publish(&allowed.tenant, &run).await?.run))
}

/// Drops a held run.
pub(super) async fn discard(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SettleRuns>,
    Path((_, run)): Path<(String, String)>,
) -> Result<Redirect, Problem> {
    Ok(back(&allowed.tenant, site.discard(&allowed.tenant, &run).await?.run))
}
