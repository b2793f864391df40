//! Whether both do the same work.

use super::{Finding, Pair};
use crate::model::{FieldIndex, Level, Value, value};

/// The rarest title that both have had; else a word of one.
pub(super) fn compare(pair: &Pair<'_>) -> Finding {
    let (mine, theirs) = (pair.candidate.titles(), pair.profile.titles());
    if mine.len() == 0 || theirs.len() == 0 {
        return Finding::SILENT;
    }
    let weights = &pair.weights.title;
    let same = theirs.filter(|it| mine.clone().any(|other| other.value == it.value));
    let weighed = same.map(|it| {
        let share = pair.rarity.share(value(Value::Title, it.value), &pair.weights.frequency);
        let bits = (weights.same / share).log2().clamp(0.0, weights.most);
        Finding::new(Level::Same, bits, it.at).common(bits)
    });
    let partial = || partly(pair).map(|on| Finding::new(Level::Partial, weights.partial, on));
    let best = weighed.max_by(|a, b| a.bits.total_cmp(&b.bits));
    best.or_else(partial).unwrap_or(Finding::new(Level::Differs, weights.differs, None))
}

/// Words of rank say how long somebody worked, not as what.
fn partly(pair: &Pair<'_>) -> Option<Option<FieldIndex>> {
    const RANKS: [&str; 14] = [
        "senior",
        "junior",
        "lead",
        "principal",
        "staff",
        "head",
        "of",
        "chief",
        "vice",
        "president",
        "director",
        "associate",
        "manager",
        "intern",
    ];
    let speaks = |word: &&str| !RANKS.contains(word);
    let mine: Vec<&str> = pair.candidate.titles().flat_map(|it| it.value.split(' ')).filter(speaks).collect();
    let theirs = pair.profile.titles().find(|it| it.value.split(' ').filter(speaks).any(|word| mine.contains(&word)));
    theirs.map(|it| it.at)
}
