//! Whether both carry one identifier: a page, an address, a number.

use super::super::weights::Identity;
use super::{Finding, Pair};
use crate::model::{FieldIndex, Identifier, Level, PersonView, Site, identifier};

/// LinkedIn's public slug.
pub(super) fn linkedin(pair: &Pair<'_>) -> Finding {
    let finding = compare(pair, Identifier::Link(Site::Linkedin), &pair.weights.linkedin);
    match finding.level {
        Level::Differs if grown_slug(pair) => Finding::new(Level::Partial, pair.weights.linkedin.close, None),
        _ => finding,
    }
}

/// GitHub's user name.
pub(super) fn github(pair: &Pair<'_>) -> Finding {
    compare(pair, Identifier::Link(Site::Github), &pair.weights.github)
}

/// Any other page.
pub(super) fn link(pair: &Pair<'_>) -> Finding {
    compare(pair, Identifier::Link(Site::Page), &pair.weights.link)
}

/// E-mail addresses.
pub(super) fn email(pair: &Pair<'_>) -> Finding {
    compare(pair, Identifier::Email, &pair.weights.email)
}

/// Phone numbers.
pub(super) fn phone(pair: &Pair<'_>) -> Finding {
    let finding = compare(pair, Identifier::Phone, &pair.weights.phone);
    finding.common(finding.bits) // Families share a number.
}

/// The rarest shared value counts; one that many of the list share proves nothing.
fn compare(pair: &Pair<'_>, kind: Identifier, weights: &Identity) -> Finding {
    let (mine, theirs) = (values(pair.candidate, kind), values(pair.profile, kind));
    if mine.is_empty() || theirs.is_empty() {
        return Finding::SILENT;
    }
    let shared = theirs.iter().filter(|it| mine.iter().any(|other| other.0 == it.0));
    let weighed = shared.map(|(text, on)| weigh(pair, identifier(kind, text), weights, *on));
    let crowd = |it: &(&str, _)| pair.counts.is_shared(identifier(kind, it.0));
    weighed.max_by(|a, b| a.bits.total_cmp(&b.bits)).unwrap_or_else(|| match mine.iter().all(crowd) {
        true => Finding::SILENT,
        false => Finding::new(Level::Differs, weights.differs, None),
    })
}

/// One value on both sides: the fewer carry it, the more it says.
fn weigh(pair: &Pair<'_>, hash: u64, weights: &Identity, on: Option<FieldIndex>) -> Finding {
    if pair.counts.is_shared(hash) {
        return Finding::new(Level::Shared, 0.0, on);
    }
    let by_chance = weights.wrong + pair.rarity.others(hash);
    Finding::new(Level::Same, (weights.same * pair.rarity.profiles() / by_chance).log2().max(0.0), on)
}

fn values<'a>(person: &PersonView<'a>, kind: Identifier) -> Vec<(&'a str, Option<FieldIndex>)> {
    match kind {
        Identifier::Email => person.emails().map(|it| (it.value, it.at)).collect(),
        Identifier::Phone => person.phones().map(|it| (it.value, it.at)).collect(),
        Identifier::Link(site) => person.links().filter(|it| it.value.site == site).map(|it| (it.value.value, it.at)).collect(),
    }
}

/// `ana-ruiz` became `ana-ruiz-4a81`, or the other way round: LinkedIn adds such an ending, and people take it away.
fn grown_slug(pair: &Pair<'_>) -> bool {
    let kind = Identifier::Link(Site::Linkedin);
    let grew = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|it| it.starts_with('-'));
    let theirs = values(pair.profile, kind);
    values(pair.candidate, kind).iter().any(|(a, _)| theirs.iter().any(|(b, _)| grew(a, b) || grew(b, a)))
}
