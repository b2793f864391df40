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

/// The words of the first [`MAX_CHARS`] characters: compatibility forms resolved, marks dropped, every script romanised.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut open: Option<Word> = None;
    for c in text.chars().take(MAX_CHARS).flat_map(parts) {
        if is_joiner(c) {
            continue;
        }
        if !c.is_alphanumeric() {
            found.extend(open.take());
            continue;
        }
        let letters = romanised(c);
        if letters.is_empty() {
            continue;
        }
        let word = open.get_or_insert_with(|| Word { text: String::new(), upper: true, starts: Vec::new(), script: c.script() });
        word.upper &= !c.is_lowercase();
        word.starts.push(word.text.len());
        word.text.push_str(&letters);
    }
    found.extend(open);
    found
}

/// The words as text alone.
pub(super) fn plain_words(text: &str) -> Vec<String> {
    words(text).into_iter().map(|it| it.text).collect()
}

/// The character's compatibility decomposition (NFKD, one character at a time). Syllables of Hangul stay whole: they are romanised
/// as such.
fn parts(c: char) -> Vec<char> {
    if c.script() == Script::Hangul {
        return vec![c];
    }
    let mut found = Vec::with_capacity(2);
    decompose_compatible(c, |it| found.push(it));
    found
}

/// Whether a word goes on across this character.
fn is_joiner(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\'' | '’' | '‘' | 'ʼ' | 'ʹ' | '`' | '´' | '.' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{ad}' | '\u{640}')
}

/// The letter in ASCII; nothing where the letter has no sound of its own.
fn romanised(c: char) -> String {
    // Where the common table writes a consonant for what is heard as a vowel, names would not meet their Latin spellings.
    let text = match c {
        'ة' | 'ى' => "a",
        'ь' | 'ъ' | 'Ь' | 'Ъ' => "",
        'щ' | 'Щ' => "shch",
        _ => any_ascii::any_ascii_char(c),
    };
    text.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
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
    const PAIRS: [(&str, char); 12] = [
        ("ph", 'f'),
        ("sh", 's'),
        ("ch", 'c'),
        ("zh", 'j'),
        ("kh", 'k'),
        ("gh", 'g'),
        ("th", 't'),
        ("dh", 'd'),
        ("ck", 'k'),
        ("ts", 's'),
        ("tz", 's'),
        ("dj", 'j'),
    ];
    if let Some((_, sound)) = PAIRS.iter().find(|(pair, _)| rest.starts_with(pair)) {
        return (Some(*sound), 2);
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
