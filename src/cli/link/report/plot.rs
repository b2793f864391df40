//! Plots as inline SVG: no script, no font, no picture from elsewhere. Colours are classes of the page's style sheet.

use super::{BINS, Spread};
use crate::model::{Decision, Feature};
use std::fmt::Write;

/// A rectangle with two linear axes.
struct Frame {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    x: [f64; 2],
    y: [f64; 2],
}

impl Frame {
    fn x(&self, value: f64) -> f64 {
        self.left + self.width * (value - self.x[0]) / (self.x[1] - self.x[0])
    }

    fn y(&self, value: f64) -> f64 {
        self.top + self.height * (1.0 - (value - self.y[0]) / (self.y[1] - self.y[0]))
    }

    /// A grid line with its label for each value.
    fn across(&self, svg: &mut String, values: &[(f64, String)]) {
        let (from, to) = (self.left, self.left + self.width);
        for (value, label) in values {
            let y = self.y(*value);
            let _infallible = write!(
                svg,
                "<line class=grid x1={from} x2={to} y1={y:.1} y2={y:.1} /><text x={} y={:.1} text-anchor=end>{label}</text>",
                from - 6.0,
                y + 4.0
            );
        }
    }

    fn down(&self, svg: &mut String, values: &[(f64, String)]) {
        let (from, to) = (self.top, self.top + self.height);
        for (value, label) in values {
            let x = self.x(*value);
            let _infallible = write!(
                svg,
                "<line class=grid x1={x:.1} x2={x:.1} y1={from} y2={to} /><text x={x:.1} y={} text-anchor=middle>{label}</text>",
                to + 15.0
            );
        }
    }
}

fn svg(width: u32, height: u32, label: &str, inside: &str) -> String {
    format!("<svg viewBox='0 0 {width} {height}' role=img aria-label='{label}'>{inside}</svg>")
}

fn steps(from: f64, to: f64, step: f64) -> Vec<(f64, String)> {
    let digits = if step < 0.1 { 2 } else { usize::from(step < 1.0) };
    let count = ((to - from) / step).round() as u32;
    (0..=count).map(|it| from + f64::from(it) * step).map(|it| (it, format!("{it:.digits$}"))).collect()
}

/// One bar in parts: how all candidates were decided.
pub(super) fn decisions(counts: &[u64; 3]) -> String {
    let total = counts.iter().sum::<u64>().max(1) as f64;
    let (mut inside, mut x) = (String::new(), 0.0);
    for (decision, count) in Decision::ALL.iter().zip(counts) {
        let width = 900.0 * *count as f64 / total;
        let _infallible = write!(inside, "<rect class={} x={x:.1} y=0 width={width:.1} height=26 />", decision.as_str());
        x += width;
    }
    svg(900, 26, "decisions", &inside)
}

/// Columns with a logarithmic height; within a column each decision has its share.
pub(super) fn histogram(bins: &[[u64; 3]; BINS]) -> String {
    let most = bins.iter().map(|it| it.iter().sum::<u64>()).max().unwrap_or_default().max(10);
    let top = (most as f64).log10().ceil();
    let frame = Frame { left: 60.0, top: 10.0, width: 830.0, height: 190.0, x: [0.0, 1.0], y: [-0.3, top] };
    let mut inside = String::new();
    let powers: Vec<_> = (0..=top as u32).map(|it| (f64::from(it), thousands(10u64.pow(it)))).collect();
    frame.across(&mut inside, &powers);
    frame.down(&mut inside, &steps(0.0, 1.0, 0.1));
    for (at, bin) in bins.iter().enumerate() {
        let total: u64 = bin.iter().sum();
        let (left, right) = (frame.x(at as f64 / BINS as f64) + 2.0, frame.x((at + 1) as f64 / BINS as f64) - 2.0);
        let mut foot = frame.y(frame.y[0]);
        let height = if total == 0 { 0.0 } else { foot - frame.y((total as f64).log10()) };
        for (decision, count) in Decision::ALL.iter().zip(bin).filter(|it| *it.1 > 0) {
            let part = height * *count as f64 / total as f64;
            foot -= part;
            let (name, width) = (decision.as_str(), right - left);
            let _infallible = write!(
                inside,
                "<rect class={name} x={left:.1} y={foot:.1} width={width:.1} height={part:.1}><title>{count} {name}</title></rect>"
            );
        }
    }
    svg(900, 225, "histogram of probabilities", &inside)
}

/// What was promised against what came true; the larger the dot, the more candidates.
pub(super) fn calibration(points: &[(f64, f64, u64)]) -> String {
    let frame = Frame { left: 40.0, top: 12.0, width: 370.0, height: 300.0, x: [0.0, 1.0], y: [0.0, 1.0] };
    let mut inside = String::new();
    frame.across(&mut inside, &steps(0.0, 1.0, 0.2));
    frame.down(&mut inside, &steps(0.0, 1.0, 0.2));
    let (x1, y1, x2, y2) = (frame.x(0.0), frame.y(0.0), frame.x(1.0), frame.y(1.0));
    let _infallible = write!(inside, "<line class=ideal x1={x1} y1={y1} x2={x2} y2={y2} />");
    for (promised, came, count) in points {
        let (x, y, size) = (frame.x(*promised), frame.y(*came), 2.5 + 1.6 * (*count as f64).log10());
        let (anchor, beside) = if *promised > 0.8 { ("end", x - size - 3.0) } else { ("start", x + size + 3.0) };
        let _infallible = write!(
            inside,
            "<circle class=dot cx={x:.1} cy={y:.1} r={size:.1} /><text class=strong x={beside:.1} y={:.1} text-anchor={anchor}>{}</text>",
            y + 4.0,
            thousands(*count)
        );
    }
    svg(420, 335, "calibration", &inside)
}

