//! The weights as data: read once, and digested into the version of the matcher; written by training alone.

use super::terms::{TERMS, Term};
use crate::model::Feature;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use xxhash_rust::xxh3::xxh3_64;

const SHIPPED: &str = include_str!("weights.toml");

/// All that was learnt; see the comments of `weights.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "File")]
pub struct Weights {
    /// How and from what the numbers were learnt.
    pub provenance: String,
    /// From posterior to decision.
    pub decision: Deciding,
    /// By identifier: of so many profiles with one, how many have another person's.
    pub(super) wrong: [f64; 5],
    /// In the order of [`TERMS`].
    pub(super) terms: Vec<Weight>,
}

/// The weight of one term.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weight {
    /// What it weighs, as log2 odds a unit.
    pub(super) bits: f64,
    /// How often it was seen between records of one person, where counted; for readers.
    pub(super) m: Option<f64>,
    /// How often between records of two.
    pub(super) u: Option<f64>,
}

/// From posterior to decision.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deciding {
    /// The probability from which on there is a badge.
    pub match_at: f64,
    /// The probability from which on a person looks.
    pub review_at: f64,
    /// Calibration (Platt, 1999): logit p' = slope · logit p + intercept − crowd · ln(namesakes considered, at least 1).
    pub slope: f64,
    /// See `slope`.
    pub intercept: f64,
    /// See `slope`.
    pub crowd: f64,
}

/// The file as it is written.
#[derive(Deserialize)]
struct File {
    provenance: String,
    decision: Deciding,
    wrong: BTreeMap<String, f64>,
    #[serde(flatten)]
    features: BTreeMap<String, BTreeMap<String, Weight>>,
}

/// The features whose values name one person, in the order of [`Weights::wrong`].
pub(super) const IDENTIFIERS: [Feature; 5] = [Feature::Linkedin, Feature::Github, Feature::Link, Feature::Email, Feature::Phone];

impl TryFrom<File> for Weights {
    type Error = String;

    fn try_from(mut file: File) -> Result<Self, String> {
        let terms: Result<Vec<Weight>, String> = TERMS
            .iter()
            .map(|(_, feature, name, _)| {
                let found = file.features.get_mut(feature.as_str()).and_then(|it| it.remove(*name));
                found.ok_or_else(|| format!("{}.{name} is missing", feature.as_str()))
            })
            .collect();
        if let Some((feature, name)) = file.features.iter().find_map(|(feature, rest)| Some((feature, rest.keys().next()?))) {
            return Err(format!("{feature}.{name} is unknown"));
        }
        let wrong = |it: Feature| file.wrong.get(it.as_str()).copied().ok_or_else(|| format!("wrong.{} is missing", it.as_str()));
        let [a, b, c, d, e] = IDENTIFIERS.map(wrong);
        Ok(Self { provenance: file.provenance.trim().to_owned(), decision: file.decision, wrong: [a?, b?, c?, d?, e?], terms: terms? })
    }
}

impl Weights {
    /// Those that this program ships.
    #[must_use]
    pub fn shipped() -> Self {
        toml::from_str(SHIPPED).expect("the shipped weights are part of the program, and a test reads them")
    }

    /// Reads a file that [`Self::to_toml`] wrote.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|it| it.message().to_owned())
    }

    /// A digest: equal when the weights are.
    pub(super) fn digest(&self) -> u64 {
        xxh3_64(self.to_toml().as_bytes())
    }

    /// What the term at that place of [`TERMS`] weighs.
    pub(super) fn bits(&self, place: usize) -> f64 {
        self.terms[place].bits
    }

    /// What one term weighs.
    pub(super) fn of(&self, term: Term) -> f64 {
        self.bits(term as usize)
    }

    /// How many of the profiles with such an identifier have another person's.
    pub(super) fn wrong(&self, feature: Feature) -> f64 {
        IDENTIFIERS.iter().position(|it| *it == feature).map_or(0.0, |at| self.wrong[at])
    }

    /// With as many digits as the file holds, so that reading it gives the same weights.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        let short = |it: &mut f64| *it = (*it * 1e4).round() / 1e4;
        let Deciding { match_at, review_at, slope, intercept, crowd } = &mut self.decision;
        [match_at, review_at, slope, intercept, crowd].into_iter().chain(&mut self.wrong).for_each(short);
        for weight in &mut self.terms {
            short(&mut weight.bits);
            weight.m.iter_mut().chain(&mut weight.u).for_each(short);
        }
        self
    }

    /// The file, for people to read too.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "{HEAD}provenance = \"\"\"\n{}\n\"\"\"\n\n[decision]\nmatch_at = {}\nreview_at = {}\nslope = {}\nintercept = {}\ncrowd = {}\n\n[wrong]\n",
            self.provenance.trim(),
            number(self.decision.match_at),
            number(self.decision.review_at),
            number(self.decision.slope),
            number(self.decision.intercept),
            number(self.decision.crowd),
        );
        for (feature, wrong) in IDENTIFIERS.iter().zip(self.wrong) {
            let _infallible = writeln!(text, "{} = {}", feature.as_str(), number(wrong));
        }
        let mut open = None;
        for ((_, feature, name, _), weight) in TERMS.iter().zip(&self.terms) {
            if open != Some(feature) {
                let _infallible = write!(text, "\n[{}]\n", feature.as_str());
                open = Some(feature);
            }
            let _infallible = write!(text, "{}", weight.line(name));
        }
        text
    }
}

impl Weight {
    fn line(&self, name: &str) -> String {
        let seen = |key: &str, it: Option<f64>| it.map_or(String::new(), |it| format!(", {key} = {}", number(it)));
        format!("{name} = {{ bits = {}{}{} }}\n", number(self.bits), seen("m", self.m), seen("u", self.u))
    }
}

fn number(value: f64) -> String {
    format!("{value:?}")
}

const HEAD: &str = "\
# The weights of the matcher: data, written by `acquaint train`, not by hand. A digest of it is the matcher's version.
#
# bits: what a term weighs, as log2 odds for one person rather than two. m: how often the term was seen between records of one
# person, u: of two people; log2(m/u) is where the fit began. Where a value agrees, u is its own frequency, which comes in as
# `rarity` (bits of weight a bit of rarity). wrong: of the profiles with such an identifier, how many have another person's.
";
