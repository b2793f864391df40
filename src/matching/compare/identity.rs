//! Whether both carry one identifier: a page, an address, a number.

use super::super::terms::{Shown, Term};
use super::{Finding, Pair};
use crate::model::{Feature, FieldIndex, Identifier, Level, Listed, Site, identifier};

/// One kind of identifier with its terms.
struct Kind {
    what: Identifier,
    feature: Feature,
    same: Term,
    rarity: Term,
    differs: Term,
}

/// LinkedIn's public slug.
pub(super) fn linkedin(pair: &Pair<'_>) -> Finding {
    const KIND: Kind = Kind {
        what: Identifier::Link(Site::Linkedin),
        feature: Feature::Linkedin,
        same: Term::LinkedinSame,
        rarity: Term::LinkedinRarity,
        differs: Term::LinkedinDiffers,
    };
    let finding = compare(pair, &KIND);
    match finding.level {
        Level::Differs if grown_slug(pair) => Finding::new(Level::Partial, Shown::default().and(Term::LinkedinClose, 1.0), None),
        _ => finding,
    }
}

/// GitHub's user name.
pub(super) fn github(pair: &Pair<'_>) -> Finding {
    const KIND: Kind = Kind {
        what: Identifier::Link(Site::Github),
        feature: Feature::Github,
        same: Term::GithubSame,
        rarity: Term::GithubRarity,
        differs: Term::GithubDiffers,
    };
    compare(pair, &KIND)
}

/// Our own address of the profile, where the candidate has one, which beats any other page.
pub(super) fn link(pair: &Pair<'_>) -> Finding {
    const KIND: Kind = Kind {
        what: Identifier::Link(Site::Page),
        feature: Feature::Link,
        same: Term::LinkSame,
        rarity: Term::LinkRarity,
        differs: Term::LinkDiffers,
    };
    own(pair, &KIND).unwrap_or_else(|| compare(pair, &KIND))
}

/// E-mail addresses.
pub(super) fn email(pair: &Pair<'_>) -> Finding {
    const KIND: Kind = Kind {
        what: Identifier::Email,
        feature: Feature::Email,
        same: Term::EmailSame,
        rarity: Term::EmailRarity,
        differs: Term::EmailDiffers,
    };
    let finding = compare(pair, &KIND);
    match finding.on.filter(|_| finding.level == Level::Same && is_spelled(pair)) {
        Some(on) => Finding::new(Level::Same, Shown::default().and(KIND.same, 1.0).and(Term::EmailSpelled, 1.0), Some(on)),
        None => finding,
    }
}

/// Whether all addresses that both have hold a word of the name, and no number that tells one namesake from another.
fn is_spelled(pair: &Pair<'_>) -> bool {
    const LEAST: usize = 3;
    let theirs = pair.profile.values_of(Identifier::Email);
    let mut shared = pair.candidate.values_of(Identifier::Email).filter(|it| theirs.clone().any(|other| other.value == it.value));
    let words = || pair.names.iter().flat_map(|it| it.1.iter()).filter(|it| it.len() >= LEAST);
    shared.all(|it| {
        let local = it.value.split('@').next().unwrap_or_default();
        !local.bytes().any(|it| it.is_ascii_digit()) && words().any(|word| local.contains(word))
    })
}

/// Phone numbers, which families share.
pub(super) fn phone(pair: &Pair<'_>) -> Finding {
    const KIND: Kind = Kind {
        what: Identifier::Phone,
        feature: Feature::Phone,
        same: Term::PhoneSame,
        rarity: Term::PhoneRarity,
        differs: Term::PhoneDiffers,
    };
    let finding = compare(pair, &KIND);
    if finding.level == Level::Same { finding.common() } else { finding }
}

/// Whether the candidate's link to one of our profiles is to this one; none without a link to one that is there. A link to another speaks
/// against this one as much as such links are seldom wrong: no oftener than the page that is seldomest wrong.
fn own(pair: &Pair<'_>, kind: &Kind) -> Option<Finding> {
    const OWN: Identifier = Identifier::Link(Site::Own);
    let is_there = |it: &str| it == pair.id || pair.rarity.is_there(identifier(OWN, it));
    let counts = |it: &Listed<&str>| !pair.counts.is_shared(identifier(OWN, it.value)) && is_there(it.value);
    let mut named = pair.candidate.values_of(OWN).filter(counts).peekable();
    named.peek()?;
    let wrong = [Feature::Linkedin, Feature::Github, kind.feature].map(|it| pair.weights.wrong(it)).into_iter().fold(1.0, f64::min);
    Some(match named.any(|it| it.value == pair.id) {
        true => {
            let rare = (pair.rarity.profiles() / wrong).log2().max(0.0);
            Finding::new(Level::Same, Shown::default().and(kind.same, 1.0).and(kind.rarity, rare), None)
        }
        false => Finding::new(Level::Differs, Shown::default().and(kind.rarity, wrong.log2()), None),
    })
}

/// The rarest shared value counts; one that many of the list share proves nothing.
fn compare(pair: &Pair<'_>, kind: &Kind) -> Finding {
    let (mine, theirs) = (pair.candidate.values_of(kind.what), pair.profile.values_of(kind.what));
    if mine.clone().next().is_none() || theirs.clone().next().is_none() {
        return Finding::silent();
    }
    let shared = theirs.filter(|it| mine.clone().any(|other| other.value == it.value));
    let found = shared.map(|it| agree(pair, identifier(kind.what, it.value), kind, it.at)).map(|it| (pair.weigh(&it.shown), it));
    if let Some((_, best)) = found.max_by(|a, b| a.0.total_cmp(&b.0)) {
        return best;
    }
    let crowd = |it: Listed<&str>| pair.counts.is_shared(identifier(kind.what, it.value));
    match mine.clone().all(crowd) {
        true => Finding::silent(),
        false => Finding::new(Level::Differs, Shown::default().and(kind.differs, 1.0), None),
    }
}

/// One value on both sides: the fewer carry it, the more it says.
fn agree(pair: &Pair<'_>, hash: u64, kind: &Kind, on: Option<FieldIndex>) -> Finding {
    if pair.counts.is_shared(hash) {
        return Finding::new(Level::Shared, Shown::default(), on);
    }
    let by_chance = pair.weights.wrong(kind.feature) + pair.rarity.others(hash);
    let rare = (pair.rarity.profiles() / by_chance).log2().max(0.0);
    Finding::new(Level::Same, Shown::default().and(kind.same, 1.0).and(kind.rarity, rare), on)
}

/// `ana-ruiz` became `ana-ruiz-4a81`, or the other way round: LinkedIn adds such an ending, and people take it away.
fn grown_slug(pair: &Pair<'_>) -> bool {
    let kind = Identifier::Link(Site::Linkedin);
    let grew = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|it| it.starts_with('-'));
    let theirs = pair.profile.values_of(kind);
    pair.candidate.values_of(kind).any(|a| theirs.clone().any(|b| grew(a.value, b.value) || grew(b.value, a.value)))
}