/// Precision over recall, with the point at which badges are given.
pub(super) fn precision_recall(curve: &[(f64, f64)], badges: (f64, f64)) -> String {
    // The first few candidates make the curve jump; it is drawn from where it says something.
    let tells = curve.iter().filter(|it| it.0 > 0.02);
    // What lies far below the badges' precision is no choice.
    let (floor, step) = match badges.1 {
        high if high >= 0.95 => (0.9, 0.02),
        middle if middle >= 0.7 => (0.5, 0.1),
        _ => (0.0, 0.2),
    };
    let frame = Frame { left: 40.0, top: 12.0, width: 370.0, height: 300.0, x: [0.0, 1.0], y: [floor, 1.0] };
    let mut inside = String::new();
    frame.across(&mut inside, &steps(floor, 1.0, step));
    frame.down(&mut inside, &steps(0.0, 1.0, 0.2));
    let mut last = (f64::NEG_INFINITY, 0.0);
    let mut line = String::new();
    for &(recall, precision) in tells.filter(|it| it.1 >= floor) {
        let (x, y) = (frame.x(recall), frame.y(precision));
        if (x - last.0).abs() + (y - last.1).abs() >= 1.0 {
            let _infallible = write!(line, "{x:.1},{y:.1} ");
            last = (x, y);
        }
    }
    let (x, y) = (frame.x(badges.0), frame.y(badges.1.max(floor)));
    let _infallible = write!(
        inside,
        "<polyline class=curve points='{}' /><circle class=match cx={x:.1} cy={y:.1} r=6 /><text class=strong x={:.1} y={:.1} text-anchor=end>badges</text>",
        line.trim_end(),
        x - 10.0,
        y + 16.0
    );
    svg(420, 335, "precision and recall", &inside)
}

/// For each feature and decision a box from the 25th to the 75th of a hundred, a line from the 5th to the 95th, and the middle.
pub(super) fn evidence(spreads: &[[Spread; 3]; Feature::ALL.len()], decided: &[u64; 3]) -> String {
    const ROW: f64 = 13.0;
    let quantiles = spreads.each_ref().map(|it| it.each_ref().map(Spread::quantiles));
    let ends = || quantiles.iter().flatten().flatten().flatten();
    let [least, most] = [ends().copied().fold(-5.0, f64::min), ends().copied().fold(10.0, f64::max)];
    let x = [(least / 5.0).floor() * 5.0, (most / 5.0).ceil() * 5.0];
    let height = ROW * 3.6 * spreads.len() as f64;
    let frame = Frame { left: 90.0, top: 10.0, width: 640.0, height, x, y: [0.0, 1.0] };
    let mut inside = String::new();
    frame.down(&mut inside, &steps(x[0], x[1], 5.0));
    let zero = frame.x(0.0);
    let _infallible = write!(inside, "<line class=whisker x1={zero:.1} x2={zero:.1} y1=10 y2={:.1} />", 10.0 + height);
    for (at, feature) in Feature::ALL.iter().enumerate() {
        let top = 14.0 + ROW * 3.6 * at as f64;
        let _infallible = write!(inside, "<text class=strong x=84 y={:.1} text-anchor=end>{}</text>", top + 22.0, feature.as_str());
        for (row, decision) in Decision::ALL.iter().enumerate() {
            let (spread, y) = (&spreads[at][row], top + ROW * row as f64);
            let share = 100.0 * spread.count() as f64 / decided[row].max(1) as f64;
            let Some(quantiles) = &quantiles[at][row] else { continue };
            let [five, quarter, middle, three, ninety] = quantiles.map(|it| frame.x(it));
            let _infallible = write!(
                inside,
                "<line class=whisker x1={five:.1} x2={ninety:.1} y1={mid:.1} y2={mid:.1} />\
                 <rect class={name} x={quarter:.1} y={y:.1} width={:.1} height=9 rx=2><title>{name}: middle {:.1} bits</title></rect>\
                 <circle cx={middle:.1} cy={mid:.1} r=2.5 fill='var(--card)' stroke='var(--ink)' />\
                 <text x=745 y={:.1}>speaks in {share:.0} %</text>",
                (three - quarter).max(2.0),
                quantiles[2],
                y + 9.0,
                mid = y + 4.5,
                name = decision.as_str(),
            );
        }
    }
    svg(850, height as u32 + 32, "evidence by feature", &inside)
}

/// One step of a waterfall as a bar between the odds before and after it, on a scale that all steps share.
pub(super) fn step(before: f64, after: f64, [least, most]: [f64; 2]) -> String {
    let frame = Frame { left: 1.0, top: 0.0, width: 238.0, height: 12.0, x: [least, most], y: [0.0, 1.0] };
    let (from, to) = (frame.x(before.min(after)), frame.x(before.max(after)));
    let (zero, class) = (frame.x(0.0), if after >= before { "match" } else { "against" });
    let inside = format!(
        "<line class=grid x1={zero:.1} x2={zero:.1} y1=0 y2=12 /><rect class={class} x={from:.1} y=1 width={:.1} height=10 rx=2 />",
        (to - from).max(1.5)
    );
    svg(240, 12, "", &inside)
}

/// A number with a thin space between thousands.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join("\u{202f}")
}
