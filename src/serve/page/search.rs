//! The search page: public profiles by words, each with its badge in one line.

use super::shown::{self, Age, Line, Looked};
use super::words::{address, months_before, number};
use super::{Frame, Page};
use crate::model::{Kind, Millis, Pipeline, Profile, Reference, Role, TenantName};
use crate::serve::cursor::Cursor;
use crate::serve::filter::Filter;
use crate::serve::hidden::LeftOut;
use crate::serve::mask::Seen;
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, SeeBadges};
use crate::serve::search::{BAD_CURSOR, Hit, InAts, Query};
use crate::serve::site::Site;
use askama::Template;
use axum::extract::{Query as Sent, State};
use serde::Deserialize;
use std::sync::Arc;

/// Hits on a page.
const SHOWN: usize = 25;
/// What asks something of badges.
const OF_BADGES: [&str; 7] = ["stage", "status", "recruiter", "kind", "archived_months", "reached", "untouched"];

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

    /// The address with one part changed, from its first page on. Whoever is hidden has no badge of which anything could be asked: hiding
    /// them and asking something of badges take each other's place.
    fn with(&self, path: &str, name: &str, value: &str) -> String {
        let yields = |it: &(&str, &str)| match name {
            _ if value.is_empty() => false,
            "in_ats" if value == "hide" => OF_BADGES.contains(&it.0),
            _ => OF_BADGES.contains(&name) && *it == ("in_ats", "hide"),
        };
        let mut pairs: Vec<(&str, &str)> = self.pairs().into_iter().filter(|it| it.0 != name && !yields(it)).collect();
        pairs.push((name, value));
        address(path, &pairs)
    }

    /// The question as the room asks it. What cannot be meant is an error, never silently everything.
    pub(super) fn read(&self, limit: usize, now: Millis) -> Result<Query, Problem> {
        const UNFIT: Problem = Problem::unfit("this address asks for something that the search does not know");
        let said = |it: &String| (!it.trim().is_empty()).then(|| it.trim().to_owned());
        let parsed = |it: &String| said(it).map(|it| it.parse::<u32>().map_err(|_| UNFIT)).transpose();
        let months = parsed(&self.archived_months)?.filter(|it| *it > 0);
        let filter = Filter {
            stage: said(&self.stage),
            status: word(&self.status).map_err(|()| UNFIT)?,
            kind: said(&self.kind).map(|it| Kind::parse(&it).ok_or(UNFIT)).transpose()?,
            recruiter: said(&self.recruiter),
            archived_before: months.map(|it| months_before(now, it.min(1_200))),
            reached: word::<Pipeline>(&self.reached).map_err(|()| UNFIT)?,
            untouched_days: parsed(&self.untouched)?.filter(|it| *it > 0),
        };
        let in_ats = match word(&self.in_ats).map_err(|()| UNFIT)? {
            // Whoever asks something of badges sees those with such a badge, as by the form below the chips.
            Some(InAts::Hide) if !filter.is_empty() => InAts::Any,
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
    failed: bool,
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
    pub(super) fn of(tenant: &TenantName, hit: Hit, age: Age, now: Millis) -> Self {
        let line = shown::line(looked(&hit), age, now);
        Self { address: profile_address(tenant, hit.profile.id.as_str()), line, profile: hit.profile }
    }
}

pub(super) fn looked(hit: &Hit) -> Looked<'_> {
    Looked { badge: hit.badge.as_ref(), not_yet_checked: hit.not_yet_checked, in_question: hit.in_question }
}

pub(super) fn profile_address(tenant: &TenantName, id: &str) -> String {
    address(&format!("/t/{tenant}/profile"), &[("id", id)])
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SeeBadges>,
    Sent(mut asked): Sent<Asked>,
) -> Result<Page<Search>, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let (now, role) = (site.now(), viewer.role());
    let query = asked.read(SHOWN, now)?;
    if query.in_ats == InAts::Any {
        asked.in_ats.clear();
    }
    let reader = site.reader(&viewer, &tenant);
    let found = reader.search(&query).await?;
    let left_out = match found.total {
        // There is more than was looked at for this page.
        Some(_) if query.asks() && (found.next.is_some() || found.cut || query.cursor.is_some()) => reader.left_out(&query).await?,
        total => LeftOut { count: found.left_out, of: total.unwrap_or(0) },
    };
    let (stages, recruiters) = choices(&found.reference);
    let path = format!("/t/{tenant}/search");
    let age = Age::of(&site, &tenant, found.freshness).await?;
    let stale = age.freshness.checked_at.filter(|_| age.freshness.stale).map(|at| super::words::ago(at, now));
    let lines: Vec<Found> = found.results.into_iter().map(|it| Found::of(&tenant, it, age, now)).collect();
    Ok(Page(Search {
        frame: Frame::of("Search", viewer).at("search"),
        kept: kept(&asked),
        chips: chips(&asked, &path),
        says: says(&query, (found.total, found.cut), lines.len(), &left_out),
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
        failed: age.failed,
    }))
}

/// The names of stages, in their order, and of recruiters.
fn choices(reference: &Reference) -> (Vec<String>, Vec<String>) {
    let mut stages: Vec<_> = reference.stages.values().collect();
    stages.sort_by(|a, b| (a.pipeline, a.rank).partial_cmp(&(b.pipeline, b.rank)).unwrap_or(std::cmp::Ordering::Equal));
    let mut stages: Vec<String> = stages.into_iter().map(|it| it.text.clone()).collect();
    stages.dedup();
    let mut recruiters: Vec<String> = reference.users.values().map(|it| it.name.clone()).collect();
    recruiters.sort_unstable();
    recruiters.dedup();
    (stages, recruiters)
}

/// What a status is called; sourcers cannot ask for what they cannot see.
fn statuses(role: Role) -> Vec<(&'static str, &'static str)> {
    let last = if role == Role::Sourcer { (Seen::DoNotContact, "Do not contact") } else { (Seen::Hired, "Hired") };
    let all = [(Seen::Active, "Active"), (Seen::Snoozed, "Snoozed"), (Seen::Archived, "Archived"), last];
    all.into_iter().map(|(it, words)| (it.as_str(), words)).collect()
}

fn says(query: &Query, (total, cut): (Option<u64>, bool), shown: usize, left_out: &LeftOut) -> String {
    let nothing = query.words.trim().is_empty() && query.in_ats != InAts::Only && query.filter.is_empty();
    let end = if cut { " · nobody looks further than this: ask for less" } else { "" };
    let hidden = match query.in_ats {
        InAts::Hide => "hidden (in Lever)",
        _ => "left out by the filters",
    };
    let of = match total {
        Some(total) if left_out.of >= total => String::new(),
        Some(_) => format!(", of the first {}", number(left_out.of)),
        None => ", of those looked at".into(),
    };
    let hidden = if left_out.count > 0 { format!(" · {} {hidden}{of}", number(left_out.count)) } else { String::new() };
    match total {
        _ if nothing => "Write a name, a company, a title or a place.".into(),
        Some(1) => format!("1 profile{hidden}"),
        Some(total) => format!("{} profiles{hidden}{end}", number(total)),
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
