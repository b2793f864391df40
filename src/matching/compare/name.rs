//! Whether both are called the same: words aligned without order, each weighed by its rarity, all of them by the number of namesakes.

use super::{Finding, Pair};
use crate::model::{Level, Listed, NameView, Site, Value, namesakes, nicknames, sound, value};
use rapidfuzz::distance::osa;

/// How two words agree, from the best on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Likeness {
    Exact,
    Pet,
    Sound,
    Typo,
    Initial,
}

/// The best of all spellings of both sides. Names that both sides' slugs spell are the slugs' evidence and not counted here; nor
/// is any slug when the slugs are one.
pub(super) fn compare(pair: &Pair<'_>) -> Finding {
    let slugs = |it: &crate::model::PersonView<'_>| -> Vec<String> {
        it.links().filter(|it| it.value.site == Site::Linkedin).map(|it| it.value.value.to_owned()).collect()
    };
    let theirs = slugs(pair.profile);
    let one_slug = slugs(pair.candidate).iter().any(|it| theirs.contains(it));
    let stated = |it: &Listed<NameView<'_>>| it.at.is_some();
    let tried = pair.candidate.names().flat_map(|a| pair.profile.names().map(move |b| (a, b)));
    let fair = tried.filter(|(a, b)| if one_slug { stated(a) && stated(b) } else { stated(a) || stated(b) });
    fair.map(|(a, b)| names(pair, a.value, &b)).max_by(|a, b| a.bits.total_cmp(&b.bits)).unwrap_or(Finding::SILENT)
}

fn names(pair: &Pair<'_>, mine: NameView<'_>, theirs: &Listed<NameView<'_>>) -> Finding {
    let weights = &pair.weights.name;
    let (a, b) = joined(&mine.words(), &theirs.value.words());
    let aligned = align(&a, &b);
    let main = |it: &&(Likeness, usize, usize)| it.0 != Likeness::Initial;
    if !aligned.iter().any(|it| main(&it)) {
        return Finding::new(Level::Differs, weights.differs, theirs.at);
    }
    let agreed: f64 = aligned.iter().map(|(likeness, x, y)| word_bits(pair, *likeness, &a[*x], &b[*y])).sum();
    let full: Vec<&str> = aligned.iter().filter(main).map(|it| b[it.2].as_str()).collect();
    let (against, conflict) = unaligned(pair, (&a, &b), &aligned);
    let agreed = agreed.min(ceiling(pair, &full)).min(weights.most);
    let bits = (agreed + against).max(weights.least);
    let exact = aligned.iter().all(|it| it.0 == Likeness::Exact);
    let level = match (conflict, exact, aligned.len()) {
        (true, ..) | (false, true, 1) => Level::Partial,
        (false, true, _) => Level::Same,
        (false, false, _) => Level::Close,
    };
    Finding::new(level, bits, theirs.at).common(agreed)
}

/// m over u of one word: what the candidate's word says given the profile's.
fn word_bits(pair: &Pair<'_>, likeness: Likeness, mine: &str, theirs: &str) -> f64 {
    let weights = &pair.weights.name;
    let share = |it: &str| pair.rarity.share(value(Value::NameWord, it), &pair.weights.frequency);
    let exact = weights.exact / share(theirs);
    let odds = match likeness {
        Likeness::Exact => exact,
        Likeness::Pet => weights.pet / share(theirs),
        Likeness::Sound => (weights.sound / share(theirs)).min(weights.typo.max(weights.sound / 4.0) / share(mine).min(share(theirs))),
        Likeness::Typo => (weights.typo / share(mine).min(share(theirs))).min(weights.sound / share(mine).max(share(theirs))),
        Likeness::Initial => weights.exact / 0.08,
    };
    if likeness == Likeness::Initial { odds.log2() + weights.initial.log2().max(-1.0) } else { odds.log2() }
}

/// No name says more than that few are called so.
fn ceiling(pair: &Pair<'_>, words: &[&str]) -> f64 {
    let how = &pair.weights.frequency;
    let share = |it: &str| pair.rarity.share(value(Value::NameWord, it), how);
    let pairs = words.iter().enumerate().flat_map(|(at, a)| words[at + 1..].iter().map(move |b| (*a, *b)));
    let namesakes = |(a, b): (&str, &str)| {
        let expected = how.together * pair.rarity.profiles() * share(a) * share(b);
        expected + pair.rarity.others(namesakes(a, b))
    };
    let fewest = pairs.map(namesakes).min_by(f64::total_cmp);
    fewest.map_or(f64::INFINITY, |it| (pair.rarity.profiles() / it).log2())
}

