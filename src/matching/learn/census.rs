//! Counting: how often each term is seen between records of one person (m), and of two (u).

use super::super::compare::{FEATURES, TABLE};
use super::super::decide::Observed;
use super::super::odds::Findings;
use super::super::terms::{Counted, TERMS, floor};
use super::super::weights::{Deciding, IDENTIFIERS, Weight, Weights};
use crate::model::{Feature, Level, ProfileId};

/// Counts of three kinds of pairs.
#[derive(Default)]
pub struct Census {
    /// Linked by an identifier, which is not counted.
    one: Counts,
    /// Drawn at random.
    two: Counts,
    /// Called the same, and not linked where others are.
    namesakes: Counts,
    /// By identifier: pairs that share it, and those of them whose names do not agree in any word.
    shared: [(f64, f64); IDENTIFIERS.len()],
}

/// How often each term was shown, and each feature spoke and agreed.
struct Counts {
    shown: Vec<f64>,
    spoken: [f64; FEATURES],
    agreed: [f64; FEATURES],
}

impl Default for Counts {
    fn default() -> Self {
        Self { shown: vec![0.0; TERMS.len()], spoken: [0.0; FEATURES], agreed: [0.0; FEATURES] }
    }
}

impl Census {
    /// Counts a candidate with the profiles near it, of which that one is linked by these features. The names count as where the
    /// identifiers are hidden: beside one identifier, what addresses and pages spell is not looked at.
    pub fn linked(&mut self, near: &Observed, hidden: &Observed, right: &ProfileId, by: &[Feature]) {
        let hides = |feature: Feature| by == [feature];
        for ((id, findings), (_, without)) in near.pairs.iter().zip(&hidden.pairs) {
            if id == right {
                let findings = std::array::from_fn(|at| if at == 0 { without[at] } else { findings[at] });
                self.one.add(&findings, hides);
            } else if matches!(findings[0].level, Level::Same | Level::Close) {
                self.namesakes.add(findings, |_| false);
            }
        }
    }

    /// Counts pairs of people drawn at random.
    pub fn random(&mut self, pairs: &Observed) {
        pairs.pairs.iter().for_each(|(_, findings)| self.two.add(findings, |_| false));
    }

    /// Counts identifiers on another person's record.
    pub fn identifiers(&mut self, near: &Observed) {
        for (_, findings) in &near.pairs {
            let alone = super::identified(findings).len() == 1;
            for (at, feature) in IDENTIFIERS.iter().enumerate() {
                let place = TABLE.iter().position(|it| it.0 == *feature).unwrap_or_default();
                if findings[place].level == Level::Same {
                    self.shared[at].0 += 1.0;
                    self.shared[at].1 += f64::from(u8::from(alone && findings[0].level == Level::Differs));
                }
            }
        }
    }

    /// The weights that the counts give.
    #[must_use]
    pub fn weights(&self) -> Weights {
        /// Of this many imagined pairs half a pair is wrong: few linked pairs prove little.
        const IMAGINED: f64 = 100.0;
        let decision = Deciding { match_at: 0.95, review_at: 0.5, slope: 1.0, intercept: 0.0, crowd: 0.0 };
        let wrong = self.shared.map(|(all, wrong)| (wrong + 0.5) / (all + IMAGINED));
        let terms = (0..TERMS.len()).map(|place| self.weight(place)).collect();
        Weights { provenance: String::new(), decision, wrong, terms }
    }

    fn weight(&self, place: usize) -> Weight {
        let (_, feature, _, counted) = TERMS[place];
        let two = if IDENTIFIERS.contains(&feature) { &self.namesakes } else { &self.two };
        let weight = |m: f64, u: Option<f64>| Weight { bits: (m / u.unwrap_or(1.0)).log2().max(floor(place)), m: Some(m), u };
        match counted {
            Counted::Rarity => Weight { bits: 1.0, m: None, u: None },
            Counted::From(bits) => Weight { bits, m: None, u: None },
            _ if self.one.shown[place] + two.shown[place] == 0.0 => {
                Weight { bits: 0.0, m: None, u: None } // Never seen: says nothing.
            }
            Counted::Value => weight(self.one.spoken(place), None),
            Counted::Likeness => weight(self.one.spoken(place), Some(self.two.beside_same(place))),
            Counted::Spoken => weight(self.one.spoken(place), Some(two.spoken(place))),
            Counted::Agreed => weight(self.one.agreed(place), Some(two.agreed(place))),
            Counted::Against(_) => weight(self.one.against(place), Some(two.spoken(place))),
            Counted::Lacking(_) => weight(self.one.lacking(place), Some(two.agreed(place))),
        }
    }
}

impl Counts {
    fn add(&mut self, findings: &Findings, hides: impl Fn(Feature) -> bool) {
        for (at, ((feature, ..), it)) in TABLE.iter().zip(findings).enumerate() {
            if hides(*feature) || matches!(it.level, Level::Silent | Level::Shared) {
                continue;
            }
            self.spoken[at] += 1.0;
            self.agreed[at] += f64::from(u8::from(it.level != Level::Differs));
            it.shown.iter().for_each(|(term, amount)| self.shown[term] += amount);
        }
    }

    /// Of the pairs whose sides both speak; a name's words count each.
    fn spoken(&self, place: usize) -> f64 {
        share(self.shown[place], self.spoken[feature(place)])
    }

    /// Of the pairs that agree in something.
    fn agreed(&self, place: usize) -> f64 {
        share(self.shown[place], self.agreed[feature(place)])
    }

    /// What speaks against one person, of its records whose both sides speak.
    fn against(&self, place: usize) -> f64 {
        seldom(self.shown[place], self.spoken[feature(place)])
    }

    /// The same, of those that agree in something.
    fn lacking(&self, place: usize) -> f64 {
        seldom(self.shown[place], self.agreed[feature(place)])
    }

    /// For each pair in which the feature's value is the same.
    fn beside_same(&self, place: usize) -> f64 {
        let same = TERMS.iter().position(|it| it.1 == TERMS[place].1 && it.3 == Counted::Value).unwrap_or(place);
        share(self.shown[place], self.shown[same])
    }
}

/// With half a pair imagined on each side (Krichevsky and Trofimov, 1981).
fn share(part: f64, whole: f64) -> f64 {
    (part + 0.5) / (whole + 1.0)
}

/// The same for what one person's records seldom show: one pair of twenty that are imagined. What was never seen in a few hundred pairs of
/// steady people is not therefore impossible.
fn seldom(part: f64, whole: f64) -> f64 {
    (part + 1.0) / (whole + 20.0)
}

fn feature(place: usize) -> usize {
    TABLE.iter().position(|it| it.0 == TERMS[place].1).unwrap_or_default()
}
