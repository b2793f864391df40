//! From people to verdicts: asks the index who comes near, and the matcher who it is. The night and the command line share it.

use crate::index::{Found, Index, IndexError, keys};
use crate::matching::{Considered, Counts, Matcher, Rarity, Scores};
use crate::model::{PersonView, Verdict};
use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

/// How many profiles of each candidate are compared.
const CONSIDERED: usize = 24;

/// How many people are looked up at once: enough to ask each frequency once, few enough to hold.
const BATCH: usize = 128;

/// An index and a matcher at work.
pub struct Linker<'a> {
    index: &'a dyn Index,
    matcher: &'a Matcher,
}

/// The outcome for one person.
pub struct Judged {
    /// What to do, with whom, and why.
    pub verdict: Verdict,
    /// Digest of the matcher's version and of the profiles that were considered: while it is the same, the same person has the
    /// same verdict. Made of no value of the person's.
    pub stamp: i64,
}

impl<'a> Linker<'a> {
    /// Puts the two together.
    #[must_use]
    pub fn new(index: &'a dyn Index, matcher: &'a Matcher) -> Self {
        Self { index, matcher }
    }

    /// Verdicts in the order of the people. `prior` is the share of people who have a profile; none: it is estimated from these.
    ///
    /// # Errors
    /// Those of the index.
    pub fn judge(&self, people: &[PersonView<'_>], counts: &Counts, prior: Option<f64>) -> Result<Vec<Judged>, IndexError> {
        let compared = self.compare(people, counts)?;
        let prior = prior.unwrap_or_else(|| self.matcher.prior(compared.iter().map(|it| &it.0)));
        let profiles = self.index.len();
        let judged = compared.into_iter().map(|(scores, stamp)| Judged { verdict: self.matcher.decide(scores, profiles, prior), stamp });
        Ok(judged.collect())
    }

    /// The share of these people who have a profile, for later calls of [`Self::judge`] on parts of the same list. A sample of
    /// 2,000 is enough.
    ///
    /// # Errors
    /// Those of the index.
    pub fn estimate_prior(&self, people: &[PersonView<'_>], counts: &Counts) -> Result<f64, IndexError> {
        let compared = self.compare(people, counts)?;
        Ok(self.matcher.prior(compared.iter().map(|it| &it.0)))
    }

    fn compare(&self, people: &[PersonView<'_>], counts: &Counts) -> Result<Vec<(Scores, i64)>, IndexError> {
        let batches: Result<Vec<_>, IndexError> = people.par_chunks(BATCH).map(|batch| self.compare_batch(batch, counts)).collect();
        Ok(batches?.into_iter().flatten().collect())
    }

    fn compare_batch(&self, people: &[PersonView<'_>], counts: &Counts) -> Result<Vec<(Scores, i64)>, IndexError> {
        let wanted: Vec<Vec<u64>> = people.iter().map(keys).collect();
        let found = self.index.near(&wanted, CONSIDERED)?;
        let read = |it| read(it).ok_or(IndexError::Unusable("a record of another version"));
        let near: Vec<Vec<Considered<'_>>> =
            found.iter().map(|found| found.iter().map(read).collect()).collect::<Result<_, IndexError>>()?;
        let rarity = self.rarity(people, &near)?;
        let one = |((person, near), found): ((&PersonView<'_>, &Vec<Considered<'_>>), &Vec<Found<'_>>)| {
            (self.matcher.score(person, near, &rarity, counts), self.stamp(found.iter().map(|it| (it.id(), it.compact()))))
        };
        Ok(people.iter().zip(&near).zip(&found).map(one).collect())
    }

    /// Asks once for the frequency of every value that the batch compares.
    fn rarity(&self, batch: &[PersonView<'_>], near: &[Vec<Considered<'_>>]) -> Result<Rarity, IndexError> {
        let mut hashes = Vec::new();
        let profiles = near.iter().flatten().map(|it| &it.person);
        batch.iter().for_each(|it| Rarity::wanted(it, &mut hashes));
        profiles.for_each(|it| Rarity::wanted_of_profile(it, &mut hashes));
        hashes.sort_unstable();
        hashes.dedup();
        let counts = self.index.frequencies(&hashes)?;
        Ok(Rarity::new(self.index.len(), hashes.into_iter().zip(counts)))
    }

    fn stamp<'b>(&self, found: impl Iterator<Item = (&'b str, &'b [u8])>) -> i64 {
        let mut near: Vec<_> = found.collect();
        near.sort_unstable();
        let mut state = Xxh3::with_seed(self.matcher.version());
        for (id, compact) in near {
            state.update(id.as_bytes());
            state.update(&[0]);
            state.update(compact);
        }
        i64::from_le_bytes(state.digest().to_le_bytes())
    }
}

fn read<'a>(found: &'a Found<'_>) -> Option<Considered<'a>> {
    Some(Considered { id: found.id(), person: PersonView::read(found.compact())? })
}
