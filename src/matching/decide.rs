//! From evidence to a verdict: all profiles that came near compete with each other and with *nobody*.

use super::compare::{FEATURES, Pair, TABLE};
use super::odds::{Findings, Odds};
use super::weights::{Deciding, IDENTIFIERS, Weights};
use super::{Counts, Rarity, twins};
use crate::model::{Decision, Evidence, Feature, Level, LevelCount, PersonView, ProfileId, Scored, Teller, Verdict, Waterfall, Words};
use xxhash_rust::xxh3::xxh3_64;

/// The comparisons with their weights.
pub struct Matcher {
    weights: Weights,
    version: u64,
}

/// A profile that came near, in normal form.
#[derive(Clone, Copy)]
pub struct Considered<'a> {
    /// Whose.
    pub id: &'a str,
    /// Its normal form.
    pub person: PersonView<'a>,
}

/// What comparing one candidate with the profiles near it found, before anything is said of how many candidates have a profile.
pub struct Scores {
    /// By profile: odds for it over chance (as log2), the best first.
    odds: Vec<f64>,
    /// The best one, and the best of another person: their places among the odds, and why.
    best: Vec<(usize, ProfileId, Vec<Evidence>)>,
    /// Other profiles that are evidently of the best one's person.
    also: Vec<ProfileId>,
    /// The chance of the first ones that they are of the best one's person.
    twins: Vec<f64>,
    /// Sum of the odds, each times the chance of that profile among all.
    support: f64,
    /// How many of them are called as the candidate, the best one's person counted once.
    namesakes: usize,
}

/// What comparing found, not yet weighed: what weights are learnt from.
pub struct Observed {
    /// By profile, in the order in which they were considered.
    pub(super) pairs: Vec<(ProfileId, Findings)>,
    /// How many profiles there are.
    pub(super) profiles: f64,
}

/// Where the estimate of the share of owners begins: between a list of strangers and one of old friends.
const PRIOR_START: f64 = 0.3;

/// The estimate stays within these.
const PRIORS: (f64, f64) = (0.005, 0.98);

impl Matcher {
    /// The matcher with these weights.
    #[must_use]
    pub fn new(weights: Weights) -> Self {
        Self { version: weights.digest(), weights }
    }

    /// The matcher with the weights that this program ships.
    #[must_use]
    pub fn shipped() -> Self {
        Self::new(Weights::shipped())
    }

    /// The same for a tenant of whose own people this was kept.
    #[must_use]
    pub fn of_tenant(&self, kept: &[LevelCount]) -> Self {
        Self::new(self.weights.clone().of_tenant(kept))
    }

