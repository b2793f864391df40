//! Weights from people: who is linked by an identifier that nobody else has is counted, then judged again with all identifiers hidden,
//! once with the profile in the store and once without. Asks for no labels and keeps nothing but weights.

use crate::index::{IndexError, Memory, entry};
use crate::link::Linker;
use crate::matching::{Census, Considered, Counts, Lesson, Matcher, Observed, Weights, calibrate, fit};
use crate::model::{Person, Profile, ProfileId};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

/// A store of profiles and a list of people to learn from.
pub struct Source {
    index: Memory,
    /// Drawn from the profiles, to meet people at random.
    drawn: Vec<Considered>,
    /// Each as listed, and with the identifiers hidden.
    people: Vec<(Person, Person)>,
    counts: Counts,
}

/// What was learnt from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Learnt {
    /// Candidates read.
    pub candidates: usize,
    /// Those of them whom an identifier links to one profile.
    pub linked: usize,
    /// Judgements that the weights were fitted to, and those that the calibration was.
    pub lessons: (usize, usize),
}

/// The shares of owners at which calibration and bands must hold.
const SHARES: [f64; 3] = [0.05, 0.5, 0.95];

/// The share of owners at which weights are fitted: people without a profile are many in life, and a false badge costs most.
const FITTED_AT: f64 = 0.25;

/// People looked at together.
const BATCH: usize = 256;

impl Source {
    /// Takes profiles and people in.
    ///
    /// # Errors
    /// Those of the index.
    pub fn new(profiles: impl IntoIterator<Item = Profile>, people: impl IntoIterator<Item = [Person; 2]>) -> Result<Self, IndexError> {
        /// One in so many profiles is drawn.
        const DRAWN: u64 = 64;
        let mut drawn = Vec::new();
        let entries = profiles.into_iter().map(|it| {
            if xxh3_64(it.id.as_str().as_bytes()).is_multiple_of(DRAWN) {
                drawn.push(Considered { id: it.id.clone(), person: Person::of_profile(&it) });
            }
            entry(&it)
        });
        let index = Memory::build(entries)?;
        let mut counts = Counts::default();
        let hidden = |[listed, again]: [Person; 2]| (listed, again.without_identifiers());
        let people: Vec<(Person, Person)> = people.into_iter().map(hidden).collect();
        people.iter().for_each(|it| counts.add(&it.0));
        Ok(Self { index, drawn, people, counts })
    }
}

/// Learns from all sources together.
///
/// # Errors
/// Those of the indexes.
pub fn learn(sources: &[Source]) -> Result<(Weights, Learnt), IndexError> {
    let census = census(sources, &Matcher::new(Census::default().weights()))?;
    let counted = census.weights();
    let mut learnt = Learnt { candidates: sources.iter().map(|it| it.people.len()).sum(), ..Learnt::default() };
    let mut weights = counted.clone();
    // What says most of a list depends on the weights: so they are fitted, and the pairs looked at once more.
    for _ in 0..2 {
        let lessons = lessons(sources, &Matcher::new(weights.clone()), &weights, Part::Fitted)?;
        learnt.lessons.0 = lessons.len();
        weights = fit(&counted, &lessons, FITTED_AT);
    }
    let held_out = lessons(sources, &Matcher::new(weights.clone()), &weights, Part::HeldOut)?;
    learnt.lessons.1 = held_out.len();
    learnt.linked = (learnt.lessons.0 + learnt.lessons.1) / 2;
    weights.decision = calibrate(&weights, &held_out, &SHARES);
    Ok((weights.rounded(), learnt))
}

fn census(sources: &[Source], matcher: &Matcher) -> Result<Census, IndexError> {
    let mut census = Census::default();
    for source in sources {
        let linker = Linker::new(&source.index, matcher);
        for (number, batch) in source.people.chunks(BATCH).enumerate() {
            for seen in source.seen(&linker, batch)? {
                census.identifiers(&seen.listed);
                if let Some((right, by)) = seen.listed.linked() {
                    census.linked(&seen.listed, right, &by);
                }
            }
            source.at_random(&linker, batch, number)?.iter().for_each(|it| census.random(it));
        }
    }
    Ok(census)
}

