//! Connecting a company: what is wanted, which boxes to tick, the key or app, and whether it works. Nothing is stored before Lever
//! said yes.

use super::boxes::{self, Features, Line};
use super::{Frame, Page};
use crate::access::{self, AccessError};
use crate::lever::oauth::{App, Tokens};
use crate::lever::{Lever, LeverError, base_url};
use crate::model::{Environment, ResumePolicy, Settings, TenantName};
use crate::secrets::{MasterKey, Secret};
use crate::serve::problem::Problem;
use crate::serve::rights::may_connect_more;
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;
use crate::store::{StoreError, Tenant};
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

/// What is wrong, and what to do.
pub(super) type Told = (String, String);

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
        Ok(name) => Ok(Redirect::to(&format!("/t/{name}/settings?new=yes")).into_response()),
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

async fn add(site: &Arc<Site>, given: &Given) -> Result<Result<TenantName, Told>, Problem> {
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
    let proof = match Access::read(&given.key, &given.app) {
        Ok(proof) => proof,
        Err(told) => return Ok(Err(told)),
    };
    let keys = MasterKey::load(&site.keys).map_err(no_keys)?;
    let tenant = Tenant {
        name: name.clone(),
        sealed_key: Vec::new(),
        sealed_secret: access::seal_new_secret(&keys, &name),
        created_at: site.now(),
        published_run: None,
        checked_at: None,
        window_start: None,
        settings,
    };
    if let Err(told) = proof.works(&tenant, &given.features, site).await {
        return Ok(Err(told));
    }
    match site.store.add_tenant(&tenant).await {
        Ok(()) => {}
        Err(StoreError::Duplicate(_)) => return told("There is already a company of that name.", "Choose another name."),
        Err(error) => return Err(error.into()),
    }
    proof.keep(site, &tenant, &keys).await?;
    Ok(Ok(name))
}

fn settings(given: &Given) -> Result<Settings, LeverError> {
    let environment = Environment::parse(&given.environment).unwrap_or(Environment::Production);
    let url = given.lever_url.trim();
    let lever_url = if url.is_empty() { None } else { Some(kept_url(environment, url)?) };
    let resumes = if given.features.resumes.is_some() { ResumePolicy::Auto } else { ResumePolicy::None };
    Ok(Settings { environment, lever_url, resumes, confidential: given.features.confidential.is_some(), ..Settings::default() })
}

/// The address in the form in which it is kept: checked, without the final `/v1`.
pub(super) fn kept_url(environment: Environment, url: &str) -> Result<String, LeverError> {
    let url = base_url(environment, Some(url))?;
    Ok(url.as_str().trim_end_matches("/v1").trim_end_matches('/').to_owned())
}

pub(super) fn no_keys(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "the master key cannot be used");
    Problem::BROKE
}

/// How a company lets us in.
pub(super) enum Access {
    Key(Secret),
    App(Box<App>, Option<Secret>),
}

impl Access {
    /// Reads what a form brought: a key, or an app's JSON.
    pub(super) fn read(key: &str, app: &str) -> Result<Self, Told> {
        match (key.trim(), app.trim()) {
            ("", "") => Err(("Neither a key nor an app was given.".into(), "Paste one of them.".into())),
            (key, "") if key.chars().any(char::is_whitespace) || !key.is_ascii() => {
                Err(("This is not a Lever key.".into(), "Paste the key alone, as Lever shows it once.".into()))
            }
            (key, "") => Ok(Self::Key(Secret::new(key.as_bytes().to_vec()))),
            ("", app) => match App::parse(&Secret::new(app.as_bytes().to_vec())) {
                Ok((app, token)) => Ok(Self::App(Box::new(app), token)),
                Err(error) => Err((format!("{error}."), error.fix().to_owned())),
            },
            _ => Err(("A company has a key or an app, not both.".into(), "Clear one of the two.".into())),
        }
    }

    /// Whether Lever lets it in and lists opportunities. An app without a token, or with one that only a renewal can try, is believed:
    /// a renewal spends the token, so it is kept first.
    pub(super) async fn works(&self, tenant: &Tenant, features: &Features, site: &Site) -> Result<(), Told> {
        let Self::Key(key) = self else { return Ok(()) };
        let settings = &tenant.settings;
        let asked = async {
            let base = base_url(settings.environment, settings.lever_url.as_deref())?;
            let lever = Lever::connect(base, Secret::new(key.expose().to_vec()))?;
            boxes::check(&lever, settings, &features.list(), site.now()).await
        };
        let findings = asked.await.map_err(|error| trouble(&error))?;
        match boxes::lacks_essential(&findings) {
            None => Ok(()),
            Some(checkbox) => Err(trouble(&LeverError::Forbidden { checkbox })),
        }
    }

    /// Seals and stores it, in place of what was there; a run at work goes on with what it began with.
    pub(super) async fn keep(self, site: &Site, tenant: &Tenant, keys: &MasterKey) -> Result<(), Problem> {
        let name = &tenant.name;
        // Where the master key was lost, the tenant's secret is lost with it, and begins anew.
        let secret = match access::tenant_secret(keys, tenant) {
            Ok(_) => tenant.sealed_secret.clone(),
            Err(_) => access::seal_new_secret(keys, name),
        };
        match self {
            Self::Key(key) => site.store.set_key(name, &access::seal_lever_key(keys, name, &key), &secret).await?,
            Self::App(app, token) => {
                let tokens = token.as_ref().and_then(Tokens::from_refresh_token);
                site.store.connect(name, &access::seal(keys, name, &app, tokens.as_ref()), &secret).await?;
            }
        }
        Ok(())
    }
}

/// What an error of Lever's means for who connects a company.
pub(super) fn trouble(error: &LeverError) -> Told {
    let fix = match error {
        LeverError::Unauthorized => "Paste the key again; if it was revoked, make a new one in Lever.".into(),
        LeverError::Forbidden { checkbox } => format!("Keys cannot be changed later: make a new one in Lever and tick “{checkbox}”."),
        LeverError::BadUrl(_) => "Write https://HOST, or http://127.0.0.1:PORT for a replica; empty for Lever itself.".into(),
        LeverError::RateLimited => "Another program uses this key: try again in a minute.".into(),
        LeverError::OAuth(_) => "Connect again: the access was withdrawn, or has ended.".into(),
        _ => "See whether the environment is right and Lever is up, then try again.".into(),
    };
    let text = error.to_string();
    let mut letters = text.chars();
    let what: String = letters.next().map_or_else(String::new, |it| it.to_uppercase().chain(letters).collect());
    (format!("{what}."), fix)
}

/// The same for a tenant whose account cannot even be opened.
pub(super) fn closed(error: &AccessError) -> Told {
    match error {
        AccessError::Lever(error) => trouble(error),
        _ => ("The key that is stored cannot be opened.".into(), "Give the key again: the master key has changed.".into()),
    }
}
