//! One company's connection: what it may do, its choices, another key without a pause, and the end with everything that is its own.

use super::boxes::{self, Features, Line};
use super::chosen::{Chosen, stamp};
use super::entry::{Lacks, Told, closed, returns_here, trouble};
use super::words::moment;
use super::{Frame, Page};
use crate::access;
use crate::lever::Need;
use crate::model::{Grant, Lookers, Millis, ReasonsFor, ResumePolicy, TenantName, Viewed};
use crate::schedule::Timetable;
use crate::secrets::MasterKey;
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, Connect};
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;
use crate::store::{Connection, Rival, StoreError, Tenant};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

/// How many looks at people the page names.
const LOOKS: u32 = 50;

/// When résumés are read, in words.
const POLICIES: [(ResumePolicy, &str); 3] =
    [(ResumePolicy::Auto, "where they could settle a doubt"), (ResumePolicy::None, "never"), (ResumePolicy::All, "of everybody")];

/// Who may look at people's details, in words.
const LOOKERS: [(Lookers, &str); 3] =
    [(Lookers::Nobody, "nobody"), (Lookers::Operators, "operators and admins"), (Lookers::Sourcers, "sourcers too")];

/// Who is told why somebody was archived, in words.
const REASONS_FOR: [(ReasonsFor, &str); 2] =
    [(ReasonsFor::Everyone, "everyone who sees badges"), (ReasonsFor::Operators, "operators and admins")];

/// The page.
#[derive(Template)]
#[template(path = "settings.html")]
pub(super) struct Choices {
    frame: Frame,
    tenant: Tenant,
    start: String,
    policies: [(&'static str, &'static str, bool); 3],
    lookers: [(&'static str, &'static str, bool); 3],
    reasons_for: [(&'static str, &'static str, bool); 2],
    access: String,
    app: Giving,
    boxes: Vec<Line>,
    told: Option<Told>,
    good: Option<&'static str>,
    /// What the access that was just given lacks.
    lacks: Vec<&'static Need>,
    /// Scopes that Lever granted and that no choice needs.
    too_many: Vec<String>,
    /// Whether to say what comes next: there is a way in, and no run has been published yet.
    begins: bool,
    /// Whether what it lacks is known, because it has just been given.
    tried: bool,
    /// Of the choices as the form shows them.
    stamp: String,
    /// Whether another address than Lever's may be named.
    readdresses: bool,
    looks: Vec<(String, Viewed)>,
    names_looks: bool,
}

/// How a person gives access to the app that is stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Giving {
    /// There is none, or it cannot be opened.
    NoApp,
    /// For the first time, from this page.
    First,
    /// Once more, from this page.
    Anew,
    /// For the first time, where the app has Lever's answer sent to.
    Elsewhere,
}

impl Giving {
    fn of(site: &Site, tenant: &TenantName, connection: Option<&Connection>) -> Self {
        let app = connection.and_then(|it| access::app(&MasterKey::load(&site.keys).ok()?, tenant, it).ok());
        match (app, connection.is_some_and(|it| it.sealed_tokens.is_some())) {
            (Some(app), false) if returns_here(&app) => Self::First,
            (Some(app), true) if returns_here(&app) => Self::Anew,
            (Some(_), false) => Self::Elsewhere,
            _ => Self::NoApp,
        }
    }
}

/// What led here.
#[derive(Deserialize)]
pub(super) struct Asked {
    new: Option<String>,
    saved: Option<String>,
    swapped: Option<String>,
    given: Option<String>,
    #[serde(default)]
    lacks: String,
}

