//! Signing in with a name and a password, and out.

use super::{Frame, Page};
use crate::model::AccountName;
use crate::serve::peer::{over_https, whence};
use crate::serve::problem::Problem;
use crate::serve::proof;
use crate::serve::site::Site;
use crate::serve::viewer::{Viewer, cookie_name};
use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::Arc;

/// How long somebody stays signed in.
const SESSION_MS: i64 = 12 * 3_600_000;

/// The page.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(super) struct SignIn {
    frame: Frame,
    then: String,
    name: String,
    failed: bool,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(super) struct Then {
    #[serde(default)]
    then: String,
}

/// What is sent.
#[derive(Deserialize)]
pub(super) struct Given {
    name: String,
    password: String,
    #[serde(default)]
    then: String,
}

/// The address of the page that leads back to this one.
pub(super) fn address(then: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("then", then).finish();
    format!("/sign-in?{query}")
}

pub(super) async fn page(Query(Then { then }): Query<Then>) -> Page<SignIn> {
    Page(SignIn { frame: Frame::open("Sign in"), then, name: String::new(), failed: false })
}

pub(super) async fn sign_in(
    State(site): State<Arc<Site>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(given): Form<Given>,
) -> Result<Response, Problem> {
    let Some(name) = known(&site, &given, &whence(peer, &headers)).await? else {
        let again = SignIn { frame: Frame::open("Sign in"), then: given.then, name: given.name, failed: true };
        return Ok((StatusCode::UNAUTHORIZED, Page(again)).into_response());
    };
    let cookie = begin(&site, &name, &headers).await?;
    Ok((jar.add(cookie), Redirect::to(inside(&given.then))).into_response())
}

async fn begin(site: &Site, name: &AccountName, headers: &HeaderMap) -> Result<Cookie<'static>, Problem> {
    let (value, hash) = proof::cookie();
    let now = site.now();
    site.store.begin_session(&hash, name, now..now.plus(SESSION_MS)).await?;
    let cookie = Cookie::build((cookie_name(headers), value)).path("/").http_only(true).same_site(SameSite::Lax);
    Ok(cookie.secure(over_https(headers)).build())
}

/// What stands in place of a password, once.
#[derive(Deserialize)]
pub(super) struct Once {
    ticket: String,
}

/// Lets the owner of a ticket in; the ticket ends by that.
pub(super) async fn enter(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    jar: CookieJar,
    Query(Once { ticket }): Query<Once>,
) -> Result<Response, Problem> {
    let out = || Redirect::to("/sign-in").into_response();
    let Some(hash) = proof::ticket_hash(&ticket) else { return Ok(out()) };
    let Some(account) = site.store.session(&hash, site.now()).await? else { return Ok(out()) };
    // Of those who come with one ticket at the same moment one ends it, and that one enters.
    if !site.store.end_session(&hash).await? {
        return Ok(out());
    }
    let cookie = begin(&site, &account.name, &headers).await?;
    Ok((jar.add(cookie), Redirect::to("/")).into_response())
}

/// Who only asks what an address would answer (`HEAD`) spends no ticket.
pub(super) async fn enters_nobody() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")]).into_response()
}

/// The user whose password it is. A try is counted for the name, whether there is such a user or not.
async fn known(site: &Arc<Site>, given: &Given, whence: &str) -> Result<Option<AccountName>, Problem> {
    let Ok(name) = AccountName::new(given.name.trim()) else { return Ok(None) };
    site.limits.attempt(name.as_str(), whence)?;
    let kept = match site.store.account(&name).await {
        Ok(account) => Some(account.password),
        Err(crate::store::StoreError::Unknown(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let turn = Arc::clone(&site.limits.checks).acquire_owned().await.map_err(|_| Problem::BROKE)?;
    let password = given.password.clone();
    // The turn is the work's: who goes away meanwhile frees no place that is not free.
    let check = move || {
        let fits = proof::is_password(&password, kept.as_deref());
        drop(turn);
        fits
    };
    let fits = tokio::task::spawn_blocking(check).await.map_err(|_| Problem::BROKE)?;
    Ok(fits.then_some(name))
}

pub(super) async fn sign_out(
    State(site): State<Arc<Site>>,
    _viewer: Viewer,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Problem> {
    let name = cookie_name(&headers);
    if let Some(hash) = jar.get(name).and_then(|it| proof::cookie_hash(it.value())) {
        site.store.end_session(&hash).await?;
    }
    let ended = Cookie::build(name).path("/").http_only(true).same_site(SameSite::Lax).secure(over_https(&headers));
    Ok((jar.remove(ended), Redirect::to("/sign-in")).into_response())
}

/// An address of ours, or the first page: nobody is led elsewhere. A browser reads `\` as `/`, and skips tabs and line ends; no header
/// takes a control character.
fn inside(then: &str) -> &str {
    let ours = then.starts_with('/') && !then.starts_with("//") && !then.contains(|it: char| it == '\\' || it.is_control());
    if ours { then } else { "/" }
}
