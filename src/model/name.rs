//! A person's name in the one form that is compared: words without order, titles, ranks or script.

use super::fold::{Sound, Word, folded, skeleton, words};
use super::value::AsItIs;
use std::collections::HashMap;
use std::fmt;
use std::hash::BuildHasherDefault;
use std::sync::LazyLock;
use unicode_script::Script;

/// The words of a name, romanised and folded, in the order given name first where the writing shows it. Comparison ignores the
/// order. `Debug` prints `PersonName(***)`.
#[derive(PartialEq, Eq, Hash)]
pub struct PersonName(Vec<String>);

/// No more words of a name are kept; nobody is told apart by the ninth.
const MAX_WORDS: usize = 8;

impl PersonName {
    /// Returns `None` when no letter is left.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let head: String = text.chars().take(super::fold::MAX_CHARS).collect();
        let text = without_asides(&head);
        let shouted = words(&text).iter().all(|it| it.upper);
        let mut found = Vec::new();
        for (part, titles) in in_given_order(&text, !shouted) {
            let list = words(part);
            let keeps = |it: &Word| !is_credential(it, titles) && it.text.bytes().any(|b| b.is_ascii_alphabetic());
            found.extend(list.into_iter().filter(keeps).flat_map(parted));
        }
        Self::of_words(found)
    }

    /// The name that a page's slug spells (`ana-ruiz-4a81` → ana, ruiz; `anaruiz` → anaruiz); `None` when it is too short to be
    /// one, or spells what these stated names say already.
    #[must_use]
    pub fn of_slug(slug: &str, stated: &[&Self]) -> Option<Self> {
        const LEAST: usize = 6;
        let spelled = |it: &String| it.len() > 1 && it.bytes().all(|b| b.is_ascii_alphabetic());
        let found: Vec<String> = folded(slug).split(' ').map(str::to_owned).filter(spelled).collect();
        let whole = found.concat();
        let told = |it: &&Self| {
            let within = it.0.iter().filter(|word| word.len() > 1 && whole.contains(word.as_str()));
            let covered: usize = within.map(String::len).sum();
            covered >= whole.len()
        };
        (whole.len() >= LEAST && !stated.iter().any(told)).then(|| Self::of_words(found)).flatten()
    }

    fn of_words(mut found: Vec<String>) -> Option<Self> {
        if found.iter().filter(|it| !is_particle(it)).count() > 1 {
            found.retain(|it| !is_particle(it));
        }
        found.truncate(MAX_WORDS);
        for word in &mut found {
            word.truncate(32); // ASCII: every byte is a character.
        }
        (!found.is_empty()).then_some(Self(found))
    }

    /// Its words; a word of one letter is an initial.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

/// The words of a text with one space between. Quicker than `split` where words are short.
pub fn spaced(text: &str) -> impl Iterator<Item = &str> + Clone {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.bytes().position(|it| it == b' ');
        rest = end.and_then(|it| text.get(it + 1..));
        Some(end.map_or(text, |it| &text[..it]))
    })
}

/// The words of one name, side by side.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    list: [&'a str; MAX_WORDS],
    count: usize,
}

impl<'a> Words<'a> {
    /// Takes the first words.
    pub fn of(words: impl Iterator<Item = &'a str>) -> Self {
        let mut this = Self { list: [""; MAX_WORDS], count: 0 };
        for (place, word) in this.list.iter_mut().zip(words) {
            *place = word;
            this.count += 1;
        }
        this
    }

    /// The words longer than an initial, at most the first two and the last.
    #[must_use]
    pub fn main(&self) -> Self {
        let full = Self::of(self.iter().copied().filter(|it| it.len() > 1));
        match *full {
            [a, b, .., last] => Self::of([a, b, last].into_iter()),
            _ => full,
        }
    }
}

impl<'a> std::ops::Deref for Words<'a> {
    type Target = [&'a str];

    fn deref(&self) -> &[&'a str] {
        &self.list[..self.count]
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(***)")
    }
}

/// The names for which this word stands as a pet form, and itself first.
pub fn roots(word: &str) -> impl Iterator<Item = &str> + Clone {
    let more: &'static [&'static str] = NICKNAMES.get(word).map_or(&[], Vec::as_slice);
    std::iter::once(word).chain(more.iter().copied())
}

