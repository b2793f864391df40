//! The comparisons, one feature a file, and the table that says which there are.

mod identity;
mod location;
mod name;
mod stays;
mod title;

use super::counts::Counts;
use super::rarity::Rarity;
use super::weights::Weights;
use crate::model::{Evidence, Feature, FieldIndex, Level, PersonView};

/// Two records that may be of one person, and all that weighs what they share.
pub(super) struct Pair<'a> {
    pub(super) candidate: &'a PersonView<'a>,
    pub(super) profile: &'a PersonView<'a>,
    pub(super) rarity: &'a Rarity,
    pub(super) counts: &'a Counts,
    pub(super) weights: &'a Weights,
}

/// How one comparison came out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Finding {
    pub(super) level: Level,
    pub(super) bits: f64,
    pub(super) on: Option<FieldIndex>,
    /// The part of the bits that a namesake would have too who shares one thing of life with the candidate.
    pub(super) common: f64,
}

impl Finding {
    /// One side says nothing, which is not a disagreement.
    pub(super) const SILENT: Self = Self { level: Level::Silent, bits: 0.0, on: None, common: 0.0 };

    pub(super) const fn new(level: Level, bits: f64, on: Option<FieldIndex>) -> Self {
        Self { level, bits, on, common: 0.0 }
    }

    /// The same, of which a namesake by relation would have this part too.
    pub(super) const fn common(self, bits: f64) -> Self {
        Self { common: bits.max(0.0), ..self }
    }

    /// As it is written down: bits to a hundredth.
    pub(super) fn evidence(self, feature: Feature) -> Evidence {
        Evidence { feature, level: self.level, bits: ((self.bits * 100.0).round() / 100.0) as f32, on: self.on }
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

type Compare = fn(&Pair<'_>) -> Finding;

/// The features, read from top to bottom.
pub(super) const TABLE: [(Feature, Group, Compare); 10] = [
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
