//! Whether both do the same work.

use super::super::terms::{Shown, Term};
use super::{Finding, Pair};
use crate::model::{FieldIndex, Level, Value, spaced, value};

/// The rarest title that both have had; else a word of one.
pub(super) fn compare(pair: &Pair<'_>) -> Finding {
    let (mine, theirs) = (pair.candidate.titles(), pair.profile.titles());
    if mine.len() == 0 || theirs.len() == 0 {
        return Finding::silent();
    }
    let same = theirs.filter(|it| mine.clone().any(|other| other.value == it.value));
    let rarest = same.map(|it| (pair.rare(value(Value::Title, it.value)), it.at)).max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((rare, on)) = rarest {
        let shown = Shown::default().and(Term::TitleSame, 1.0).and(Term::TitleRarity, rare);
        return Finding::new(Level::Same, shown, on).common();
    }
    match partly(pair) {
        Some(on) => Finding::new(Level::Partial, Shown::default().and(Term::TitlePartial, 1.0), on),
        None => Finding::new(Level::Differs, Shown::default().and(Term::TitleDiffers, 1.0), None),
    }
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
    let mine = pair.candidate.titles().flat_map(|it| spaced(it.value));
    let shared = |word: &str| mine.clone().any(|other| other == word) && !RANKS.contains(&word);
    pair.profile.titles().find(|it| spaced(it.value).any(shared)).map(|it| it.at)
}
