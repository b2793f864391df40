//! `link --truth`: how right the matches are, as a table for people or one object for programs.

use crate::cli::Context;
use crate::link::{Score, Share};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Languages with fewer people say little about a language.
const FEW: u64 = 50;

/// Prints the score on stderr.
pub(super) fn tell(score: &Score, context: &Context) {
    match serde_json::to_string(score) {
        Ok(text) if context.output.json() => context.output.note(&text),
        _ => context.output.note(table(score).trim_end()),
    }
}

/// Every number with its name.
pub(super) fn rows(score: &Score) -> Vec<(&'static str, String)> {
    let percent = |it: f64| format!("{:.2} %", it * 100.0);
    let maybe = |it: Option<f64>| it.map_or_else(|| "–".to_owned(), percent);
    let bare = |it: Option<f64>| it.map_or_else(|| "–".to_owned(), |it| format!("{it:.4}"));
    let of = |Share(count, share): Share| format!("{} of {count}", maybe(share));
    vec![
        ("candidates", format!("{}, of whom {} have a profile", score.candidates, score.with_profile)),
        ("candidate recall: the true profile was compared", maybe(score.candidate_recall)),
        ("badges", format!("{}", score.badges)),
        ("badges that are right (precision)", percent(score.precision)),
        ("people with a profile who got their badge (recall)", percent(score.recall)),
        ("F1", format!("{:.4}", score.f1)),
        ("people without a profile who got a badge", percent(score.false_badge_rate_no_profile)),
        ("precision if one in twenty had a profile", maybe(score.precision_if_5_percent_have_one)),
        ("candidates to review", maybe(score.review_share)),
        ("reviews that are right", maybe(score.review_true)),
        ("best F1 over all thresholds", format!("{:.4}", score.best_f1)),
        ("recall where precision is .99", percent(score.recall_at_99)),
        ("recall where precision is .995", percent(score.recall_at_995)),
        ("recall where precision is .999", percent(score.recall_at_999)),
        ("error of calibration (ECE)", bare(score.ece)),
        ("the same from .5 to .999", bare(score.ece_middle)),
        ("recall on names in Latin script", of(score.recall_latin)),
        ("recall on names in another script", of(score.recall_non_latin)),
    ]
}

fn table(score: &Score) -> String {
    let mut text = String::new();
    for (name, value) in rows(score) {
        let _infallible = writeln!(text, "{name:<52}{value}");
    }
    for (title, groups) in [("recall by language", &score.recall_by_language), ("recall by what was done", &score.recall_by_flag)] {
        if !groups.is_empty() {
            let _infallible = writeln!(text, "{title:<52}{}", in_a_line(groups));
        }
    }
    for (count, what) in [(score.missing, "candidates of the truth have no line"), (score.unknown, "candidates are not in the truth")] {
        if count > 0 {
            let _infallible = writeln!(text, "{count} {what}");
        }
    }
    text
}

/// The lowest first; small groups are named without a number.
fn in_a_line(groups: &BTreeMap<Box<str>, Share>) -> String {
    let (large, few): (Vec<_>, Vec<_>) = groups.iter().partition(|it| it.1.0 >= FEW);
    let mut large: Vec<_> = large.into_iter().map(|(name, it)| (it.1.unwrap_or_default(), name)).collect();
    large.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut parts: Vec<String> = large.into_iter().map(|(share, name)| format!("{name} {:.1} %", share * 100.0)).collect();
    if !few.is_empty() {
        parts.push(format!("(fewer than {FEW} people: {})", few.iter().map(|it| &**it.0).collect::<Vec<_>>().join(" ")));
    }
    parts.join(", ")
}
