//! A person's word on a pair, taken and taken back; and the wish to have somebody looked at again.

use super::words::{address, moment};
use super::{Frame, Page, review, shown};
use crate::model::{ContactId, Decision, Order, ProfileId, Publication, Ruled, Ruling, RunKind, TenantName};
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, Review, Right, SeeBadges, may};
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;
use crate::store::{Decided, StoreError, Thing};
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;
use serde::Deserialize;
use std::sync::Arc;

/// What is sent.
#[derive(Deserialize)]
pub(super) struct Given {
    contact: ContactId,
    profile: ProfileId,
    ruling: Ruling,
    /// The page that goes on: `review`, `profile` or `decisions`.
    #[serde(default)]
    then: String,
    /// The part of the list that goes on.
    #[serde(default)]
    from: u32,
}

/// A pair.
#[derive(Deserialize)]
pub(super) struct Pair {
    contact: ContactId,
    profile: ProfileId,
    #[serde(default)]
    then: String,
    #[serde(default)]
    from: u32,
}

/// Who does not review takes no reviewer's decision away.
const DECIDED: Problem = Problem::new(StatusCode::CONFLICT, "somebody has looked at this pair and decided; ask an operator to look again");
/// Taken back, a question that a run asked would be answered by nobody.
const ASKED: Problem = Problem::new(StatusCode::CONFLICT, "a run asked this, and nobody has decided on it yet: say same or not the same");
const NO_PAIR: Problem = Problem::unknown("no run has found this pair; it may be gone from Lever");

/// Whoever reviews may decide on any pair that a run found; whoever sees a badge may say that it is another person's.
pub(super) async fn decide(
    State(site): State<Arc<Site>>,
    allowed: Allowed<SeeBadges>,
    Form(given): Form<Given>,
) -> Result<Redirect, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let Given { contact, profile, ruling, then, from } = given;
    if ruling == Ruling::Reopened {
        return Err(Problem::unfit("that is for runs to say"));
    }
    if !may(&viewer.grant, &tenant, Right::Review) {
        let badge = shown::badge(&site, &viewer, &tenant, &profile).await?;
        let seen = badge.is_some_and(|it| it.contacts().contains(&contact));
        if !seen || ruling != Ruling::NotSame {
            return Err(Problem::FORBIDDEN);
        }
        let on = site.store.rulings_of(&tenant, Decided::On(std::slice::from_ref(&profile))).await?;
        if on.iter().any(|it| it.contact == contact && it.who != viewer.name()) {
            return Err(DECIDED);
        }
    }
    let near = site.near(&tenant, &profile).await?;
    if !near.pairings.iter().any(|(it, _)| it.contact == contact && (it.decision != Decision::None || ruling != Ruling::Same)) {
        return Err(NO_PAIR);
    }
    let it = Ruled { contact, profile, ruling, who: viewer.name(), at: site.now() };
    site.store.decide(&tenant, &it).await?;
    Ok(Redirect::to(&after(&tenant, &it, (&then, from))))
}

/// Where a decision leads, with what it takes to undo it.
fn after(tenant: &TenantName, it: &Ruled, (then, from): (&str, u32)) -> String {
    let done = [("done", it.ruling.as_str()), ("done_contact", it.contact.as_str()), ("done_profile", it.profile.as_str())];
    match then {
        "decisions" => format!("/t/{tenant}/decisions"),
        "profile" => address(&format!("/t/{tenant}/profile"), &[&[("id", it.profile.as_str())], done.as_slice()].concat()),
        _ => review::at(from, &address(&format!("/t/{tenant}/review"), &done)),
    }
}

