//! The search page: public profiles by words, each with its badge in one line; as a page and as CSV.

use super::shown::{self, Line, Looked};
use super::words::{address, number};
use super::{Frame, Page};
use crate::model::{Kind, Millis, Pipeline, Profile, Role, TenantName};
use crate::serve::filter::Filter;
use crate::serve::mask::Seen;
use crate::serve::problem::Problem;
use crate::serve::rights::SeeBadges;
use crate::serve::search::{BAD_CURSOR, Cursor, Hit, InAts, Query};
use crate::serve::sight::Freshness;
use crate::serve::site::Site;
use crate::serve::viewer::Allowed;
use askama::Template;
use axum::extract::{Query as Sent, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// Hits on a page.
const SHOWN: usize = 25;
/// Lines of a CSV file at most, and pages of the search that are read for them: a question that fits nobody ends too.
const EXPORTED: usize = 1_000;
const ROUNDS: usize = 10;
/// The columns of [`row`].
pub(super) const HEADER: &str = "profile,name,headline,location,badge,status,stage,last_touched,checked_at";
const MONTH_MS: i64 = 30 * 24 * 3_600_000;

/// The question, as the address holds it: shareable, so times in it are relative.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    in_ats: String,
    stage: String,
    status: String,
    recruiter: String,
    kind: String,
    archived_months: String,
    reached: String,
    untouched: String,
    cursor: String,
}

impl Asked {
    fn pairs(&self) -> [(&'static str, &str); 9] {
        [
            ("q", &self.q),
            ("in_ats", &self.in_ats),
            ("stage", &self.stage),
            ("status", &self.status),
            ("recruiter", &self.recruiter),
            ("kind", &self.kind),
            ("archived_months", &self.archived_months),
            ("reached", &self.reached),
            ("untouched", &self.untouched),
        ]
    }

    /// The address with one part changed, from its first page on.
    fn with(&self, path: &str, name: &str, value: &str) -> String {
        let mut pairs: Vec<(&str, &str)> = self.pairs().into_iter().filter(|it| it.0 != name).collect();
        pairs.push((name, value));
        address(path, &pairs)
    }

    /// The question as the room asks it. What cannot be meant is an error, never silently everything.
    fn read(&self, limit: usize, now: Millis) -> Result<Query, Problem> {
        const UNFIT: Problem = Problem::unfit("this address asks for something that the search does not know");
        let said = |it: &String| (!it.trim().is_empty()).then(|| it.trim().to_owned());
        let parsed = |it: &String| said(it).map(|it| it.parse::<u32>().map_err(|_| UNFIT)).transpose();
        let months = parsed(&self.archived_months)?.filter(|it| *it > 0);
        let filter = Filter {
            stage: said(&self.stage),
            status: word(&self.status).map_err(|()| UNFIT)?,
            kind: said(&self.kind).map(|it| Kind::parse(&it).ok_or(UNFIT)).transpose()?,
            recruiter: said(&self.recruiter),
            archived_before: months.map(|it| now.plus(-i64::from(it.min(1_200)) * MONTH_MS)),
            reached: word::<Pipeline>(&self.reached).map_err(|()| UNFIT)?,
            untouched_days: parsed(&self.untouched)?.filter(|it| *it > 0),
        };
        let in_ats = match word(&self.in_ats).map_err(|()| UNFIT)? {
            // Whoever asks something of badges sees those with such a badge.
            Some(InAts::Hide) if !filter.is_empty() => InAts::Only,
            known => known.unwrap_or_default(),
        };
        let cursor = said(&self.cursor).map(|it| Cursor::parse(&it).ok_or(BAD_CURSOR)).transpose()?;
        Ok(Query { words: self.q.clone(), in_ats, filter, limit, cursor })
    }
}

/// A word of one of the tables that serialise as words.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<Option<T>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => serde_json::from_value(text.into()).map(Some).map_err(|_| ()),
    }
}

