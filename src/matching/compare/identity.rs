//! Whether both carry one identifier: a page, an address, a number.

use super::super::terms::{Shown, Term};
use super::{Finding, Pair};
use crate::model::{Feature, FieldIndex, Identifier, Level, Person, Site, identifier};

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

/// Any other page.
pub(super) fn link(pair: &Pair<'_>) -> Finding {
    const KIND: Kind = Kind {
        what: Identifier::Link(Site::Page),
        feature: Feature::Link,
        same: Term::LinkSame,
        rarity: Term::LinkRarity,
        differs: Term::LinkDiffers,
    };
    compare(pair, &KIND)
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
    compare(pair, &KIND)
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

/// The rarest shared value counts; one that many of the list share proves nothing.
fn compare(pair: &Pair<'_>, kind: &Kind) -> Finding {
    let (mine, theirs) = (values(pair.candidate, kind.what), values(pair.profile, kind.what));
    if mine.is_empty() || theirs.is_empty() {
        return Finding::silent();
    }
    let shared = theirs.iter().filter(|it| mine.iter().any(|other| other.0 == it.0));
    let found = shared.map(|(text, on)| agree(pair, identifier(kind.what, text), kind, *on));
    let crowd = |it: &(&str, _)| pair.counts.is_shared(identifier(kind.what, it.0));
    found.max_by(|a, b| pair.weigh(&a.shown).total_cmp(&pair.weigh(&b.shown))).unwrap_or_else(|| match mine.iter().all(crowd) {
        true => Finding::silent(),
        false => Finding::new(Level::Differs, Shown::default().and(kind.differs, 1.0), None),
    })
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

fn values(person: &Person, kind: Identifier) -> Vec<(&str, Option<FieldIndex>)> {
    match kind {
        Identifier::Email => person.emails().iter().map(|it| (it.value.as_str(), it.at)).collect(),
        Identifier::Phone => person.phones().iter().map(|it| (it.value.as_str(), it.at)).collect(),
        Identifier::Link(site) => person.links().iter().filter(|it| it.value.site() == site).map(|it| (it.value.as_str(), it.at)).collect(),
    }
}

/// `ana-ruiz` became `ana-ruiz-4a81`, or the other way round: LinkedIn adds such an ending, and people take it away.
fn grown_slug(pair: &Pair<'_>) -> bool {
    let kind = Identifier::Link(Site::Linkedin);
    let grew = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|it| it.starts_with('-'));
    let theirs = values(pair.profile, kind);
    values(pair.candidate, kind).iter().any(|(a, _)| theirs.iter().any(|(b, _)| grew(a, b) || grew(b, a)))
}
