//! `acquaint why NAME`: from the ledger, why a profile has a badge, or why it has none.

use super::{Context, Exit, Failure};
use crate::{
    index::{self, Index},
    model::{
        Badge, Decision, Evidence, Feature, Level, Link, Millis, Opportunity, Person, Profile, ProfileId, RawPerson, RawText, TenantName,
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
}

/// One contact that came near.
#[derive(Serialize)]
struct Near<'a> {
    contact: &'a str,
    decision: Decision,
    probability: f64,
    evidence: Vec<Line<'a>>,
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
    let answer = Answer {
        tenant: &args.name,
        profile: &profile.id,
        badge: badges.first(),
        contacts: nearest_first(&near, &profile),
        checked_at: near.checked_at,
    };
    print(context, &answer);
    Ok(Exit::Ok)
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

fn print(context: &Context, answer: &Answer<'_>) {
    let output = &context.output;
    if output.json() {
        return output.object(answer);
    }
    output.line(&format!("profile {}: {}", answer.profile, headline(answer)));
    for near in &answer.contacts {
        output.line(&format!("contact {}: {}, {:.1} %", near.contact, near.decision.as_str(), near.probability * 100.0));
        for it in near.evidence.iter().filter(|it| it.level != Level::Silent) {
            let value = it.value.unwrap_or_default();
            let line = format!("  {:+6.1} bits  {:<9} {:<8} {value}", it.bits, it.feature.as_str(), it.level.as_str());
            output.line(line.trim_end());
        }
    }
}

fn headline(answer: &Answer<'_>) -> String {
    let checked = answer.checked_at.and_then(Millis::rfc3339);
    let Some(checked) = checked else { return "not checked yet: the tenant had no good run".to_owned() };
    let is = |decision| answer.contacts.iter().any(|it| it.decision == decision);
    match answer.badge {
        Some(badge) => format!("in Lever: {}, {} (checked {checked})", badge.kind.as_str(), badge.status.as_str()),
        None if is(Decision::Review) => format!("no badge: a contact may be this person; someone has to look (checked {checked})"),
        None if !answer.contacts.is_empty() => format!("no badge: contacts came near, not near enough (checked {checked})"),
        None => format!("nothing to show from Lever (checked {checked})"),
    }
}