/// The page.
#[derive(Template)]
#[template(path = "search.html")]
pub(super) struct Search {
    frame: Frame,
    tenant: TenantName,
    asked: Asked,
    /// What chips say, which the form sends on.
    kept: Vec<(&'static str, String)>,
    chips: Vec<Vec<Chip>>,
    stages: Vec<String>,
    recruiters: Vec<String>,
    statuses: Vec<(&'static str, &'static str)>,
    lines: Vec<Found>,
    says: String,
    more: Option<String>,
    csv: String,
    stale: Option<String>,
    filtered: bool,
}

/// A filter that is one click.
struct Chip {
    words: &'static str,
    address: String,
    on: bool,
}

/// One hit, as it is drawn.
pub(super) struct Found {
    pub(super) profile: Profile,
    pub(super) address: String,
    pub(super) line: Line,
}

impl Found {
    pub(super) fn of(tenant: &TenantName, hit: Hit, freshness: Freshness, now: Millis) -> Self {
        let line = shown::line(looked(&hit), freshness, now);
        Self { address: profile_address(tenant, hit.profile.id.as_str()), line, profile: hit.profile }
    }
}

fn looked(hit: &Hit) -> Looked<'_> {
    Looked { badge: hit.badge.as_ref(), not_yet_checked: hit.not_yet_checked }
}

pub(super) fn profile_address(tenant: &TenantName, id: &str) -> String {
    address(&format!("/t/{tenant}/profile"), &[("id", id)])
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SeeBadges>,
    Sent(asked): Sent<Asked>,
) -> Result<Page<Search>, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let (now, role) = (site.now(), viewer.role());
    let query = asked.read(SHOWN, now)?;
    let found = site.reader(role, &tenant).search(&query).await?;
    let common = site.store.look_up(&tenant, &[], None).await?.common;
    let mut stages: Vec<_> = common.reference.stages.values().collect();
    stages.sort_by(|a, b| (a.pipeline, a.rank).partial_cmp(&(b.pipeline, b.rank)).unwrap_or(std::cmp::Ordering::Equal));
    let mut stages: Vec<String> = stages.into_iter().map(|it| it.text.clone()).collect();
    stages.dedup();
    let mut recruiters: Vec<String> = common.reference.users.values().map(|it| it.name.clone()).collect();
    recruiters.sort_unstable();
    recruiters.dedup();
    let path = format!("/t/{tenant}/search");
    let freshness = found.freshness;
    let stale = freshness.checked_at.filter(|_| freshness.stale).map(|at| super::words::ago(at, now));
    let lines: Vec<Found> = found.results.into_iter().map(|it| Found::of(&tenant, it, freshness, now)).collect();
    Ok(Page(Search {
        frame: Frame::of("Search", viewer).at("search"),
        kept: kept(&asked),
        chips: chips(&asked, &path),
        says: says(&query, found.total, (lines.len(), found.left_out)),
        more: found.next.map(|next| asked.with(&path, "cursor", &next)),
        csv: address(&format!("{path}.csv"), &asked.pairs()),
        statuses: statuses(role),
        filtered: !query.filter.is_empty(),
        tenant,
        asked,
        stages,
        recruiters,
        lines,
        stale,
    }))
}

/// What a status is called; sourcers cannot ask for what they cannot see.
fn statuses(role: Role) -> Vec<(&'static str, &'static str)> {
    let last = if role == Role::Sourcer { (Seen::DoNotContact, "Do not contact") } else { (Seen::Hired, "Hired") };
    let all = [(Seen::Active, "Active"), (Seen::Snoozed, "Snoozed"), (Seen::Archived, "Archived"), last];
    all.into_iter().map(|(it, words)| (it.as_str(), words)).collect()
}

