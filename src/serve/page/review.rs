//! The review queue: two records side by side, why they may be one person's, and a person's word on it.

use super::evidence::Why;
use super::shown;
use super::words::{address, ago, day};
use super::{Frame, Page};
use crate::model::{ContactId, Decision, Opportunity, Profile, ProfileId, Ruled, Ruling, TenantName};
use crate::serve::problem::Problem;
use crate::serve::rights::{Allowed, Review, may_contact};
use crate::serve::site::Site;
use crate::store::{Decided, Pairing, Set, Which};
use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;
use std::sync::Arc;

/// How many questions the list beside the one in hand shows.
const LISTED: u32 = 20;

/// The page.
#[derive(Template)]
#[template(path = "review.html")]
pub(super) struct Reviewing {
    frame: Frame,
    tenant: TenantName,
    waiting: u64,
    item: Option<Item>,
    next: Vec<Line>,
    /// The parts of the list before and after this one.
    pages: Vec<(&'static str, String)>,
    /// Where this part begins: a decision goes on there.
    from: u32,
    done: Option<Done>,
}

/// One question.
struct Item {
    contact: ContactId,
    profile: Profile,
    why: Why,
    opportunities: Vec<Candidacy>,
    /// Whether the contact may be contacted.
    reach: bool,
    /// What was decided before.
    ruling: Option<String>,
    /// None where the company lets nobody look.
    live: Option<String>,
}

/// A candidacy, as the ledger has it.
pub(super) struct Candidacy {
    pub(super) stage: String,
    pub(super) touched: String,
    pub(super) url: Option<String>,
}

/// A question in the list.
struct Line {
    name: String,
    percent: String,
    address: String,
    current: bool,
}

/// What was just decided, which can be taken back.
pub(super) struct Done {
    pub(super) contact: String,
    pub(super) profile: String,
    pub(super) says: &'static str,
    /// The page to go back to.
    pub(super) then: &'static str,
    /// The part of the list to go back to.
    pub(super) from: u32,
}

/// Which question; none is the first one.
#[derive(Deserialize)]
pub(super) struct Asked {
    contact: Option<ContactId>,
    profile: Option<ProfileId>,
    /// Where the list begins.
    from: Option<String>,
    #[serde(flatten)]
    done: DoneQuery,
}

impl Asked {
    /// Not a number in the type itself: beside flattened fields everything arrives as text.
    fn from(&self) -> Result<u32, Problem> {
        let from = self.from.as_deref().map_or(Ok(0), str::parse);
        from.map_err(|_| Problem::unfit("this address asks for a part of the list that cannot be"))
    }
}

/// What a decision adds to the address that follows it.
#[derive(Deserialize)]
pub(super) struct DoneQuery {
    done: Option<Ruling>,
    done_contact: Option<String>,
    done_profile: Option<String>,
}

impl DoneQuery {
    pub(super) fn told(self, then: &'static str, from: u32) -> Option<Done> {
        let says = match self.done? {
            Ruling::Same => "Same person. The badge is shown from now on.",
            Ruling::NotSame => "Not the same person. No badge is shown, from now on.",
            Ruling::Later | Ruling::Reopened => "Put off: it comes last.",
        };
        Some(Done { contact: self.done_contact?, profile: self.done_profile?, says, then, from })
    }
}

pub(super) async fn page(
    State(site): State<Arc<Site>>,
    allowed: Allowed<Review>,
    Query(asked): Query<Asked>,
) -> Result<Page<Reviewing>, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let now = site.now();
    let waiting = site.store.review_count(&tenant, now).await?;
    let skip = asked.from()?.min(last_part(waiting));
    let read = site.store.read(&tenant, Set::Published, Which::Reviews { now, skip, limit: LISTED }).await?;
    let mut questions = read.pairings;
    let ids: Vec<ProfileId> = questions.iter().map(|(it, _)| it.profile.clone()).collect();
    let profiles = site.store.profiles(&ids).await?;
    let ids: Vec<ProfileId> = ids.into_iter().chain(asked.profile.clone()).collect();
    let rulings = site.store.rulings_of(&tenant, Decided::On(&ids)).await?;
    questions.sort_by(|(a, _), (b, _)| order(a, &rulings).total_cmp(&order(b, &rulings)).then_with(|| a.contact.cmp(&b.contact)));
    let asked_for = match (&asked.contact, &asked.profile) {
        (Some(contact), Some(profile)) => Some((contact.clone(), profile.clone())),
        _ => questions.first().map(|(it, _)| (it.contact.clone(), it.profile.clone())),
    };
    let line = |(it, _): &(Pairing, Vec<Opportunity>)| Line {
        name: profiles.iter().find(|profile| profile.id == it.profile).map_or_else(|| it.profile.to_string(), |it| it.name.clone()),
        percent: crate::model::percent(it.probability),
        address: at(skip, &of_pair(&tenant, "review", &it.contact, &it.profile)),
        current: asked_for.as_ref().is_some_and(|(contact, profile)| (contact, profile) == (&it.contact, &it.profile)),
    };
    let next = questions.iter().map(line).collect();
    let item = match &asked_for {
        Some((contact, profile)) => item(&site, &tenant, (contact, profile), &rulings).await?,
        None => None,
    };
    let looks = may_contact(&viewer, &site.store.tenant(&tenant).await?);
    let item = item.map(|it| Item { live: it.live.filter(|_| looks), ..it });
    let frame = Frame::of("Review", viewer).at("review");
    let pages = pages(&tenant, skip, waiting);
    Ok(Page(Reviewing { frame, waiting, item, next, pages, from: skip, done: asked.done.told("review", skip), tenant }))
}