    /// What its comparisons weigh.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// A digest of the weights: while it is the same, so are the verdicts on the same data.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Compares a candidate with each profile near it.
    #[must_use]
    pub fn score(&self, candidate: &PersonView<'_>, near: &[Considered<'_>], rarity: &Rarity<'_>, counts: &Counts) -> Scores {
        let names = names(candidate);
        let pair = |it| self.pair((candidate, &names), it, rarity, counts);
        let findings: Vec<Findings> = near.iter().map(|it| compare(&pair(it))).collect();
        let odds = findings.iter().map(|it| Odds::of(it, &self.weights, rarity.profiles()));
        let mut order: Vec<(Odds, usize)> = odds.zip(0..).collect();
        order.sort_by(|a, b| b.0.odds.total_cmp(&a.0.odds).then_with(|| near[a.1].id.cmp(near[b.1].id)));
        let odds: Vec<f64> = order.iter().map(|it| it.0.odds).collect();
        let profile = |place: usize| &near[order[place].1];
        let twins = twins::of_best(&odds, rarity.profiles(), |place| self.one_person(profile(0), profile(place), rarity, counts));
        let id = |place: usize| ProfileId::new(profile(place).id).expect("an index keeps ids as they were");
        let (same, others): (Vec<usize>, Vec<usize>) =
            (1..order.len()).partition(|place| twins.get(*place).is_some_and(|it| *it >= self.weights.decision.match_at));
        let why = |place: usize| {
            let rows = TABLE.iter().zip(&findings[order[place].1]).zip(order[place].0.bits);
            (place, id(place), rows.map(|(((feature, ..), it), bits)| it.evidence(*feature, bits)).collect())
        };
        let called = findings.iter().filter(|it| called_the_same(it)).count();
        Scores {
            best: (0..order.len().min(1)).chain(others).take(2).map(why).collect(),
            support: odds.iter().map(|it| it.exp2() / rarity.profiles()).sum(),
            namesakes: called.saturating_sub(same.len()),
            also: same.into_iter().map(id).collect(),
            odds,
            twins,
        }
    }

    /// Which of the profiles near it are evidently of this profile's person: as sure as a badge.
    #[must_use]
    pub fn twins(&self, profile: &Considered<'_>, near: &[Considered<'_>], rarity: &Rarity<'_>) -> Vec<ProfileId> {
        let counts = Counts::default();
        let evident = |it: &&Considered<'_>| {
            let odds = self.one_person(profile, it, rarity, &counts);
            it.id != profile.id && twins::chance(odds, rarity.profiles()) >= self.weights.decision.match_at
        };
        near.iter().filter(evident).filter_map(|it| ProfileId::new(it.id).ok()).collect()
    }

    /// The odds (log2) that two profiles are of one person.
    fn one_person(&self, one: &Considered<'_>, other: &Considered<'_>, rarity: &Rarity<'_>, counts: &Counts) -> f64 {
        let findings = compare(&self.pair((&one.person, &names(&one.person)), other, rarity, counts));
        Odds::of(&findings, &self.weights, rarity.profiles()).odds
    }

    /// Compares without weighing.
    #[must_use]
    pub fn observe(&self, candidate: &PersonView<'_>, near: &[Considered<'_>], rarity: &Rarity<'_>, counts: &Counts) -> Observed {
        let names = names(candidate);
        let one = |it: &Considered<'_>| {
            let id = ProfileId::new(it.id).expect("an index keeps ids as they were");
            (id, compare(&self.pair((candidate, &names), it, rarity, counts)))
        };
        Observed { pairs: near.iter().map(one).collect(), profiles: rarity.profiles() }
    }

    fn pair<'a>(
        &'a self,
        (candidate, names): (&'a PersonView<'a>, &'a [(Teller, Words<'a>)]),
        near: &'a Considered<'a>,
        rarity: &'a Rarity<'a>,
        counts: &'a Counts,
    ) -> Pair<'a> {
        Pair { candidate, names, id: near.id, profile: &near.person, rarity, counts, weights: &self.weights }
    }

    /// The share of candidates who have a profile, from the candidates themselves: expectation and maximisation on
    /// `P(has one) = λS / (λS + 1 - λ)`, where S is the support of a candidate's profiles.
    #[must_use]
    pub fn prior<'a>(&self, scores: impl Iterator<Item = &'a Scores> + Clone) -> f64 {
        const ROUNDS: usize = 50;
        let count = scores.clone().count();
        if count == 0 {
            return PRIOR_START;
        }
        (0..ROUNDS).fold(PRIOR_START, |prior, _| {
            let owners: f64 = scores.clone().map(|it| owns(prior, it.support)).sum();
            // A few pseudo-candidates keep the estimate from small lists moderate.
            ((owners + 5.0 * PRIOR_START) / (count as f64 + 5.0)).clamp(PRIORS.0, PRIORS.1)
        })
    }

    /// The verdict on one candidate, given the share of candidates who have a profile.
    #[must_use]
    pub fn decide(&self, scores: Scores, profiles: u64, prior: f64) -> Verdict {
        let Scores { odds, best, also, twins, support, namesakes } = scores;
        let total = prior * support + 1.0 - prior;
        let each = prior / profiles.max(1) as f64;
        let weights: Vec<f64> = odds.iter().map(|it| each * it.exp2()).collect();
        let one = |(place, profile, evidence): (usize, ProfileId, Vec<Evidence>)| {
            let [person, others] = twins::sides(&weights, &twins, place);
            let probability = self.weights.decision.calibrated(person / total, namesakes);
            let start = (each / (1.0 - prior)).log2();
            let against = (person / (others + 1.0 - prior)).log2();
            let waterfall = Waterfall::of(&evidence, [start, start + odds[place], against], probability);
            Scored { profile, probability, evidence, waterfall }
        };
        let mut best = best.into_iter().map(one);
        let (best, runner_up) = (best.next(), best.next());
        let probability = best.as_ref().map_or(0.0, |it| it.probability);
        let decision = match probability {
            p if p < self.weights.decision.review_at => Decision::None,
            p if p < self.weights.decision.match_at || best.as_ref().is_some_and(|it| hangs_on_one(&it.evidence)) => Decision::Review,
            _ => Decision::Match,
        };
        Verdict { decision, best, runner_up, also }
    }
}

