//! Weights from people: who is linked by an identifier that nobody else has is counted, then judged again with all identifiers hidden,
//! once with the profile in the store and once without. Asks for no labels and keeps nothing but weights.

use crate::index::{Found, IndexError, Memory, entry};
use crate::link::{Linker, considered};
use crate::matching::{Census, Considered, Counts, Lesson, Matcher, Observed, Weights, calibrate, fit};
use crate::model::{Person, PersonView, Profile, ProfileId};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

/// A store of profiles and a list of people to learn from.
pub struct Source {
    index: Memory,
    /// Drawn from the profiles, to meet people at random.
    drawn: Vec<Drawn>,
    /// Each as listed, and with the identifiers hidden.
    people: Vec<(Person, Person)>,
    counts: Counts,
}

/// A profile in its compact form.
struct Drawn {
    id: ProfileId,
    compact: Vec<u8>,
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
    pub fn new(profiles: impl IntoIterator<Item = Profile>, people: impl IntoIterator<Item = Person>) -> Result<Self, IndexError> {
        /// One in so many profiles is drawn.
        const DRAWN: u64 = 64;
        let mut drawn = Vec::new();
        let entries = profiles.into_iter().map(|it| entry(&it)).inspect(|it| {
            if xxh3_64(it.id.as_str().as_bytes()).is_multiple_of(DRAWN) {
                drawn.push(Drawn { id: it.id.clone(), compact: it.compact.clone() });
            }
        });
        let index = Memory::build(entries)?;
        let mut counts = Counts::default();
        let hidden = |it: Person| {
            let hidden = it.view().without_identifiers();
            (it, hidden)
        };
        let people: Vec<(Person, Person)> = people.into_iter().map(hidden).collect();
        people.iter().for_each(|it| counts.add(&it.0.view()));
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
struct Seen<'a> {
    near: Vec<Found<'a>>,
    listed: Observed,
}

impl Source {
    fn seen<'a>(&self, linker: &Linker<'a>, batch: &[(Person, Person)]) -> Result<Vec<Seen<'a>>, IndexError> {
        let people: Vec<_> = batch.iter().map(|it| it.0.view()).collect();
        let near = linker.near(&people)?;
        let listed = self.observe(linker, &people, &near)?;
        Ok(near.into_iter().zip(listed).map(|(near, listed)| Seen { near, listed }).collect())
    }

    fn observe(&self, linker: &Linker<'_>, people: &[PersonView<'_>], near: &[Vec<Found<'_>>]) -> Result<Vec<Observed>, IndexError> {
        let near: Vec<_> = near.iter().map(|it| considered(it)).collect::<Result<_, _>>()?;
        let pairs: Vec<_> = people.iter().copied().zip(near.iter().map(Vec::as_slice)).collect();
        linker.observe(&pairs, &self.counts)
    }

    /// Each of the batch with a few of the drawn profiles, others for each batch.
    fn at_random<'s>(&'s self, linker: &Linker<'_>, batch: &[(Person, Person)], number: usize) -> Result<Vec<Observed>, IndexError> {
        const EACH: usize = 16;
        if self.drawn.is_empty() {
            return Ok(Vec::new());
        }
        let from = |at: usize| ((number * BATCH + at) * EACH) % self.drawn.len();
        let read = |it: &'s Drawn| Some(Considered { id: it.id.as_str(), person: PersonView::read(&it.compact)? });
        let some =
            |at: usize| -> Vec<_> { self.drawn[from(at)..(from(at) + EACH).min(self.drawn.len())].iter().filter_map(read).collect() };
        let drawn: Vec<Vec<_>> = (0..batch.len()).map(some).collect();
        let pairs: Vec<_> = batch.iter().zip(&drawn).map(|(it, drawn)| (it.0.view(), drawn.as_slice())).collect();
        linker.observe(&pairs, &self.counts)
    }

    fn lessons(&self, linker: &Linker<'_>, batch: &[(Person, Person)], weights: &Weights) -> Result<Vec<Lesson>, IndexError> {
        let seen = self.seen(linker, batch)?;
        let linked: Vec<(PersonView<'_>, ProfileId)> =
            batch.iter().zip(&seen).filter_map(|(it, seen)| Some((it.1.view(), seen.listed.linked()?.0.clone()))).collect();
        let profiles: Vec<PersonView<'_>> = seen.iter().filter_map(Seen::linked_profile).collect();
        let people: Vec<_> = linked.iter().map(|it| it.0).collect();
        let near = linker.near(&people)?;
        // Who is near and as close to the linked profile as one person's records are may be that person too: no lesson.
        let (hidden, twins) = (self.observe(linker, &people, &near)?, self.observe(linker, &profiles, &near)?);
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

impl Seen<'_> {
    /// The profile that an identifier links.
    fn linked_profile(&self) -> Option<PersonView<'_>> {
        let (right, _) = self.listed.linked()?;
        self.near.iter().find(|it| it.id() == right.as_str()).and_then(|it| PersonView::read(it.compact()))
    }
}