/// Where the last part of the list begins. Decisions shorten the list, and may end the part that they were made in.
fn last_part(waiting: u64) -> u32 {
    let parts = waiting.saturating_sub(1) / u64::from(LISTED);
    u32::try_from(parts).unwrap_or(u32::MAX).saturating_mul(LISTED)
}

/// The same address, in this part of the list.
pub(super) fn at(skip: u32, address: &str) -> String {
    if skip == 0 { address.to_owned() } else { format!("{address}&from={skip}") }
}

fn pages(tenant: &TenantName, skip: u32, waiting: u64) -> Vec<(&'static str, String)> {
    let page = |from: u32| address(&format!("/t/{tenant}/review"), &[("from", &from.to_string())]);
    let before = (skip > 0).then(|| ("Earlier in the list", page(skip.saturating_sub(LISTED))));
    let after = skip.checked_add(LISTED).filter(|it| u64::from(*it) < waiting).map(|it| ("Further in the list", page(it)));
    before.into_iter().chain(after).collect()
}

/// What was put off comes last, the likeliest first.
fn order(it: &Pairing, rulings: &[Ruled]) -> f64 {
    let later = rulings.iter().any(|its| its.ruling == Ruling::Later && its.contact == it.contact && its.profile == it.profile);
    f64::from(u8::from(later)) * 2.0 - it.probability
}

pub(super) fn of_pair(tenant: &TenantName, page: &str, contact: &ContactId, profile: &ProfileId) -> String {
    address(&format!("/t/{tenant}/{page}"), &[("contact", contact.as_str()), ("profile", profile.as_str())])
}

/// The question of one pair; none when it was settled meanwhile.
async fn item(
    site: &Site,
    tenant: &TenantName,
    (contact, profile): (&ContactId, &ProfileId),
    rulings: &[Ruled],
) -> Result<Option<Item>, Problem> {
    let near = site.near(tenant, profile).await?;
    let Some((pairing, opportunities)) = near.pairings.into_iter().find(|(it, _)| it.contact == *contact) else { return Ok(None) };
    let Some(profile) = site.store.profiles(std::slice::from_ref(profile)).await?.pop() else { return Ok(None) };
    if pairing.decision == Decision::None {
        return Ok(None);
    }
    let now = site.now();
    let stage = |it: &Opportunity| {
        let known = it.stage.as_ref().and_then(|id| near.reference.stages.get(id)).map(|it| it.text.clone());
        let stage = known.or_else(|| it.stage.as_ref().map(ToString::to_string)).unwrap_or_else(|| "no stage".into());
        if it.archived.is_some() { format!("archived at {stage}") } else { stage }
    };
    let candidacy = |it: &Opportunity| Candidacy { stage: stage(it), touched: ago(it.touched(), now), url: shown::web(it.url.as_deref()) };
    let reach = opportunities.iter().all(|it| it.contact_consent.permits(now));
    let profile = if reach { profile } else { profile.without_contact_details() };
    let said = rulings.iter().find(|it| it.contact == *contact && it.profile == profile.id);
    let ruling = said.map(|it| match it.ruling {
        Ruling::Reopened => "Somebody decided this about a contact that has since left Lever. This one came in its place.".to_owned(),
        Ruling::Later => format!("Put off by {} on {}.", it.who, day(it.at)),
        Ruling::Same => format!("Said to be the same person by {} on {}.", it.who, day(it.at)),
        Ruling::NotSame => format!("Said to be another person by {} on {}.", it.who, day(it.at)),
    });
    Ok(Some(Item {
        why: Why::of(&pairing, Some(&profile)),
        live: Some(of_pair(tenant, "live", contact, &profile.id)),
        opportunities: opportunities.iter().map(candidacy).collect(),
        reach,
        contact: contact.clone(),
        profile,
        ruling,
    }))
}
