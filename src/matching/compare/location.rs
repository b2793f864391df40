//! Whether both live in one city, or in one country.

use super::{Finding, Pair};
use crate::model::{Level, Value, value};

/// The city weighs by its rarity.
pub(super) fn compare(pair: &Pair<'_>) -> Finding {
    let (Some(mine), Some(theirs)) = (pair.candidate.place(), pair.profile.place()) else { return Finding::SILENT };
    let weights = &pair.weights.location;
    let region_differs = !mine.region.is_empty() && !theirs.region.is_empty() && mine.region != theirs.region;
    if mine.city == theirs.city {
        let share = pair.rarity.share(value(Value::City, theirs.city), &pair.weights.frequency);
        // Two cities of one name, or one country written in two ways: half of the evidence is left.
        let trust = if region_differs { 0.5 } else { 1.0 };
        let bits = trust * (weights.same / share).log2().clamp(0.0, weights.most);
        return Finding::new(Level::Same, bits, None).common(bits);
    }
    let within = [(mine.city, theirs.region), (mine.region, theirs.city), (mine.region, theirs.region)];
    if within.iter().any(|(a, b)| a == b && !a.is_empty()) {
        return Finding::new(Level::Partial, weights.region, None);
    }
    Finding::new(Level::Differs, weights.differs, None)
}
