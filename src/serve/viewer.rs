//! Who asks: a program with a token, or a user who is signed in.

use super::peer::over_https;
use super::problem::Problem;
use super::proof;
use super::site::Site;
use crate::model::{AccountName, Grant, Role};
use crate::store::Hash;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use std::sync::Arc;

/// The cookie of who is signed in. Over https its name has browsers refuse one that another host of the domain has set, or a page
/// without TLS.
pub(super) fn cookie_name(headers: &HeaderMap) -> &'static str {
    if over_https(headers) { "__Host-acquaint_session" } else { "acquaint_session" }
}

/// Someone who asks.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Who.
    pub who: Who,
    /// How far that one may see.
    pub grant: Grant,
}

/// A user or a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Signed in.
    User(AccountName),
    /// A token, by its id.
    Token(String),
}

impl Viewer {
    /// The role in the tenant, or over the installation.
    #[must_use]
    pub fn role(&self) -> Role {
        self.grant.role()
    }

    /// What logs, decisions and limits call the viewer.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.who {
            Who::User(name) => format!("user {name}"),
            Who::Token(id) => format!("token {id}"),
        }
    }
}

impl FromRequestParts<Arc<Site>> for Viewer {
    type Rejection = Problem;

    /// Finds the viewer and counts the request. A token that is given must be right: no cookie stands in for it.
    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let viewer = named_by(site, &parts.headers).await?.ok_or(Problem::SIGN_IN)?;
        site.limits.ask(&viewer.name())?;
        Ok(viewer)
    }
}

/// Whom these heads of a request name, as of now.
pub(super) async fn named_by(site: &Site, headers: &HeaderMap) -> Result<Option<Viewer>, Problem> {
    match headers.get(AUTHORIZATION) {
        Some(given) => by_token(site, given.to_str().ok()).await,
        None => by_cookie(site, headers).await,
    }
}

async fn by_token(site: &Site, given: Option<&str>) -> Result<Option<Viewer>, Problem> {
    let token = given.and_then(|it| it.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some(hash) = token.and_then(|(_, token)| proof::token_hash(token.trim())) else { return Ok(None) };
    let found = site.store.token(&hash, site.now()).await?;
    Ok(found.map(|it| Viewer { who: Who::Token(it.id), grant: it.grant }))
}

/// The session that a cookie names; whether it lasts is not asked.
pub(super) fn session(headers: &HeaderMap) -> Option<Hash> {
    let jar = CookieJar::from_headers(headers);
    jar.get(cookie_name(headers)).and_then(|it| proof::cookie_hash(it.value()))
}

async fn by_cookie(site: &Site, headers: &HeaderMap) -> Result<Option<Viewer>, Problem> {
    let Some(hash) = session(headers) else { return Ok(None) };
    let found = site.store.session(&hash, site.now()).await?;
    Ok(found.map(|it| Viewer { who: Who::User(it.name), grant: it.grant }))
}
