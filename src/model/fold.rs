//! Text of any script in one alphabet: lower-case ASCII letters and digits, so that spellings of one word meet.

use std::fmt;
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
        let Seen::Letters(letters) = seen else { return found.extend(open.take()) };
        let script = || if c.is_ascii_alphabetic() { Script::Latin } else { c.script() };
        let word = open.get_or_insert_with(|| Word { text: String::new(), upper: true, starts: Vec::new(), script: script() });
        word.upper &= !c.is_lowercase();
        if matches!(word.script, Script::Han | Script::Hangul) {
            word.starts.push(word.text.len());
        }
        push_lower(&mut word.text, letters);
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
        Seen::Letters(letters) => {
            if std::mem::take(&mut apart) {
                out.push(' ');
            }
            push_lower(&mut out, letters);
        }
    });
    out
}

/// What a character means for the word that it may belong to.
enum Seen<'a> {
    /// The word is over.
    End,
    /// It goes on with these letters, of which there is at least one, and perhaps signs among them.
    Letters(&'a str),
}

/// Calls back for each character that means something. Every name and employer of every profile goes through here.
fn each(text: &str, mut take: impl FnMut(Seen<'_>, char)) {
    let mut one = |c: char| {
        let mut buffer = [0; 4];
        if c.is_ascii_alphanumeric() {
            take(Seen::Letters(c.encode_utf8(&mut buffer)), c);
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
    for c in text.chars().take(MAX_CHARS) {
        if c.is_ascii() || c.script() == Script::Hangul {
            one(c);
        } else {
            decompose_compatible(c, &mut one);
        }
    }
}

fn push_lower(out: &mut String, letters: &str) {
    out.extend(letters.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()));
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
        'ة' | 'ى' => "a",
        'ь' | 'ъ' | 'Ь' | 'Ъ' => "",
        'щ' | 'Щ' => "shch",
        _ => any_ascii::any_ascii_char(c),
    }
}

/// How a folded word sounds: its consonants, alike where romanisations differ (`noor` and `nour`, `mohammed` and `muhammad`).
/// Lives on the stack, since every two words that are compared are heard.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sound {
    bones: [u8; Self::MOST],
    count: usize,
}

impl Sound {
    /// Consonants that are heard; no word of a name has more letters.
    const MOST: usize = 32;

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bones[..self.count]).unwrap_or_default()
    }
}

impl fmt::Debug for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sound(***)")
    }
}

/// Listens to a folded word.
pub(super) fn skeleton(word: &str) -> Sound {
    let mut sound = Sound { bones: [0; Sound::MOST], count: 0 };
    let mut rest = word.as_bytes();
    let (mut first, mut last) = (true, None);
    while let (Some(c), Some(place)) = (rest.first(), sound.bones.get_mut(sound.count)) {
        let (bone, used) = bone(rest, char::from(*c), first);
        if let Some(bone) = bone.filter(|it| last != Some(*it)).and_then(|it| u8::try_from(it).ok()) {
            *place = bone;
            sound.count += 1;
        }
        last = bone;
        rest = rest.get(used..).unwrap_or_default();
        first = false;
    }
    sound
}

/// The sound at the start of `rest`, and how many bytes it takes.
fn bone(rest: &[u8], c: char, first: bool) -> (Option<char>, usize) {
    let pair = match (c, rest.get(1)) {
        ('p', Some(b'h')) => Some('f'),
        ('s', Some(b'h')) | ('t', Some(b's' | b'z')) => Some('s'),
        ('c', Some(b'h')) => Some('c'),
        ('z', Some(b'h')) | ('d', Some(b'j')) => Some('j'),
        ('k' | 'g', Some(b'h')) | ('c', Some(b'k')) => Some(if c == 'g' { 'g' } else { 'k' }),
        ('t', Some(b'h')) => Some('t'),
        ('d', Some(b'h')) => Some('d'),
        _ => None,
    };
    if pair.is_some() {
        return (pair, 2);
    }
    let sound = match c {
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' => first.then_some('a'),
        'h' => first.then_some('h'),
        'w' | 'v' => Some('v'),
        'q' | 'k' | 'x' => Some('k'),
        'z' | 's' => Some('s'),
        other => Some(other),
    };
    (sound, 1)
}
