//! From people to verdicts: asks the index who comes near, and the matcher who it is. The night and the command line share it.

mod score;

pub use score::{Curves, Score, Scoreboard, Share, Truth};

use crate::index::{Index, IndexError, keys};
use crate::matching::{Considered, Counts, Matcher, Rarity, Scores};
use crate::model::{Person, Profile, ProfileId, Verdict, compact};
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
    pub fn judge(&self, people: &[Person], counts: &Counts, prior: Option<f64>) -> Result<Vec<Judged>, IndexError> {
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
    pub fn estimate_prior(&self, people: &[Person], counts: &Counts) -> Result<f64, IndexError> {
        let compared = self.compare(people, counts)?;
        Ok(self.matcher.prior(compared.iter().map(|it| &it.0)))
    }

    /// The profiles that [`Self::judge`] compares with each person, the nearest by their keys first; for reports on how well they are
    /// found.
    ///
    /// # Errors
    /// Those of the index.
    pub fn considered(&self, people: &[Person]) -> Result<Vec<Vec<ProfileId>>, IndexError> {
        let one = |batch: &[Person]| self.index.near(&batch.iter().map(keys).collect::<Vec<_>>(), CONSIDERED);
        let batches: Result<Vec<_>, IndexError> = people.par_chunks(BATCH).map(one).collect();
        Ok(batches?.into_iter().flatten().map(|near| near.into_iter().map(|it| it.id).collect()).collect())
    }

    /// Other profiles that are evidently of this profile's person: [`Verdict::also`], found from the profile itself.
    ///
    /// # Errors
    /// Those of the index.
    pub fn twins(&self, profile: &Profile) -> Result<Vec<ProfileId>, IndexError> {
        let wanted = [Person::of_profile(profile)];
        let mut near = Vec::new();
        for found in self.index.near(&[keys(&wanted[0])], CONSIDERED)?.into_iter().flatten() {
            let person = compact::decode(&found.compact).ok_or(IndexError::Unusable("a record of another version"))?;
            near.push(Considered { id: found.id, person });
        }
        let near = [(near, 0)];
        let rarity = self.rarity(&wanted, &near)?;
        let [person] = wanted;
        Ok(self.matcher.twins(&Considered { id: profile.id.clone(), person }, &near[0].0, &rarity))
    }

    fn compare(&self, people: &[Person], counts: &Counts) -> Result<Vec<(Scores, i64)>, IndexError> {
        let batches: Result<Vec<_>, IndexError> = people.par_chunks(BATCH).map(|batch| self.compare_batch(batch, counts)).collect();
        Ok(batches?.into_iter().flatten().collect())
    }

    fn compare_batch(&self, batch: &[Person], counts: &Counts) -> Result<Vec<(Scores, i64)>, IndexError> {
        let wanted: Vec<Vec<u64>> = batch.iter().map(keys).collect();
        let mut near: Vec<(Vec<Considered>, i64)> = Vec::with_capacity(batch.len());
        for found in self.index.near(&wanted, CONSIDERED)? {
            let stamp = self.stamp(found.iter().map(|it| (it.id.as_str(), it.compact.as_slice())));
            let read = |it: crate::index::Found| {
                let person = compact::decode(&it.compact).ok_or(IndexError::Unusable("a record of another version"))?;
                Ok(Considered { id: it.id, person })
            };
            near.push((found.into_iter().map(read).collect::<Result<_, IndexError>>()?, stamp));
        }
        let rarity = self.rarity(batch, &near)?;
        let one = |(person, (near, stamp)): (&Person, (Vec<Considered>, i64))| (self.matcher.score(person, &near, &rarity, counts), stamp);
        Ok(batch.iter().zip(near).map(one).collect())
    }

    /// Asks once for the frequency of every value that the batch compares.
    fn rarity(&self, batch: &[Person], near: &[(Vec<Considered>, i64)]) -> Result<Rarity, IndexError> {
        let mut hashes = Vec::new();
        let profiles = near.iter().flat_map(|it| &it.0).map(|it| &it.person);
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
