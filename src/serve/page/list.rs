//! Check a list: up to a hundred addresses or ids, pasted or dropped as CSV, and their badges.

use super::cells::lines;
use super::csv::{HEADER, cell, row};
use super::search::Found;
use super::shown::Age;
use super::{Frame, Page};
use crate::model::{ProfileId, TenantName};
use crate::profiles;
use crate::serve::peer::over_https;
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, SeeBadges};
use crate::serve::search::Hit;
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// Lines of one list.
const MOST: usize = 100;
/// Characters of a line that are looked at.
const LONGEST: usize = 2_000;

/// What lists call their columns.
const COLUMNS: [&str; 33] = [
    "id",
    "profile",
    "profile id",
    "profile_id",
    "name",
    "full name",
    "first name",
    "last name",
    "url",
    "urls",
    "link",
    "links",
    "linkedin",
    "linkedin url",
    "linkedin profile",
    "profile url",
    "page",
    "website",
    "github",
    "address",
    "title",
    "company",
    "location",
    "email",
    "e-mail",
    "emails",
    "email address",
    "phone",
    "phone number",
    "headline",
    "current company",
    "current title",
    "notes",
];
/// A line of CSV for whom nobody has a profile of.
const NO_PROFILE: &str = "\"\",\"\",\"\",\"\",\"No profile\",\"\",\"\",\"\",\"\"\r\n";

/// The page.
#[derive(Template)]
#[template(path = "list.html")]
pub(super) struct List {
    frame: Frame,
    tenant: TenantName,
    text: String,
    lines: Vec<Checked>,
    dropped: usize,
    bookmark: String,
}

/// One line of the list, with what was found.
struct Checked {
    asked: String,
    found: Option<Found>,
}

/// What is sent.
#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    list: String,
    #[serde(default)]
    csv: Option<String>,
}

pub(super) async fn page(allowed: Allowed<SeeBadges>, headers: HeaderMap) -> Page<List> {
    Page(List::empty(allowed, &headers))
}

impl List {
    fn empty(allowed: Allowed<SeeBadges>, headers: &HeaderMap) -> Self {
        let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
        let scheme = if over_https(headers) { "https" } else { "http" };
        Self {
            bookmark: format!("javascript:location.href='{scheme}://{host}/p?url='+encodeURIComponent(location.href)"),
            frame: Frame::of("Check a list", allowed.viewer).at("list"),
            tenant: allowed.tenant,
            text: String::new(),
            lines: Vec::new(),
            dropped: 0,
        }
    }
}

pub(super) async fn check(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SeeBadges>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Result<Response, Problem> {
    site.limits.file(&allowed.viewer.name())?;
    let ((wanted, dropped), now) = (entries(&given.list), site.now());
    let (hits, age) = hits(&site, &allowed.viewer, &allowed.tenant, &wanted).await?;
    if given.csv.is_some() {
        let mut text = format!("asked,{HEADER}\r\n");
        for (asked, hit) in wanted.iter().zip(&hits) {
            // Who sent the list puts the answers beside it, line by line.
            let found = hit.as_ref().map_or_else(|| NO_PROFILE.to_owned(), |it| row(it, age, now));
            text.push_str(&format!("{},{found}", cell(asked)));
        }
        let headers =
            [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"list.csv\"")];
        return Ok((headers, text).into_response());
    }
    let tenant = allowed.tenant.clone();
    let found = hits.into_iter().map(|it| it.map(|it| Found::of(&tenant, it, age, now)));
    let lines = wanted.iter().cloned().zip(found).map(|(asked, found)| Checked { asked, found }).collect();
    Ok(Page(List { text: given.list, lines, dropped, ..List::empty(allowed, &headers) }).into_response())
}

/// What the list asks for, line by line, and how many lines it has beyond those. A first line that names columns asks for nobody.
/// Spreadsheets begin a file with a mark of its encoding, and may have empty lines before the names.
fn entries(list: &str) -> (Vec<String>, usize) {
    let mut lines = lines(list.trim_start_matches('\u{feff}')).filter(|it| !it.is_empty()).peekable();
    lines.next_if(|it| names_columns(it));
    let wanted = lines.by_ref().take(MOST).filter_map(|it| entry(&it)).collect();
    (wanted, lines.count())
}

/// Most of its cells are names of columns, and none is an address.
fn names_columns(cells: &[String]) -> bool {
    let names = cells.iter().filter(|it| COLUMNS.contains(&it.to_lowercase().as_str())).count();
    2 * names > cells.len() && !cells.iter().any(|it| it.contains(['/', '@']))
}

/// What a line asks for: the first of the cells that look most like the address of a page; where none does, the first cell.
fn entry(cells: &[String]) -> Option<String> {
    let most = cells.iter().rev().max_by_key(|it| likeness(it))?;
    Some(most.chars().take(LONGEST).collect())
}

/// How much a cell looks like the address of a page. Titles and notes have dots and slashes too.
fn likeness(cell: &str) -> u8 {
    let is_word = !cell.contains(char::is_whitespace);
    let host = cell.split_once('/').map_or("", |it| it.0).to_lowercase();
    let is_host = host.contains('.') && host.split('.').all(|it| !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || it == '-'));
    match cell.contains("://") {
        true if is_word => 4,
        false if is_word && is_host && psl::suffix(host.as_bytes()).is_some_and(|it| it.is_known()) => 3,
        false if is_word && is_host => 2,
        true => 1,
        false => 0,
    }
}

/// The profile of each line, with what the viewer sees of its badge.
async fn hits(site: &Arc<Site>, viewer: &Viewer, tenant: &TenantName, wanted: &[String]) -> Result<(Vec<Option<Hit>>, Age), Problem> {
    let mut by_line = profiles::showing(site.store.as_ref(), site.index()?, wanted).await?;
    for (found, text) in by_line.iter_mut().zip(wanted).filter(|(found, _)| found.is_empty()) {
        found.extend(ProfileId::new(text));
    }
    let all: Vec<ProfileId> = by_line.iter().flatten().cloned().collect();
    let sight = site.sight(viewer.role(), tenant, &all).await?;
    let told_of: Vec<Option<&ProfileId>> = by_line.iter().map(|it| sight.told_of(it)).collect();
    let ids: Vec<ProfileId> = told_of.iter().flatten().map(|it| ProfileId::clone(it)).collect();
    let known = site.store.profiles(&ids).await?;
    let hit = |id: Option<&ProfileId>| Some(Hit::of(known.iter().find(|it| Some(&it.id) == id)?.clone(), &sight));
    Ok((told_of.into_iter().map(hit).collect(), Age::of(site, tenant, sight.freshness).await?))
}
