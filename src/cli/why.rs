//! `acquaint why NAME`: from the ledger, why a profile has a badge, or why it has none.

use super::{Context, Exit, Failure, badges, waterfall};
use crate::{
    index::{self, Index},
    link::Linker,
    model::{
        Badge, Decision, Evidence, Feature, Level, Link, Millis, Opportunity, Person, Profile, ProfileId, RawPerson, RawText, TenantName,
        Waterfall,
    },
    night,
    store::{Pairing, Published, Set, Store, Which},
};
use serde::Serialize;

/// Says why a profile has a badge, or why it has none.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint why acme --profile p-17
  acquaint why acme --url https://www.linkedin.com/in/ana-ruiz

Values shown are the profile's own; nothing of the candidate was kept.")]
#[command(group = clap::ArgGroup::new("whom").required(true).args(["profile", "url"]))]
pub(super) struct Args {
    /// The tenant
    name: TenantName,
    /// The profile
    #[arg(long, value_name = "ID")]
    profile: Option<ProfileId>,
    /// A page of the profile's person
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

/// The whole answer.
#[derive(Serialize)]
struct Answer<'a> {
    tenant: &'a TenantName,
    profile: &'a ProfileId,
    badge: Option<&'a Badge>,
    /// Every contact that came near, the nearest first.
    contacts: Vec<Near<'a>>,
    checked_at: Option<Millis>,
    /// The profile was added or changed after the last night.
    not_yet_checked: bool,
    /// Other profiles that evidently show the same person; a badge is on one of them.
    also: Vec<Also<'a>>,
}

/// Another profile of the person.
#[derive(Serialize)]
struct Also<'a> {
    profile: &'a ProfileId,
    badge: bool,
}

/// One contact that came near.
#[derive(Serialize)]
struct Near<'a> {
    contact: &'a str,
    decision: Decision,
    probability: f64,
    evidence: Vec<Line<'a>>,
    waterfall: Waterfall,
    #[serde(skip)]
    levels: &'a [Evidence],
}

/// One level with its weight and the profile's own value.
#[derive(Serialize)]
struct Line<'a> {
    feature: Feature,
    level: Level,
    bits: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    store.tenant(&args.name).await?;
    let profile = match (&args.profile, &args.url) {
        (Some(id), _) => store.profiles(std::slice::from_ref(id)).await?.pop().ok_or_else(|| unknown("there is no such profile"))?,
        (None, url) => by_url(context, store.as_ref(), url.as_deref().unwrap_or_default()).await?,
    };
    let near = store.read(&args.name, Set::Published, Which::AllOf(&profile.id)).await?;
    let badges = night::badges(&args.name, &only_badges(&near), context.now());
    let twins = twins(context, store.as_ref(), &profile).await?;
    let theirs = badges::published(store.as_ref(), &args.name, Which::BadgesOf(&twins), context.now()).await?;
    let answer = Answer {
        tenant: &args.name,
        profile: &profile.id,
        badge: badges.first(),
        contacts: nearest_first(&near, &profile),
        checked_at: near.checked_at,
        not_yet_checked: !store.not_yet_checked(&args.name, std::slice::from_ref(&profile.id)).await?.is_empty(),
        also: twins.iter().map(|it| Also { profile: it, badge: theirs.iter().any(|badge| badge.profile == *it) }).collect(),
    };
    print(context, &answer, &profile);
    Ok(Exit::Ok)
}

/// Other profiles of this profile's person.
async fn twins(context: &Context, store: &dyn Store, profile: &Profile) -> Result<Vec<ProfileId>, Failure> {
    // While the first import builds the index nobody can say, and the ledger's answer does not wait for it.
    let Ok(index) = context.index(store).await else { return Ok(Vec::new()) };
    Ok(Linker::new(&index, &context.matcher(None)?).twins(profile)?)
}

