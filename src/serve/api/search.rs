//! `GET …/search`: profiles by words, with their badges.

use super::Refusals;
use crate::model::{Kind, Millis, Pipeline, TenantName};
use crate::serve::cursor::Cursor;
use crate::serve::filter::Filter;
use crate::serve::mask::Seen;
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, SeeBadges};
use crate::serve::search::{BAD_CURSOR, Found, InAts, Query};
use crate::serve::site::Site;
use axum::Json;
use axum::extract::{Query as Asked, State};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// Profiles on a page, unless asked for.
const USUAL: u8 = 20;
/// And at most.
const MOST: u8 = 100;

/// What is asked. All that is asked of badges is asked of what the viewer may see.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Words {
    /// Words of names, companies, titles and places, typing errors forgiven. Without any, those who are in Lever are listed by id, if
    /// they are asked for.
    #[param(max_length = 500)]
    #[serde(default)]
    q: String,
    /// All, only those without a badge (`hide`), or only those with one.
    #[param(inline)]
    #[serde(default)]
    in_ats: InAts,
    /// The badge's stage: its id or its words.
    stage: Option<String>,
    /// The badge's status.
    #[param(inline)]
    status: Option<Seen>,
    /// Prospect (never applied) or applicant. Nobody who must not be contacted.
    #[param(inline)]
    kind: Option<Kind>,
    /// The recruiter: id or name.
    recruiter: Option<String>,
    /// Archived before this time or day. Nobody who must not be contacted.
    archived_before: Option<String>,
    /// This part of the process, or a later one, was reached. Nobody who must not be contacted.
    #[param(inline)]
    reached: Option<Pipeline>,
    /// Nobody interacted for as many days. Nobody who must not be contacted.
    untouched_days: Option<u32>,
    /// Profiles on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u8>,
    /// `next` of the page before. With words a search goes through the first 10,000 profiles; a cursor beyond them is refused (422).
    cursor: Option<String>,
}

impl Words {
    /// The query that these words mean.
    fn query(self) -> Result<Query, Problem> {
        let limit = self.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Problem::unfit("limit is 1 to 100"));
        }
        let filled = |it: Option<String>| it.filter(|it| !it.is_empty());
        let bad_time = Problem::unfit("archived_before is a day (2026-05-31) or a time in RFC 3339");
        let archived_before = filled(self.archived_before).map(|it| Millis::parse(&it).ok_or(bad_time)).transpose()?;
        let cursor = filled(self.cursor).map(|it| Cursor::parse(&it).ok_or(BAD_CURSOR)).transpose()?;
        let filter = Filter {
            stage: filled(self.stage),
            status: self.status,
            kind: self.kind,
            recruiter: filled(self.recruiter),
            archived_before,
            reached: self.reached,
            untouched_days: self.untouched_days,
        };
        Ok(Query { words: self.q, in_ats: self.in_ats, filter, limit: limit.into(), cursor })
    }
}

/// Profiles by words, with their badges.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/search", params(("tenant" = TenantName, Path), Words),
    responses((status = 200, description = "A page of profiles", body = Found), Refusals)
)]
pub(super) async fn search(
    State(site): State<Arc<Site>>,
    it: Allowed<SeeBadges>,
    Asked(words): Asked<Words>,
) -> Result<Json<Found>, Problem> {
    let query = words.query()?;
    Ok(Json(site.reader(&it.viewer, &it.tenant).search(&query).await?))
}
