//! Whether both have been at one place: an employer, a school, anywhere in the history.

use super::super::weights::Stays;
use super::{Finding, Pair};
use crate::model::{FieldIndex, Level, Listed, Stay, Value, value};

/// Employers.
pub(super) fn employer(pair: &Pair<'_>) -> Finding {
    compare(
        pair,
        &pair.candidate.employers().collect::<Vec<_>>(),
        &pair.profile.employers().collect::<Vec<_>>(),
        (Value::Employer, &pair.weights.employer),
    )
}

/// Schools.
pub(super) fn school(pair: &Pair<'_>) -> Finding {
    compare(
        pair,
        &pair.candidate.schools().collect::<Vec<_>>(),
        &pair.profile.schools().collect::<Vec<_>>(),
        (Value::School, &pair.weights.school),
    )
}

/// The rarest shared place counts in full, each further one half of the one before, since those who share one job share more.
fn compare(pair: &Pair<'_>, mine: &[Listed<Stay<'_>>], theirs: &[Listed<Stay<'_>>], (kind, weights): (Value, &Stays)) -> Finding {
    if mine.is_empty() || theirs.is_empty() {
        return Finding::SILENT;
    }
    let mut shared: Vec<Finding> = mine.iter().filter_map(|it| best(pair, it, theirs, (kind, weights))).collect();
    shared.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.on.map(|it| it.0).cmp(&b.on.map(|it| it.0))));
    shared.dedup_by_key(|it| it.on);
    let Some(rarest) = shared.first().copied() else { return Finding::new(Level::Differs, weights.differs, None) };
    let sum: f64 = shared.iter().zip(0..).map(|(it, rank)| it.bits * 0.5_f64.powi(rank)).sum();
    let missing = mine.len().saturating_sub(shared.len()).min(3) as f64;
    let bits = (sum + missing * weights.missing).clamp(weights.differs, weights.most);
    Finding { bits, ..rarest }.common(rarest.bits.min(bits))
}

/// The place of the other's list that agrees best with this one.
fn best(pair: &Pair<'_>, mine: &Listed<Stay<'_>>, theirs: &[Listed<Stay<'_>>], (kind, weights): (Value, &Stays)) -> Option<Finding> {
    let weigh = |it: &Listed<Stay<'_>>| {
        let (level, m) = agreement(&mine.value, &it.value, weights)?;
        let share = pair.rarity.share(value(kind, it.value.organization), &pair.weights.frequency);
        let bits = (m / share).log2().max(0.0) + dates(&mine.value, &it.value, weights);
        Some(Finding::new(level, bits, it.at.map(|at| FieldIndex(at.0))))
    };
    theirs.iter().filter_map(weigh).max_by(|a, b| a.bits.total_cmp(&b.bits))
}

/// One name, or one the beginning of the other's words, or the other's initials.
fn agreement(mine: &Stay<'_>, theirs: &Stay<'_>, weights: &Stays) -> Option<(Level, f64)> {
    let (a, b) = (mine.organization, theirs.organization);
    if a == b {
        return Some((Level::Same, weights.same));
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let begins = long.strip_prefix(short).is_some_and(|it| it.starts_with(' ')) && short.len() > 3;
    let initials: String = long.split(' ').filter_map(|it| it.chars().next()).collect();
    let close = begins || (initials.len() > 2 && initials == short);
    close.then_some((Level::Close, weights.close))
}

/// At one place at one time, or years apart; silent without dates.
fn dates(mine: &Stay<'_>, theirs: &Stay<'_>, weights: &Stays) -> f64 {
    const YEAR: u16 = 12;
    let (Some(a), Some(b)) = (mine.start.or(mine.end), theirs.start.or(theirs.end)) else { return 0.0 };
    let (a_end, b_end) = (mine.end.unwrap_or(u16::MAX), theirs.end.unwrap_or(u16::MAX));
    if a.abs_diff(b) <= YEAR {
        return weights.overlap;
    }
    if a > b_end.saturating_add(YEAR) || b > a_end.saturating_add(YEAR) { weights.apart } else { 0.0 }
}