/// Whether one is a pet form of the other, or both are of one name.
#[must_use]
pub fn nicknames(a: &str, b: &str) -> bool {
    let others = roots(b);
    roots(a).any(|it| others.clone().any(|other| other == it))
}

/// The consonants of a folded word, alike where romanisations differ.
#[must_use]
pub fn sound(word: &str) -> Sound {
    skeleton(word)
}

/// Pet form → the names it stands for.
static NICKNAMES: LazyLock<HashMap<&'static str, Vec<&'static str>, BuildHasherDefault<AsItIs>>> = LazyLock::new(|| {
    let mut table: HashMap<_, Vec<_>, _> = HashMap::default();
    for line in include_str!("data/nicknames.txt").lines().filter(|it| !it.starts_with('#')) {
        let mut names = line.split_whitespace();
        let Some(root) = names.next() else { continue };
        for pet in names {
            table.entry(pet).or_default().push(root);
        }
    }
    table
});

/// Brackets hold pronouns and second names; the second names stay, as words.
fn without_asides(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['(', '[']) {
        let close = rest[open..].find([')', ']']).map_or(rest.len(), |it| open + it + 1);
        let aside = &rest[open..close];
        let pronouns = aside.contains('/') || words(aside).iter().any(|it| is_pronoun(&it.text));
        kept.push_str(&rest[..open]);
        kept.push(' ');
        if !pronouns {
            kept.push_str(aside);
        }
        rest = &rest[close..];
    }
    kept.push_str(rest);
    kept
}

/// `Ruiz, Ana` is Ana Ruiz, but `Ana Ruiz, PhD` is not; parts with whether short capitals in them are titles. They are none where
/// the whole name is in capitals.
fn in_given_order(text: &str, capitals_mean: bool) -> Vec<(&str, bool)> {
    let Some((before, after)) = text.split_once([',', '،', '，']) else { return vec![(text, false)] };
    let titles = words(after).iter().all(|it| is_credential(it, capitals_mean));
    if titles { vec![(before, false), (after, capitals_mean)] } else { vec![(after, false), (before, false)] }
}

/// Han and Hangul names are written without spaces, the family name first; anything else is one word.
fn parted(word: Word) -> Vec<String> {
    let syllables = &word.starts;
    if !matches!(word.script, Script::Han | Script::Hangul) || !(2..=4).contains(&syllables.len()) {
        return vec![word.text];
    }
    let family = if syllables.len() == 4 { 2 } else { 1 };
    let (family, given) = word.text.split_at(syllables[family]);
    vec![given.to_owned(), family.to_owned()]
}

fn is_pronoun(word: &str) -> bool {
    matches!(word, "he" | "him" | "his" | "she" | "her" | "hers" | "they" | "them" | "theirs" | "ze" | "hir")
}

/// `de`, `van`, `bin`: written or not, they tell nobody apart.
fn is_particle(word: &str) -> bool {
    const PARTICLES: [&str; 24] = [
        "de", "da", "do", "dos", "das", "del", "della", "di", "la", "le", "van", "von", "der", "den", "ter", "ten", "bin", "bint", "ibn",
        "al", "el", "y", "e", "zu",
    ];
    PARTICLES.contains(&word)
}

/// Titles, degrees, certificates and generations. After a comma, or in capitals at the end, any short capitals are one.
fn is_credential(word: &Word, after_comma: bool) -> bool {
    const ALWAYS: [&str; 41] = [
        "phd", "mba", "cpa", "pmp", "cfa", "msc", "bsc", "mr", "mrs", "ms", "dr", "prof", "jr", "sr", "ii", "iii", "iv", "esq", "dds",
        "cissp", "shrm", "phr", "sphr", "csm", "cscp", "frm", "acca", "md", "rn", "jd", "llm", "beng", "meng", "mphil", "dphil", "dipl",
        "cfp", "cma", "cisa", "cism", "itil",
    ];
    ALWAYS.contains(&word.text.as_str()) || (after_comma && word.upper && word.text.len() <= 6)
}
