//! From people to verdicts: asks the index who comes near, and the matcher who it is. The night and the command line share it.

mod lately;
mod score;

pub use score::{Curves, Score, Scoreboard, Share, Truth};

use self::lately::Lately;
use crate::index::{Found, Index, IndexError, keys};
use crate::matching::{Considered, Counts, Matcher, Observed, Rarity, Scores};
use crate::model::{ContactId, PersonView, Profile, ProfileId, Verdict, compact};
use rayon::prelude::*;
use std::cell::Cell;
use std::collections::HashSet;
use xxhash_rust::xxh3::xxh3_64;

/// How many profiles of each candidate are compared. With twice as many, one more true profile in two hundred is among them where records
/// are poor, and one more badge in a thousand is found; the rest costs as much and competes in vain.
const CONSIDERED: usize = 12;

/// How many people are looked up at once: their keys are looked up in order, and what was found is still in the processor's cache
/// when it is compared.
const BATCH: usize = 32;

/// From how many people it is estimated how many have a profile.
const SAMPLE: usize = 4_000;

/// Odd, so that two small numbers differ in many bits when they are multiplied by it.
const SPREAD: i64 = 0x1f83_d9ab_fb41_bd6b;

/// An index and a matcher at work.
pub struct Linker<'a> {
    index: &'a dyn Index,
    matcher: &'a Matcher,
    lately: Lately,
}

/// The outcome for one person.
pub struct Judged {
    /// What to do, with whom, and why.
    pub verdict: Verdict,
    /// Digest of the matcher's version, of the profiles that were considered, and, in whole bits, of what the best of them share with the
    /// person and of how many people have a profile: while it is the same, the same person has the same verdict, nearly to a bit. Made of
    /// no value of the person's.
    pub stamp: i64,
}

/// What comparing one person found, and the stamp of it: see [`Judged::stamp`].
pub struct Compared(Scores, i64);

impl<'a> Linker<'a> {
    /// Puts the two together.
    #[must_use]
    pub fn new(index: &'a dyn Index, matcher: &'a Matcher) -> Self {
        Self { index, matcher, lately: Lately::new() }
    }

