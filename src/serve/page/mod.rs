//! The pages: drawn here, with templates and assets that are part of the program.

mod access;
mod assets;
mod boxes;
mod cells;
mod chosen;
mod connect;
mod console;
mod coverage;
mod csv;
mod decide;
mod entry;
mod evidence;
mod forecast;
mod home;
mod list;
mod live;
mod plot;
mod profile;
mod progress;
mod review;
mod run;
mod search;
mod settings;
mod shown;
mod side;
mod sign_in;
mod trouble;
mod words;

pub use assets::asset;

use super::problem::Problem;
use super::rights::{Right, may};
use super::site::Site;
use super::viewer::Viewer;
use crate::model::Grant;
use askama::Template;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;
use url::{Position, Url};

pub(super) fn routes() -> Router<Arc<Site>> {
    let router = Router::new()
        .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/enter", get(sign_in::enter).head(sign_in::enters_nobody))
        .route("/assets/{name}", get(assets::one));
    table().into_iter().fold(router, |router, (_, path, handler)| router.route(path, handler))
}

/// Every page for whoever is signed in, with its method. A page of a tenant has its name in the path (`{tenant}`).
#[must_use]
pub fn addresses() -> Vec<(Method, &'static str)> {
    table().into_iter().map(|(method, path, _)| (method, path)).collect()
}

type Row = (Method, &'static str, MethodRouter<Arc<Site>>);

/// The table of pages. Every handler says in its signature what its viewer must be allowed.
fn table() -> Vec<Row> {
    vec![
        (Method::GET, "/", get(home::page)),
        (Method::GET, "/p", get(profile::by_url)),
        (Method::GET, "/console", get(console::all)),
        (Method::GET, "/connect", get(connect::page)),
        (Method::POST, "/connect", post(connect::connect)),
        (Method::GET, entry::CALLBACK, get(access::answered).head(sign_in::enters_nobody)),
        (Method::GET, "/t/{tenant}/search", get(search::page)),
        (Method::GET, "/t/{tenant}/search.csv", get(csv::search)),
        (Method::GET, "/t/{tenant}/profile", get(profile::page)),
        (Method::GET, "/t/{tenant}/contact", get(live::page)),
        (Method::GET, "/t/{tenant}/file", get(live::file)),
        (Method::GET, "/t/{tenant}/list", get(list::page)),
        (Method::POST, "/t/{tenant}/list", post(list::check)),
        (Method::GET, "/t/{tenant}/review", get(review::page)),
        (Method::GET, "/t/{tenant}/live", get(side::side)),
        (Method::POST, "/t/{tenant}/decide", post(decide::decide)),
        (Method::POST, "/t/{tenant}/undo", post(decide::undo)),
        (Method::POST, "/t/{tenant}/recheck", post(decide::recheck)),
        (Method::GET, "/t/{tenant}/decisions", get(decide::history)),
        (Method::GET, "/t/{tenant}/runs", get(console::tenant)),
        (Method::POST, "/t/{tenant}/runs", post(console::start)),
        (Method::GET, "/t/{tenant}/runs/{run}", get(run::page)),
        (Method::GET, "/t/{tenant}/runs/{run}/progress", get(progress::page)),
        (Method::POST, "/t/{tenant}/runs/{run}/cancel", post(run::cancel)),
        (Method::POST, "/t/{tenant}/runs/{run}/publish", post(run::publish)),
        (Method::POST, "/t/{tenant}/runs/{run}/drop", post(run::discard)),
        (Method::GET, "/t/{tenant}/settings", get(settings::page)),
        (Method::POST, "/t/{tenant}/settings", post(settings::save)),
        (Method::GET, "/t/{tenant}/looks.csv", get(csv::looks)),
        (Method::POST, "/t/{tenant}/check", post(settings::check)),
        (Method::POST, "/t/{tenant}/key", post(access::swap)),
        (Method::POST, "/t/{tenant}/give", post(access::give)),
        (Method::POST, "/t/{tenant}/disconnect", post(settings::disconnect)),
    ]
}

/// What every page shows around its own part.
pub(super) struct Frame {
    /// The page's title.
    title: &'static str,
    /// Who is signed in, and where.
    viewer: Option<Viewer>,
    /// Which of the links at the top leads here.
    here: &'static str,
}

/// A link at the top of every page.
struct Tab {
    name: &'static str,
    words: &'static str,
    address: String,
}

impl Frame {
    /// Of a page for whoever is signed in.
    pub(super) fn of(title: &'static str, viewer: Viewer) -> Self {
        Self { title, viewer: Some(viewer), here: "" }
    }

    /// The same, under one of the links at the top.
    pub(super) fn at(self, here: &'static str) -> Self {
        Self { here, ..self }
    }

    /// Whether the link of this name leads here, or to what this page is a part of: for who watches the installation, a company is a part
    /// of all of them.
    fn marks(&self, name: &str) -> bool {
        name == self.here || (name == "console" && matches!(self.here, "runs" | "settings"))
    }

    /// The links that the viewer may follow.
    fn tabs(&self) -> Vec<Tab> {
        let Some(viewer) = &self.viewer else { return Vec::new() };
        let tab = |name, words, address: String| Tab { name, words, address };
        let Grant::Tenant(tenant, _) = &viewer.grant else {
            return vec![tab("console", "Companies", "/console".into()), tab("connect", "Connect", "/connect".into())];
        };
        let all = [
            (Right::SeeBadges, "search", "Search"),
            (Right::SeeBadges, "list", "Check a list"),
            (Right::Review, "review", "Review"),
            (Right::SeeRuns, "runs", "Runs"),
            (Right::Connect, "settings", "Settings"),
        ];
        let allowed = all.into_iter().filter(|it| may(&viewer.grant, tenant, it.0));
        allowed.map(|(_, name, words)| tab(name, words, format!("/t/{tenant}/{name}"))).collect()
    }

    /// Of a page for anybody.
    pub(super) fn open(title: &'static str) -> Self {
        Self { title, viewer: None, here: "" }
    }
}

/// A drawn page.
pub(super) struct Page<T>(pub(super) T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(text) => Html(text).into_response(),
            // The error can quote what was drawn.
            Err(_) => Problem::BROKE.into_response(),
        }
    }
}

