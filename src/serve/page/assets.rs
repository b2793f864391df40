//! Styles, scripts and pictures, all of them in the program.

use crate::serve::problem::Problem;
use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use xxhash_rust::xxh3::xxh3_64;

macro_rules! assets {
    ($($name:literal: $kind:literal,)*) => {
        /// Name, type, content.
        const ASSETS: &[(&str, &str, &[u8])] = &[$(($name, $kind, include_bytes!(concat!("assets/", $name))),)*];
    };
}

assets! {
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

fn find(name: &str) -> Option<(&'static str, &'static [u8])> {
    ASSETS.iter().find(|it| it.0 == name).map(|it| (it.1, it.2))
}

fn version(content: &[u8]) -> String {
    format!("{:016x}", xxh3_64(content))
}

/// An asset's address, which changes with its content.
#[must_use]
pub fn asset(name: &str) -> String {
    let version = find(name).map(|it| version(it.1)).unwrap_or_default();
    format!("/assets/{name}?v={version}")
}

/// Kept by browsers for good under its versioned address; under another it is asked for each time.
pub(super) async fn one(Path(name): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let (kind, content) = find(&name).ok_or(Problem::unknown("there is nothing here"))?;
    let current = query.as_deref().and_then(|it| it.strip_prefix("v=")) == Some(version(content).as_str());
    let keep = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], content).into_response())
}
