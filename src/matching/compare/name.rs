//! Whether both are called the same: words aligned without order, each weighed by its rarity, all of them by the number of namesakes.

use super::super::terms::{Shown, Term};
use super::align::{Likeness, align, merged};
use super::{Finding, Pair};
use crate::model::{Identifier, Level, Listed, NameView, Site, Value, Words, namesakes, value};

/// The best of all spellings of both sides. Names that both sides' slugs spell are the slugs' evidence and not counted here; nor
/// is any slug when the slugs are one.
pub(super) fn compare(pair: &Pair<'_>) -> Finding {
    let theirs = pair.profile.values_of(Identifier::Link(Site::Linkedin));
    let one_slug = pair.candidate.values_of(Identifier::Link(Site::Linkedin)).any(|it| theirs.clone().any(|other| other.value == it.value));
    let stated = |it: &Listed<NameView<'_>>| it.at.is_some();
    let tried = pair.candidate.names().flat_map(|a| pair.profile.names().map(move |b| (a, b)));
    let fair = tried.filter(|(a, b)| if one_slug { stated(a) && stated(b) } else { stated(a) || stated(b) });
    let found = fair.map(|(a, b)| names(pair, a.value, b)).map(|it| (pair.weigh(&it.shown), it));
    found.max_by(|a, b| a.0.total_cmp(&b.0)).map_or_else(Finding::silent, |it| it.1)
}

fn names(pair: &Pair<'_>, mine: NameView<'_>, theirs: Listed<NameView<'_>>) -> Finding {
    let (a, b) = (mine.words(), theirs.value.words());
    let (a, b) = (merged(&a, &b), merged(&b, &a));
    let aligned = align(&a, &b);
    let main = |it: &&(Likeness, usize, usize)| it.0 != Likeness::Initial;
    if !aligned.iter().any(|it| main(&it)) {
        return Finding::new(Level::Differs, Shown::default().and(Term::NameDiffers, 1.0), theirs.at);
    }
    let agreed = agreement(pair, (&a, &b), &aligned);
    let (shown, conflict) = unaligned(agreed, (&a, &b), &aligned);
    let exact = aligned.iter().all(|it| it.0 == Likeness::Exact);
    let level = match (conflict, exact, aligned.len()) {
        (true, ..) | (false, true, 1) => Level::Partial,
        (false, true, _) => Level::Same,
        (false, false, _) => Level::Close,
    };
    Finding { common: agreed.len(), ..Finding::new(level, shown, theirs.at) }
}

/// The words that found a partner: how, and how rare they are together.
fn agreement(pair: &Pair<'_>, (a, b): (&[&str], &[&str]), aligned: &[(Likeness, usize, usize)]) -> Shown {
    let count = |likeness| aligned.iter().filter(|it| it.0 == likeness).count() as f64;
    let full = || aligned.iter().filter(|it| it.0 != Likeness::Initial);
    let words = Words::of(full().map(|it| b[it.2]));
    let rare: f64 = full().map(|(likeness, x, y)| rarity(pair, *likeness, a[*x], b[*y])).sum();
    Shown::default()
        .and(Term::NameRarity, rare.min(ceiling(pair, &words)))
        .and(Term::NameExact, count(Likeness::Exact))
        .and(Term::NamePet, count(Likeness::Pet))
        .and(Term::NameSound, count(Likeness::Sound))
        .and(Term::NameTypo, count(Likeness::Typo))
        .and(Term::NameInitial, count(Likeness::Initial))
}

/// Of a word, or of the commoner of two that only sound or look alike: whoever has either would come as near.
fn rarity(pair: &Pair<'_>, likeness: Likeness, mine: &str, theirs: &str) -> f64 {
    let rare = |it: &str| pair.rare(value(Value::NameWord, it));
    match likeness {
        Likeness::Sound | Likeness::Typo => rare(mine).min(rare(theirs)),
        Likeness::Exact | Likeness::Pet | Likeness::Initial => rare(theirs),
    }
}

/// Two words of a name come together more often than by chance.
const TOGETHER: f64 = 4.0;

/// No name says more than that few are called so.
fn ceiling(pair: &Pair<'_>, words: &[&str]) -> f64 {
    let share = |it: &str| pair.rarity.share(value(Value::NameWord, it));
    let pairs = words.iter().enumerate().flat_map(|(at, a)| words[at + 1..].iter().map(move |b| (*a, *b)));
    let expected = |(a, b): (&str, &str)| TOGETHER * pair.rarity.profiles() * share(a) * share(b) + pair.rarity.others(namesakes(a, b));
    let fewest = pairs.map(expected).min_by(f64::total_cmp);
    fewest.map_or(f64::INFINITY, |it| (pair.rarity.profiles() / it).log2())
}

/// Adds the words that found no partner, and says whether both sides have such a word: a missing middle name is no contradiction.
fn unaligned(agreed: Shown, (a, b): (&[&str], &[&str]), aligned: &[(Likeness, usize, usize)]) -> (Shown, bool) {
    let left = |words: &[&str], used: &dyn Fn(usize) -> bool, long: bool| {
        words.iter().enumerate().filter(|(at, it)| !used(*at) && (it.len() > 1) == long).count()
    };
    let (in_a, in_b) = (|at| aligned.iter().any(|it| it.1 == at), |at| aligned.iter().any(|it| it.2 == at));
    let (words_a, words_b) = (left(a, &in_a, true), left(b, &in_b, true));
    let (initials_a, initials_b) = (left(a, &in_a, false), left(b, &in_b, false));
    let conflicts = words_a.min(words_b);
    let conflict = if family_alone(a.len(), b.len(), aligned) { Term::NameGivenDiffers } else { Term::NameConflict };
    let extras = words_a.abs_diff(words_b) + initials_a.abs_diff(initials_b);
    let shown = agreed
        .and(conflict, conflicts as f64)
        .and(Term::NameExtra, extras as f64)
        .and(Term::NameInitialDiffers, initials_a.min(initials_b) as f64);
    (shown, conflicts > 0)
}

/// Whether the last word is all that agrees: sisters and brothers share a surname and keep their given names, while people who marry
/// keep the given name.
fn family_alone(a: usize, b: usize, aligned: &[(Likeness, usize, usize)]) -> bool {
    aligned.iter().all(|it| it.1 + 1 == a && it.2 + 1 == b)
}
