//! Counts over time, drawn as lines without a script. Lines differ in their dashes, not in colour alone.

use super::words::{day, number};
use crate::model::{Millis, RunKind, RunRecord, RunState};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 170.0;
/// Left of the lines, for numbers.
const LEFT: f64 = 56.0;
const BELOW: f64 = 22.0;

/// One line.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) path: String,
    pub(super) last: String,
}

/// The whole plot.
pub(super) struct Plot {
    pub(super) lines: Vec<Line>,
    /// Height of each mark, and what it says.
    pub(super) marks: Vec<(String, String)>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) says: String,
}

/// Matched, review and unmatched of the published nights, oldest first; none with fewer than two.
pub(super) fn of(runs: &[RunRecord]) -> Option<Plot> {
    let mut nights: Vec<&RunRecord> = runs.iter().filter(|it| it.kind == RunKind::Full && it.state == RunState::Published).collect();
    nights.reverse();
    let (first, last) = (nights.first()?, nights.last()?);
    if nights.len() < 2 {
        return None;
    }
    type Count = fn(&RunRecord) -> u64;
    let counts: [(&str, &str, Count); 3] =
        [("Matched", "a", |it| it.tally.matched), ("Review", "b", |it| it.tally.review), ("Unmatched", "c", |it| it.tally.unmatched)];
    let most = nights.iter().flat_map(|run| counts.iter().map(|it| (it.2)(run))).max().unwrap_or(0).max(1);
    let span = (last.started_at.0 - first.started_at.0).max(1) as f64;
    let x = |at: Millis| LEFT + (at.0 - first.started_at.0) as f64 / span * (WIDTH - LEFT - 4.0);
    let y = |count: u64| 6.0 + (1.0 - count as f64 / most as f64) * (HEIGHT - BELOW - 6.0);
    let lines = counts.iter().map(|(name, class, count)| {
        let points = nights.iter().enumerate().map(|(at, run)| {
            let to = if at == 0 { 'M' } else { 'L' };
            format!("{to}{:.1} {:.1}", x(run.started_at), y(count(run)))
        });
        Line { name, class, path: points.collect(), last: number(count(last)) }
    });
    let lines: Vec<Line> = lines.collect();
    let told: Vec<String> = lines.iter().map(|it| format!("{} {}", it.name.to_lowercase(), it.last)).collect();
    Some(Plot {
        marks: [most, most / 2, 0].iter().map(|it| (format!("{:.1}", y(*it)), number(*it))).collect(),
        from: day(first.started_at),
        to: day(last.started_at),
        says: format!(
            "Contacts by night, {} nights from {} to {}; at last {}",
            nights.len(),
            day(first.started_at),
            day(last.started_at),
            told.join(", ")
        ),
        lines,
    })
}