/// Bits of the words that found no partner, and whether both sides have such a word: a missing middle name is no contradiction.
fn unaligned(pair: &Pair<'_>, (a, b): (&[String], &[String]), aligned: &[(Likeness, usize, usize)]) -> (f64, bool) {
    let weights = &pair.weights.name;
    let left = |words: &[String], used: &dyn Fn(usize) -> bool, long: bool| {
        words.iter().enumerate().filter(|(at, it)| !used(*at) && (it.len() > 1) == long).count()
    };
    let (in_a, in_b) = (|at| aligned.iter().any(|it| it.1 == at), |at| aligned.iter().any(|it| it.2 == at));
    let (words_a, words_b) = (left(a, &in_a, true), left(b, &in_b, true));
    let (initials_a, initials_b) = (left(a, &in_a, false), left(b, &in_b, false));
    let conflicts = words_a.min(words_b);
    let conflict = if family_alone(a.len(), b.len(), aligned) { weights.given_differs } else { weights.conflict };
    let extras = words_a.abs_diff(words_b) + initials_a.abs_diff(initials_b);
    let initials = initials_a.min(initials_b);
    let bits = conflicts as f64 * conflict + extras as f64 * weights.extra + initials as f64 * weights.initial_differs;
    (bits, conflicts > 0)
}

/// Whether the last word is all that agrees: sisters and brothers share a surname and keep their given names, while people who marry
/// keep the given name.
fn family_alone(a: usize, b: usize, aligned: &[(Likeness, usize, usize)]) -> bool {
    aligned.iter().all(|it| it.1 + 1 == a && it.2 + 1 == b)
}

/// The best partner for each word, the surest first.
fn align(a: &[String], b: &[String]) -> Vec<(Likeness, usize, usize)> {
    let all = a
        .iter()
        .enumerate()
        .flat_map(|(x, mine)| b.iter().enumerate().filter_map(move |(y, theirs)| Some((likeness(mine, theirs)?, x, y))));
    let mut all: Vec<_> = all.collect();
    all.sort_unstable();
    let mut taken: Vec<(Likeness, usize, usize)> = Vec::new();
    for it in all {
        if !taken.iter().any(|other| other.1 == it.1 || other.2 == it.2) {
            taken.push(it);
        }
    }
    // `Kevin B. Harmon` is not Kevin Bartlett: an initial stands for a word only where all full words beside it agree.
    let spare = |words: &[String], used: &dyn Fn(usize) -> bool| words.iter().enumerate().any(|(at, it)| it.len() > 1 && !used(at));
    let spare_a = spare(a, &|at| taken.iter().any(|it| it.1 == at));
    let spare_b = spare(b, &|at| taken.iter().any(|it| it.2 == at));
    taken.retain(|(likeness, x, y)| *likeness != Likeness::Initial || !((spare_a && a[*x].len() == 1) || (spare_b && b[*y].len() == 1)));
    taken
}

fn likeness(a: &str, b: &str) -> Option<Likeness> {
    if a == b {
        return Some(Likeness::Exact);
    }
    if a.len() == 1 || b.len() == 1 {
        return (a.as_bytes().first() == b.as_bytes().first()).then_some(Likeness::Initial);
    }
    if nicknames(a, b) {
        return Some(Likeness::Pet);
    }
    let bones = sound(a);
    // Two consonants are too few to hear a name by, unless it is almost written alike.
    if bones == sound(b) && (bones.as_str().len() > 2 || (bones.as_str().len() > 1 && osa::distance(a.bytes(), b.bytes()) < 3)) {
        return Some(Likeness::Sound);
    }
    let edits = match a.len().min(b.len()) {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    (a.len().abs_diff(b.len()) <= edits && osa::distance(a.bytes(), b.bytes()) <= edits).then_some(Likeness::Typo)
}

/// Two words of one side that the other writes as one are one.
fn joined(a: &[&str], b: &[&str]) -> (Vec<String>, Vec<String>) {
    (merged(a, b), merged(b, a))
}

fn merged(words: &[&str], other: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let both = words.get(at + 1).map(|next| format!("{word}{next}")).filter(|it| other.contains(&it.as_str()));
        at += if both.is_some() { 2 } else { 1 };
        out.push(both.unwrap_or_else(|| (*word).to_owned()));
    }
    let turned = || out.iter().rev().map(String::as_str).collect::<String>();
    match other {
        [whole] if *whole == out.concat() || *whole == turned() => vec![(*whole).to_owned()],
        _ => out,
    }
}
