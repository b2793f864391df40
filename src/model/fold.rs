//! Text of any script in one alphabet: lower-case ASCII letters and digits, so that spellings of one word meet.

use super::indic::spoken;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_script::{Script, UnicodeScript};

/// How many characters of a text are looked at; what follows names nobody. Keeps a 10 MB name cheap.
pub(super) const MAX_CHARS: usize = 400;

/// One word of a text.
pub(super) struct Word {
    /// Lower-case ASCII letters and digits; never empty.
    pub(super) text: String,
    /// Whether no letter was written small.
    pub(super) upper: bool,
    /// Where each written character begins in `text`, in scripts that write a syllable as one.
    pub(super) starts: Vec<usize>,
    /// The script of its first letter.
    pub(super) script: Script,
}

/// The words of the first [`MAX_CHARS`] characters: compatibility forms resolved (NFKD, one character at a time), marks dropped,
/// every script romanised. Syllables of Hangul stay whole: they are romanised as such.
pub(super) fn words(text: &str) -> Vec<Word> {
    let (mut found, mut open) = (Vec::new(), None);
    each(text, |seen, c| {
        if matches!(seen, Seen::End) {
            return found.extend(open.take());
        }
        let script = || if c.is_ascii_alphabetic() { Script::Latin } else { c.script() };
        let word = open.get_or_insert_with(|| Word { text: String::with_capacity(16), upper: true, starts: Vec::new(), script: script() });
        word.upper &= !c.is_lowercase();
        if matches!(word.script, Script::Han | Script::Hangul) {
            word.starts.push(word.text.len());
        }
        seen.write(&mut word.text);
    });
    found.extend(open);
    found
}

/// The words as one text, with a space between.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_CHARS) + 8);
    let mut apart = false;
    each(text, |seen, _| match seen {
        Seen::End => apart = !out.is_empty(),
        seen => {
            if std::mem::take(&mut apart) {
                out.push(' ');
            }
            seen.write(&mut out);
        }
    });
    out
}

/// What a character means for the word that it may belong to.
enum Seen<'a> {
    /// The word is over.
    End,
    /// It goes on with this ASCII letter or digit.
    Letter(u8),
    /// It goes on with these letters, of which there is at least one, and perhaps signs among them.
    Letters(&'a str),
}

impl Seen<'_> {
    /// In lower case, without signs.
    fn write(self, out: &mut String) {
        match self {
            Self::End => {}
            Self::Letter(letter) => out.push(char::from(letter.to_ascii_lowercase())),
            Self::Letters(letters) => {
                out.extend(letters.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()));
            }
        }
    }
}

/// Calls back for each character that means something. Every name and employer of every profile goes through here.
fn each(text: &str, mut take: impl FnMut(Seen<'_>, char)) {
    if text.is_ascii() {
        return text.bytes().take(MAX_CHARS).for_each(|it| match it {
            it if it.is_ascii_alphanumeric() => take(Seen::Letter(it), char::from(it)),
            it if is_joiner(char::from(it)) => {}
            it => take(Seen::End, char::from(it)),
        });
    }
    let mut one = |c: char| {
        if c.is_ascii_alphanumeric() {
            take(Seen::Letter(c as u8), c);
        } else if is_joiner(c) {
            // The word goes on.
        } else if c.is_ascii() || !c.is_alphanumeric() {
            take(Seen::End, c);
        } else {
            let letters = romanised(c);
            if letters.bytes().any(|it| it.is_ascii_alphanumeric()) {
                take(Seen::Letters(letters), c);
            }
        }
    };
    for c in spoken(text, MAX_CHARS).chars().take(MAX_CHARS) {
        if c.is_ascii() || c.script() == Script::Hangul {
            one(c);
        } else {
            decompose_compatible(c, &mut one);
        }
    }
}

/// Whether a word goes on across this character.
fn is_joiner(c: char) -> bool {
    (!c.is_ascii() && is_combining_mark(c))
        || matches!(c, '\'' | '’' | '‘' | 'ʼ' | 'ʹ' | '`' | '´' | '.' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{ad}' | '\u{640}')
}

/// The letter in ASCII, perhaps with signs among its letters; nothing where the letter has no sound of its own.
fn romanised(c: char) -> &'static str {
    // Where the common table writes a consonant for what is heard as a vowel, names would not meet their Latin spellings.
    match c {
        'ة' | 'ى' | 'ا' | 'ع' | 'א' | 'ע' => "a",
        'ь' | 'ъ' | 'Ь' | 'Ъ' => "",
        'щ' | 'Щ' => "shch",
        _ => any_ascii::any_ascii_char(c),
    }
}
