//! Text of any script in one alphabet: lower-case ASCII letters and digits, so that spellings of one word meet.

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
    /// Where each written character begins in `text`.
    pub(super) starts: Vec<usize>,
    /// The script of its first letter.
    pub(super) script: Script,
}

/// The words of the first [`MAX_CHARS`] characters: compatibility forms resolved (NFKD, one character at a time), marks dropped,
/// every script romanised. Syllables of Hangul stay whole: they are romanised as such.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut folding = Folding::default();
    for c in text.chars().take(MAX_CHARS) {
        if c.is_ascii() || c.script() == Script::Hangul {
            folding.take(c);
        } else {
            decompose_compatible(c, |it| folding.take(it));
        }
    }
    folding.found.extend(folding.open);
    folding.found
}

/// Words on their way; every name and employer of every profile goes through here, so it makes nothing that it does not keep.
#[derive(Default)]
struct Folding {
    found: Vec<Word>,
    open: Option<Word>,
}

impl Folding {
    fn take(&mut self, c: char) {
        if is_joiner(c) {
            return;
        }
        if !c.is_alphanumeric() {
            return self.found.extend(self.open.take());
        }
        let mut buffer = [0; 4];
        let letters = if c.is_ascii() { &*c.encode_utf8(&mut buffer) } else { romanised(c) };
        let mut letters = letters.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).peekable();
        if letters.peek().is_none() {
            return;
        }
        let script = || if c.is_ascii_alphabetic() { Script::Latin } else { c.script() };
        let word = self.open.get_or_insert_with(|| Word { text: String::new(), upper: true, starts: Vec::new(), script: script() });
        word.upper &= !c.is_lowercase();
        word.starts.push(word.text.len());
        word.text.extend(letters);
    }
}

/// The words as text alone.
pub(super) fn plain_words(text: &str) -> Vec<String> {
    words(text).into_iter().map(|it| it.text).collect()
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

/// The consonants of a folded word, alike where romanisations differ (`noor` and `nour`, `mohammed` and `muhammad`).
pub(super) fn skeleton(word: &str) -> String {
    let mut bones = String::with_capacity(word.len());
    let mut rest = word;
    let (mut first, mut last) = (true, None);
    while let Some(c) = rest.chars().next() {
        let (bone, used) = bone(rest, c, first);
        bones.extend(bone.filter(|it| last != Some(*it)));
        last = bone;
        rest = rest.get(used..).unwrap_or_default();
        first = false;
    }
    bones
}

/// The sound at the start of `rest`, and how many bytes it takes.
fn bone(rest: &str, c: char, first: bool) -> (Option<char>, usize) {
    let pair = match (c, rest.as_bytes().get(1)) {
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
    (sound, c.len_utf8())
}
