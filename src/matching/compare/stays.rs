//! Whether both have been at one place: an employer, a school, anywhere in the history.

use super::super::terms::{Shown, Term};
use super::align::within;
use super::{Finding, Pair};
use crate::model::{FieldIndex, Level, Listed, Stay, Value, says_nothing, spaced, unspaced, value};

/// The terms of one kind of place.
struct Kind {
    value: Value,
    same: Term,
    close: Term,
    rarity: Term,
    overlap: Term,
    apart: Term,
    missing: Term,
    differs: Term,
}

/// Employers.
pub(super) fn employer(pair: &Pair<'_>) -> Finding {
    const KIND: Kind = Kind {
        value: Value::Employer,
        same: Term::EmployerSame,
        close: Term::EmployerClose,
        rarity: Term::EmployerRarity,
        overlap: Term::EmployerOverlap,
        apart: Term::EmployerApart,
        missing: Term::EmployerMissing,
        differs: Term::EmployerDiffers,
    };
    compare(pair, pair.candidate.employers(), pair.profile.employers(), &KIND)
}

/// Schools.
pub(super) fn school(pair: &Pair<'_>) -> Finding {
    const KIND: Kind = Kind {
        value: Value::School,
        same: Term::SchoolSame,
        close: Term::SchoolClose,
        rarity: Term::SchoolRarity,
        overlap: Term::SchoolOverlap,
        apart: Term::SchoolApart,
        missing: Term::SchoolMissing,
        differs: Term::SchoolDiffers,
    };
    compare(pair, pair.candidate.schools(), pair.profile.schools(), &KIND)
}

/// One shared place.
#[derive(Clone, Copy)]
struct Shared {
    level: Level,
    rare: f64,
    when: When,
    on: Option<FieldIndex>,
    /// By itself, to find the one that says most.
    bits: f64,
}

/// Whether both were there at one time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Unknown,
    Together,
    Apart,
}

/// The rarest shared place counts in full, each further one half of the one before, since those who share one job share more.
fn compare<'a>(pair: &Pair<'_>, mine: impl Stays<'a>, theirs: impl Stays<'a>, kind: &Kind) -> Finding {
    if mine.len() == 0 || theirs.len() == 0 {
        return Finding::silent();
    }
    let ([rarest, next], missing) = shared(pair, mine, theirs.clone(), kind);
    let Some(rarest) = rarest else {
        if missing == 0 || !theirs.clone().any(|it| it.at.is_some()) {
            return Finding::silent();
        }
        return Finding::new(Level::Differs, Shown::default().and(kind.differs, 1.0), None);
    };
    let first = rarest.show(Shown::default(), kind, 1.0);
    let common = first.len();
    let shown = next.iter().fold(first, |shown, it| it.show(shown, kind, 0.5));
    Finding { common, ..Finding::new(rarest.level, shown.and(kind.missing, missing.min(3) as f64), rarest.on) }
}

/// The two shared places that say most, each another of the profile's, and how many the candidate lists that the profile does not have,
/// each once however often somebody was there.
fn shared<'a>(pair: &Pair<'_>, mine: impl Stays<'a>, theirs: impl Stays<'a>, kind: &Kind) -> ([Option<Shared>; 2], usize) {
    let (mut most, mut missing) = ([None, None], 0);
    for (at, it) in mine.clone().enumerate() {
        match best(pair, it, theirs.clone(), kind) {
            Some(found) => keep(&mut most, found),
            None if it.at.is_some() && !mine.clone().take(at).any(|before| before.value.organization == it.value.organization) => {
                missing += 1
            }
            None => {}
        }
    }
    (most, missing)
}

/// Takes one in among the two that say most; of those who meet in one place, the one that says most.
fn keep([first, second]: &mut [Option<Shared>; 2], found: Shared) {
    let place = |it: &Shared| it.on.map(|it| it.0);
    let says_more =
        |than: &Option<Shared>| than.is_none_or(|it| found.bits.total_cmp(&it.bits).then(place(&it).cmp(&place(&found))).is_gt());
    let meets = |other: &Option<Shared>| other.is_some_and(|it| it.on == found.on);
    if says_more(first) {
        if !meets(first) {
            *second = *first;
        }
        *first = Some(found);
    } else if says_more(second) && !meets(first) {
        *second = Some(found);
    }
}

