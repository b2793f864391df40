//! The pages: drawn here, with templates and assets that are part of the program.

mod assets;
mod home;
mod sign_in;

pub use assets::asset;

use super::problem::Problem;
use super::site::Site;
use super::viewer::Viewer;
use askama::Template;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/", get(home::page))
        .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/assets/{name}", get(assets::one))
}

/// What every page shows around its own part.
pub(super) struct Frame {
    /// The page's title.
    title: &'static str,
    /// Who is signed in, and where.
    viewer: Option<Viewer>,
}

impl Frame {
    /// Of a page for whoever is signed in.
    pub(super) fn of(title: &'static str, viewer: Viewer) -> Self {
        Self { title, viewer: Some(viewer) }
    }

    /// Of a page for anybody.
    pub(super) fn open(title: &'static str) -> Self {
        Self { title, viewer: None }
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
}

/// Sees that every error says what people or programs understand: a page, the way to sign in, or a problem. What layers and
/// libraries answer by themselves is replaced, for it can quote what was sent.
pub(super) async fn told(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let for_programs = path.starts_with("/api/") || path == "/health" || path == "/metrics";
    let asked = (request.method() == Method::GET).then(|| request.uri().path_and_query().map(ToString::to_string)).flatten();
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
        _ => (status, Page(Trouble { frame: Frame::open("Sorry"), problem })).into_response(),
    };
    keep(&response, &mut replaced, &[header::ALLOW, header::RETRY_AFTER]);
    replaced
}

fn keep(from: &Response, to: &mut Response, names: &[HeaderName]) {
    for name in names {
        if let Some(value) = from.headers().get(name) {
            to.headers_mut().insert(name, value.clone());
        }
    }
}
