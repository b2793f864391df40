//! How right the verdicts on a list are, where somebody knows the truth.
//!
//! Recall counts over candidates who have a profile. A badge on any other profile, or on anyone who has none, is false. The error of
//! calibration (ECE) is that of the best profile's probability, over ten bins of equally many candidates for whom a profile was
//! named; `ece_middle` looks at probabilities from .5 to .999 alone, where doubt lives.

use crate::model::{ContactId, Decision, ProfileId, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Languages whose names come in another script than the Latin one.
const NON_LATIN: [&str; 10] = ["ru", "uk", "bg", "ar", "fa", "zh", "ko", "ja", "el", "he"];

/// The truth about one candidate; unknown fields are ignored.
#[derive(Deserialize)]
pub struct Truth {
    /// Who.
    candidate: ContactId,
    /// Every profile of that person; empty where there is none.
    profiles: Vec<ProfileId>,
    /// What was done to the record.
    #[serde(default)]
    flags: Vec<Box<str>>,
    /// Of the name.
    #[serde(default)]
    language: Option<Box<str>>,
}

/// Verdicts beside the truth, one candidate after the other.
pub struct Scoreboard {
    truth: HashMap<ContactId, (Truth, Option<Seen>)>,
    named: Vec<Named>,
    unknown: u64,
}

/// What became of one candidate.
#[derive(Clone, Copy)]
struct Seen {
    decision: Decision,
    right: bool,
    considered: bool,
}

/// A profile that was named, whatever was decided.
#[derive(Clone, Copy)]
struct Named {
    probability: f64,
    right: bool,
}

/// How many there are of something, and which share of them was found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share(pub u64, pub Option<f64>);

/// The outcome. Shares are from 0 to 1; null where there is nothing to share.
#[derive(Debug, Serialize)]
pub struct Score {
    /// Candidates of whom the truth is known.
    pub candidates: u64,
    /// Those who have a profile.
    pub with_profile: u64,
    /// Those for whom there was no verdict.
    pub missing: u64,
    /// Verdicts on candidates whom the truth does not name.
    pub unknown: u64,
    /// Owners whose profile was among those compared.
    pub candidate_recall: Option<f64>,
    /// Decided as matches.
    pub badges: u64,
    /// Badges that are right.
    pub precision: f64,
    /// Owners with a right badge.
    pub recall: f64,
    /// Of the two.
    pub f1: f64,
    /// People without a profile who got a badge.
    pub false_badge_rate_no_profile: f64,
    /// The precision that the same rates would give if one candidate in twenty had a profile.
    pub precision_if_5_percent_have_one: Option<f64>,
    /// Candidates to be reviewed.
    pub review_share: Option<f64>,
    /// Reviews whose profile is right.
    pub review_true: Option<f64>,
    /// The best over all thresholds.
    pub best_f1: f64,
    /// The best over all thresholds that keep this precision.
    #[serde(rename = "recall_at_precision_0.99")]
    pub recall_at_99: f64,
    /// The same.
    #[serde(rename = "recall_at_precision_0.995")]
    pub recall_at_995: f64,
    /// The same.
    #[serde(rename = "recall_at_precision_0.999")]
    pub recall_at_999: f64,
    /// Error of calibration.
    pub ece: Option<f64>,
    /// The same where doubt lives.
    pub ece_middle: Option<f64>,
    /// By what was done to the record.
    pub recall_by_flag: BTreeMap<Box<str>, Share>,
    /// By language of the name.
    pub recall_by_language: BTreeMap<Box<str>, Share>,
    /// Languages written in Latin script.
    pub recall_latin: Share,
    /// The others.
    pub recall_non_latin: Share,
    /// What the plots show.
    #[serde(skip)]
    pub curves: Curves,
}

/// Points of the two plots.
#[derive(Debug)]
pub struct Curves {
    /// Recall and precision, from the highest threshold to the lowest.
    pub precision_recall: Vec<(f64, f64)>,
    /// By tenths of the probability: its mean, the share that was right, and how many.
    pub calibration: Vec<(f64, f64, u64)>,
}

impl Scoreboard {
    /// The truth; of several lines on one candidate the last counts.
    pub fn new(truth: impl IntoIterator<Item = Truth>) -> Self {
        let truth = truth.into_iter().map(|it| (it.candidate.clone(), (it, None))).collect();
        Self { truth, named: Vec::new(), unknown: 0 }
    }

    /// Takes in one verdict; of several on one candidate the first counts. Returns whether the profile it names is the right one;
    /// none when the truth does not tell.
    pub fn add(&mut self, candidate: &ContactId, verdict: &Verdict, considered: &[ProfileId]) -> Option<bool> {
        let Some((truth, seen)) = self.truth.get_mut(candidate) else {
            self.unknown += 1;
            return None;
        };
        let best = verdict.best.as_ref();
        let right = best.is_some_and(|it| truth.profiles.contains(&it.profile));
        if seen.is_none() {
            let considered = considered.iter().any(|it| truth.profiles.contains(it));
            *seen = Some(Seen { decision: verdict.decision, right, considered });
            self.named.extend(best.map(|it| Named { probability: it.told(), right }));
        }
        Some(right)
    }

    /// Adds it all up.
    #[must_use]
    pub fn score(mut self) -> Score {
        self.named.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let count = |fits: &dyn Fn(&Truth, &Seen) -> bool| {
            self.truth.values().filter(|(truth, seen)| seen.as_ref().is_some_and(|it| fits(truth, it))).count() as u64
        };
        let owner = |it: &Truth| !it.profiles.is_empty();
        let is = |it: &Seen, decision| it.decision == decision;
        let candidates = self.truth.len() as u64;
        let with_profile = self.truth.values().filter(|it| owner(&it.0)).count() as u64;
        let judged = count(&|_, _| true);
        let badges = count(&|_, it| is(it, Decision::Match));
        let good = count(&|_, it| is(it, Decision::Match) && it.right);
        let wrong = |owners: bool| count(&|truth, it| is(it, Decision::Match) && !it.right && owner(truth) == owners);
        let reviews = count(&|_, it| is(it, Decision::Review));
        let (precision, recall) = (part(good, badges), part(good, with_profile));
        let false_badge_rate_no_profile = part(wrong(false), candidates - with_profile);
        let few = 0.05 * (recall + part(wrong(true), with_profile)) + 0.95 * false_badge_rate_no_profile;
        let curve = self.curve(with_profile);
        let best = |least: f64| curve.iter().filter(|it| it.1 >= least).map(|it| it.0).fold(0.0, f64::max);
        let middle: Vec<Named> = self.named.iter().filter(|it| (0.5..=0.999).contains(&it.probability)).copied().collect();
        Score {
            candidates,
            with_profile,
            missing: candidates - judged,
            unknown: self.unknown,
            candidate_recall: share(count(&|_, it| it.considered), with_profile),
            badges,
            precision,
            recall,
            f1: harmonic(precision, recall),
            false_badge_rate_no_profile,
            precision_if_5_percent_have_one: (few > 0.0).then(|| 0.05 * recall / few),
            review_share: share(reviews, judged),
            review_true: share(count(&|_, it| is(it, Decision::Review) && it.right), reviews),
            best_f1: curve.iter().map(|it| harmonic(it.1, it.0)).fold(0.0, f64::max),
            recall_at_99: best(0.99),
            recall_at_995: best(0.995),
            recall_at_999: best(0.999),
            ece: calibration_error(&self.named),
            ece_middle: calibration_error(&middle),
            recall_by_flag: self.recalls(|it| it.flags.iter()),
            recall_by_language: self.recalls(|it| it.language.iter()),
            recall_latin: self.recall_of(&|it| it.language.as_ref().is_some_and(|it| !NON_LATIN.contains(&&**it))),
            recall_non_latin: self.recall_of(&|it| it.language.as_ref().is_some_and(|it| NON_LATIN.contains(&&**it))),
            curves: Curves { calibration: self.calibration(), precision_recall: curve },
        }
    }

    /// Recall and precision at each threshold between two distinct probabilities.
    fn curve(&self, owners: u64) -> Vec<(f64, f64)> {
        let mut hits = 0;
        let mut curve = Vec::new();
        for (at, it) in self.named.iter().enumerate() {
            hits += u64::from(it.right);
            if self.named.get(at + 1).is_none_or(|next| next.probability.total_cmp(&it.probability).is_ne()) {
                curve.push((part(hits, owners), part(hits, at as u64 + 1)));
            }
        }
        curve
    }

    fn calibration(&self) -> Vec<(f64, f64, u64)> {
        let tenth = |it: &Named| ((it.probability * 10.0) as u8).min(9);
        let bins = self.named.chunk_by(|a, b| tenth(a) == tenth(b));
        let mean = |bin: &[Named], of: &dyn Fn(&Named) -> f64| bin.iter().map(of).sum::<f64>() / bin.len() as f64;
        bins.map(|bin| (mean(bin, &|it| it.probability), mean(bin, &|it| f64::from(it.right)), bin.len() as u64)).collect()
    }

    fn recalls<'a, I: Iterator<Item = &'a Box<str>>>(&'a self, labels: impl Fn(&'a Truth) -> I) -> BTreeMap<Box<str>, Share> {
        let mut counts: BTreeMap<Box<str>, [u64; 2]> = BTreeMap::new();
        for (truth, seen) in self.truth.values().filter(|it| !it.0.profiles.is_empty()) {
            for label in labels(truth) {
                let [all, found] = counts.entry(label.clone()).or_default();
                (*all, *found) = (*all + 1, *found + u64::from(badged(seen.as_ref())));
            }
        }
        counts.into_iter().map(|(label, [all, found])| (label, Share(all, share(found, all)))).collect()
    }

    fn recall_of(&self, fits: &dyn Fn(&Truth) -> bool) -> Share {
        let owners = || self.truth.values().filter(|it| !it.0.profiles.is_empty() && fits(&it.0));
        let (all, found) = (owners().count() as u64, owners().filter(|it| badged(it.1.as_ref())).count() as u64);
        Share(all, share(found, all))
    }
}

fn badged(seen: Option<&Seen>) -> bool {
    seen.is_some_and(|it| it.decision == Decision::Match && it.right)
}

/// Over ten bins of equally many, which come sorted; an eleventh takes what is left over.
fn calibration_error(sorted: &[Named]) -> Option<f64> {
    let gap = |bin: &[Named]| bin.iter().map(|it| it.probability - f64::from(it.right)).sum::<f64>().abs();
    let bins = sorted.chunks((sorted.len() / 10).max(1));
    (!sorted.is_empty()).then(|| bins.map(gap).sum::<f64>() / sorted.len() as f64)
}

fn part(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn share(found: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part(found, whole))
}

fn harmonic(precision: f64, recall: f64) -> f64 {
    2.0 * precision * recall / (precision + recall).max(1e-9)
}
