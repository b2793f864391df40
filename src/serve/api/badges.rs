//! `POST …/badges/lookup`: who of up to a hundred is in Lever. `GET …/profiles/{id}`: one profile with its badge.

use super::Refusals;
use super::written::{Written, listed};
use crate::model::{Millis, Profile, ProfileId, TenantName};
use crate::profiles;
use crate::serve::mask::Shown;
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, SeeBadges};
use crate::serve::search::Hit;
use crate::serve::sight::Freshness;
use crate::serve::site::Site;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{Object, ObjectBuilder, OneOfBuilder, Schema, Type};

/// What one look-up may ask for.
const MOST: usize = 100;

/// Either `profiles` or `urls`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Ids of profiles.
    #[schema(max_items = 100)]
    profiles: Option<Vec<String>>,
    /// Addresses of people's pages, however they are written.
    #[schema(max_items = 100)]
    urls: Option<Vec<String>>,
}

/// Badges by what was asked for.
#[derive(ToSchema)]
pub(super) struct Answer<'a> {
    /// The end of the tenant's last good run; null for never.
    checked_at: Option<Millis>,
    /// Whether that is more than 36 hours ago, or never was: badges may be out of date, and people may lack theirs.
    stale: bool,
    /// A badge, or null where there is nothing to show, for each id or address.
    #[schema(schema_with = badges_by_key)]
    badges: BTreeMap<&'a str, Option<&'a Shown>>,
    /// Of these, each once, the ones that are newer than the last night: that they have no badge means nothing.
    not_yet_checked: Vec<&'a str>,
}

/// The library has no words for a map of what may be null.
fn badges_by_key() -> Object {
    let badge = OneOfBuilder::new().item(Object::with_type(Type::Null)).item(Ref::from_schema_name("Badge"));
    ObjectBuilder::new().additional_properties(Some(Schema::from(badge))).build()
}

/// Badges of up to 100 profiles, by id or by the address of a page.
#[utoipa::path(
    post, path = "/api/v1/tenants/{tenant}/badges/lookup", params(("tenant" = TenantName, Path)), request_body = Asked,
    responses((status = 200, description = "One snapshot", body = Answer<'_>), Refusals)
)]
pub(super) async fn lookup(State(site): State<Arc<Site>>, it: Allowed<SeeBadges>, Json(asked): Json<Asked>) -> Result<Response, Problem> {
    let (keys, profiles) = match (asked.profiles, asked.urls) {
        (Some(ids), None) if ids.len() <= MOST => {
            // Nobody has an id that is none.
            let profiles = ids.iter().map(|id| ProfileId::new(id).into_iter().collect()).collect();
            (ids, profiles)
        }
        (None, Some(urls)) if urls.len() <= MOST => {
            let profiles: Vec<Vec<ProfileId>> = profiles::showing(site.store.as_ref(), site.index()?, &urls).await?;
            (urls, profiles)
        }
        (Some(_), None) | (None, Some(_)) => return Err(Problem::unfit("at most 100 at a time")),
        _ => return Err(Problem::unfit("send either profiles or urls")),
    };
    let all: Vec<ProfileId> = profiles.iter().flatten().cloned().collect();
    let sight = site.sight(it.viewer.role(), &it.tenant, &all).await?;
    let asked = || keys.iter().map(String::as_str).zip(&profiles);
    let (unchecked, mut told) = (|of: &[ProfileId]| of.iter().any(|id| sight.unchecked.contains(id)), HashSet::new());
    let answer = Answer {
        checked_at: sight.freshness.checked_at,
        stale: sight.freshness.stale,
        badges: asked().map(|(key, of)| (key, of.iter().find_map(|id| sight.badges.get(id)))).collect(),
        not_yet_checked: asked().filter(|(key, of)| unchecked(of) && told.insert(*key)).map(|(key, _)| key).collect(),
    };
    let json = answer.json().map_err(|_| Problem::BROKE)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

impl Answer<'_> {
    /// What a badge takes, with room to spare: a text that grows bit by bit is moved a dozen times.
    const BADGE: usize = 1_280;

    fn json(&self) -> serde_json::Result<Vec<u8>> {
        let mut out = Vec::with_capacity((1 + self.badges.len()) * Self::BADGE);
        out.extend_from_slice(b"{\"checked_at\":");
        self.checked_at.write(&mut out)?;
        out.extend_from_slice(b",\"stale\":");
        self.stale.write(&mut out)?;
        out.extend_from_slice(b",\"badges\":");
        listed(&mut out, b"{}", &self.badges, |(key, badge), out| {
            key.write(out)?;
            out.push(b':');
            badge.write(out)
        })?;
        out.extend_from_slice(b",\"not_yet_checked\":");
        listed(&mut out, b"[]", &self.not_yet_checked, |key, out| key.write(out))?;
        out.push(b'}');
        Ok(out)
    }
}

/// A profile with its badge.
#[derive(Serialize, ToSchema)]
pub(super) struct One {
    #[serde(flatten)]
    freshness: Freshness,
    #[serde(flatten)]
    hit: Hit,
}

/// One profile with its badge.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/profiles/{profile}", params(("tenant" = TenantName, Path), ("profile" = ProfileId, Path)),
    responses((status = 200, description = "The profile", body = One), Refusals)
)]
pub(super) async fn profile(
    State(site): State<Arc<Site>>,
    it: Allowed<SeeBadges>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<One>, Problem> {
    let profile = known(&site, &id).await?;
    let sight = site.sight(it.viewer.role(), &it.tenant, std::slice::from_ref(&profile.id)).await?;
    Ok(Json(One { freshness: sight.freshness, hit: Hit::of(profile, &sight) }))
}

/// The profile with this id.
pub(super) async fn known(site: &Site, id: &str) -> Result<Profile, Problem> {
    const UNKNOWN: Problem = Problem::unknown("there is no such profile");
    let id = ProfileId::new(id).map_err(|_| UNKNOWN)?;
    site.store.profiles(&[id]).await?.pop().ok_or(UNKNOWN)
}