/// Everything of the page but what somebody just did.
async fn draw(site: &Site, viewer: Viewer, tenant: &TenantName) -> Result<Choices, Problem> {
    let known = site.store.tenant(tenant).await?;
    let now = site.now();
    let connection = site.store.connection(tenant).await?;
    let app = Giving::of(site, tenant, connection.as_ref());
    let granted = connection.as_ref().and_then(|it| access::granted(&MasterKey::load(&site.keys).ok()?, tenant, it).ok()?);
    let too_many = boxes::too_many(granted.as_deref(), &known.settings);
    let has_access = connection.as_ref().map_or(!known.sealed_key.is_empty(), |it| it.sealed_tokens.is_some());
    let access = match connection {
        Some(it) if it.sealed_tokens.is_none() => "an OAuth app, to which nobody has given access yet".to_owned(),
        Some(it) => format!("OAuth, last renewed {}", it.renewed_at.map_or_else(|| "never".to_owned(), |at| moment(at, now))),
        None if known.sealed_key.is_empty() => "nothing yet".to_owned(),
        None => "an API key".to_owned(),
    };
    // Whoever watches the installation sees no person, not even a keyed one.
    let names_looks = viewer.grant != Grant::Installation;
    let looks = if names_looks { site.store.views(tenant, LOOKS, site.now()).await? } else { Vec::new() };
    Ok(Choices {
        frame: Frame::of("Settings", viewer).at("settings"),
        start: known.settings.start_date.and_then(Millis::rfc3339).map(|it| it.chars().take(10).collect()).unwrap_or_default(),
        policies: POLICIES.map(|(policy, words)| (policy.as_str(), words, policy == known.settings.resumes)),
        lookers: LOOKERS.map(|(it, words)| (it.as_str(), words, it == known.settings.contact)),
        reasons_for: REASONS_FOR.map(|(it, words)| (it.as_str(), words, it == known.settings.archive_reasons)),
        looks: looks.into_iter().map(|it| (moment(it.at, now), it)).collect(),
        stamp: stamp(&known.settings),
        begins: has_access && known.checked_at.is_none(),
        tenant: known,
        access,
        app,
        boxes: Vec::new(),
        told: None,
        good: None,
        lacks: Vec::new(),
        too_many,
        tried: false,
        readdresses: !names_looks,
        names_looks,
    })
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    allowed: Allowed<Connect>,
    Query(asked): Query<Asked>,
) -> Result<Page<Choices>, Problem> {
    let mut page = draw(&site, allowed.viewer, &allowed.tenant).await?;
    let waits = matches!(page.app, Giving::First | Giving::Elsewhere);
    let said = [
        (asked.new.is_some() && waits, "The company is stored. One step is left: a person gives access."),
        (asked.new.is_some(), "Connected."),
        (asked.given.is_some(), "Lever has given access. The next run goes by it."),
        (asked.swapped.is_some() && !waits, "Lever lets the new one in. The next run goes by it."),
        (asked.swapped.is_some(), "The app is stored. One step is left: a person gives access."),
        (asked.saved.is_some(), "Saved. The next run goes by it."),
    ];
    page.good = said.into_iter().find(|it| it.0).map(|it| it.1);
    page.lacks = Lacks::told(&asked.lacks);
    page.tried = asked.new.is_some() || asked.given.is_some() || asked.swapped.is_some();
    Ok(Page(page))
}

/// Asks Lever what the access that is stored may do.
pub(super) async fn check(State(site): State<Arc<Site>>, allowed: Allowed<Connect>) -> Result<Page<Choices>, Problem> {
    let mut page = draw(&site, allowed.viewer, &allowed.tenant).await?;
    let list = Features::of(&page.tenant.settings).list();
    match access::lever(&site.store, &site.keys, &page.tenant).await {
        Err(error) => page.told = Some(closed(&error)),
        Ok(lever) => {
            match boxes::check(&lever, &page.tenant.settings, &list, site.now()).await {
                Ok(findings) => page.boxes = boxes::found(&findings, &list),
                Err(error) => page.told = Some(trouble(&error)),
            }
            lever.settled().await;
        }
    }
    Ok(Page(page))
}

pub(super) async fn save(
    State(site): State<Arc<Site>>,
    allowed: Allowed<Connect>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let known = site.store.tenant(&allowed.tenant).await?;
    let told = match chosen.over(&known.name, known.settings.clone()) {
        _ if chosen.is_stale(&known.settings) => changed(),
        Ok(settings) => match site.store.set_settings(&allowed.tenant, &known.settings, &settings).await {
            Err(StoreError::Busy(Rival::Settings)) => changed(),
            done => {
                done?;
                return Ok(Redirect::to(&format!("/t/{}/settings?saved=yes", allowed.tenant)).into_response());
            }
        },
        Err(told) => told,
    };
    refused(&site, allowed.viewer, &allowed.tenant, told).await
}

/// Whoever saves what they have not seen would undo it.
fn changed() -> Told {
    let fix = "Nothing was saved. Below they are as they stand now: look at them, and choose once more.".to_owned();
    ("Somebody has changed these choices since this page was drawn.".to_owned(), fix)
}

/// The settings once more, with why what was asked for was not done.
pub(super) async fn refused(site: &Site, viewer: Viewer, tenant: &TenantName, told: Told) -> Result<Response, Problem> {
    let mut page = draw(site, viewer, tenant).await?;
    page.told = Some(told);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}

/// The name, written once more.
#[derive(Deserialize)]
pub(super) struct Confirmed {
    #[serde(default)]
    confirm: String,
}

/// Removes the company with its badges, reviews, decisions, runs, users and keys.
pub(super) async fn disconnect(
    State(site): State<Arc<Site>>,
    allowed: Allowed<Connect>,
    Form(given): Form<Confirmed>,
) -> Result<Response, Problem> {
    if given.confirm.trim() != allowed.tenant.as_str() {
        let told =
            ("The name was not written as it is.".to_owned(), "Nothing was removed. Write the company's name to remove it.".to_owned());
        return refused(&site, allowed.viewer, &allowed.tenant, told).await;
    }
    site.remove(&allowed.tenant).await?;
    Ok(Redirect::to("/").into_response())
}

/// When the next run is due, in words.
pub(super) fn next(tenant: &Tenant, now: Millis) -> String {
    let Ok(times) = Timetable::of(&tenant.name, &tenant.settings) else { return "never: the schedule cannot be read".into() };
    if tenant.settings.paused {
        return "paused".into();
    }
    let next = times.kinds().filter_map(|kind| Some((times.next(kind, now)?, kind))).min_by_key(|it| it.0);
    next.map_or_else(|| "when somebody asks".into(), |(at, kind)| format!("{}, {}", moment(at, now), kind.as_str()))
}