/// The part of a reading that badges are made of.
fn only_badges(near: &Published) -> Published {
    let pairings = near.pairings.iter().filter(|(it, _)| it.decision == Decision::Match).cloned().collect();
    Published { reference: near.reference.clone(), checked_at: near.checked_at, pairings }
}

fn nearest_first<'a>(near: &'a Published, profile: &'a Profile) -> Vec<Near<'a>> {
    let mut pairings: Vec<&(Pairing, Vec<Opportunity>)> = near.pairings.iter().collect();
    pairings.sort_by(|(a, _), (b, _)| b.probability.total_cmp(&a.probability).then_with(|| a.contact.cmp(&b.contact)));
    let line = |it: &Evidence| Line { feature: it.feature, level: it.level, bits: it.bits, value: profile.quote(it) };
    let near = |(it, _): &'a (Pairing, Vec<Opportunity>)| Near {
        contact: it.contact.as_str(),
        decision: it.decision,
        probability: it.probability,
        evidence: it.evidence.iter().map(line).collect(),
        waterfall: it.waterfall,
        levels: &it.evidence,
    };
    pairings.into_iter().map(near).collect()
}

/// The profile that shows this page as its own.
async fn by_url(context: &Context, store: &dyn Store, url: &str) -> Result<Profile, Failure> {
    let wanted = Link::parse(url).ok_or_else(|| unknown("this is not the address of a page"))?;
    let asked = RawPerson { links: vec![RawText::new(url.to_owned())], ..RawPerson::default() };
    let keys = index::keys(&Person::of_candidate(&asked).view());
    let index = context.index(store).await?;
    let found = index.near(&[keys], 100)?;
    let ids: Vec<_> = found.iter().flatten().filter_map(|it| ProfileId::new(it.id()).ok()).collect();
    let shows = |it: &Profile| it.links.iter().filter_map(|it| Link::parse(it)).any(|it| it == wanted);
    store.profiles(&ids).await?.into_iter().find(shows).ok_or_else(|| unknown("no profile shows this page"))
}

fn unknown(what: &str) -> Failure {
    Failure::new(Exit::Usage, what, "nothing was looked up", "check the id or the address; `acquaint profiles stats` tells what is stored")
}

fn print(context: &Context, answer: &Answer<'_>, profile: &Profile) {
    let output = &context.output;
    if output.json() {
        return output.object(answer);
    }
    output.line(&format!("profile {}: {}", answer.profile, headline(answer)));
    for it in &answer.also {
        let badge = if it.badge { ", and has the badge" } else { "" };
        output.line(&format!("profile {} shows the same person{badge}", it.profile));
    }
    for near in &answer.contacts {
        output.line(&format!("contact {}: {}, {}", near.contact, near.decision.as_str(), waterfall::percent(near.probability)));
        output.line(waterfall::text(near.levels, &near.waterfall, Some(profile)).trim_end());
    }
}

fn headline(answer: &Answer<'_>) -> String {
    let checked = answer.checked_at.and_then(Millis::rfc3339);
    let Some(checked) = checked else { return "not checked yet: the tenant had no good run".to_owned() };
    let is = |decision| answer.contacts.iter().any(|it| it.decision == decision);
    match answer.badge {
        Some(badge) if answer.not_yet_checked => {
            let (kind, status) = (badge.kind.as_str(), badge.status.as_str());
            format!("in Lever: {kind}, {status}; the profile changed since and is not yet checked again (checked {checked})")
        }
        None if answer.not_yet_checked => format!("not yet checked: the profile is newer than the last night (checked {checked})"),
        Some(badge) => format!("in Lever: {}, {} (checked {checked})", badge.kind.as_str(), badge.status.as_str()),
        None if is(Decision::Review) => format!("no badge: a contact may be this person; someone has to look (checked {checked})"),
        None if !answer.contacts.is_empty() => format!("no badge: contacts came near, not near enough (checked {checked})"),
        None => format!("nothing to show from Lever (checked {checked})"),
    }
}
