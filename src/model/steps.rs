//! How a probability came about, step by step, for people to read. Every row shows the odds so far; the last row is the probability.
//! Quotes the profile's own values alone.

use super::{Evidence, Feature, Level, Profile, Waterfall};

/// One step.
pub struct Step<'a> {
    /// What was looked at.
    pub name: &'static str,
    /// How it came out.
    pub says: &'static str,
    /// What moved the odds, in bits: each doubles them.
    pub bits: f64,
    /// The odds so far, in bits.
    pub so_far: f64,
    /// The profile's own value that agreed.
    pub value: Option<&'a str>,
}

/// The steps in order, features that a side is silent on left out. `profile` is the one that the evidence points to.
#[must_use]
pub fn steps<'a>(evidence: &[Evidence], waterfall: &Waterfall, profile: Option<&'a Profile>) -> Vec<Step<'a>> {
    let spoken = evidence.iter().filter(|it| it.level != Level::Silent);
    let step = |name, says, bits, value| Step { name, says, bits: f64::from(bits), so_far: 0.0, value };
    let mut steps =
        vec![step("start", "the odds before anything is compared: one profile of all, and not everybody has one", waterfall.start, None)];
    steps.extend(spoken.map(|it| step(it.feature.as_str(), says(it), it.bits, profile.and_then(|its| value(it, its)))));
    let competition = match waterfall.competition {
        bits if bits > 0.0 => "another profile shows the same person, and speaks for it",
        _ => "other profiles come near too",
    };
    let rest = [
        ("namesakes", "namesakes, relatives and colleagues would agree in some of this too", waterfall.namesakes),
        ("competition", competition, waterfall.competition),
        ("calibration", "from these odds to those that were found to hold", waterfall.calibration),
    ];
    steps.extend(rest.into_iter().filter(|it| it.2 != 0.0).map(|(name, says, bits)| step(name, says, bits, None)));
    let mut hundredths = 0.0;
    for step in &mut steps {
        hundredths += (step.bits * 100.0).round();
        step.so_far = hundredths / 100.0;
    }
    steps
}

/// The profile's own value; of its one place too, which no list holds.
fn value<'a>(evidence: &Evidence, profile: &'a Profile) -> Option<&'a str> {
    let place = profile.location.as_deref().filter(|_| evidence.feature == Feature::Location && evidence.level != Level::Differs);
    profile.quote(evidence).or(place)
}

/// Odds as people say them.
#[must_use]
pub fn odds(bits: f64) -> String {
    let times = |bits: f64| match bits.exp2() {
        few if few < 10.0 => format!("{few:.1}"),
        many if many < 1e6 => format!("{many:.0}"),
        _ => "over a million".to_owned(),
    };
    if bits >= 0.0 { format!("{} to 1 that it is", times(bits)) } else { format!("{} to 1 that it is not", times(-bits)) }
}

/// A probability, with as many digits as tell it from certainty.
#[must_use]
pub fn percent(probability: f64) -> String {
    match probability.min(1.0 - probability) {
        doubt if doubt >= 0.01 => format!("{:.1} %", probability * 100.0),
        doubt if doubt >= 0.0001 => format!("{:.3} %", probability * 100.0),
        _ if probability < 0.5 => "under 0.01 %".to_owned(),
        _ => "over 99.99 %".to_owned(),
    }
}

/// The level of a feature in plain words.
fn says(it: &Evidence) -> &'static str {
    match (it.feature, it.level) {
        (_, Level::Silent) => "one side says nothing",
        (_, Level::Shared) => "the same, but many people of the list carry it, so it proves nothing",
        (Feature::Name, Level::Same) => "the names agree",
        (Feature::Name, Level::Close) => "the names agree but for spelling, a pet form or an initial",
        (Feature::Name, Level::Partial) => "one part of the name agrees, another does not",
        (Feature::Name, Level::Differs) => "the names differ",
        (Feature::Linkedin, Level::Same) => "the same LinkedIn page",
        (Feature::Linkedin, Level::Close | Level::Partial) => "LinkedIn pages that differ in their ending alone",
        (Feature::Linkedin, Level::Differs) => "another LinkedIn page",
        (Feature::Github, Level::Differs) => "another GitHub account",
        (Feature::Github, _) => "the same GitHub account",
        (Feature::Link, Level::Differs) => "other web pages",
        (Feature::Link, _) => "the same web page",
        (Feature::Email, Level::Same) => "the same e-mail address",
        (Feature::Email, Level::Close | Level::Partial) => "e-mail addresses that are alike",
        (Feature::Email, Level::Differs) => "other e-mail addresses",
        (Feature::Phone, Level::Differs) => "other phone numbers",
        (Feature::Phone, _) => "the same phone number",
        (Feature::Employer, Level::Same) => "an employer in common",
        (Feature::Employer, Level::Close | Level::Partial) => "employers whose names are alike",
        (Feature::Employer, Level::Differs) => "no employer in common",
        (Feature::School, Level::Same) => "a school in common",
        (Feature::School, Level::Close | Level::Partial) => "schools whose names are alike",
        (Feature::School, Level::Differs) => "no school in common",
        (Feature::Location, Level::Same) => "the same place",
        (Feature::Location, Level::Close | Level::Partial) => "the same country or state, another place",
        (Feature::Location, Level::Differs) => "another place",
        (Feature::Title, Level::Same) => "the same job title",
        (Feature::Title, Level::Close | Level::Partial) => "job titles that share a word",
        (Feature::Title, Level::Differs) => "other job titles",
    }
}
