//! `link --report`: what one page shows of a whole `link`. Counted as the verdicts come, so that memory does not grow with them.

mod page;
mod plot;

use super::explain;
use super::outcome::Outcome;
use crate::cli::Failure;
use crate::link::Score;
use crate::model::{Decision, Feature, Level};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const BINS: usize = 20;

/// How many of the hardest reviews are shown.
const HARDEST: usize = 12;

/// What the page counts.
#[derive(Default)]
pub(super) struct Report {
    /// By decision, in the order of `Decision::ALL`.
    decisions: [u64; 3],
    /// By twentieth of the probability, then decision.
    probabilities: [[u64; 3]; BINS],
    /// By feature, then decision.
    evidence: [[Spread; 3]; Feature::ALL.len()],
    considered: u64,
    considered_most: usize,
    hardest: Vec<Hard>,
}

/// How often a feature weighed how much, in tenths of a bit; silence is not counted.
#[derive(Default)]
struct Spread(BTreeMap<i32, u64>);

impl Spread {
    fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// The values below which 5, 25, 50, 75 and 95 % lie.
    fn quantiles(&self) -> Option<[f64; 5]> {
        let total = self.count();
        let at = |share: f64| {
            let mut left = (total as f64 * share).ceil().max(1.0) as u64;
            self.0.iter().find(|(_, count)| {
                let here = left <= **count;
                left = left.saturating_sub(**count);
                here
            })
        };
        let value = |share: f64| at(share).map(|it| f64::from(*it.0) / 10.0);
        Some([value(0.05)?, value(0.25)?, value(0.5)?, value(0.75)?, value(0.95)?])
    }
}

/// A review, and whether its profile is right where the truth is known.
struct Hard {
    outcome: Outcome,
    right: Option<bool>,
}

impl Hard {
    /// How far it is from a toss of a coin; then by id, so that the order of the lines changes nothing.
    fn order(&self) -> (f64, &str) {
        let probability = self.outcome.verdict.best.as_ref().map_or(0.0, |it| it.probability);
        ((probability - 0.5).abs(), self.outcome.candidate.as_str())
    }
}

impl Report {
    /// Counts one verdict.
    pub(super) fn add(&mut self, outcome: &Outcome, right: Option<bool>) {
        let verdict = &outcome.verdict;
        let decided = Decision::ALL.iter().position(|it| *it == verdict.decision).unwrap_or_default();
        self.decisions[decided] += 1;
        self.considered += outcome.considered.len() as u64;
        self.considered_most = self.considered_most.max(outcome.considered.len());
        let Some(best) = &verdict.best else { return };
        let bin = (best.probability * BINS as f64) as usize;
        self.probabilities[bin.min(BINS - 1)][decided] += 1;
        for it in best.evidence.iter().filter(|it| it.level != Level::Silent) {
            let feature = Feature::ALL.iter().position(|feature| *feature == it.feature).unwrap_or_default();
            *self.evidence[feature][decided].0.entry((it.bits * 10.0).round() as i32).or_default() += 1;
        }
        if verdict.decision == Decision::Review {
            let outcome = Outcome { candidate: outcome.candidate.clone(), verdict: verdict.clone(), considered: Vec::new() };
            self.hardest.push(Hard { outcome, right });
            self.hardest.sort_by(|a, b| a.order().0.total_cmp(&b.order().0).then_with(|| a.order().1.cmp(b.order().1)));
            self.hardest.truncate(HARDEST);
        }
    }

    /// The page as HTML. `times`: of matching, and of everything. The profiles are read again for the values that the reviews quote.
    pub(super) fn page(&self, prior: f64, times: [Duration; 2], score: Option<&Score>, profiles: &Path) -> Result<String, Failure> {
        let wanted = self.hardest.iter().filter_map(|it| it.outcome.verdict.best.as_ref()).map(|it| it.profile.clone()).collect();
        let quoted = explain::read(profiles, &wanted)?;
        Ok(page::html(self, &page::Facts { prior, times, score, quoted }))
    }
}
