//! One profile: who it is in public, and what Lever has to show of it, with the reasons.

use super::decide::says;
use super::evidence::Why;
use super::review::{Done, DoneQuery};
use super::shown::{self, Age, Line, Looked, Seen};
use super::words::{ago, day};
use super::{Frame, Page};
use crate::model::{BadgeOpportunity, ContactId, Decision, Millis, Profile, ProfileId, Ruled, Ruling, Status, TenantName};
use crate::profiles;
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, Right, SeeBadges, may, may_contact};
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;
use crate::store::Decided;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

/// The page.
#[derive(Template)]
#[template(path = "profile.html")]
pub(super) struct ProfilePage {
    frame: Frame,
    tenant: TenantName,
    profile: Profile,
    line: Line,
    contacts: Vec<Matched>,
    /// What the viewer decided, and may take back.
    own: Vec<Own>,
    opportunities: Vec<Candidacy>,
    url: Option<String>,
    do_not_contact: bool,
    /// A contact that may be the person, for those who review.
    question: Option<String>,
    reviews: bool,
    /// Whether the viewer may ask Lever for the person's details.
    looks: bool,
    recheck: Option<&'static str>,
    done: Option<Done>,
}

/// A contact whose badge this is.
struct Matched {
    contact: ContactId,
    why: Why,
    live: String,
    /// What somebody said of it.
    ruling: Option<String>,
}

/// A decision of the viewer's.
struct Own {
    contact: ContactId,
    says: &'static str,
    on: String,
}

struct Candidacy {
    stage: String,
    status: &'static str,
    posting: String,
    touched: String,
    url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    id: ProfileId,
    recheck: Option<String>,
    #[serde(flatten)]
    done: DoneQuery,
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SeeBadges>,
    Query(asked): Query<Asked>,
) -> Result<Page<ProfilePage>, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let unknown = Problem::unknown("there is no such profile");
    let profile = site.store.profiles(std::slice::from_ref(&asked.id)).await?.pop().ok_or(unknown)?;
    let (now, reviews) = (site.now(), may(&viewer.grant, &tenant, Right::Review));
    let looks = may_contact(&viewer, &site.store.tenant(&tenant).await?);
    let mut sight = site.sight(viewer.role(), &tenant, std::slice::from_ref(&asked.id)).await?;
    let badge = sight.badges.remove(&asked.id);
    // Whoever reviews finds the question beside the line.
    let looked = Looked { badge: badge.as_ref(), not_yet_checked: sight.unchecked.contains(&asked.id), in_question: false };
    let line = shown::line(looked, Age::of(&site, &tenant, sight.freshness).await?, now);
    let badge = badge.map(Seen);
    let do_not_contact = badge.as_ref().is_some_and(|it| !it.0.reach());
    let profile = if do_not_contact { profile.without_contact_details() } else { profile };
    let rulings = site.store.rulings_of(&tenant, Decided::On(std::slice::from_ref(&profile.id))).await?;
    let own = rulings.iter().filter(|it| it.who == viewer.name());
    let own = own.map(|it| Own { contact: it.contact.clone(), says: says(it.ruling), on: day(it.at) }).collect();
    let (contacts, question) = behind(&site, (&viewer, &tenant), (&profile, badge.as_ref()), &rulings).await?;
    let url = badge.as_ref().and_then(|it| it.urls().into_iter().next());
    let opportunities = badge.iter().flat_map(|it| it.0.opportunities.iter().flatten()).map(|it| Candidacy::of(it, now)).collect();
    let recheck = asked.recheck.as_deref().map(|it| match it {
        "queued" => "A recent run is queued: it asks Lever for this person again, about ten requests. This page shows the outcome when it has ended.",
        _ => "A run is at work. The next one, of either kind, looks at this person whatever Lever's dates say.",
    });
    let frame = Frame::of("Profile", viewer).at("search");
    let done = asked.done.told("profile", 0);
    Ok(Page(ProfilePage {
        frame,
        tenant,
        profile,
        line,
        contacts,
        own,
        opportunities,
        url,
        do_not_contact,
        question,
        reviews,
        looks,
        recheck,
        done,
    }))
}

/// Why the badge's contacts are the person, and the question that waits about the profile. Nothing of a masked badge.
async fn behind(
    site: &Site,
    (viewer, tenant): (&Viewer, &TenantName),
    (profile, badge): (&Profile, Option<&Seen>),
    rulings: &[Ruled],
) -> Result<(Vec<Matched>, Option<String>), Problem> {
    let near = site.near(tenant, &profile.id).await?;
    let seen = badge.map(Seen::contacts).unwrap_or_default();
    let matched = near.pairings.iter().filter(|(it, _)| it.decision == Decision::Match && seen.contains(&it.contact));
    let contacts = matched.map(|(it, _)| Matched {
        why: Why::of(it, Some(profile)),
        live: super::review::of_pair(tenant, "contact", &it.contact, &profile.id),
        ruling: rulings.iter().find(|its| its.contact == it.contact).map(said),
        contact: it.contact.clone(),
    });
    let reviews = may(&viewer.grant, tenant, Right::Review);
    let waits = near.pairings.iter().find(|(it, _)| reviews && it.decision == Decision::Review);
    let question = waits.map(|(it, _)| super::review::of_pair(tenant, "review", &it.contact, &profile.id));
    Ok((contacts.collect(), question))
}

fn said(it: &Ruled) -> String {
    let what = match it.ruling {
        Ruling::Same => "Confirmed",
        Ruling::NotSame => "Refused",
        Ruling::Later | Ruling::Reopened => "Put off",
    };
    format!("{what} by {} on {}.", it.who, day(it.at))
}

impl Candidacy {
    fn of(it: &BadgeOpportunity, now: Millis) -> Self {
        let text = |id: String, text: &Option<String>| text.clone().unwrap_or(id);
        Self {
            stage: it.stage.as_ref().map_or_else(|| "no stage".into(), |it| text(it.id.to_string(), &it.text)),
            status: match it.status {
                Status::Active => "active",
                Status::Snoozed => "snoozed",
                Status::Archived => "archived",
                Status::Hired => "hired",
            },
            posting: it.posting.as_ref().map_or_else(|| "no job".into(), |it| text(it.id.to_string(), &it.text)),
            touched: it.updated_at.map_or_else(|| "not told".into(), |at| ago(at, now)),
            url: shown::web(it.url.as_deref()),
        }
    }
}

/// The address of a page somewhere.
#[derive(Deserialize)]
pub(super) struct Where {
    url: String,
}

/// What a bookmark asks: who shows this page as their own?
pub(super) async fn by_url(State(site): State<Arc<Site>>, viewer: Viewer, Query(asked): Query<Where>) -> Result<Response, Problem> {
    let tenant = viewer.grant.tenant().cloned().ok_or(Problem::FORBIDDEN)?;
    let found = profiles::showing(site.store.as_ref(), site.index()?, &[asked.url]).await?;
    let found: Vec<ProfileId> = found.into_iter().flatten().collect();
    match site.sight(viewer.role(), &tenant, &found).await?.told_of(&found) {
        Some(id) => Ok(Redirect::to(&super::search::profile_address(&tenant, id.as_str())).into_response()),
        None => Err(Problem::unknown("no profile shows this page as its own, so there is nothing to tell of it")),
    }
}
