//! Whether both live in one city, or in one country.

use super::super::terms::{Shown, Term};
use super::{Finding, Pair};
use crate::model::{Level, Value, value};

/// The city weighs by its rarity.
pub(super) fn compare(pair: &Pair<'_>) -> Finding {
    let (Some(mine), Some(theirs)) = (pair.candidate.place(), pair.profile.place()) else { return Finding::silent() };
    let one = |term| Shown::default().and(term, 1.0);
    let region_differs = !mine.region.is_empty() && !theirs.region.is_empty() && mine.region != theirs.region;
    if mine.city == theirs.city {
        let rare = pair.rare(value(Value::City, theirs.city));
        // Two cities of one name, or one country written in two ways: half of the evidence is left.
        let trust = if region_differs { 0.5 } else { 1.0 };
        let shown = Shown::default().and(Term::LocationSame, trust).and(Term::LocationRarity, trust * rare);
        return Finding::new(Level::Same, shown, None).common();
    }
    let within = [(mine.city, theirs.region), (mine.region, theirs.city), (mine.region, theirs.region)];
    if within.iter().any(|(a, b)| a == b && !a.is_empty()) {
        return Finding::new(Level::Partial, one(Term::LocationRegion), None);
    }
    Finding::new(Level::Differs, one(Term::LocationDiffers), None)
}