fn says(query: &Query, total: Option<u64>, (shown, left_out): (usize, u64)) -> String {
    let nothing = query.words.trim().is_empty() && query.in_ats != InAts::Only && query.filter.is_empty();
    let hidden = match query.in_ats {
        InAts::Hide => "hidden (in Lever)",
        _ => "left out by what is asked of badges",
    };
    let hidden = if left_out > 0 { format!(" · {} {hidden}, of those looked at", number(left_out)) } else { String::new() };
    match total {
        _ if nothing => "Write a name, a company, a title or a place.".into(),
        Some(1) => format!("1 profile{hidden}"),
        Some(total) => format!("{} profiles{hidden}", number(total)),
        None => format!("{shown} shown{hidden}"),
    }
}

fn kept(asked: &Asked) -> Vec<(&'static str, String)> {
    const FIELDS: [&str; 4] = ["q", "stage", "status", "recruiter"];
    let chips = asked.pairs().into_iter().filter(|(name, value)| !value.is_empty() && !FIELDS.contains(name));
    chips.map(|(name, value)| (name, value.to_owned())).collect()
}

fn chips(asked: &Asked, path: &str) -> Vec<Vec<Chip>> {
    let one = |words, name, value: &str, is: &str| Chip {
        // A chip that is on is taken off by another click.
        address: asked.with(path, name, if is == value && !value.is_empty() { "" } else { value }),
        on: is == value,
        words,
    };
    vec![
        vec![
            one("All", "in_ats", "", &asked.in_ats),
            one("Hide in Lever", "in_ats", "hide", &asked.in_ats),
            one("Only in Lever", "in_ats", "only", &asked.in_ats),
        ],
        vec![
            one("Archived over 6 months ago", "archived_months", "6", &asked.archived_months),
            one("Over 12 months", "archived_months", "12", &asked.archived_months),
            one("Over 24 months", "archived_months", "24", &asked.archived_months),
            one("Reached onsite", "reached", "onsite", &asked.reached),
            one("Untouched for 90 days", "untouched", "90", &asked.untouched),
            one("Never applied", "kind", "prospect", &asked.kind),
        ],
    ]
}

/// The same as CSV: what the page shows, of all pages up to a thousand lines. The last line says where there could be more.
pub(super) async fn csv(State(site): State<Arc<Site>>, allowed: Allowed<SeeBadges>, Sent(asked): Sent<Asked>) -> Result<Response, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let now = site.now();
    let mut query = asked.read(500, now)?;
    let mut text = format!("{HEADER}\r\n");
    let (mut left, mut more) = (EXPORTED, true);
    for _ in 0..ROUNDS {
        let found = site.reader(viewer.role(), &tenant).search(&query).await?;
        more = found.next.is_some() || found.results.len() > left;
        for hit in found.results.into_iter().take(left) {
            text.push_str(&row(&hit, found.freshness, now));
            left -= 1;
        }
        query.cursor = found.next.as_deref().and_then(Cursor::parse);
        if !more || left == 0 {
            break;
        }
    }
    if more {
        text.push_str("\"\",\"This list was cut here: there is more than one file holds. Ask for less.\",,,,,,,\r\n");
    }
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"search.csv\"")];
    Ok((headers, text).into_response())
}

pub(super) fn row(hit: &Hit, freshness: Freshness, now: Millis) -> String {
    let time = |it: Option<Millis>| it.and_then(Millis::rfc3339).unwrap_or_default();
    let badge = hit.badge.as_ref();
    let stage = badge.and_then(|it| it.stage.as_ref()).and_then(|it| it.text.clone()).unwrap_or_default();
    let cells = [
        hit.profile.id.to_string(),
        hit.profile.name.clone(),
        hit.profile.headline.clone().unwrap_or_default(),
        hit.profile.location.clone().unwrap_or_default(),
        shown::line(looked(hit), freshness, now).text(),
        badge.map_or("", |it| it.status.as_str()).to_owned(),
        stage,
        time(badge.and_then(|it| it.last_interaction_at.or(it.updated_at))),
        time(freshness.checked_at),
    ];
    cells.map(|it| cell(&it)).join(",") + "\r\n"
}

/// A cell that no spreadsheet takes for a formula.
pub(super) fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    format!("\"{}\"", text.replace('"', "\"\""))
}