/// Whoever reviews takes any person's decision back; others their own.
pub(super) async fn undo(State(site): State<Arc<Site>>, allowed: Allowed<SeeBadges>, Form(pair): Form<Pair>) -> Result<Redirect, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let reviews = may(&viewer.grant, &tenant, Right::Review);
    let on = site.store.rulings_of(&tenant, Decided::On(std::slice::from_ref(&pair.profile))).await?;
    let it = on.iter().find(|it| it.contact == pair.contact);
    if !reviews && it.is_none_or(|it| it.who != viewer.name()) {
        return Err(Problem::FORBIDDEN);
    }
    if it.is_some_and(|it| it.ruling == Ruling::Reopened) {
        return Err(ASKED);
    }
    match site.store.undecide(&tenant, &pair.contact, &pair.profile, site.now()).await {
        // Somebody else took it back a moment ago.
        Ok(()) | Err(StoreError::Unknown(Thing::Decision)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&match pair.then.as_str() {
        "decisions" if reviews => format!("/t/{tenant}/decisions"),
        "review" if reviews => review::at(pair.from, &review::of_pair(&tenant, "review", &pair.contact, &pair.profile)),
        _ => address(&format!("/t/{tenant}/profile"), &[("id", pair.profile.as_str())]),
    }))
}

/// Queues a recent run that looks at this contact whatever its dates say: about ten requests. Where a run is at work already, the next one
/// does. Only whom a run has found is asked for: each contact costs requests.
pub(super) async fn recheck(State(site): State<Arc<Site>>, allowed: Allowed<Review>, Form(pair): Form<Pair>) -> Result<Redirect, Problem> {
    let Allowed { tenant, .. } = allowed;
    let (near, now) = (site.near(&tenant, &pair.profile).await?, site.now());
    if !near.pairings.iter().any(|(it, _)| it.contact == pair.contact) {
        return Err(NO_PAIR);
    }
    site.store.ask_again(&tenant, &pair.contact, now).await?;
    let resumes = site.store.tenant(&tenant).await?.settings.resumes;
    let order = Order { kind: RunKind::Recent, resumes, publication: Publication::Guarded };
    let queued = match site.store.queue_run(&tenant, &order, now).await {
        Ok(_) => "queued",
        Err(StoreError::Busy(_)) => "waits",
        Err(error) => return Err(error.into()),
    };
    Ok(Redirect::to(&address(&format!("/t/{tenant}/profile"), &[("id", pair.profile.as_str()), ("recheck", queued)])))
}

/// Decisions on the page.
const LISTED: u32 = 500;

/// The page of what was decided.
#[derive(Template)]
#[template(path = "decisions.html")]
pub(super) struct History {
    frame: Frame,
    tenant: TenantName,
    lines: Vec<Line>,
}

struct Line {
    contact: ContactId,
    profile: ProfileId,
    name: String,
    /// Whether a run asks, and a person has to say.
    asks: bool,
    says: &'static str,
    who: String,
    at: String,
}

pub(super) async fn history(State(site): State<Arc<Site>>, allowed: Allowed<Review>) -> Result<Page<History>, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let rulings = site.store.rulings_of(&tenant, Decided::Newest(LISTED)).await?;
    let ids: Vec<ProfileId> = rulings.iter().map(|it| it.profile.clone()).collect();
    let profiles = site.store.profiles(&ids).await?;
    let now = site.now();
    let line = |it: Ruled| Line {
        name: profiles.iter().find(|known| known.id == it.profile).map_or_else(|| it.profile.to_string(), |it| it.name.clone()),
        asks: it.ruling == Ruling::Reopened,
        says: says(it.ruling),
        at: moment(it.at, now),
        who: it.who,
        contact: it.contact,
        profile: it.profile,
    };
    let lines = rulings.into_iter().map(line).collect();
    Ok(Page(History { frame: frame(viewer), tenant, lines }))
}

/// A decision in words.
pub(super) fn says(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Same => "Same person",
        Ruling::NotSame => "Not the same",
        Ruling::Later => "Later",
        Ruling::Reopened => "To be decided anew: the contact before this one has left Lever",
    }
}

fn frame(viewer: Viewer) -> Frame {
    Frame::of("Decisions", viewer).at("review")
}