/// Which of the linked people.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Those whom the weights are fitted to: seven in ten.
    Fitted,
    /// Those whom only the calibration is fitted to.
    HeldOut,
}

fn lessons(sources: &[Source], matcher: &Matcher, weights: &Weights, part: Part) -> Result<Vec<Lesson>, IndexError> {
    let mut all = Vec::new();
    for source in sources {
        let linker = Linker::new(&source.index, matcher);
        let batches: Vec<_> = source.people.chunks(BATCH).enumerate().filter(|(at, _)| (at % 10 < 7) == (part == Part::Fitted)).collect();
        let found: Result<Vec<Vec<Lesson>>, IndexError> =
            batches.into_par_iter().map(|(_, batch)| source.lessons(&linker, batch, weights)).collect();
        all.extend(found?.into_iter().flatten());
    }
    Ok(all)
}

/// What was found near one person as listed.
struct Seen {
    near: Vec<Considered>,
    listed: Observed,
}

impl Source {
    fn seen(&self, linker: &Linker<'_>, batch: &[(Person, Person)]) -> Result<Vec<Seen>, IndexError> {
        let near = linker.near(batch.iter().map(|it| &it.0))?;
        let pairs: Vec<_> = batch.iter().zip(&near).map(|(it, near)| (&it.0, near.0.as_slice())).collect();
        let listed = linker.observe(&pairs, &self.counts)?;
        Ok(near.into_iter().zip(listed).map(|((near, _), listed)| Seen { near, listed }).collect())
    }

    /// Each of the batch with a few of the drawn profiles, others for each batch.
    fn at_random(&self, linker: &Linker<'_>, batch: &[(Person, Person)], number: usize) -> Result<Vec<Observed>, IndexError> {
        const EACH: usize = 16;
        if self.drawn.is_empty() {
            return Ok(Vec::new());
        }
        let from = |at: usize| ((number * BATCH + at) * EACH) % self.drawn.len();
        let some = |at: usize| &self.drawn[from(at)..(from(at) + EACH).min(self.drawn.len())];
        let pairs: Vec<_> = batch.iter().enumerate().map(|(at, it)| (&it.0, some(at))).collect();
        linker.observe(&pairs, &self.counts)
    }

    fn lessons(&self, linker: &Linker<'_>, batch: &[(Person, Person)], weights: &Weights) -> Result<Vec<Lesson>, IndexError> {
        let seen = self.seen(linker, batch)?;
        let linked: Vec<(&Person, ProfileId)> =
            batch.iter().zip(&seen).filter_map(|(it, seen)| Some((&it.1, seen.listed.linked()?.0.clone()))).collect();
        let profiles: Vec<&Person> = batch.iter().zip(&seen).filter_map(|(_, seen)| seen.linked_profile()).collect();
        let near = linker.near(linked.iter().map(|it| it.0))?;
        let hidden: Vec<_> = linked.iter().zip(&near).map(|(it, near)| (it.0, near.0.as_slice())).collect();
        // Who is near and as close to the linked profile as one person's records are may be that person too: no lesson.
        let twins: Vec<_> = profiles.iter().zip(&near).map(|(it, near)| (*it, near.0.as_slice())).collect();
        let (hidden, twins) = (linker.observe(&hidden, &self.counts)?, linker.observe(&twins, &self.counts)?);
        let mut lessons = Vec::with_capacity(2 * hidden.len());
        for (((_, right), observed), twins) in linked.iter().zip(hidden).zip(twins) {
            let doubtful: Vec<ProfileId> = twins.close(weights).into_iter().filter(|it| it != right).collect();
            let (with, without) = observed.lessons(right, &doubtful);
            lessons.extend(with);
            lessons.push(without);
        }
        Ok(lessons)
    }
}

impl Seen {
    /// The profile that an identifier links.
    fn linked_profile(&self) -> Option<&Person> {
        let (right, _) = self.listed.linked()?;
        self.near.iter().find(|it| it.id == *right).map(|it| &it.person)
    }
}
