//! Weights without labels. People whom a strong identifier links are counted (`census`), then judged again with the identifiers hidden,
//! with and without their profile in the store; and people whose page no profile has are judged with it hidden, as the strangers that
//! they most likely are. The weights are moved to where these judgements come out right (`fit`); other such people say what a
//! probability is worth, and where the bands begin (`calibrate`).

mod calibrate;
mod census;
mod fit;

pub use calibrate::calibrate;
pub use census::Census;
pub use fit::fit;

use super::compare::TABLE;
use super::decide::Observed;
use super::odds::{Findings, Odds};
use super::weights::{IDENTIFIERS, Weights};
use crate::model::{Feature, Level, ProfileId};

/// What was found for one candidate whose profile is known, or known not to be there.
pub struct Lesson {
    pairs: Vec<Findings>,
    /// Which of the pairs is the person; none where the profile was taken away.
    right: Option<usize>,
    namesakes: usize,
    profiles: f64,
    /// How much it counts.
    weight: f64,
}

impl Observed {
    /// The one profile that shares an identifier with the candidate which nobody else has, and through which features. None where there is
    /// none or more than one, or where a single identifier is all that speaks for it: that may be another person's.
    #[must_use]
    pub fn linked(&self) -> Option<(&ProfileId, Vec<Feature>)> {
        let mut found = self.pairs.iter().filter(|it| !identified(&it.1).is_empty());
        let (only, more) = (found.next()?, found.next());
        let by = identified(&only.1);
        let sure = by.len() > 1 || only.1[0].level != Level::Differs;
        (more.is_none() && sure).then_some((&only.0, by))
    }

    /// What can be learnt with that profile in the store, and what without it; those in doubt are left out. The first is none where the
    /// profile did not come near, which no weight can mend.
    #[must_use]
    pub fn lessons(self, right: &ProfileId, doubtful: &[ProfileId]) -> (Option<Lesson>, Lesson) {
        let namesakes = self.namesakes();
        let (mine, others): (Vec<_>, Vec<_>) = self.pairs.into_iter().filter(|it| !doubtful.contains(&it.0)).partition(|it| it.0 == *right);
        let others: Vec<Findings> = others.into_iter().map(|it| it.1).collect();
        let lesson = |pairs, right, namesakes| Lesson { pairs, right, namesakes, profiles: self.profiles, weight: 1.0 };
        let with = mine.first().map(|it| {
            let pairs: Vec<Findings> = std::iter::once(it.1).chain(others.iter().copied()).collect();
            lesson(pairs, Some(0), namesakes)
        });
        let called = with.as_ref().is_some_and(|it| matches!(it.pairs[0][0].level, Level::Same | Level::Close));
        (with, lesson(others, None, namesakes - usize::from(called)))
    }

    /// Whether no profile shares an identifier with the candidate.
    #[must_use]
    pub fn unlinked(&self) -> bool {
        self.pairs.iter().all(|it| identified(&it.1).is_empty())
    }

    /// The profile that the weights say is likeliest, and how likely.
    #[must_use]
    pub fn likeliest(&self, weights: &Weights, prior: f64) -> Option<(&ProfileId, f64)> {
        let posterior = Posterior::of(self.pairs.iter().map(|it| &it.1), self.profiles, weights, prior);
        self.pairs.iter().map(|it| &it.0).zip(posterior.chances).max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// What can be learnt when it is known how likely it is that profile, and else nobody.
    #[must_use]
    pub fn doubted(self, likeliest: &ProfileId, chance: f64) -> [Option<Lesson>; 2] {
        let namesakes = self.namesakes();
        let at = self.pairs.iter().position(|it| it.0 == *likeliest);
        let pairs: Vec<Findings> = self.pairs.into_iter().map(|it| it.1).collect();
        let lesson = |pairs, right, weight| Lesson { pairs, right, namesakes, profiles: self.profiles, weight };
        [at.map(|at| lesson(pairs.clone(), Some(at), chance)), Some(lesson(pairs, None, 1.0 - chance))]
    }

    /// Which of the profiles are as close as one person's, by the weights.
    #[must_use]
    pub fn close(&self, weights: &Weights) -> Vec<ProfileId> {
        /// Odds of a thousand to one after all profiles had an even chance.
        const SURE: f64 = 10.0;
        let sure = |it: &Findings| Odds::of(it, weights, self.profiles).odds - self.profiles.log2() > SURE;
        self.pairs.iter().filter(|it| sure(&it.1)).map(|it| it.0.clone()).collect()
    }
}

impl Lesson {
    /// The same, counted so many times as much.
    #[must_use]
    pub fn counted(self, times: f64) -> Self {
        Self { weight: self.weight * times, ..self }
    }
}

/// What a lesson counts so that owners are that share of all: with a profile, and without.
fn balance(lessons: &[&[Lesson]], share: f64) -> impl Fn(&Lesson) -> f64 + Sync {
    let sum =
        |owners: bool| -> f64 { lessons.iter().copied().flatten().filter(|it| it.right.is_some() == owners).map(|it| it.weight).sum() };
    let (owners, others) = (sum(true), sum(false));
    let owner = (owners + others) * share / owners.max(1.0);
    let other = (owners + others) * (1.0 - share) / others.max(1.0);
    move |it| it.weight * if it.right.is_some() { owner } else { other }
}

/// The identifiers that a pair shares.
fn identified(findings: &Findings) -> Vec<Feature> {
    let rows = TABLE.iter().zip(findings).filter(|(row, it)| IDENTIFIERS.contains(&row.0) && it.level == Level::Same);
    rows.map(|(row, _)| row.0).collect()
}

/// Posterior of each pair and of nobody, at that share of owners.
struct Posterior {
    odds: Vec<Odds>,
    chances: Vec<f64>,
}

impl Posterior {
    fn of<'a>(pairs: impl Iterator<Item = &'a Findings>, profiles: f64, weights: &Weights, prior: f64) -> Self {
        let odds: Vec<Odds> = pairs.map(|it| Odds::of(it, weights, profiles)).collect();
        let raw: Vec<f64> = odds.iter().map(|it| prior * it.odds.exp2() / profiles).collect();
        let total: f64 = raw.iter().sum::<f64>() + 1.0 - prior;
        Self { chances: raw.iter().map(|it| it / total).collect(), odds }
    }
}
