//! How the evidence of one candidate adds up, for people to read. Quotes the profile's id alone.

use crate::model::{ContactId, Level, Verdict};
use std::fmt::Write;

/// One paragraph: the verdict, then a bar for each feature that spoke.
pub(super) fn of(candidate: &ContactId, verdict: &Verdict) -> String {
    let mut text = format!("{candidate}: {}", verdict.decision.as_str());
    let Some(best) = &verdict.best else {
        text.push_str(", no profile came near\n");
        return text;
    };
    let _infallible = write!(text, ", {} with probability {:.4}", best.profile, best.probability);
    if let Some(second) = &verdict.runner_up {
        let _infallible = write!(text, "; next {} with {:.4}", second.profile, second.probability);
    }
    text.push('\n');
    for it in best.evidence.iter().filter(|it| it.level != Level::Silent) {
        let bar = if it.bits >= 0.0 { "+" } else { "-" }.repeat((it.bits.abs().round() as usize).min(40));
        let _infallible = writeln!(text, "  {:<9} {:<8} {:>7.2} {bar}", it.feature.as_str(), it.level.as_str(), it.bits);
    }
    text
}
