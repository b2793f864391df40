//! What was found, and who looked at people's details, as CSV for spreadsheets.

use super::search::{Asked, looked};
use super::shown::{self, Age};
use crate::model::{Grant, Millis};
use crate::serve::cursor::Cursor;
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, Connect, SeeBadges};
use crate::serve::search::Hit;
use crate::serve::site::Site;
use axum::extract::{Query as Sent, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Lines of a file at most, and pages of the search that are read for them: a question that fits nobody ends too.
const EXPORTED: usize = 1_000;
const ROUNDS: usize = 10;
/// Looks at people's details in a file at most.
const LOOKS: u32 = 100_000;
/// The columns of [`row`].
pub(super) const HEADER: &str = "profile,name,headline,location,badge,status,stage,last_touched,checked_at";
/// What a spreadsheet takes for the beginning of a formula, or for a line of its own. Some read the wide forms as the narrow ones.
const MARKS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// What the search page shows, of all pages up to a thousand lines. The last line says where there could be more.
pub(super) async fn search(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SeeBadges>,
    Sent(asked): Sent<Asked>,
) -> Result<Response, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    site.limits.file(&viewer.name())?;
    let now = site.now();
    let mut query = asked.read(500, now)?;
    let mut text = format!("{HEADER}\r\n");
    let (mut left, mut more, mut age) = (EXPORTED, true, None);
    for _ in 0..ROUNDS {
        let found = site.reader(&viewer, &tenant).search(&query).await?;
        let age = match age {
            Some(age) => age,
            None => *age.insert(Age::of(&site, &tenant, found.freshness).await?),
        };
        more = found.next.is_some() || found.cut || found.results.len() > left;
        for hit in found.results.into_iter().take(left) {
            text.push_str(&row(&hit, age, now));
            left -= 1;
        }
        query.cursor = found.next.as_deref().and_then(Cursor::parse);
        if query.cursor.is_none() || left == 0 {
            break;
        }
    }
    if more {
        text.push_str("\"\",\"This list was cut here: there is more than one file holds. Ask for less.\",,,,,,,\r\n");
    }
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"search.csv\"")];
    Ok((headers, text).into_response())
}

/// Who looked at whose details, for as long as that is kept. Whoever watches the installation sees no person, not even a keyed one.
pub(super) async fn looks(State(site): State<Arc<Site>>, allowed: Allowed<Connect>) -> Result<Response, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    if viewer.grant == Grant::Installation {
        return Err(Problem::FORBIDDEN);
    }
    site.limits.file(&viewer.name())?;
    let looks = site.store.views(&tenant, LOOKS + 1, site.now()).await?;
    let mut text = "at,who,what,whose\r\n".to_owned();
    for it in looks.iter().take(LOOKS as usize) {
        let cells = [&it.at.rfc3339().unwrap_or_default(), &it.who, &it.what, &it.subject];
        text.push_str(&(cells.map(|it| cell(it)).join(",") + "\r\n"));
    }
    if looks.len() > LOOKS as usize {
        text.push_str("\"\",\"This list was cut here: older looks are in the database.\",,\r\n");
    }
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"looks.csv\"")];
    Ok((headers, text).into_response())
}

pub(super) fn row(hit: &Hit, age: Age, now: Millis) -> String {
    let time = |it: Option<Millis>| it.and_then(Millis::rfc3339).unwrap_or_default();
    let badge = hit.badge.as_ref();
    let stage = badge.and_then(|it| it.stage.as_ref()).and_then(|it| it.text.clone()).unwrap_or_default();
    let cells = [
        hit.profile.id.to_string(),
        hit.profile.name.clone(),
        hit.profile.headline.clone().unwrap_or_default(),
        hit.profile.location.clone().unwrap_or_default(),
        shown::line(looked(hit), age, now).text(),
        badge.map_or("", |it| it.status.as_str()).to_owned(),
        stage,
        time(badge.and_then(|it| it.last_interaction_at.or(it.updated_at))),
        time(age.freshness.checked_at),
    ];
    cells.map(|it| cell(&it)).join(",") + "\r\n"
}

/// A cell that no spreadsheet takes for a formula, not even after blanks.
pub(super) fn cell(text: &str) -> String {
    let begins = |it: &str| it.starts_with(MARKS);
    let text = if begins(text) || begins(text.trim_start()) { format!("'{text}") } else { text.to_owned() };
    format!("\"{}\"", text.replace('"', "\"\""))
}
