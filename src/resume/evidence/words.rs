//! The words by which titles, firms, schools and degrees are told, and the one form in which words are compared here.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

/// What a word tells of the text around it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What somebody does for a living.
    Title = 1,
    /// A legal form, or what firms call themselves.
    Firm = 2,
    /// A school of any kind.
    School = 4,
    /// A degree.
    Degree = 8,
    /// A person other than the candidate.
    Other = 16,
    /// The name of a mailbox that belongs to no person.
    Role = 32,
}

/// Letters and digits alone, small, without accents: `W O R K   Experience:` and `work experience` are one.
pub(super) fn key(text: &str) -> String {
    text.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether any word of the text is of this kind.
pub(super) fn tells(text: &str, kind: Kind) -> bool {
    let kind = kind as u8;
    let known = |word: &str| WORDS.single.get(word).is_some_and(|it| it & kind != 0);
    let word = |token: &str| {
        let word = key(token);
        // Two or three letters mean a degree or a legal form only where they are written as one.
        let short = word.chars().count() <= 3 && word.is_ascii();
        let written = !short || token.chars().any(char::is_uppercase);
        (written && known(&word)) || endings(&word).any(known)
    };
    text.split(|c: char| c.is_whitespace() || "/,;|()&+-–".contains(c)).any(word) || WORDS.within(text, kind)
}

/// The ends of a long word that may be words themselves, as in `Softwareentwickler`.
fn endings(word: &str) -> impl Iterator<Item = &str> {
    const LEAST: usize = 6;
    let long = word.chars().count() >= LEAST + 3;
    word.char_indices().skip(3).filter(move |_| long).map(|(at, _)| &word[at..]).take_while(|it| it.chars().count() >= LEAST)
}

struct Words {
    single: HashMap<String, u8>,
    /// Words of scripts without blanks, and phrases, which are looked for anywhere.
    within: Vec<(String, u8)>,
}

impl Words {
    fn within(&self, text: &str, kind: u8) -> bool {
        if text.is_ascii() {
            return false;
        }
        let text = text.to_lowercase();
        self.within.iter().any(|(word, kinds)| kinds & kind != 0 && text.contains(word.as_str()))
    }
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words { single: HashMap::new(), within: Vec::new() };
    for line in include_str!("../data/words.tsv").lines().filter(|it| !it.starts_with('#')) {
        let Some((kind, list)) = line.split_once('\t') else { continue };
        let kind = match kind {
            "title" => Kind::Title,
            "firm" => Kind::Firm,
            "school" => Kind::School,
            "degree" => Kind::Degree,
            "other" => Kind::Other,
            _ => Kind::Role,
        } as u8;
        for word in list.split(' ') {
            if word.contains('_') || word.chars().any(is_unspaced) {
                words.within.push((word.replace('_', " ").to_lowercase(), kind));
            } else {
                *words.single.entry(key(word)).or_default() |= kind;
            }
        }
    }
    words
});

/// Whether words of this letter's script are written without blanks between them.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c.script(), Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul | Script::Thai)
}

/// A line whose letters stand apart (`E X P E R I E N C E`) as people read it; two blanks part its words.
pub(super) fn unspaced(line: &str) -> Option<String> {
    let single = |it: &str| it.chars().filter(|c| c.is_alphanumeric()).count() <= 1;
    let tokens: Vec<&str> = line.split_whitespace().collect();
    let apart = tokens.iter().filter(|it| single(it)).count();
    if tokens.len() < 4 || apart * 10 < tokens.len() * 9 || !line.chars().any(char::is_alphabetic) {
        return None;
    }
    let words = line.split("  ").map(|word| word.split_whitespace().collect::<String>()).filter(|it| !it.is_empty());
    Some(words.collect::<Vec<_>>().join(" "))
}