/// An error, for people.
#[derive(Template)]
#[template(path = "problem.html")]
struct Trouble {
    frame: Frame,
    problem: Problem,
    /// What the log has more of, where it has.
    request: Option<String>,
    /// The way to sign in, where that is what is missing.
    sign_in: Option<String>,
}

/// Sees that every error says what people or programs understand: a page, the way to sign in, or a problem. What layers and
/// libraries answer by themselves is replaced, for it can quote what was sent.
pub(super) async fn told(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let for_programs = path.starts_with("/api/") || path == "/health" || path == "/metrics";
    let asked = (request.method() == Method::GET).then(|| request.uri().path_and_query().map(ToString::to_string)).flatten();
    let from = origin_page(request.headers());
    let id = request.headers().get("x-request-id").and_then(|it| it.to_str().ok()).map(str::to_owned);
    let response = next.run(request).await;
    let status = response.status();
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"text/html"));
    if !(status.is_client_error() || status.is_server_error()) || is_page {
        return response;
    }
    let said = response.extensions().get::<Problem>();
    if for_programs && said.is_some() {
        return response;
    }
    let problem = said.cloned().unwrap_or_else(|| Problem::of(status));
    let mut replaced = match asked {
        _ if for_programs => problem.into_response(),
        Some(then) if status == StatusCode::UNAUTHORIZED => return Redirect::to(&sign_in::address(&then)).into_response(),
        _ => {
            let sign_in = (status == StatusCode::UNAUTHORIZED).then(|| sign_in::address(&from));
            let request = id.filter(|_| status.is_server_error());
            (status, Page(Trouble { frame: Frame::open("Sorry"), problem, request, sign_in })).into_response()
        }
    };
    keep(&response, &mut replaced, &[header::ALLOW, header::RETRY_AFTER]);
    replaced
}

/// The page of ours that a form was sent from, to go back to; the first one where nobody says.
fn origin_page(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let from = text(header::REFERER).and_then(|it| Url::parse(it).ok());
    let ours = from.filter(|it| text(header::HOST).is_some_and(|host| host == &it[Position::BeforeHost..Position::AfterPort]));
    ours.map_or_else(|| "/".to_owned(), |it| it[Position::BeforePath..Position::AfterQuery].to_owned())
}

fn keep(from: &Response, to: &mut Response, names: &[HeaderName]) {
    for name in names {
        if let Some(value) = from.headers().get(name) {
            to.headers_mut().insert(name, value.clone());
        }
    }
}
