//! Which words of two names are each other's. Runs for every pair that comes near, so nothing is allocated.

use crate::model::{Heard, Standing, Words, may_begin_alike, standing};
use rapidfuzz::distance::osa;
use std::ops::Deref;

/// How two words agree, from the best on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Likeness {
    Exact,
    Pet,
    Sound,
    Typo,
    Initial,
}

/// A name has no more words.
pub(super) const MOST: usize = 8;

/// Words that found a partner: how, and their places.
pub(super) struct Aligned {
    list: [(Likeness, usize, usize); MOST],
    count: usize,
    /// A bit for each word that is taken.
    mine: u8,
    theirs: u8,
}

impl Aligned {
    fn take(&mut self, likeness: Likeness, x: usize, y: usize) {
        if self.is_free(x, y) {
            self.list[self.count] = (likeness, x, y);
            self.count += 1;
            self.mine |= 1 << x;
            self.theirs |= 1 << y;
        }
    }

    /// Whether that word of the one name has no partner.
    pub(super) fn is_mine_free(&self, x: usize) -> bool {
        self.mine & (1 << x) == 0
    }

    /// Whether that word of the other has none.
    pub(super) fn is_theirs_free(&self, y: usize) -> bool {
        self.theirs & (1 << y) == 0
    }

    fn is_free(&self, x: usize, y: usize) -> bool {
        self.is_mine_free(x) && self.is_theirs_free(y)
    }

    fn retain(&mut self, keeps: impl Fn(&(Likeness, usize, usize)) -> bool) {
        let all = std::mem::replace(self, Self { list: self.list, count: 0, mine: 0, theirs: 0 });
        all.iter().filter(|it| keeps(it)).for_each(|it| self.take(it.0, it.1, it.2));
    }
}

impl Deref for Aligned {
    type Target = [(Likeness, usize, usize)];

    fn deref(&self) -> &Self::Target {
        &self.list[..self.count]
    }
}

/// The best partner for each word, the surest first.
pub(super) fn align(a: &[&str], b: &[&str]) -> Aligned {
    let mut taken = Aligned { list: [(Likeness::Exact, 0, 0); MOST], count: 0, mine: 0, theirs: 0 };
    // Nothing beats words that are the same, so they are not compared with others.
    for (x, mine) in a.iter().enumerate() {
        for (y, _) in b.iter().enumerate().filter(|(_, theirs)| same(mine, theirs)) {
            taken.take(Likeness::Exact, x, y);
        }
    }
    if taken.len() == a.len() || taken.len() == b.len() {
        return taken;
    }
    let mut alike = [(Likeness::Initial, 0, 0); MOST * MOST];
    let mut count = 0;
    for (x, mine) in a.iter().enumerate() {
        for (y, theirs) in b.iter().enumerate().filter(|(y, _)| taken.is_free(x, *y)) {
            if let Some(likeness) = likeness(mine, theirs) {
                alike[count] = (likeness, x as u8, y as u8);
                count += 1;
            }
        }
    }
    alike[..count].sort_unstable();
    alike[..count].iter().for_each(|it| taken.take(it.0, it.1.into(), it.2.into()));
    // `Kevin B. Harmon` is not Kevin Bartlett: an initial stands for a word only where all full words beside it agree.
    let spare = |words: &[&str], taken: u8| words.iter().enumerate().any(|(at, it)| it.len() > 1 && taken & (1 << at) == 0);
    let (spare_a, spare_b) = (spare(a, taken.mine), spare(b, taken.theirs));
    if spare_a || spare_b {
        taken
            .retain(|(likeness, x, y)| *likeness != Likeness::Initial || !((spare_a && a[*x].len() == 1) || (spare_b && b[*y].len() == 1)));
    }
    taken
}

/// Most words differ in length or first letter, which is quicker to see than to call for.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.as_bytes().first() == b.as_bytes().first() && a == b
}

