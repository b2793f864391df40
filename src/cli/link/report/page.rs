//! The page itself: tiles, plots, and the hardest reviews step by step. Opens without a network; quotes profiles alone.

use super::{Hard, Report, plot};
use crate::cli::link::score;
use crate::cli::waterfall::{self, percent};
use crate::link::Score;
use crate::model::{Decision, Profile, ProfileId};
use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;

const STYLE: &str = include_str!("page.css");

/// Characters of a profile's value that are shown.
const QUOTED: usize = 80;

/// What the page tells besides what was counted.
pub(super) struct Facts<'a> {
    pub(super) prior: f64,
    /// Of matching, and of everything.
    pub(super) times: [Duration; 2],
    pub(super) score: Option<&'a Score>,
    /// The profiles that the reviews quote.
    pub(super) quoted: HashMap<ProfileId, Profile>,
}

pub(super) fn html(report: &Report, facts: &Facts<'_>) -> String {
    let mut page = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>\
         <title>Candidates and profiles</title><style>{STYLE}</style></head><body><h1>Candidates and profiles</h1>"
    );
    tiles(&mut page, report, facts);
    let key = Decision::ALL
        .iter()
        .zip(report.decisions)
        .fold(String::new(), |key, (it, count)| format!("{key}<i class={0}></i>{0} {1}", it.as_str(), plot::thousands(count)));
    let key = format!("<div class=key>{key}</div>");
    section(&mut page, "Decisions", "", &format!("{}{key}", plot::decisions(&report.decisions)));
    let words = "Of the best profile of each candidate. The height is logarithmic: every line is ten times the one below.";
    section(&mut page, "Probabilities", words, &format!("{}{key}", plot::histogram(&report.probabilities)));
    if let Some(score) = facts.score {
        truth(&mut page, score);
    }
    let words = "How many bits each feature gives (right of the line) or takes. Box: the middle half; line: nine in ten; ring: the middle \
                 one. Where a side says nothing, a feature gives and takes nothing, and is not counted.";
    section(&mut page, "Evidence by feature", words, &format!("{key}{}", plot::evidence(&report.evidence, &report.decisions)));
    reviews(&mut page, report, facts);
    page + "</body></html>\n"
}

fn section(page: &mut String, title: &str, words: &str, inside: &str) {
    let words = if words.is_empty() { String::new() } else { format!("<p>{words}</p>") };
    let _infallible = write!(page, "<section><h2>{title}</h2>{words}{inside}</section>");
}

fn tiles(page: &mut String, report: &Report, facts: &Facts<'_>) {
    let total: u64 = report.decisions.iter().sum();
    let [matching, all] = facts.times.map(|it| it.as_secs_f64());
    let mut tiles = vec![
        ("candidates", plot::thousands(total)),
        ("have a profile, by estimate", percent(facts.prior)),
        ("profiles compared with a candidate", format!("{:.1}", report.considered as f64 / total.max(1) as f64)),
        ("of them at most", plot::thousands(report.considered_most as u64)),
        ("seconds in all", format!("{all:.1}")),
        ("candidates a second of matching", plot::thousands((total as f64 / matching.max(1e-6)) as u64)),
    ];
    if let Some(score) = facts.score {
        tiles.extend([
            ("of the badges are right", format!("{:.2} %", score.precision * 100.0)),
            ("of those with a profile have their badge", format!("{:.2} %", score.recall * 100.0)),
            ("best F1", format!("{:.3}", score.best_f1)),
            ("error of calibration", score.ece.map_or_else(|| "–".to_owned(), |it| format!("{it:.4}"))),
        ]);
    }
    page.push_str("<div class=tiles>");
    for (what, value) in tiles {
        let _infallible = write!(page, "<div><b>{value}</b>{what}</div>");
    }
    page.push_str("</div>");
}

/// What only the truth can tell.
fn truth(page: &mut String, score: &Score) {
    let words = "Of candidates given nine in ten, nine in ten should be right: dots on the broken line. Numbers count candidates.";
    page.push_str("<div class=pair>");
    section(page, "Calibration", words, &plot::calibration(&score.curves.calibration));
    let words = "Precision (upwards) and recall (to the right) at every threshold, and where badges are given.";
    let plot = plot::precision_recall(&score.curves.precision_recall, (score.recall, score.precision));
    section(page, "Precision and recall", words, &plot);
    page.push_str("</div>");
    let mut table = "<div class=wide><table>".to_owned();
    for (name, value) in score::rows(score) {
        let _infallible = write!(table, "<tr><td>{name}</td><td class=num>{value}</td></tr>");
    }
    section(page, "Against the truth", "", &(table + "</table></div>"));
}

fn reviews(page: &mut String, report: &Report, facts: &Facts<'_>) {
    let words = "The reviews nearest to a toss of a coin, step by step. A bit doubles the odds. Values are the profile's own.";
    let all = report.hardest.iter().fold(String::new(), |all, it| all + &review(it, facts));
    let all = if all.is_empty() { "<p>There are none.</p>".to_owned() } else { all };
    section(page, "The hardest reviews", words, &all);
}

fn review(hard: &Hard, facts: &Facts<'_>) -> String {
    let Some(best) = &hard.outcome.verdict.best else { return String::new() };
    let right = match hard.right {
        Some(true) => " · <span class=right>it is the right one</span>",
        Some(false) => " · <span class=wrong>it is not the right one</span>",
        None => "",
    };
    let steps = waterfall::steps(&best.evidence, &best.waterfall, facts.quoted.get(&best.profile));
    let ends = || steps.iter().map(|it| it.so_far);
    let scale = [ends().fold(-1.0, f64::min), ends().fold(1.0, f64::max)];
    let (candidate, profile) = (escaped(hard.outcome.candidate.as_str()), escaped(best.profile.as_str()));
    let mut text = format!("<h3>{candidate} and {profile}: {}{right}</h3><div class=wide><table>", percent(best.probability));
    let mut before = 0.0;
    for it in &steps {
        let value = it.value.map(|it| format!(": <q>{}</q>", escaped(&shortened(it)))).unwrap_or_default();
        let _infallible = write!(
            text,
            "<tr><td>{}</td><td class=bar>{}</td><td class=num>{:+.2}</td><td class=num>{:+.2}</td><td>{}{value}</td></tr>",
            it.name,
            plot::step(before, it.so_far, scale),
            it.bits,
            it.so_far,
            it.says,
        );
        before = it.so_far;
    }
    text + "</table></div>"
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
