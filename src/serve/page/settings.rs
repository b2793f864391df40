//! One company's connection: what it may do, its choices, another key without a pause, and the end with everything that is its own.

use super::boxes::{self, Features, Line};
use super::entry::{self, Access, Lacks, Place, Told, closed, kept_url, no_keys, trouble};
use super::words::moment;
use super::{Frame, Page};
use crate::access;
use crate::lever::Need;
use crate::lever::oauth::App;
use crate::model::{Grant, Lookers, Millis, ResumePolicy, Settings, TenantName, Viewed};
use crate::schedule::Timetable;
use crate::secrets::MasterKey;
use crate::serve::problem::Problem;
use crate::serve::rights::Connect;
use crate::serve::site::Site;
use crate::serve::viewer::{Allowed, Viewer};
use crate::store::Tenant;
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

/// The page.
#[derive(Template)]
#[template(path = "settings.html")]
pub(super) struct Choices {
    frame: Frame,
    tenant: Tenant,
    start: String,
    policies: [(&'static str, &'static str, bool); 3],
    lookers: [(&'static str, &'static str, bool); 3],
    access: String,
    boxes: Vec<Line>,
    told: Option<Told>,
    good: Option<&'static str>,
    /// What the access that was just given lacks.
    lacks: Vec<&'static Need>,
    /// Whether another address than Lever's may be named.
    readdresses: bool,
    looks: Vec<(String, Viewed)>,
    names_looks: bool,
}

/// What led here.
#[derive(Deserialize)]
pub(super) struct Asked {
    new: Option<String>,
    saved: Option<String>,
    swapped: Option<String>,
    #[serde(default)]
    lacks: String,
}

