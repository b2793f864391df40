//! The operator's console: how each company's matching stands, and the handles to run it.

use super::coverage::{Cover, coverage};
use super::forecast::{self, Forecast};
use super::plot::{self, Plot};
use super::progress::{Live, nobody_works};
use super::run::RunLine;
use super::trouble::{self, Trouble};
use super::words::{ago, number};
use super::{Frame, Page};
use crate::model::{Grant, Millis, Order, Publication, ResumePolicy, RunId, RunKind, RunRecord, RunState, TenantName};
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, Right, SeeRuns, StartRuns, may};
use crate::serve::sight::Freshness;
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;
use crate::store::{Past, Tenant};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Redirect;
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::Arc;

/// How many nights a page looks back on.
const NIGHTS: u32 = 60;
/// And how many are enough to see what needs somebody.
const LATE: u32 = 5;
/// Runs on a page of the history.
const LISTED: u32 = 30;
/// Companies on a page, and how many are asked about at one time.
const COMPANIES: usize = 60;
const AT_ONCE: usize = 8;

/// How one company stands.
pub(super) struct Standing {
    pub(super) tenant: TenantName,
    pub(super) good: String,
    pub(super) next: String,
    pub(super) live: Option<Live>,
    pub(super) attention: Vec<Trouble>,
}

/// The page of all companies.
#[derive(Template)]
#[template(path = "console.html")]
pub(super) struct Console {
    frame: Frame,
    standings: Vec<Standing>,
    /// The next part of the list.
    more: Option<String>,
}

/// Where the list of companies begins.
#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    from: usize,
}

/// Every company that the viewer may watch.
pub(super) async fn all(State(site): State<Arc<Site>>, viewer: Viewer, Query(part): Query<Part>) -> Result<Page<Console>, Problem> {
    let tenants = match &viewer.grant {
        Grant::Installation => site.store.tenants().await?,
        Grant::Tenant(own, _) if may(&viewer.grant, own, Right::SeeRuns) => vec![site.store.tenant(own).await?],
        Grant::Tenant(..) => return Err(Problem::FORBIDDEN),
    };
    let site = site.as_ref();
    let nobody = nobody_works(site).await?;
    let standings = stream::iter(tenants).map(|it| stands(site, it)).buffered(AT_ONCE).map_ok(|it| it.told_of(nobody));
    let mut standings: Vec<Standing> = standings.try_collect().await?;
    // Who needs somebody comes first, then who is at work.
    standings.sort_by_key(|it| (it.attention.is_empty(), it.live.is_none(), it.tenant.clone()));
    let after = part.from.saturating_add(COMPANIES);
    let more = (standings.len() > after).then(|| format!("/console?from={after}"));
    let standings = standings.into_iter().skip(part.from).take(COMPANIES).collect();
    Ok(Page(Console { frame: Frame::of("Console", viewer).at("console"), standings, more }))
}

async fn stands(site: &Site, tenant: Tenant) -> Result<Standing, Problem> {
    let of = |kind| Past { kind, before: None, limit: LATE };
    let nights = site.store.runs_of(&tenant.name, of(Some(RunKind::Full))).await?;
    let last = site.store.runs_of(&tenant.name, of(None)).await?;
    Ok(standing(&tenant, (&nights, &last), site.now()))
}

/// By its last nights, and its last runs of either kind.
fn standing(tenant: &Tenant, (nights, last): (&[RunRecord], &[RunRecord]), now: Millis) -> Standing {
    let live = last.iter().find(|it| it.state.is_alive()).map(|it| Live::of(it, nights));
    Standing {
        tenant: tenant.name.clone(),
        good: tenant.checked_at.map_or_else(|| "never".into(), |at| ago(at, now)),
        next: super::settings::next(tenant, now),
        attention: attention(tenant, (nights, last), now),
        live,
    }
}

impl Standing {
    /// The same, where nobody may be there who runs what waits.
    fn told_of(mut self, nobody_works: bool) -> Self {
        if nobody_works && self.live.as_ref().is_some_and(Live::waits) {
            self.attention.push(Trouble::new(
                "No worker is alive.",
                "A run waits, and nobody begins it.",
                "Start `acquaint worker` on a machine that reaches the database, or `acquaint serve` with --runs-at-once.",
            ));
        }
        self.live = self.live.map(|it| it.told_of(nobody_works));
        self
    }
}

