//! How rare a value is among profiles.

use super::weights::Frequency;
use crate::model::{ByHash, PersonView, Value, namesakes, value};

/// Frequencies of the values that a batch compares.
#[derive(Default)]
pub struct Rarity {
    profiles: f64,
    counts: ByHash<u32>,
}

impl Rarity {
    /// How many profiles there are, and how many of them have each value.
    #[must_use]
    pub fn new(profiles: u64, counts: impl IntoIterator<Item = (u64, u32)>) -> Self {
        Self { profiles: profiles as f64, counts: counts.into_iter().collect() }
    }

    /// The values that comparing this candidate asks for.
    pub fn wanted(candidate: &PersonView<'_>, into: &mut Vec<u64>) {
        into.extend(candidate.identifiers());
        for name in candidate.names() {
            let words = name.value.words();
            for (at, word) in words.iter().enumerate() {
                into.extend(words[at + 1..].iter().map(|other| namesakes(word, other)));
            }
        }
        into.extend(candidate.place().map(|it| value(Value::City, it.city)));
        Self::wanted_of_profile(candidate, into);
    }

    /// The values that comparing this profile asks for besides: those that may agree without being the same. What must be the same
    /// on both sides is asked for by the candidate.
    pub fn wanted_of_profile(person: &PersonView<'_>, into: &mut Vec<u64>) {
        for name in person.names() {
            into.extend(name.value.words().iter().map(|it| value(Value::NameWord, it)));
        }
        into.extend(person.employers().map(|it| value(Value::Employer, it.value.organization)));
        into.extend(person.schools().map(|it| value(Value::School, it.value.organization)));
        into.extend(person.titles().map(|it| value(Value::Title, it.value)));
    }

    /// How many profiles there are, at least one.
    pub(super) fn profiles(&self) -> f64 {
        self.profiles.max(1.0)
    }

    /// How many profiles besides the compared one have the value.
    pub(super) fn others(&self, hash: u64) -> f64 {
        f64::from(self.counts.get(&hash).copied().unwrap_or_default().saturating_sub(1))
    }

    /// The chance that another profile has the value; small stores prove little.
    pub(super) fn share(&self, hash: u64, how: &Frequency) -> f64 {
        ((self.others(hash) + how.unseen) / (self.profiles + how.background)).min(1.0)
    }
}