/// Places of one person.
trait Stays<'a>: ExactSizeIterator<Item = Listed<Stay<'a>>> + Clone {}

impl<'a, I: ExactSizeIterator<Item = Listed<Stay<'a>>> + Clone> Stays<'a> for I {}

impl Shared {
    fn show(&self, shown: Shown, kind: &Kind, amount: f64) -> Shown {
        let shown = shown.and(if self.level == Level::Same { kind.same } else { kind.close }, amount).and(kind.rarity, amount * self.rare);
        match self.when {
            When::Unknown => shown,
            When::Together => shown.and(kind.overlap, amount),
            When::Apart => shown.and(kind.apart, amount),
        }
    }
}

/// The place of the other's list that agrees best with this one.
fn best<'a>(pair: &Pair<'_>, mine: Listed<Stay<'a>>, theirs: impl Stays<'a>, kind: &Kind) -> Option<Shared> {
    let one = |it: Listed<Stay<'a>>| {
        let level = agreement(mine.value.organization, it.value.organization)?;
        // What a mailbox says, or what an employer belongs to, is not what somebody listed.
        let level = match (mine.at, it.at) {
            (None, None) => return None,
            (Some(_), Some(_)) => level,
            _ => Level::Close,
        };
        let rare = rarity(pair, level, [mine.value.organization, it.value.organization], kind);
        let found = Shared { level, rare, when: dates(&mine.value, &it.value), on: it.at, bits: 0.0 };
        Some(Shared { bits: pair.weigh(&found.show(Shown::default(), kind, 1.0)), ..found })
    };
    theirs.filter_map(one).max_by(|a, b| a.bits.total_cmp(&b.bits))
}

/// Of the name, or of the commoner of two that are only alike.
fn rarity(pair: &Pair<'_>, level: Level, [mine, theirs]: [&str; 2], kind: &Kind) -> f64 {
    let rare = |it| pair.rare(value(kind.value, it));
    if mine == theirs || level == Level::Same { rare(theirs) } else { rare(mine).min(rare(theirs)) }
}

/// One name, or one the beginning of the other's words, or the other's initials, or the other without spaces or but
/// for a slip of the finger.
fn agreement(a: &str, b: &str) -> Option<Level> {
    if a == b {
        return Some(Level::Same);
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if turned(a, b) || turned(b, a) {
        return Some(Level::Close);
    }
    // All other ways to be close begin with one letter.
    if short.as_bytes().first() != long.as_bytes().first() {
        return None;
    }
    let spaced_out = || short.len() > 3 && unspaced(short, long);
    // `Company 12` is not `Company 13`.
    fn digits(text: &str) -> impl Iterator<Item = u8> {
        text.bytes().filter(u8::is_ascii_digit)
    }
    let slipped = || {
        short.len() > 5 && digits(short).eq(digits(long)) && within(short.as_bytes(), long.as_bytes(), if short.len() > 11 { 2 } else { 1 })
    };
    let begins = || long.strip_prefix(short).is_some_and(|it| it.starts_with(' ')) && short.len() > 3 && !says_nothing(short);
    let initials = || short.len() > 2 && spaced(long).filter_map(|it| it.chars().next()).eq(short.chars());
    (begins() || initials() || spaced_out() || slipped()).then_some(Level::Close)
}

/// `University of Leeds` and `Leeds University`.
fn turned(a: &str, b: &str) -> bool {
    a.strip_prefix("univ ").is_some_and(|it| Some(it) == b.strip_suffix(" univ"))
}

/// At one place at one time, or years apart; unknown without dates.
fn dates(mine: &Stay<'_>, theirs: &Stay<'_>) -> When {
    const YEAR: u16 = 12;
    let (Some(a), Some(b)) = (mine.start.or(mine.end), theirs.start.or(theirs.end)) else { return When::Unknown };
    let (a_end, b_end) = (mine.end.unwrap_or(u16::MAX), theirs.end.unwrap_or(u16::MAX));
    if a.abs_diff(b) <= YEAR {
        return When::Together;
    }
    if a > b_end.saturating_add(YEAR) || b > a_end.saturating_add(YEAR) { When::Apart } else { When::Unknown }
}
