//! How a probability came about, as lines of text. Quotes the profile's own values alone.

use crate::model::{Evidence, Level, Profile, Waterfall};
pub(super) use crate::model::{odds, percent, steps};
use std::fmt::Write;

/// The steps as lines: bits, odds so far, what it was. A last line says what a side does not tell.
pub(super) fn text(evidence: &[Evidence], waterfall: &Waterfall, profile: Option<&Profile>) -> String {
    let mut text = String::new();
    let steps = steps(evidence, waterfall, profile);
    for it in &steps {
        let value = it.value.map(|it| format!(": {}", super::output::printable(it))).unwrap_or_default();
        let _infallible = writeln!(text, "  {:>+8.2}  {:>+8.2}  {:<11}  {}{value}", it.bits, it.so_far, it.name, it.says);
    }
    let end = steps.last().map_or(0.0, |it| it.so_far);
    let _infallible = writeln!(text, "            {end:>+8.2}  bits: {}, {}", odds(end), percent(1.0 / (1.0 + (-end).exp2())));
    let silent: Vec<_> = evidence.iter().filter(|it| it.level == Level::Silent).map(|it| it.feature.as_str()).collect();
    if !silent.is_empty() {
        let _infallible = writeln!(text, "  one side says nothing, which counts for nothing: {}", silent.join(", "));
    }
    text
}
