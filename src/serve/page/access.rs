//! How a company's way in is changed: another key or app, and a person's visit to Lever's page and back.

use super::entry::{self, Access, CALLBACK, Place, Told, no_keys, returns_here, trouble};
use super::settings::refused;
use super::{Frame, Page};
use crate::access::{self, Visiting};
use crate::lever::kept_url;
use crate::lever::oauth::App;
use crate::model::{Grant, TenantName};
use crate::secrets::MasterKey;
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, Connect, Right, allows};
use crate::serve::site::Site;
use crate::serve::viewer::{Viewer, session};
use crate::serve::visits::UnderWay;
use crate::store::Tenant;
use askama::Template;
use axum::Form;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

const STRAY: Problem = Problem::unfit(
    "this answer of Lever's belongs to no visit of yours that is under way: it has come before, or after more than ten minutes, or for \
     somebody else. Nothing was stored; give access once more, from the company's settings",
);

/// The page that leads to Lever's.
#[derive(Template)]
#[template(path = "leave.html")]
struct Leave {
    frame: Frame,
    tenant: TenantName,
    url: String,
}

/// Begins a visit to Lever's page with the app that is stored.
pub(super) async fn give(State(site): State<Arc<Site>>, allowed: Allowed<Connect>, headers: HeaderMap) -> Result<Response, Problem> {
    let tenant = site.store.tenant(&allowed.tenant).await?;
    let Some(connection) = site.store.connection(&tenant.name).await? else {
        let told = ("There is no app that access could be given to.".to_owned(), "Give the app's JSON first.".to_owned());
        return refused(&site, allowed.viewer, &tenant.name, told).await;
    };
    let keys = MasterKey::load(&site.keys).map_err(no_keys)?;
    match access::app(&keys, &tenant.name, &connection) {
        Ok(app) => leave(&site, (allowed.viewer, &headers), &tenant, app).await,
        Err(error) => refused(&site, allowed.viewer, &tenant.name, entry::closed(&error.into())).await,
    }
}

/// Leads the browser to Lever's page, and remembers until its answer who went there for which company. No form may lead to another site,
/// so a page does.
async fn leave(site: &Site, (viewer, headers): (Viewer, &HeaderMap), tenant: &Tenant, app: App) -> Result<Response, Problem> {
    if !returns_here(&app) {
        return refused(site, viewer, &tenant.name, returns_elsewhere(&tenant.name)).await;
    }
    let visiting = match Visiting::begin(tenant, app) {
        Ok(visiting) => visiting,
        Err(error) => return refused(site, viewer, &tenant.name, trouble(&error)).await,
    };
    let session = session(headers).ok_or(Problem::SIGN_IN)?;
    let url = visiting.visit().url().to_string();
    let visit = UnderWay { tenant: tenant.name.clone(), lever_url: tenant.settings.lever_url.clone(), visiting };
    site.visits.begin(session, visit, site.now());
    let refresh = [(header::REFRESH, format!("0;url={url}"))];
    Ok((refresh, Page(Leave { frame: Frame::of("To Lever", viewer), tenant: tenant.name.clone(), url })).into_response())
}

fn returns_elsewhere(tenant: &TenantName) -> Told {
    let fix = format!(
        "Register https://HOST{CALLBACK} with it, HOST being these pages' own, and give its JSON once more with that address as \
         redirect_uri; or run `acquaint tenant connect {tenant}` on the machine that the answer goes to."
    );
    ("This app has Lever's answer sent elsewhere.".to_owned(), fix)
}

/// Takes Lever's answer. Its address has a code in it, so whoever is not signed in any more is not led back to it.
pub(super) async fn answered(
    State(site): State<Arc<Site>>,
    viewer: Result<Viewer, Problem>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let viewer = match viewer {
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED => return Ok(Redirect::to("/sign-in").into_response()),
        viewer => viewer?,
    };
    let query = query.unwrap_or_default();
    let visit = session(&headers).and_then(|it| site.visits.answered(&it, &query, site.now())).ok_or(STRAY)?;
    let UnderWay { tenant: name, lever_url, visiting } = visit;
    if !allows(&viewer, &name, Right::Connect) {
        return Err(Problem::FORBIDDEN);
    }
    let mut tenant = site.store.tenant(&name).await?;
    tenant.settings.lever_url = lever_url;
    let connected = match visiting.visit().read(&query) {
        Ok(code) => entry::connected(&site, Access::Answer(Box::new(visiting), code), tenant, Place::Another).await?,
        Err(error) => Err(trouble(&error.into())),
    };
    match connected {
        Ok(lacks) => Ok(Redirect::to(&lacks.address(&name, "given")).into_response()),
        Err((what, fix)) => refused(&site, viewer, &name, (what, format!("{fix} Nothing was stored."))).await,
    }
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
    headers: HeaderMap,
    Form(given): Form<Swapped>,
) -> Result<Response, Problem> {
    let Allowed { viewer, tenant: name, .. } = allowed;
    let mut tenant = site.store.tenant(&name).await?;
    let access = match wanted(&site, &viewer, &given, &mut tenant).await? {
        Ok(access) => access,
        Err(told) => return refused(&site, viewer, &name, told).await,
    };
    let access = match access {
        // Nobody has given it access, and here somebody can.
        Access::App(app, None) if returns_here(&app) => return leave(&site, (viewer, &headers), &tenant, *app).await,
        access => access,
    };
    match entry::connected(&site, access, tenant, Place::Another).await? {
        Ok(lacks) => Ok(Redirect::to(&lacks.address(&name, "swapped")).into_response()),
        Err(told) => refused(&site, viewer, &name, told).await,
    }
}

/// What a form brought, with the address in the tenant's settings; refused where its sender may not name that address.
async fn wanted(site: &Site, viewer: &Viewer, given: &Swapped, tenant: &mut Tenant) -> Result<Result<Access, Told>, Problem> {
    let before = tenant.settings.lever_url.clone();
    tenant.settings.lever_url = match given.lever_url.as_deref().map(str::trim) {
        None => before.clone(),
        Some("") => None,
        Some(url) => match kept_url(tenant.settings.environment, url) {
            Ok(url) => Some(url),
            Err(error) => return Ok(Err(trouble(&error))),
        },
    };
    let access = match Access::read(&given.key, &given.app) {
        Ok(access) => access,
        Err(told) => return Ok(Err(told)),
    };
    let named = tenant.settings.lever_url.is_some() && tenant.settings.lever_url != before;
    if viewer.grant != Grant::Installation && (named || signs_in_elsewhere(site, &tenant.name, &access).await?) {
        return Ok(Err(elsewhere()));
    }
    Ok(Ok(access))
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
