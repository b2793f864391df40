//! From evidence to a verdict: all profiles that came near compete with each other and with *nobody*.

use super::compare::{Finding, Group, Pair, TABLE};
use super::{Counts, Rarity, twins, weights::Weights};
use crate::model::{Decision, Evidence, Person, ProfileId, Scored, Verdict, Waterfall};
use xxhash_rust::xxh3::xxh3_64;

const SHIPPED: &str = include_str!("weights.toml");

/// The comparisons with their weights.
pub struct Matcher {
    weights: Weights,
    version: u64,
}

/// A profile that came near, in normal form.
pub struct Considered {
    /// Whose.
    pub id: ProfileId,
    /// Its normal form.
    pub person: Person,
}

/// What comparing one candidate with the profiles near it found, before anything is said of how many candidates have a profile.
pub struct Scores {
    /// By profile: odds for it over chance (as log2), and why; the best first.
    scored: Vec<(f64, ProfileId, Vec<Evidence>)>,
    /// Sum of the odds, each times the chance of that profile among all.
    support: f64,
    /// The chance of the first ones that they are of the best one's person.
    twins: Vec<f64>,
}

impl Matcher {
    /// The matcher with the weights that this program ships.
    #[must_use]
    pub fn shipped() -> Self {
        let weights = toml::from_str(SHIPPED).expect("the shipped weights are part of the program, and a test reads them");
        Self { weights, version: xxh3_64(SHIPPED.as_bytes()) }
    }

    /// A digest of the weights: while it is the same, so are the verdicts on the same data.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Compares a candidate with each profile near it.
    #[must_use]
    pub fn score(&self, candidate: &Person, near: &[Considered], rarity: &Rarity, counts: &Counts) -> Scores {
        let one = |it: &Considered| {
            let pair = Pair { candidate, profile: &it.person, rarity, counts, weights: &self.weights };
            let (bits, evidence) = self.weigh(&pair);
            (bits, it.id.clone(), evidence)
        };
        let mut scored: Vec<_> = near.iter().map(one).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let support = scored.iter().map(|it| it.0.exp2() / rarity.profiles()).sum();
        let person = |at: usize| near.iter().find(|it| it.id == scored[at].1).map(|it| &it.person);
        let same = |at: usize| match (person(0), person(at)) {
            (Some(best), Some(profile)) => self.weigh(&Pair { candidate: best, profile, rarity, counts, weights: &self.weights }).0,
            _ => f64::NEG_INFINITY,
        };
        let odds: Vec<f64> = scored.iter().map(|it| it.0).collect();
        let twins = twins::of_best(&odds, rarity.profiles(), same);
        Scores { scored, support, twins }
    }

    /// Which of the profiles near it are evidently of this profile's person: as sure as a badge.
    #[must_use]
    pub fn twins(&self, profile: &Considered, near: &[Considered], rarity: &Rarity) -> Vec<ProfileId> {
        let counts = &Counts::default();
        let evident = |it: &&Considered| {
            let pair = Pair { candidate: &profile.person, profile: &it.person, rarity, counts, weights: &self.weights };
            it.id != profile.id && twins::chance(self.weigh(&pair).0, rarity.profiles()) >= self.weights.match_at
        };
        near.iter().filter(evident).map(|it| it.id.clone()).collect()
    }

    /// The share of candidates who have a profile, from the candidates themselves: expectation and maximisation on
    /// `P(has one) = λS / (λS + 1 - λ)`, where S is the support of a candidate's profiles.
    #[must_use]
    pub fn prior<'a>(&self, scores: impl Iterator<Item = &'a Scores> + Clone) -> f64 {
        const ROUNDS: usize = 50;
        let weights = &self.weights;
        let count = scores.clone().count();
        if count == 0 {
            return weights.prior_start;
        }
        (0..ROUNDS).fold(weights.prior_start, |prior, _| {
            let owners: f64 = scores.clone().map(|it| owns(prior, it.support)).sum();
            // A few pseudo-candidates keep the estimate from small lists moderate.
            ((owners + 5.0 * weights.prior_start) / (count as f64 + 5.0)).clamp(weights.prior_least, weights.prior_most)
        })
    }

    /// The verdict on one candidate, given the share of candidates who have a profile.
    #[must_use]
    pub fn decide(&self, scores: Scores, profiles: u64, prior: f64) -> Verdict {
        let Scores { scored, support, twins } = scores;
        let total = prior * support + 1.0 - prior;
        let each = prior / profiles.max(1) as f64;
        let weights: Vec<f64> = scored.iter().map(|it| each * it.0.exp2()).collect();
        let one = |(at, (bits, profile, evidence)): (usize, (f64, ProfileId, Vec<Evidence>))| {
            let [person, others] = twins::sides(&weights, &twins, at);
            let probability = self.calibrated(person / total);
            let start = (each / (1.0 - prior)).log2();
            let against = (person / (others + 1.0 - prior)).log2();
            let waterfall = Waterfall::of(&evidence, [start, start + bits, against], probability);
            Scored { profile, probability, evidence, waterfall }
        };
        let evident = |at: usize| at > 0 && twins.get(at).is_some_and(|it| *it >= self.weights.match_at);
        let (same, others): (Vec<_>, Vec<_>) = scored.into_iter().enumerate().partition(|it| evident(it.0));
        let also = same.into_iter().map(|(_, (_, profile, _))| profile).collect();
        let mut best = others.into_iter().take(2).map(one);
        let (best, runner_up) = (best.next(), best.next());
        let probability = best.as_ref().map_or(0.0, |it| it.probability);
        let decision = match probability {
            p if p >= self.weights.match_at => Decision::Match,
            p if p >= self.weights.review_at => Decision::Review,
            _ => Decision::None,
        };
        Verdict { decision, best, runner_up, also }
    }

    /// All findings of a pair, and the odds (log2) that they are one person rather than two.
    fn weigh(&self, pair: &Pair<'_>) -> (f64, Vec<Evidence>) {
        let findings: Vec<Finding> = TABLE.iter().map(|(_, _, compare)| compare(pair)).collect();
        let total: f64 = findings.iter().map(|it| it.bits).sum();
        let common = |group: Group| -> f64 { TABLE.iter().zip(&findings).filter(|(row, _)| row.1 == group).map(|(_, it)| it.common).sum() };
        let strongest = [Group::Home, Group::Work, Group::Role, Group::Study].map(common).into_iter().fold(0.0, f64::max);
        // Two people may share a name because they are relatives or colleagues, who share one thing of life besides: against such
        // a namesake, name and strongest context say nothing, and only the rest speaks.
        let relatives = total - common(Group::Name) - strongest + (pair.rarity.profiles() / self.weights.namesake).log2();
        let odds = -((-total).exp2() + (-relatives).exp2()).log2();
        let evidence = TABLE.iter().zip(findings).map(|((feature, ..), it)| it.evidence(*feature)).collect();
        (odds, evidence)
    }

    fn calibrated(&self, probability: f64) -> f64 {
        let p = probability.clamp(1e-9, 1.0 - 1e-9);
        let logit = self.weights.slope * (p / (1.0 - p)).ln() + self.weights.intercept;
        1.0 / (1.0 + (-logit).exp())
    }
}

fn owns(prior: f64, support: f64) -> f64 {
    prior * support / (prior * support + 1.0 - prior)
}
