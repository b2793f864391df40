//! One page about a whole `link`: how many were decided how, how sure, and on what evidence. Needs no network; names nobody.

use crate::model::{Decision, Feature, Level, Verdict};
use std::fmt::Write;

const BINS: usize = 20;

/// What the page counts.
#[derive(Default)]
pub(super) struct Report {
    decisions: [u64; 3],
    probabilities: [u64; BINS],
    /// By feature: how often it spoke on a badge, and the sum of its bits.
    evidence: [(u64, f64); Feature::ALL.len()],
}

impl Report {
    /// Counts one verdict.
    pub(super) fn add(&mut self, verdict: &Verdict) {
        let at = Decision::ALL.iter().position(|it| *it == verdict.decision).unwrap_or_default();
        self.decisions[at] += 1;
        let Some(best) = &verdict.best else { return };
        let bin = (best.probability * BINS as f64) as usize;
        self.probabilities[bin.min(BINS - 1)] += 1;
        for it in best.evidence.iter().filter(|it| verdict.decision == Decision::Match && it.level != Level::Silent) {
            let at = Feature::ALL.iter().position(|feature| *feature == it.feature).unwrap_or_default();
            self.evidence[at].0 += 1;
            self.evidence[at].1 += f64::from(it.bits);
        }
    }

    /// The page as HTML.
    pub(super) fn page(&self, prior: f64) -> String {
        let decisions: Vec<_> =
            Decision::ALL.iter().zip(self.decisions).map(|(it, count)| (it.as_str().to_owned(), count as f64)).collect();
        let bin = |at: usize| format!("{:.2}–{:.2}", at as f64 / BINS as f64, (at + 1) as f64 / BINS as f64);
        let probabilities: Vec<_> = self.probabilities.iter().enumerate().map(|(at, count)| (bin(at), *count as f64)).collect();
        let mean = |(count, bits): (u64, f64)| if count == 0 { 0.0 } else { bits / count as f64 };
        let evidence: Vec<_> = Feature::ALL.iter().zip(self.evidence).map(|(it, sum)| (it.as_str().to_owned(), mean(sum))).collect();
        format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>acquaint link</title><style>body{{font:15px system-ui,sans-serif;\
             max-width:46rem;margin:2rem auto;padding:0 1rem}}text{{font:12px system-ui,sans-serif}}rect{{fill:#3b6ea8}}</style>\
             <h1>Candidates and profiles</h1><p>Estimated share of candidates who have a profile: {prior:.3}</p>\
             {}{}{}</html>\n",
            bars("Decisions", &decisions),
            bars("Probability of the best profile", &probabilities),
            bars("Evidence of badges: mean bits where the feature spoke", &evidence),
        )
    }
}

/// A chart of horizontal bars as inline SVG.
fn bars(title: &str, rows: &[(String, f64)]) -> String {
    const ROW: usize = 20;
    let most = rows.iter().map(|it| it.1.abs()).fold(f64::MIN_POSITIVE, f64::max);
    let mut svg = format!("<h2>{}</h2><svg width=100% viewBox='0 0 700 {}' role=img>", escaped(title), rows.len() * ROW);
    for (at, (label, value)) in rows.iter().enumerate() {
        let (y, width) = (at * ROW, 440.0 * value.abs() / most);
        let shown = if value.fract() == 0.0 { format!("{value}") } else { format!("{value:.2}") };
        let _infallible = write!(
            svg,
            "<text x=0 y={}>{}</text><rect x=130 y={} width={width:.1} height=14 /><text x={:.1} y={}>{shown}</text>",
            y + 14,
            escaped(label),
            y + 3,
            width + 136.0,
            y + 14,
        );
    }
    svg + "</svg>"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
