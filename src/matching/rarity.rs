//! How rare a value is among profiles.

/// Frequencies of the values that are compared. Only those that agree are asked for.
pub struct Rarity<'a> {
    profiles: f64,
    count: &'a dyn Fn(u64) -> u32,
}

impl<'a> Rarity<'a> {
    /// How many profiles there are, and who tells how many of them have a value.
    #[must_use]
    pub fn new(profiles: u64, count: &'a dyn Fn(u64) -> u32) -> Self {
        Self { profiles: profiles as f64, count }
    }

    /// How many profiles there are, at least one.
    pub(super) fn profiles(&self) -> f64 {
        self.profiles.max(1.0)
    }

    /// How many profiles besides the compared one have the value.
    pub(super) fn others(&self, hash: u64) -> f64 {
        f64::from((self.count)(hash).saturating_sub(1))
    }

    /// Whether a profile has the key.
    pub(super) fn is_there(&self, key: u64) -> bool {
        (self.count)(key) > 0
    }

    /// The chance that another profile has the value.
    pub(super) fn share(&self, hash: u64) -> f64 {
        ((self.others(hash) + UNSEEN) / (self.profiles + BACKGROUND)).min(1.0)
    }
}

/// What is counted for a value that no other profile has: half a profile (Krichevsky and Trofimov, 1981).
const UNSEEN: f64 = 0.5;

/// How many profiles are imagined besides, so that small stores prove little: in a store of a hundred no value is rare.
const BACKGROUND: f64 = 1_000.0;
