//! Whether a text is language. A font without a map to Unicode gives text that is long and means nothing.

use crate::model::ResumeStatus;
use unicode_normalization::char::decompose_canonical;

/// Characters that no font's map gave: more than one in seven and the rest cannot be trusted either.
const MAX_UNMAPPED: f64 = 0.15;

/// Letters among all that is not white space. Résumés full of dates and phone numbers stay above one half; raw glyph codes read
/// as Latin fall below.
const MIN_LETTERS: f64 = 0.4;

/// Vowels among Latin letters, with or without accents. Languages have a third and more; codes that are off by a constant, or
/// drawn by chance, fall below.
const MIN_VOWELS: f64 = 0.2;

/// Below this many Latin letters their share of vowels says nothing: a page of another script has acronyms.
const ENOUGH_LATIN: usize = 200;

/// Below this many characters a share says nothing.
const ENOUGH: usize = 40;

/// The outcome that a text of this quality makes: `ok`, `no_text` or `garbled`.
pub(super) fn judge(text: &str) -> ResumeStatus {
    let (mut all, mut letters, mut unmapped) = (0usize, 0usize, 0usize);
    let (mut latin, mut vowels) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        all += 1;
        letters += usize::from(c.is_alphabetic());
        unmapped += usize::from(c == char::REPLACEMENT_CHARACTER || c.is_control());
        let plain = plain(c);
        latin += usize::from(plain.is_ascii_alphabetic());
        vowels += usize::from("aeiouyAEIOUY".contains(plain));
    }
    let share = |part: usize| part as f64 / all as f64;
    match all {
        0 => ResumeStatus::NoText,
        _ if share(unmapped) > MAX_UNMAPPED => ResumeStatus::Garbled,
        ENOUGH.. if share(letters) < MIN_LETTERS => ResumeStatus::Garbled,
        _ if latin >= ENOUGH_LATIN && (vowels as f64) < MIN_VOWELS * latin as f64 => ResumeStatus::Garbled,
        _ => ResumeStatus::Ok,
    }
}

/// The letter without its accents.
fn plain(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let mut first = None;
    decompose_canonical(c, |part| {
        first.get_or_insert(part);
    });
    first.unwrap_or(c)
}
