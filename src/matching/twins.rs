//! Two profiles of one person. They share what the candidate shares with either, so each takes half of the posterior from the other,
//! and a person with two profiles would never get a badge. What the best profile competes with is therefore *other people*: a rival
//! counts by the chance that it is somebody else.
//!
//! That chance comes from comparing the two profiles as a candidate is compared with a profile, namesakes and relatives allowed for:
//! a father and his son, or two colleagues of one name, stay two people.

/// How many of the people who have a profile have a second one (`matching.md`, of public records): one in fifty.
const SECOND: f64 = 0.02;

/// For each profile, in descending order of its odds (log2, over chance), the chance that it is of the best one's person; 1 for the
/// best itself. Only profiles that are likely matches by themselves are asked about: any other takes nothing from a likely best one.
/// `compare` gives the odds (log2) that the profile in that place and the best one are of one person.
pub(super) fn of_best(odds: &[f64], profiles: f64, compare: impl Fn(usize) -> f64) -> Vec<f64> {
    let likely = odds.iter().take_while(|it| **it > profiles.log2()).count();
    odds.iter().take(1).map(|_| 1.0).chain((1..likely).map(|at| chance(compare(at), profiles))).collect()
}

/// What speaks for the person of the profile in that place, and what for others. The best profile speaks with all of its person's
/// profiles, any other for itself.
pub(super) fn sides(weights: &[f64], twins: &[f64], at: usize) -> [f64; 2] {
    let part = |it: usize| if at == 0 { twins.get(it).copied().unwrap_or_default() } else { f64::from(it == at) };
    weights.iter().enumerate().fold([0.0, 0.0], |[own, rest], (it, weight)| [own + part(it) * weight, rest + (1.0 - part(it)) * weight])
}

/// The chance that two profiles with these odds (log2) of being of one person are.
pub(super) fn chance(bits: f64, profiles: f64) -> f64 {
    let odds = SECOND / profiles * bits.exp2();
    odds / (1.0 + odds)
}
