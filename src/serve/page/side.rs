//! Lever's side of a question of the review queue: a part of its page, or a page of its own.

use super::live::{Asked, Looking, OF_A_PERSON, Trouble, in_time, look, settle};
use super::{Frame, Page, review};
use crate::contact::{self, Details};
use crate::serve::problem::Problem;
use crate::serve::rights::{self, Allowed, Right, may};
use crate::serve::site::Site;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// What the pages' own script sends when it asks for a part of a page.
const PART: &str = "x-acquaint-part";

/// To be put into the page of the queue.
#[derive(Template)]
#[template(path = "live.html")]
struct Side {
    said: Result<Details, Trouble>,
}

/// For whoever follows the link: without a script, or when the script was told to ask later.
#[derive(Template)]
#[template(path = "side.html")]
struct SidePage {
    frame: Frame,
    question: String,
    said: Result<Details, Trouble>,
}

/// Lever's side of a question, for who reviews.
pub(super) async fn side(
    State(site): State<Arc<Site>>,
    allowed: Allowed<rights::Contact>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    if !may(&viewer.grant, &tenant, Right::Review) {
        return Err(Problem::FORBIDDEN);
    }
    let near = site.near(&tenant, &asked.profile).await?;
    if !near.pairings.iter().any(|(it, _)| it.contact == asked.contact) {
        return Err(Problem::unknown("no run has found this pair; it may be gone from Lever"));
    }
    let Looking { lever, listing, .. } = look(&site, &viewer, &tenant, (&asked.contact, "details")).await?;
    let said = in_time(OF_A_PERSON, contact::person(&lever, &asked.contact, &listing)).await;
    settle(&lever).await;
    if headers.contains_key(PART) {
        return Ok(Page(Side { said }).into_response());
    }
    let question = review::of_pair(&tenant, "review", &asked.contact, &asked.profile);
    Ok(Page(SidePage { frame: Frame::of("In Lever", viewer).at("review"), question, said }).into_response())
}