impl Scores {
    /// A digest of what the best profiles share with the candidate, as levels and whole bits: moves with how many profiles there are and
    /// have the same values, and with which identifiers many of the list carry, though not with the last of a thousand namesakes. Made of
    /// nothing that the ledger does not keep.
    #[must_use]
    pub fn digest(&self) -> u64 {
        const EACH: usize = 1 + 2 * FEATURES;
        let mut told = [0; 2 * EACH];
        for (told, (place, _, evidence)) in told.chunks_exact_mut(EACH).zip(&self.best) {
            told[0] = *place as u8;
            for (told, it) in told[1..].chunks_exact_mut(2).zip(evidence) {
                told.copy_from_slice(&[it.level as u8, (it.bits.round() as i8).cast_unsigned()]);
            }
        }
        xxh3_64(&told)
    }
}

impl Observed {
    /// How many of the profiles are called as the candidate.
    pub(super) fn namesakes(&self) -> usize {
        self.pairs.iter().filter(|it| called_the_same(&it.1)).count()
    }
}

/// Whether one identifier is all that speaks for it, on the record of somebody called quite otherwise: it may be a slip, or another
/// person's, so a person looks, however likely it is.
pub(super) fn hangs_on_one(evidence: &[Evidence]) -> bool {
    let shows = |it: &&Evidence| it.level == Level::Same && IDENTIFIERS.contains(&it.feature);
    let name = evidence.iter().find(|it| it.feature == Feature::Name);
    name.is_some_and(|it| it.level == Level::Differs) && evidence.iter().filter(shows).count() == 1
}

fn names<'a>(person: &PersonView<'a>) -> Vec<(Teller, Words<'a>)> {
    person.names().map(|it| (it.value.told, it.value.words())).collect()
}

fn compare(pair: &Pair<'_>) -> Findings {
    TABLE.map(|(_, _, compare)| compare(pair))
}

fn called_the_same(findings: &Findings) -> bool {
    matches!(findings[0].level, Level::Same | Level::Close)
}

impl Deciding {
    /// The probability that was found to hold where the model says this one, and so many are called as the candidate.
    pub(super) fn calibrated(&self, probability: f64, namesakes: usize) -> f64 {
        let p = probability.clamp(1e-9, 1.0 - 1e-9);
        let crowd = crowd(namesakes);
        let logit = self.slope * (p / (1.0 - p)).ln() + self.intercept - self.crowd * crowd;
        1.0 / (1.0 + (-logit).exp())
    }
}

/// What calibration counts of the namesakes besides the best profile.
pub(super) fn crowd(namesakes: usize) -> f64 {
    (namesakes.max(1) as f64).ln()
}

fn owns(prior: f64, support: f64) -> f64 {
    prior * support / (prior * support + 1.0 - prior)
}