    /// Verdicts in the order of the people. `prior` is the share of people who have a profile; none: it is estimated from these.
    ///
    /// # Errors
    /// Those of the index.
    pub fn judge(&self, people: &[PersonView<'_>], counts: &Counts, prior: Option<f64>) -> Result<Vec<Judged>, IndexError> {
        let compared = self.compare(people, counts)?;
        let prior = prior.unwrap_or_else(|| self.prior(&compared));
        Ok(compared.into_iter().map(|it| self.decide(it, prior)).collect())
    }

    /// The share of these people who have a profile, for later calls of [`Self::judge`] on parts of the same list. Those whom
    /// [`sample`] chooses are enough.
    ///
    /// # Errors
    /// Those of the index.
    pub fn estimate_prior(&self, people: &[PersonView<'_>], counts: &Counts) -> Result<f64, IndexError> {
        Ok(self.prior(&self.compare(people, counts)?))
    }

    /// The share of compared people who have a profile.
    #[must_use]
    pub fn prior(&self, compared: &[Compared]) -> f64 {
        self.matcher.prior(compared.iter().map(|it| &it.0))
    }

    /// The verdict on one who was compared.
    #[must_use]
    pub fn decide(&self, Compared(scores, stamp): Compared, prior: f64) -> Judged {
        let owners = (prior / (1.0 - prior)).log2().round() as i64;
        let stamp = stamp.wrapping_add(owners.wrapping_mul(SPREAD));
        Judged { verdict: self.matcher.decide(scores, self.index.len(), prior), stamp }
    }

    /// Compares people with the profiles near them, in their order and on all processors.
    ///
    /// # Errors
    /// Those of the index.
    pub fn compare(&self, people: &[PersonView<'_>], counts: &Counts) -> Result<Vec<Compared>, IndexError> {
        let batches: Result<Vec<_>, IndexError> = people.par_chunks(BATCH).map(|batch| self.compare_batch(batch, counts)).collect();
        Ok(batches?.into_iter().flatten().collect())
    }

    /// Other profiles that are evidently of this profile's person: [`Verdict::also`], found from the profile itself.
    ///
    /// # Errors
    /// Those of the index.
    pub fn twins(&self, profile: &Profile) -> Result<Vec<ProfileId>, IndexError> {
        let record = compact::encode(profile);
        let Some(person) = PersonView::read(&record) else { return Ok(Vec::new()) };
        let found: Vec<Found<'_>> = self.near(&[person])?.into_iter().flatten().collect();
        let own = Considered { id: profile.id.as_str(), person };
        self.with_rarity(|rarity| Ok(self.matcher.twins(&own, &considered(&found)?, rarity)))
    }

    fn compare_batch(&self, people: &[PersonView<'_>], counts: &Counts) -> Result<Vec<Compared>, IndexError> {
        let found = self.near(people)?;
        self.with_rarity(|rarity| {
            let one = |(person, found): (&PersonView<'_>, &Vec<Found<'_>>)| {
                let scores = self.matcher.score(person, &considered(found)?, rarity, counts);
                let stamp = self.stamp(found, &scores);
                Ok(Compared(scores, stamp))
            };
            people.iter().zip(&found).map(one).collect()
        })
    }

    /// The profiles that come near to each person.
    ///
    /// # Errors
    /// Those of the index.
    pub fn near(&self, people: &[PersonView<'_>]) -> Result<Vec<Vec<Found<'a>>>, IndexError> {
        let keys: Vec<Vec<u64>> = people.iter().map(keys).collect();
        self.index.near(&keys, CONSIDERED)
    }

    /// The verdict on one person where these profiles are out of the question.
    ///
    /// # Errors
    /// Those of the index.
    pub fn judge_without(
        &self,
        person: PersonView<'_>,
        without: &HashSet<ProfileId>,
        counts: &Counts,
        prior: f64,
    ) -> Result<Judged, IndexError> {
        let mut found: Vec<Found<'_>> = self.near(&[person])?.into_iter().flatten().collect();
        found.retain(|it| !without.iter().any(|out| out.as_str() == it.id()));
        let scores = self.with_rarity(|rarity| Ok(self.matcher.score(&person, &considered(&found)?, rarity, counts)))?;
        let stamp = self.stamp(&found, &scores);
        Ok(self.decide(Compared(scores, stamp), prior))
    }

    /// How one person compares with one profile, whether or not it is among those that come near.
    ///
    /// # Errors
    /// Those of the index.
    pub fn judge_pair(
        &self,
        person: PersonView<'_>,
        (profile, record): (&ProfileId, PersonView<'_>),
        counts: &Counts,
        prior: f64,
    ) -> Result<Judged, IndexError> {
        let pair = [Considered { id: profile.as_str(), person: record }];
        let scores = self.with_rarity(|rarity| Ok(self.matcher.score(&person, &pair, rarity, counts)))?;
        Ok(self.decide(Compared(scores, self.matcher.version().cast_signed()), prior))
    }

    /// Compares people with profiles without weighing, for learning.
    ///
    /// # Errors
    /// Those of the index.
    pub fn observe(&self, pairs: &[(PersonView<'_>, &[Considered<'_>])], counts: &Counts) -> Result<Vec<Observed>, IndexError> {
        self.with_rarity(|rarity| Ok(pairs.iter().map(|(person, near)| self.matcher.observe(person, near, rarity, counts)).collect()))
    }

    /// Lends the frequencies of the index; an error that it met while it was asked comes out in the end.
    fn with_rarity<T>(&self, work: impl FnOnce(&Rarity<'_>) -> Result<T, IndexError>) -> Result<T, IndexError> {
        let failed = Cell::new(None);
        let count = |hash| {
            self.lately.get(hash, || self.index.frequency(hash)).unwrap_or_else(|error| {
                failed.set(Some(error));
                0
            })
        };
        let done = work(&Rarity::new(self.index.len(), &count))?;
        failed.take().map_or(Ok(done), Err)
    }

    /// The sum does not depend on the order.
    fn stamp(&self, found: &[Found<'_>], scores: &Scores) -> i64 {
        let before = self.matcher.version().wrapping_add(scores.digest());
        let sum = found.iter().fold(before, |sum, it| sum.wrapping_add(it.digest()));
        sum.cast_signed()
    }
}

/// Which of these people to estimate from how many have a profile: chosen by their ids, so that neither their order nor a few more or fewer
/// of them change the choice much.
#[must_use]
pub fn sample<'a>(ids: impl Iterator<Item = &'a ContactId>) -> Vec<usize> {
    let mut chosen: Vec<_> = ids.zip(0..).map(|(it, at)| (xxh3_64(it.as_str().as_bytes()), it, at)).collect();
    chosen.sort_unstable();
    chosen.into_iter().take(SAMPLE).map(|it| it.2).collect()
}

/// What was found, ready to be compared.
///
/// # Errors
/// [`IndexError::Unusable`] for a record of another version.
pub fn considered<'a>(found: &'a [Found<'_>]) -> Result<Vec<Considered<'a>>, IndexError> {
    let one = |it: &'a Found<'_>| Some(Considered { id: it.id(), person: PersonView::read(it.compact())? });
    found.iter().map(|it| one(it).ok_or(IndexError::Unusable("a record of another version"))).collect()
}
