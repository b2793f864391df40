//! Weights from people: who is linked by an identifier that nobody else has is counted, then judged again with all identifiers hidden,
//! once with the profile in the store and once without; and people whose page no profile has, as strangers. Asks for no labels and
//! keeps nothing but weights.

use crate::index::{Found, IndexError, Memory, entry};
use crate::link::{Linker, considered};
use crate::matching::{Census, Considered, Counts, Lesson, Matcher, Observed, Weights, calibrate, fit};
use crate::model::{Identifier, Person, PersonView, Profile, ProfileId, Site, identifier};
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
    /// Those with a page that no profile has.
    pub strangers: usize,
    /// Judgements that the weights were fitted to.
    pub lessons: usize,
}

/// The shares of owners at which calibration and bands must hold.
const SHARES: [f64; 3] = [0.05, 0.5, 0.95];

/// The share of owners at which weights are fitted: people without a profile are many in life, and a false badge costs most.
const FITTED_AT: f64 = 0.25;

/// People looked at together.
const BATCH: usize = 64;

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
        let index = Memory::build(entries)?.thorough();
        let mut counts = Counts::default();
        let hidden = |it: Person| {
            let hidden = Person::anonymous(it.view());
            (it, hidden)
        };
        let people: Vec<(Person, Person)> = people.into_iter().map(hidden).collect();
        people.iter().for_each(|it| counts.add(&it.0.view()));
        Ok(Self { index, drawn, people, counts })
    }
}

/// Learns from all sources together, each of which counts as much as any other.
///
/// The people are cut into halves. Calibration looks at each half judged by weights that were fitted to the other; the weights that
/// are returned are fitted to both.
///
/// # Errors
/// Those of the indexes.
pub fn learn(sources: &[Source]) -> Result<(Weights, Learnt), IndexError> {
    let mut learnt = Learnt { candidates: sources.iter().map(|it| it.people.len()).sum(), ..Learnt::default() };
    let counted = census(sources, &Matcher::new(Census::default().weights()), &mut learnt)?.weights();
    let mut weights = counted.clone();
    // Which shared value says most depends on the weights: so they are fitted, and the pairs looked at once more.
    for _ in 0..2 {
        let [one, other] = lessons(sources, &weights)?;
        learnt.lessons = one.len() + other.len();
        let halves = [fit(&counted, &[&one], FITTED_AT), fit(&counted, &[&other], FITTED_AT)];
        weights = fit(&counted, &[&one, &other], FITTED_AT);
        weights.decision = calibrate(&[(&halves[0], &other), (&halves[1], &one)], &SHARES);
    }
    Ok((weights.rounded(), learnt))
}

fn census(sources: &[Source], matcher: &Matcher, learnt: &mut Learnt) -> Result<Census, IndexError> {
    let mut census = Census::default();
    for source in sources {
        let linker = Linker::new(&source.index, matcher);
        for (number, batch) in source.people.chunks(BATCH).enumerate() {
            let seen = source.seen(&linker, batch)?;
            let people: Vec<_> = batch.iter().map(|it| it.1.view()).collect();
            let near: Vec<_> = seen.iter().map(|it| considered(&it.near)).collect::<Result<_, _>>()?;
            let pairs: Vec<_> = people.iter().copied().zip(near.iter().map(Vec::as_slice)).collect();
            let hidden = linker.observe(&pairs, &source.counts)?;
            for (((person, _), seen), hidden) in batch.iter().zip(&seen).zip(&hidden) {
                census.identifiers(&seen.listed);
                learnt.strangers += usize::from(source.is_stranger(person, seen));
                if let Some((right, by)) = seen.listed.linked() {
                    learnt.linked += 1;
                    census.linked(&seen.listed, hidden, right, &by);
                }
            }
            source.at_random(&linker, batch, number)?.iter().for_each(|it| census.random(it));
        }
    }
    Ok(census)
}

/// The lessons of both halves of the people.
fn lessons(sources: &[Source], weights: &Weights) -> Result<[Vec<Lesson>; 2], IndexError> {
    let matcher = Matcher::new(weights.clone());
    let mut by_source = Vec::new();
    for source in sources {
        let linker = Linker::new(&source.index, &matcher);
        let batches: Vec<_> = source.people.chunks(BATCH).collect();
        let found: Result<Vec<Vec<Lesson>>, IndexError> = batches.into_par_iter().map(|it| source.lessons(&linker, it, weights)).collect();
        by_source.push(found?);
    }
    let count = |batches: &[Vec<Lesson>]| batches.iter().map(Vec::len).sum::<usize>().max(1) as f64;
    let each = by_source.iter().map(|it| count(it)).sum::<f64>() / by_source.len().max(1) as f64;
    let mut halves = [Vec::new(), Vec::new()];
    for batches in by_source {
        let times = each / count(&batches);
        for (at, lessons) in batches.into_iter().enumerate() {
            halves[at % 2].extend(lessons.into_iter().map(|it| it.counted(times)));
        }
    }
    Ok(halves)
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
        lessons.extend(self.strangers(linker, batch, &seen, weights)?);
        Ok(lessons)
    }

    /// Whether the person has a LinkedIn page, and no profile has it or another identifier of the person's.
    fn is_stranger(&self, listed: &Person, seen: &Seen<'_>) -> bool {
        const PAGE: Identifier = Identifier::Link(Site::Linkedin);
        seen.listed.unlinked() && listed.view().values_of(PAGE).any(|it| !self.counts.is_shared(identifier(PAGE, it.value)))
    }

    /// People whose LinkedIn page no profile has: they have no profile, unless the page has changed; how likely that is, the weights
    /// say from all that is known.
    fn strangers(
        &self,
        linker: &Linker<'_>,
        batch: &[(Person, Person)],
        seen: &[Seen<'_>],
        weights: &Weights,
    ) -> Result<Vec<Lesson>, IndexError> {
        let strangers: Vec<_> = batch.iter().zip(seen).filter(|(it, seen)| self.is_stranger(&it.0, seen)).collect();
        let near: Vec<_> = strangers.iter().map(|(_, seen)| considered(&seen.near)).collect::<Result<_, _>>()?;
        let pairs: Vec<_> = strangers.iter().zip(&near).map(|((it, _), near)| (it.1.view(), near.as_slice())).collect();
        let hidden = linker.observe(&pairs, &self.counts)?;
        let lessons = strangers.iter().zip(hidden).filter_map(|((_, seen), observed)| {
            let (likeliest, chance) = seen.listed.likeliest(weights, FITTED_AT)?;
            Some(observed.doubted(likeliest, chance))
        });
        Ok(lessons.flatten().flatten().collect())
    }
}

impl Seen<'_> {
    /// The profile that an identifier links.
    fn linked_profile(&self) -> Option<PersonView<'_>> {
        let (right, _) = self.listed.linked()?;
        self.near.iter().find(|it| it.id() == right.as_str()).and_then(|it| PersonView::read(it.compact()))
    }
}
