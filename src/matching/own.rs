//! What a tenant's own people teach. Of those whom an identifier links to exactly one profile it is counted how often the rest of their
//! records agrees. Where that is oftener or seldomer than among the people whom the weights were learnt from, a few weights move a
//! little, for this tenant alone.

use super::decide::hangs_on_one;
use super::terms::{Counted, TERMS, Term, floor};
use super::weights::{IDENTIFIERS, Weights};
use crate::model::{Evidence, Feature, Level, LevelCount, Scored, Verdict};
use std::collections::BTreeMap;

/// Counts of one list of people.
#[derive(Default)]
pub struct Own(BTreeMap<(Feature, Level), u32>);

/// What is counted: nothing that names a person, and of these only where both sides speak.
const COUNTED: [Feature; 4] = [Feature::Employer, Feature::School, Feature::Location, Feature::Title];

/// In so many ways each of them comes out.
const LEVELS: u32 = 3;

/// The levels that stand for one term each, which is what they move.
const MOVED: [(Level, Term); 8] = [
    (Level::Differs, Term::EmployerDiffers),
    (Level::Differs, Term::SchoolDiffers),
    (Level::Same, Term::LocationSame),
    (Level::Partial, Term::LocationRegion),
    (Level::Differs, Term::LocationDiffers),
    (Level::Same, Term::TitleSame),
    (Level::Partial, Term::TitlePartial),
    (Level::Differs, Term::TitleDiffers),
];

/// So many people are imagined beside the tenant's own who are as the weights expect: few people prove little.
const IMAGINED: f64 = 200.0;

/// A weight moves no further, in bits.
const MOST: f64 = 1.0;

/// It moves in such steps, so that a few people more or fewer change no verdict.
const STEP: f64 = 0.25;

/// A weight that has moved stays until its count asks for another that is further away than this: a count between two steps would
/// otherwise change verdicts from night to night.
const STAYS: f64 = 0.75 * STEP;

impl Own {
    /// Counts a person, when exactly one profile shares an identifier with them.
    pub fn add(&mut self, verdict: &Verdict) {
        let speaks = |it: &&Evidence| COUNTED.contains(&it.feature) && !matches!(it.level, Level::Silent | Level::Shared);
        for it in linked(verdict).iter().flat_map(|it| &it.evidence).filter(speaks) {
            *self.0.entry((it.feature, it.level)).or_default() += 1;
        }
    }

    /// What may be kept, and what it moves. Cells of too few people are left out; so is silence: with it, what was left out could be
    /// worked out. `weights` are those of all tenants, and `before` is what was kept last.
    #[must_use]
    pub fn kept(&self, weights: &Weights, before: &[LevelCount]) -> Vec<LevelCount> {
        let large: Vec<_> = self.0.iter().filter(|it| *it.1 >= LevelCount::LEAST).collect();
        // So many spoke at least, and at most: a cell that was left out is small.
        let spoken = |feature: Feature| {
            let cells = large.iter().filter(|it| it.0.0 == feature);
            let (cells, people) = cells.fold((0, 0), |(cells, people), it| (cells + 1, people + it.1));
            [people, people + LEVELS.saturating_sub(cells) * (LevelCount::LEAST - 1)].map(f64::from)
        };
        let moved =
            |feature: Feature, level: Level| before.iter().find(|it| (it.feature, it.level) == (feature, level)).map_or(0.0, |it| it.shift);
        let one = |(&(feature, level), &people): (&(Feature, Level), &u32)| {
            let shift = |it| weights.shift(it, f64::from(people), spoken(feature), moved(feature, level));
            let shift = place(feature, level).map_or(0.0, shift);
            LevelCount { feature, level, people, shift }
        };
        large.iter().copied().map(one).collect()
    }
}

impl Weights {
    /// The same for a tenant of whose people this was kept. What speaks against one person never comes to speak for one, and never
    /// falls below its floor.
    #[must_use]
    pub fn of_tenant(mut self, kept: &[LevelCount]) -> Self {
        for it in kept.iter().filter(|it| it.shift != 0.0) {
            let Some(place) = place(it.feature, it.level) else { continue };
            let most = if matches!(TERMS[place].3, Counted::Against(_)) { 0.0 } else { f64::INFINITY };
            let bits = &mut self.terms[place].bits;
            *bits = (*bits + it.shift.clamp(-MOST, MOST)).clamp(floor(place), most);
        }
        self
    }

    /// How far the term at that place moves where so many people show it, of at least and at most so many whose records both speak: the
    /// number that moves it least is taken.
    fn shift(&self, place: usize, shown: f64, [least, most]: [f64; 2], before: f64) -> f64 {
        let weight = self.terms[place];
        // A floor stands for more than was counted: the tenant's people are held against what is weighed.
        let expected = weight.m.unwrap_or_default().max(weight.u.unwrap_or_default() * floor(place).exp2());
        if expected <= 0.0 {
            return 0.0;
        }
        let spoken = (shown / expected).clamp(least, most);
        let here = (shown + IMAGINED * expected) / (spoken + IMAGINED);
        // The fit may have found that a level says only a part of what was counted: so does what is counted here.
        let part = weight.u.filter(|u| *u != expected).map_or(1.0, |u| (weight.bits / (expected / u).log2()).clamp(0.0, 1.0));
        let bits = (part * (here / expected).log2()).clamp(-MOST, MOST);
        if (bits - before).abs() <= STAYS { before } else { (bits / STEP).round() * STEP + 0.0 }
    }
}

/// The one profile that shares an identifier with a person, as in training; none where more than one does.
fn linked(verdict: &Verdict) -> Option<&Scored> {
    let is_linked = |it: &&Scored| it.evidence.iter().any(|it| it.level == Level::Same && IDENTIFIERS.contains(&it.feature));
    let more = !verdict.also.is_empty() || verdict.runner_up.as_ref().is_some_and(|it| is_linked(&it));
    verdict.best.as_ref().filter(|it| !more && is_linked(it) && !hangs_on_one(&it.evidence))
}

/// The place in [`TERMS`] of what the level moves.
fn place(feature: Feature, level: Level) -> Option<usize> {
    let moved = MOVED.iter().find(|(of, term)| *of == level && TERMS[*term as usize].1 == feature);
    moved.map(|(_, term)| *term as usize)
}
