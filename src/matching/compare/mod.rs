//! The comparisons, one feature a file, and the table that says which there are. A comparison finds; the weights weigh.

mod align;
mod identity;
mod location;
mod name;
mod stays;
mod title;

pub use align::within;

use super::counts::Counts;
use super::rarity::Rarity;
use super::terms::Shown;
use super::weights::Weights;
use crate::model::{Evidence, Feature, FieldIndex, Level, PersonView, Teller, Words};

/// Two records that may be of one person, and all that weighs what they share.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) candidate: &'a PersonView<'a>,
    /// The candidate's names, taken apart once for all profiles.
    pub(super) names: &'a [(Teller, Words<'a>)],
    /// The profile's id, which a link of the candidate's may name.
    pub(super) id: &'a str,
    pub(super) profile: &'a PersonView<'a>,
    pub(super) rarity: &'a Rarity<'a>,
    pub(super) counts: &'a Counts,
    pub(super) weights: &'a Weights,
}

impl Pair<'_> {
    /// The match weight of what is shown.
    pub(super) fn weigh(&self, shown: &Shown) -> f64 {
        shown.iter().map(|(term, amount)| self.weights.bits(term) * amount).sum()
    }

    /// Log2 of how few profiles have the value.
    fn rare(&self, hash: u64) -> f64 {
        -self.rarity.share(hash).log2()
    }
}

/// How one comparison came out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Finding {
    pub(super) level: Level,
    pub(super) shown: Shown,
    pub(super) on: Option<FieldIndex>,
    /// How many of the terms a namesake would show too who shares one thing of life with the candidate: the first so many.
    pub(super) common: usize,
}

impl Finding {
    /// One side says nothing, which is not a disagreement.
    pub(super) fn silent() -> Self {
        Self::new(Level::Silent, Shown::default(), None)
    }

    pub(super) fn new(level: Level, shown: Shown, on: Option<FieldIndex>) -> Self {
        Self { level, shown, on, common: 0 }
    }

    /// The same, all of which a namesake by relation would show too.
    pub(super) fn common(self) -> Self {
        Self { common: self.shown.len(), ..self }
    }

    /// As it is written down: bits to a hundredth.
    pub(super) fn evidence(&self, feature: Feature, bits: f64) -> Evidence {
        Evidence { feature, level: self.level, bits: ((bits * 100.0).round() / 100.0 + 0.0) as f32, on: self.on }
    }
}

/// What a feature speaks of. Agreement in one thing of a person's life brings the others of its group with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Group {
    /// What the person is called.
    Name,
    /// What names one person alone.
    Identity,
    /// Where the person lives, and whom with.
    Home,
    /// Where the person works.
    Work,
    /// As what the person works.
    Role,
    /// Where the person studied.
    Study,
}

impl Group {
    /// How many there are.
    pub(super) const COUNT: usize = 6;
}

type Compare = fn(&Pair<'_>) -> Finding;

/// How many features there are.
pub(super) const FEATURES: usize = 10;

/// The features, read from top to bottom.
pub(super) const TABLE: [(Feature, Group, Compare); FEATURES] = [
    (Feature::Name, Group::Name, name::compare),
    (Feature::Linkedin, Group::Identity, identity::linkedin),
    (Feature::Github, Group::Identity, identity::github),
    (Feature::Link, Group::Identity, identity::link),
    (Feature::Email, Group::Identity, identity::email),
    (Feature::Phone, Group::Home, identity::phone),
    (Feature::Employer, Group::Work, stays::employer),
    (Feature::School, Group::Study, stays::school),
    (Feature::Location, Group::Home, location::compare),
    (Feature::Title, Group::Role, title::compare),
];
