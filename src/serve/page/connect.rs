//! Connecting a company: what is wanted, which boxes to tick, the key or app, and whether it works. Nothing is stored before Lever
//! said yes, but for an app to which nobody has given access yet: there is nothing to ask Lever with.

use super::boxes::{self, Features, Line};
use super::entry::{self, Access, Lacks, Place, Told, no_keys, trouble};
use super::{Frame, Page};
use crate::access;
use crate::lever::{LeverError, kept_url};
use crate::model::{Environment, Settings, TenantName};
use crate::secrets::MasterKey;
use crate::serve::problem::Problem;
use crate::serve::rights::may_connect_more;
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;
use crate::store::Tenant;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

/// The page.
#[derive(Template)]
#[template(path = "connect.html")]
pub(super) struct Connect {
    frame: Frame,
    features: Features,
    boxes: Vec<Line>,
    name: String,
    environments: [(&'static str, bool); 3],
    lever_url: String,
    trouble: Option<(String, String)>,
}

/// What the second step knows; the first knows nothing.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    step: Option<String>,
    #[serde(flatten)]
    features: Features,
}

/// What is sent at last.
#[derive(Deserialize)]
pub(super) struct Given {
    name: String,
    environment: String,
    #[serde(default)]
    lever_url: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    app: String,
    #[serde(flatten)]
    features: Features,
}

fn for_the_installation(viewer: &Viewer) -> Result<(), Problem> {
    if may_connect_more(viewer) { Ok(()) } else { Err(Problem::FORBIDDEN) }
}

pub(super) async fn page(viewer: Viewer, Query(asked): Query<Asked>) -> Result<Page<Connect>, Problem> {
    for_the_installation(&viewer)?;
    let boxes = if asked.step.is_some() { boxes::to_tick(&asked.features.list()) } else { Vec::new() };
    let (name, environments, lever_url) = (String::new(), environments(""), String::new());
    let frame = Frame::of("Connect", viewer).at("connect");
    Ok(Page(Connect { frame, features: asked.features, boxes, name, environments, lever_url, trouble: None }))
}

/// Lever's environments, and which one was chosen.
fn environments(chosen: &str) -> [(&'static str, bool); 3] {
    [Environment::Production, Environment::Eu, Environment::Sandbox].map(|it| (it.as_str(), it.as_str() == chosen))
}

/// Asks Lever, then adds the company.
pub(super) async fn connect(State(site): State<Arc<Site>>, viewer: Viewer, Form(given): Form<Given>) -> Result<Response, Problem> {
    for_the_installation(&viewer)?;
    match add(&site, &given).await? {
        Ok((name, lacks)) => Ok(Redirect::to(&lacks.address(&name, "new")).into_response()),
        Err(told) => {
            let frame = Frame::of("Connect", viewer).at("connect");
            let boxes = boxes::to_tick(&given.features.list());
            let Given { name, environment, lever_url, features, .. } = given;
            let environments = environments(&environment);
            let page = Connect { frame, features, boxes, name, environments, lever_url, trouble: Some(told) };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
    }
}

async fn add(site: &Arc<Site>, given: &Given) -> Result<Result<(TenantName, Lacks), Told>, Problem> {
    let told = |what: &str, fix: &str| Ok(Err((what.to_owned(), fix.to_owned())));
    let Ok(name) = TenantName::new(given.name.trim()) else {
        return told("This cannot be a company's name.", "Use 1 to 40 of a-z, 0-9 and “-”.");
    };
    if site.store.tenant(&name).await.is_ok() {
        return told("There is already a company of that name.", "Choose another name, or open its settings.");
    }
    let settings = match settings(given) {
        Ok(settings) => settings,
        Err(error) => return Ok(Err(trouble(&error))),
    };
    let access = match Access::read(&given.key, &given.app) {
        Ok(access) => access,
        Err(told) => return Ok(Err(told)),
    };
    let keys = MasterKey::load(&site.keys).map_err(no_keys)?;
    let sealed_secret = access::seal_new_secret(&keys, &name);
    let tenant = Tenant { sealed_secret, ..Tenant::new(name.clone(), settings, site.now()) };
    Ok(entry::connected(site, access, tenant, Place::New).await?.map(|lacks| (name, lacks)))
}

fn settings(given: &Given) -> Result<Settings, LeverError> {
    let environment = Environment::parse(&given.environment).unwrap_or(Environment::Production);
    let url = given.lever_url.trim();
    let lever_url = if url.is_empty() { None } else { Some(kept_url(environment, url)?) };
    Ok(given.features.over(Settings { environment, lever_url, ..Settings::default() }))
}
