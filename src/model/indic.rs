//! Scripts of India: a consonant carries an `a`, unless a sign gives it another vowel or takes the vowel away. Letter by letter a name
//! would lose half of its vowels.

use std::borrow::Cow;

/// What a character is to the word around it.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Consonant,
    /// Stands in the place of the consonant's own vowel.
    VowelSign,
    /// Heard as `m` before the lips' consonants and as `n` before others.
    Nasal,
    /// Takes the vowel away.
    Silencer,
    /// Says how a letter is written.
    Mark,
    /// A vowel of its own, a digit, a sign.
    Other,
}

/// A character of one of these scripts; their blocks have one order (ISCII).
#[derive(Clone, Copy)]
struct Letter {
    char: char,
    part: Part,
}

const FIRST: u32 = 0x900;
const END: u32 = 0xd80;
const BLOCK: u32 = 0x80;

impl Letter {
    fn of(char: char) -> Option<Self> {
        // The stops of all these scripts are in one block.
        if !(FIRST..END).contains(&u32::from(char)) || matches!(char, '।' | '॥') {
            return None;
        }
        let part = match u32::from(char) % BLOCK {
            0x15..=0x39 | 0x58..=0x5f | 0x78..=0x7f => Part::Consonant,
            0x3e..=0x4c | 0x4e | 0x4f | 0x55..=0x57 | 0x62 | 0x63 => Part::VowelSign,
            0x00..=0x02 | 0x70 => Part::Nasal,
            0x4d => Part::Silencer,
            0x03 | 0x3c | 0x3d | 0x71 => Part::Mark,
            _ => Part::Other,
        };
        Some(Self { char, part })
    }

    /// Where custom writes more than the common table.
    fn latin(self) -> &'static str {
        match u32::from(self.char) % BLOCK {
            0x0b | 0x43 => "ri",
            0x1a => "ch",
            0x36 | 0x37 => "sh",
            _ => any_ascii::any_ascii_char(self.char),
        }
    }

    /// Whether the script's languages speak the vowel of a word's last consonant: those of the south and Odia do, and Hindi, Bengali,
    /// Punjabi and Gujarati do not.
    fn ends_in_vowel(self) -> bool {
        u32::from(self.char) >= 0xb00
    }
}

/// The text with what is written in these scripts as it is spoken; all else, and a text without them, stays.
pub(super) fn spoken(text: &str, most: usize) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().take(most).any(|it| Letter::of(it).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(2 * most));
    let mut chars = text.chars().take(most).filter(|it| !matches!(it, '\u{200c}' | '\u{200d}')).peekable();
    // The consonant whose vowel is not known yet, whether it is joined to the one before, and whether the next will be.
    let (mut open, mut joined, mut joins): (Option<Letter>, bool, bool) = (None, false, false);
    while let Some(char) = chars.next() {
        let Some(letter) = Letter::of(char) else {
            out.push(char);
            continue;
        };
        let speaks = !matches!(letter.part, Part::VowelSign | Part::Silencer | Part::Mark);
        if open.is_some() && speaks {
            out.push('a');
        }
        let next = chars.peek().copied().and_then(Letter::of);
        match letter.part {
            Part::Nasal => out.push_str(nasal(letter, next)),
            Part::Silencer | Part::Mark => {}
            _ => out.push_str(letter.latin()),
        }
        match letter.part {
            Part::Consonant => (open, joined, joins) = (Some(letter), joins, false),
            Part::Mark => {}
            part => (open, joins) = (None, part == Part::Silencer),
        }
        if next.is_none() && open.take().is_some_and(|it| joined || it.ends_in_vowel()) {
            out.push('a');
        }
    }
    Cow::Owned(out)
}

fn nasal(letter: Letter, next: Option<Letter>) -> &'static str {
    match next {
        Some(it) if it.latin().starts_with(['b', 'm', 'p']) => "m",
        None if letter.ends_in_vowel() => "m",
        _ => "n",
    }
}