/// Everything of the page but what somebody just did.
async fn draw(site: &Site, viewer: Viewer, tenant: &TenantName) -> Result<Choices, Problem> {
    let known = site.store.tenant(tenant).await?;
    let now = site.now();
    let access = match site.store.connection(tenant).await? {
        Some(it) if it.sealed_tokens.is_none() => "an OAuth app, to which nobody has given access yet".to_owned(),
        Some(it) => format!("OAuth, last renewed {}", it.renewed_at.map_or_else(|| "never".to_owned(), |at| moment(at, now))),
        None if known.sealed_key.is_empty() => "nothing yet".to_owned(),
        None => "an API key".to_owned(),
    };
    // Whoever watches the installation sees no person, not even a keyed one.
    let names_looks = viewer.grant != Grant::Installation;
    let looks = if names_looks { site.store.views(tenant, LOOKS).await? } else { Vec::new() };
    Ok(Choices {
        frame: Frame::of("Settings", viewer).at("settings"),
        start: known.settings.start_date.and_then(Millis::rfc3339).map(|it| it.chars().take(10).collect()).unwrap_or_default(),
        policies: POLICIES.map(|(policy, words)| (policy.as_str(), words, policy == known.settings.resumes)),
        lookers: LOOKERS.map(|(it, words)| (it.as_str(), words, it == known.settings.contact)),
        looks: looks.into_iter().map(|it| (moment(it.at, now), it)).collect(),
        tenant: known,
        access,
        boxes: Vec::new(),
        told: None,
        good: None,
        lacks: Vec::new(),
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
    page.good = match (asked.new, asked.swapped, asked.saved) {
        (Some(_), ..) => Some("Connected. Start with a dry run, and add people with `acquaint user add`."),
        (None, Some(_), _) => Some("Lever lets the new one in. The next run goes by it."),
        (None, None, Some(_)) => Some("Saved. The next run goes by it."),
        (None, None, None) => None,
    };
    page.lacks = Lacks::told(&asked.lacks);
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

/// Choices, as the form sends them.
#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    start_date: String,
    #[serde(default)]
    confidential: Option<String>,
    #[serde(default)]
    guard: Option<String>,
    resumes: ResumePolicy,
    resume_budget: u32,
    #[serde(default)]
    schedule: String,
    #[serde(default)]
    time_zone: String,
    #[serde(default)]
    blackout: String,
    #[serde(default)]
    paused: Option<String>,
    contact: Lookers,
    #[serde(default)]
    attachments: Option<String>,
}

pub(super) async fn save(
    State(site): State<Arc<Site>>,
    allowed: Allowed<Connect>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let known = site.store.tenant(&allowed.tenant).await?;
    match chosen.over(&known.name, known.settings.clone()) {
        Ok(settings) => {
            site.store.set_settings(&allowed.tenant, &known.settings, &settings).await?;
            Ok(Redirect::to(&format!("/t/{}/settings?saved=yes", allowed.tenant)).into_response())
        }
        Err(told) => refused(&site, allowed, told).await,
    }
}

impl Chosen {
    fn over(&self, name: &TenantName, before: Settings) -> Result<Settings, Told> {
        let start_date = match self.start_date.trim() {
            "" => None,
            day => Some(Millis::parse(day).ok_or_else(|| ("This is not a day.".to_owned(), "Write it as 2024-01-31.".to_owned()))?),
        };
        let said = |text: &str| Some(text.trim().to_owned()).filter(|it| !it.is_empty());
        let chosen = Settings {
            start_date,
            confidential: self.confidential.is_some(),
            guard: self.guard.is_some(),
            resumes: self.resumes,
            resume_budget: self.resume_budget,
            schedule: said(&self.schedule),
            time_zone: said(&self.time_zone),
            blackout: said(&self.blackout),
            paused: self.paused.is_some(),
            contact: self.contact,
            attachments: self.attachments.is_some(),
            ..before
        };
        match Timetable::of(name, &chosen) {
            Ok(_) => Ok(chosen),
            Err(error) => Err(("The schedule cannot be read.".to_owned(), format!("{error}."))),
        }
    }
}

async fn refused(site: &Site, allowed: Allowed<Connect>, told: Told) -> Result<Response, Problem> {
    let mut page = draw(site, allowed.viewer, &allowed.tenant).await?;
    page.told = Some(told);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}

/// A new key or app, and where it is for.
#[derive(Deserialize)]
pub(super) struct Swapped {
    #[serde(default)]
    key: String,
    #[serde(default)]
    app: String,
    /// None leaves it as it is.
    lever_url: Option<String>,
}

/// Puts another key or app in the place of the one before, once Lever has let it in: until then the old one serves. Another address is
/// taken together with its key alone: whoever may change addresses could otherwise have the stored key sent to one of their own.
pub(super) async fn swap(
    State(site): State<Arc<Site>>,
    allowed: Allowed<Connect>,
    Form(given): Form<Swapped>,
) -> Result<Response, Problem> {
    let mut tenant = site.store.tenant(&allowed.tenant).await?;
    let before = tenant.settings.lever_url.clone();
    tenant.settings.lever_url = match given.lever_url.as_deref().map(str::trim) {
        None => before.clone(),
        Some("") => None,
        Some(url) => match kept_url(tenant.settings.environment, url) {
            Ok(url) => Some(url),
            Err(error) => return refused(&site, allowed, trouble(&error)).await,
        },
    };
    let access = match Access::read(&given.key, &given.app) {
        Ok(access) => access,
        Err(told) => return refused(&site, allowed, told).await,
    };
    let named = (tenant.settings.lever_url.as_deref() != before.as_deref()).then_some(tenant.settings.lever_url.as_deref()).flatten();
    if allowed.viewer.grant != Grant::Installation && (named.is_some() || signs_in_elsewhere(&site, &allowed.tenant, &access).await?) {
        return refused(&site, allowed, elsewhere()).await;
    }
    match entry::connected(&site, access, tenant, Place::Another).await? {
        Ok(lacks) => Ok(Redirect::to(&lacks.address(&allowed.tenant, "swapped")).into_response()),
        Err(told) => refused(&site, allowed, told).await,
    }
}

/// An address is asked from here, and here may be more than the company should see: only who runs the installation names one.
fn elsewhere() -> Told {
    let fix = "Nothing was changed. Leave the address as it is; whoever runs this installation may name another.".to_owned();
    ("Only Lever's own addresses can be given here.".to_owned(), fix)
}

/// Whether the app signs in at an address that is neither Lever's nor that of the app before.
async fn signs_in_elsewhere(site: &Site, tenant: &TenantName, access: &Access) -> Result<bool, Problem> {
    let Some(address) = access.signs_in_at() else { return Ok(false) };
    let Some(connection) = site.store.connection(tenant).await? else { return Ok(true) };
    let keys = MasterKey::load(&site.keys).map_err(no_keys)?;
    let before = access::app(&keys, tenant, &connection).ok();
    Ok(before.as_ref().and_then(App::token_url) != Some(address))
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
        return refused(&site, allowed, told).await;
    }
    site.store.remove_tenant(&allowed.tenant, site.now()).await?;
    site.tidy().await;
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