/// What somebody should look at: how the last night and the last run ended, held ones, and age. After a bad night a dry run, or one
/// that somebody cancelled, mends nothing.
fn attention(tenant: &Tenant, (nights, last): (&[RunRecord], &[RunRecord]), now: Millis) -> Vec<Trouble> {
    let tells = |it: &&RunRecord| !it.state.is_alive() && !matches!(it.state, RunState::DryRun | RunState::Cancelled);
    let ended = |of: &[RunRecord]| of.iter().find(tells).map(|it| it.run);
    let ended = [ended(nights), ended(last)];
    let mut told = HashSet::new();
    let all = nights.iter().chain(last).filter(|it| it.state == RunState::Held || ended.contains(&Some(it.run)));
    let mut found: Vec<Trouble> = all.filter(|it| told.insert(it.run)).flat_map(trouble::of_run).collect();
    match tenant.checked_at {
        None if last.is_empty() => {
            found.push(Trouble::new(
                "No run has been made yet.",
                "Sourcers see “Not checked yet” everywhere.",
                "Start with a dry run, then run it.",
            ));
        }
        Some(at) if Freshness::at(Some(at), now).stale => found.push(Trouble::new(
            format!("The last good run was {}.", ago(at, now)),
            "Sourcers are told that badges are old.",
            "Run it now, and see why the schedule did not.",
        )),
        _ => {}
    }
    found
}

/// The page of one company.
#[derive(Template)]
#[template(path = "runs.html")]
pub(super) struct Runs {
    frame: Frame,
    standing: Standing,
    settles: bool,
    connects: bool,
    full: Option<Forecast>,
    dry: Option<Forecast>,
    recent: Forecast,
    coverage: Vec<Cover>,
    plot: Option<Plot>,
    runs: Vec<RunLine>,
    /// The next part of the history.
    older: Option<String>,
    reviews: String,
}

/// Where the history begins.
#[derive(Deserialize)]
pub(super) struct Begins {
    before: Option<String>,
}

pub(super) async fn tenant(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SeeRuns>,
    Query(from): Query<Begins>,
) -> Result<Page<Runs>, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let (known, now) = (site.store.tenant(&tenant).await?, site.now());
    let of = |kind, limit| site.store.runs_of(&tenant, Past { kind: Some(kind), before: None, limit });
    let (nights, recent) = (of(RunKind::Full, NIGHTS).await?, of(RunKind::Recent, LATE).await?);
    let last = site.store.runs(&tenant, LATE).await?;
    let before = match &from.before {
        Some(run) => Some(site.run_of(&tenant, run).await?.run),
        None => None,
    };
    let listed = site.store.runs_of(&tenant, Past { kind: None, before, limit: LISTED + 1 }).await?;
    let night = nights.iter().find(|it| it.state == RunState::Published);
    let settles = may(&viewer.grant, &tenant, Right::SettleRuns);
    Ok(Page(Runs {
        standing: standing(&known, (&nights, &last), now).told_of(nobody_works(&site).await?),
        connects: may(&viewer.grant, &tenant, Right::Connect),
        full: forecast::full(&nights, &known.settings),
        dry: forecast::dry(&nights),
        recent: forecast::recent(&recent),
        coverage: night.map(|it| coverage(&it.tally)).unwrap_or_default(),
        plot: plot::of(&nights),
        reviews: if settles { number(site.store.review_count(&tenant, now).await?) } else { String::new() },
        settles,
        older: listed.get(LISTED as usize - 1).filter(|_| listed.len() > LISTED as usize).map(|it| older(&tenant, it.run)),
        runs: listed.into_iter().take(LISTED as usize).map(|it| RunLine::of(it, now)).collect(),
        frame: Frame::of("Runs", viewer).at("runs"),
    }))
}

fn older(tenant: &TenantName, than: RunId) -> String {
    format!("/t/{tenant}/runs?before={than}")
}

/// What to run.
#[derive(Deserialize)]
pub(super) struct Wanted {
    kind: RunKind,
    #[serde(default)]
    dry_run: Option<String>,
}

/// Queues a run; the page of the run shows how it goes.
pub(super) async fn start(
    State(site): State<Arc<Site>>,
    allowed: Allowed<StartRuns>,
    Form(wanted): Form<Wanted>,
) -> Result<Redirect, Problem> {
    let Allowed { tenant, .. } = allowed;
    let resumes = site.store.tenant(&tenant).await?.settings.resumes;
    let (publication, resumes) = match wanted.dry_run {
        // A dry run counts; résumés are what a run costs.
        Some(_) => (Publication::DryRun, ResumePolicy::None),
        None => (Publication::Guarded, resumes),
    };
    let run = site.store.queue_run(&tenant, &Order { kind: wanted.kind, resumes, publication }, site.now()).await?;
    Ok(Redirect::to(&format!("/t/{tenant}/runs/{run}")))
}
