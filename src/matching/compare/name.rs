//! Whether both are called the same: words aligned without order, each weighed by its rarity, all of them by the number of namesakes.

use super::super::terms::{Shown, Term};
use super::align::{Aligned, Likeness, MOST, align, merged};
use super::{Finding, Pair};
use crate::model::{Identifier, Level, Listed, NameView, Site, Teller, Value, Words, namesakes, value};

/// The best of all spellings of both sides. What both sides' slugs spell, or both sides' addresses, is the evidence of slugs and addresses
/// and not counted here; nor is anything that only they spell when one of them is on both sides.
pub(super) fn compare(pair: &Pair<'_>) -> Finding {
    let shares = |kind: Identifier| {
        let theirs = pair.profile.values_of(kind);
        pair.candidate.values_of(kind).any(|it| theirs.clone().any(|other| other.value == it.value))
    };
    let linked = shares(Identifier::Link(Site::Linkedin)) || shares(Identifier::Email);
    let mut best: Option<(f64, Finding)> = None;
    // Of equals the last one counts, whichever side's names are gone through first.
    for (told, mine) in pair.names {
        for theirs in pair.profile.names() {
            let stated = *told == Teller::Record && theirs.value.told == Teller::Record;
            if stated || (!linked && *told != theirs.value.told) {
                let finding = names(pair, mine, theirs, if stated { 0.0 } else { 1.0 });
                let bits = pair.weigh(&finding.shown);
                if best.as_ref().is_none_or(|it| bits.total_cmp(&it.0).is_ge()) {
                    best = Some((bits, finding));
                }
            }
        }
    }
    best.map_or_else(Finding::silent, |it| it.1)
}

fn names(pair: &Pair<'_>, mine: &Words<'_>, theirs: Listed<NameView<'_>>, spelled: f64) -> Finding {
    let b = theirs.value.words();
    let (a, b) = (merged(mine, &b), merged(&b, mine));
    let aligned = align(&a, &b);
    let main = |it: &&(Likeness, usize, usize)| it.0 != Likeness::Initial;
    if !aligned.iter().any(|it| main(&it)) {
        return Finding::new(Level::Differs, Shown::default().and(Term::NameDiffers, 1.0), theirs.at);
    }
    let agreed = agreement(pair, (&a, &b), &aligned);
    let (shown, conflict) = unaligned(agreed, (&a, &b), &aligned);
    let shown = shown.and(Term::NameSpelled, spelled);
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
    // How often each word of the profile's comes that found a partner, asked once.
    let mut shares = [("", 0.0); MOST];
    let mut full = 0;
    let mut rare = 0.0;
    for (likeness, x, y) in aligned.iter().filter(|it| it.0 != Likeness::Initial) {
        let share = share(pair, b[*y]);
        rare -= commoner(pair, *likeness, a[*x], share).log2();
        shares[full] = (b[*y], share);
        full += 1;
    }
    Shown::default()
        .and(Term::NameRarity, rare.min(ceiling(pair, &shares[..full])))
        .and(Term::NameExact, count(Likeness::Exact))
        .and(Term::NamePet, count(Likeness::Pet))
        .and(Term::NameSound, count(Likeness::Sound))
        .and(Term::NameTypo, count(Likeness::Typo))
        .and(Term::NameInitial, count(Likeness::Initial))
}

/// The share of profiles that have the word in their name.
fn share(pair: &Pair<'_>, word: &str) -> f64 {
    pair.rarity.share(value(Value::NameWord, word))
}

/// The share of the profile's word, or of the commoner of two that only sound or look alike: whoever has either would come as near.
fn commoner(pair: &Pair<'_>, likeness: Likeness, mine: &str, theirs: f64) -> f64 {
    match likeness {
        Likeness::Sound | Likeness::Typo => share(pair, mine).max(theirs),
        Likeness::Exact | Likeness::Pet | Likeness::Initial => theirs,
    }
}

/// Two words of a name come together more often than by chance.
const TOGETHER: f64 = 4.0;

/// No name says more than that few are called so. Takes words with their shares.
fn ceiling(pair: &Pair<'_>, words: &[(&str, f64)]) -> f64 {
    let all = pair.rarity.profiles();
    let pairs = words.iter().enumerate().flat_map(|(at, a)| words[at + 1..].iter().map(move |b| (*a, *b)));
    let expected = |((a, in_a), (b, in_b)): ((&str, f64), (&str, f64))| TOGETHER * all * in_a * in_b + pair.rarity.others(namesakes(a, b));
    let fewest = pairs.map(expected).min_by(f64::total_cmp);
    fewest.map_or(f64::INFINITY, |it| (all / it).log2())
}

/// Adds the words that found no partner, and says whether both sides have such a word: a missing middle name is no contradiction.
fn unaligned(agreed: Shown, (a, b): (&[&str], &[&str]), aligned: &Aligned) -> (Shown, bool) {
    let left = |words: &[&str], free: &dyn Fn(usize) -> bool| {
        let free = words.iter().enumerate().filter(|(at, _)| free(*at));
        free.fold((0, 0), |(full, initials), (_, it)| if it.len() > 1 { (full + 1, initials) } else { (full, initials + 1) })
    };
    let (words_a, initials_a): (usize, usize) = left(a, &|at| aligned.is_mine_free(at));
    let (words_b, initials_b): (usize, usize) = left(b, &|at| aligned.is_theirs_free(at));
    let conflicts = words_a.min(words_b);
    let conflict = if family_agrees(a.len(), b.len(), aligned) { Term::NameGivenDiffers } else { Term::NameConflict };
    let extras = words_a.abs_diff(words_b) + initials_a.abs_diff(initials_b);
    let shown = agreed
        .and(conflict, conflicts as f64)
        .and(Term::NameExtra, extras as f64)
        .and(Term::NameInitialDiffers, initials_a.min(initials_b) as f64);
    (shown, conflicts > 0)
}

/// Whether the family's name agrees: the last word of both, or the last of one where nothing else does (`Ruiz, Ana` and `Bruno Ruiz`).
/// Sisters and brothers share it, often with a patronymic or the mother's name, while people who marry keep what stands before it.
fn family_agrees(a: usize, b: usize, aligned: &[(Likeness, usize, usize)]) -> bool {
    let last = |it: &(Likeness, usize, usize)| (it.1 + 1 == a, it.2 + 1 == b);
    match aligned {
        [only] => last(only).0 || last(only).1,
        all => all.iter().any(|it| last(it) == (true, true)),
    }
}
