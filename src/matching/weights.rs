//! The weights as data: read once, and digested into the version of the matcher.

use serde::Deserialize;

/// All that was estimated; see the comments of `weights.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    /// How and from what the numbers were estimated; kept so that the file cannot lose it.
    #[serde(rename = "provenance")]
    pub(super) _provenance: String,
    pub(super) match_at: f64,
    pub(super) review_at: f64,
    pub(super) prior_start: f64,
    pub(super) prior_least: f64,
    pub(super) prior_most: f64,
    pub(super) slope: f64,
    pub(super) intercept: f64,
    pub(super) namesake: f64,
    pub(super) frequency: Frequency,
    pub(super) name: Name,
    pub(super) linkedin: Identity,
    pub(super) github: Identity,
    pub(super) link: Identity,
    pub(super) email: Identity,
    pub(super) phone: Identity,
    pub(super) employer: Stays,
    pub(super) school: Stays,
    pub(super) location: Location,
    pub(super) title: Title,
}

/// How counts become frequencies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Frequency {
    pub(super) unseen: f64,
    pub(super) background: f64,
    pub(super) together: f64,
}

/// m of a word's levels; the rest in bits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Name {
    pub(super) exact: f64,
    pub(super) pet: f64,
    pub(super) sound: f64,
    pub(super) typo: f64,
    pub(super) initial: f64,
    pub(super) extra: f64,
    pub(super) initial_differs: f64,
    pub(super) conflict: f64,
    pub(super) given_differs: f64,
    pub(super) differs: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

/// An identifier: m of agreement, how often one is on a wrong person's record, and bits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Identity {
    pub(super) same: f64,
    pub(super) wrong: f64,
    pub(super) close: f64,
    pub(super) differs: f64,
}

/// Employers or schools: m of agreement in one of them, and bits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stays {
    pub(super) same: f64,
    pub(super) close: f64,
    pub(super) differs: f64,
    pub(super) missing: f64,
    pub(super) overlap: f64,
    pub(super) apart: f64,
    pub(super) most: f64,
}

/// m of city and region, and bits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Location {
    pub(super) same: f64,
    pub(super) region: f64,
    pub(super) differs: f64,
    pub(super) most: f64,
}

/// m of one title, and bits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Title {
    pub(super) same: f64,
    pub(super) partial: f64,
    pub(super) differs: f64,
    pub(super) most: f64,
}