/// How two words that are not the same agree.
fn likeness(a: &str, b: &str) -> Option<Likeness> {
    if a.len() == 1 || b.len() == 1 {
        return (a.as_bytes().first() == b.as_bytes().first()).then_some(Likeness::Initial);
    }
    match standing(a, b) {
        Some(Standing::Spelling) => return Some(Likeness::Sound),
        Some(Standing::Pet) => return Some(Likeness::Pet),
        None => {}
    }
    let heard = may_begin_alike(a, b).then(|| (Heard::of(a), Heard::of(b)));
    if heard.as_ref().is_some_and(|(x, y)| sounds_alike((a, x), (b, y))) {
        return Some(Likeness::Sound);
    }
    let edits = match a.len().min(b.len()) {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    if edits > 0 && within(a.as_bytes(), b.as_bytes(), edits) {
        return Some(Likeness::Typo);
    }
    heard.is_some_and(|(x, y)| nearly_heard(&x, &y)).then_some(Likeness::Sound)
}

/// Whether two long words are heard alike but for one sound.
fn nearly_heard(x: &Heard, y: &Heard) -> bool {
    x.letters().len().min(y.letters().len()) >= 6 && within(x.letters(), y.letters(), 1)
}

/// Whether all consonants are heard alike, and most vowels, where vowels are written.
fn sounds_alike((a, x): (&str, &Heard), (b, y): (&str, &Heard)) -> bool {
    let sound = x.sound();
    let slips = if x.letters().len() < 7 { 1 } else { 2 };
    sound == y.sound()
        && match sound.as_str().len() {
            0 | 1 => false,
            // Two consonants are too few to hear a name by, unless it is almost written alike.
            2 => begins_alike(a, b) && within(a.as_bytes(), b.as_bytes(), 2),
            // So are two behind a vowel (`Jones` is not `Inez`), but where the other vowels are not written.
            3 if sound.as_str().starts_with('a') => {
                let (a, b) = (x.letters(), y.letters());
                a.len() == 3 || b.len() == 3 || (a.len() == b.len() && within(a, b, 1))
            }
            _ => x.is_bare() || y.is_bare() || within(x.letters(), y.letters(), slips),
        }
}

/// Whether the first letters are one, or stand for each other.
fn begins_alike(a: &str, b: &str) -> bool {
    let class = |word: &str| match word.as_bytes().first() {
        Some(b'k' | b'q') => b'c',
        Some(b'w') => b'v',
        Some(b'y' | b'j' | b'e') => b'i',
        Some(b'z' | b'x') => b's',
        Some(letter) => *letter,
        None => 0,
    };
    class(a) == class(b)
}

/// Whether so many slips of the finger make one text of the other (optimal string alignment).
#[must_use]
pub fn within(a: &[u8], b: &[u8], edits: usize) -> bool {
    // A slip adds a letter, takes one away or does both: words with more letters of their own are not measured.
    let own = (letters(a) ^ letters(b)).count_ones() as usize;
    a.len().abs_diff(b.len()) <= edits && own <= 2 * edits && osa::distance(a.iter().copied(), b.iter().copied()) <= edits
}

/// A bit for each letter of a folded word.
fn letters(word: &[u8]) -> u32 {
    word.iter().fold(0, |all, it| all | 1 << (it & 31))
}

/// Two words of one side that the other writes as one are one.
pub(super) fn merged<'a>(words: &[&'a str], other: &[&'a str]) -> Words<'a> {
    let joins = |a: &str, b: &str, whole: &str| whole.len() == a.len() + b.len() && whole.starts_with(a) && whole.ends_with(b);
    let mut at = 0;
    let out = Words::of(std::iter::from_fn(|| {
        let word = words.get(at)?;
        let both = words.get(at + 1).and_then(|next| other.iter().find(|whole| joins(word, next, whole)));
        at += if both.is_some() { 2 } else { 1 };
        Some(*both.unwrap_or(word))
    }));
    match other {
        [whole] if spell(out.iter(), whole) || spell(out.iter().rev(), whole) => Words::of([*whole].into_iter()),
        _ => out,
    }
}

/// Whether the words end to end are that one.
fn spell<'a>(mut words: impl Iterator<Item = &'a &'a str>, whole: &str) -> bool {
    words.try_fold(whole, |rest, word| rest.strip_prefix(*word)).is_some_and(str::is_empty)
}
