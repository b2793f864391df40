//! The person's name: a line shaped like one, told by its place, by the addresses and the file's name that spell it, and by not
//! being a heading, a job title, a firm or a place.

use super::country;
use super::sections::{Line, Section, after_name_label, after_paper, is_heading};
use super::words::{Kind, is_unspaced, key, tells};
use crate::model::{PersonName, sound};
use unicode_script::{Script, UnicodeScript};

/// Lines that may hold the name; a side bar can push it far down.
const TOP: usize = 90;

/// Lines at the top where a name may take two of them.
const HEAD: usize = 6;

/// What a name must come to: the third line alone is enough, a later one needs an address that spells it.
const ENOUGH: f64 = 2.0;

/// What spells the name without showing it: local parts, slugs, the words of the file's name.
pub(super) struct Spellings(Vec<String>);

impl Spellings {
    /// Takes e-mail addresses, links of people's pages, and the file's name.
    pub(super) fn new<'a>(emails: impl Iterator<Item = &'a str>, links: impl Iterator<Item = &'a str>, file_name: &str) -> Self {
        let locals = emails.filter_map(|it| it.split('@').next()).map(letters);
        let pages = links.filter_map(|it| it.trim_end_matches('/').rsplit('/').next()).map(letters);
        let file = std::iter::once(letters(file_name.rsplit_once('.').map_or(file_name, |it| it.0)));
        let mut spelled: Vec<String> = locals.chain(pages).chain(file).filter(|it| it.len() > 2).collect();
        spelled.sort();
        spelled.dedup();
        Self(spelled)
    }

    /// How well they spell these words: the share of words, each by its best spelling.
    pub(super) fn agree(&self, words: &[String]) -> f64 {
        let full: Vec<&String> = words.iter().filter(|it| it.len() > 1).collect();
        if full.is_empty() {
            return 0.0;
        }
        // One address may spell one word and the next one another, but both in one is what chance does not do.
        let best = |spelled: &String| full.iter().map(|it| likeness(it, spelled)).sum::<f64>();
        let one = self.0.iter().map(best).fold(0.0, f64::max);
        one / full.len().min(2) as f64
    }
}

fn letters(text: &str) -> String {
    any_ascii::any_ascii(text).chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

/// How surely a spelling has the word in it.
fn likeness(word: &str, spelled: &str) -> f64 {
    const ROOT: usize = 4;
    match word {
        _ if word.len() >= 3 && spelled.contains(word) => 1.0,
        _ if word.len() >= ROOT && sound(word).as_str().len() >= 3 && sound(spelled).as_str().contains(sound(word).as_str()) => 0.8,
        _ if word.len() > ROOT && spelled.contains(&word[..ROOT]) => 0.7,
        _ if word.len() == 2 && (spelled.starts_with(word) || spelled.ends_with(word)) => 0.7,
        _ if spelled.starts_with(&word[..1]) => 0.2,
        _ => 0.0,
    }
}

/// The best line, as people write a name; none when no line is good enough.
pub(super) fn name(lines: &[Line<'_>], spellings: &Spellings) -> Option<String> {
    let mut best: Option<(f64, String)> = None;
    let mut place = 0;
    for (at, line) in lines.iter().take(TOP).enumerate() {
        if line.section == Section::References || (line.heading && after_paper(&line.text).is_none()) {
            continue;
        }
        let next = lines.get(at + 1).filter(|it| !it.heading).map(|it| it.text.as_ref());
        let lead = lead(line, lines.get(at + 1));
        for (candidate, bonus) in candidates(&line.text, next, next.filter(|_| place < HEAD)) {
            let Some(clean) = shaped(&candidate) else { continue };
            let score = bonus + lead + weigh(&clean, place, spellings);
            if score >= ENOUGH && best.as_ref().is_none_or(|it| score > it.0) {
                best = Some((score, clean));
            }
        }
        place += 1;
    }
    best.map(|it| it.1)
}

/// What its section and the line under it say of a name's place: a bar at the side puts its owner under the skills, but then a job
/// title or the first heading follows. A line of a place is none.
fn lead(line: &Line<'_>, next: Option<&Line<'_>>) -> f64 {
    let work = matches!(line.section, Section::Experience | Section::Education);
    let short = |it: &Line<'_>| it.text.split_whitespace().count() <= 6 && tells(&it.text, Kind::Title);
    let opens = |it: &Line<'_>| it.heading && matches!(it.section, Section::Experience | Section::Education | Section::Summary);
    match next {
        Some(next) if !work && !next.heading && short(next) => 1.5,
        Some(next) if line.section == Section::Other && opens(next) => 1.2,
        _ => match line.section {
            Section::Top | Section::Contact => 0.0,
            Section::Summary => -0.5,
            _ => -1.0,
        },
    }
}

/// What in a line may be the name, with what speaks for it; a label has it in the `next` line, and great letters take the line
/// `below` too.
fn candidates(line: &str, next: Option<&str>, below: Option<&str>) -> Vec<(String, f64)> {
    const LABELLED: f64 = 4.0;
    match after_name_label(line) {
        Some("") => return next.map(|it| (it.to_owned(), LABELLED)).into_iter().collect(),
        Some(name) => return vec![(name.to_owned(), LABELLED)],
        None => {}
    }
    let line = after_paper(line).unwrap_or(line);
    if line.is_empty() {
        return Vec::new();
    }
    let mut found = vec![(line.to_owned(), 0.0)];
    if line.matches([',', '،', '，']).count() == 1 && country::place(line).is_some() {
        return found;
    }
    // `Ana Ruiz | Engineer`, `Ana Ruiz, PhD`, `Ana Ruiz – Lebenslauf`.
    let first = line.split(['|', '•', '·', ',', '(', '–', '—', '/', '\t']).next().map(str::trim);
    let first = first.into_iter().chain(line.split(" - ").next()).chain(line.split("  ").next()).map(str::trim);
    found.extend(first.filter(|it| it.len() < line.len() && !it.is_empty()).map(|it| (it.to_owned(), -0.3)));
    if let Some((family, given)) = line.split_once(',') {
        found.push((format!("{} {}", given.trim(), family.trim()), -0.6));
    }
    // In great letters a name takes two lines.
    let word = |it: &str| !it.contains(' ') && it.chars().count() > 1;
    if let Some(below) = below.filter(|it| word(line) && word(it)) {
        found.push((format!("{line} {below}"), 0.0));
    }
    found
}

/// A name without titles, in the case that names have; none when the text has not the shape of one.
fn shaped(text: &str) -> Option<String> {
    let text: String = text.trim_matches(|c: char| !c.is_alphabetic() && c != '.' && c != ')').to_owned();
    let words: Vec<&str> = text.split_whitespace().filter(|it| !is_title(it)).collect();
    let letter = |c: char| c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c) || "'’`.-‐・\u{200c}".contains(c);
    let lettered = words.iter().all(|it| it.chars().all(letter));
    let count = words.iter().map(|it| it.chars().count()).sum::<usize>();
    if words.is_empty() || words.len() > 6 || !lettered || count > 50 {
        return None;
    }
    let joined = words.join(" ");
    if is_heading(&joined) || joined.ends_with('.') && words.len() > 4 {
        return None;
    }
    let close = joined.chars().any(is_unspaced);
    let fits = if close {
        (2..=if words.len() > 1 { 12 } else { 6 }).contains(&count)
    } else {
        words.len() >= 2
            && words.iter().all(|it| is_capital(it) || is_particle(it))
            && words.iter().filter(|it| is_capital(it)).count() >= 2
    };
    fits.then(|| if close { joined } else { words.iter().map(|it| settled(it, &words)).collect::<Vec<_>>().join(" ") })
}

/// Whether a word begins as names do; scripts without capitals always do.
fn is_capital(word: &str) -> bool {
    word.chars().find(|c| c.is_alphabetic()).is_some_and(|c| !c.is_lowercase())
}

fn is_particle(word: &str) -> bool {
    [
        "de", "da", "do", "dos", "das", "del", "della", "di", "la", "le", "van", "von", "der", "den", "ter", "ten", "bin", "ibn", "al",
        "el", "y", "e", "zu", "af", "av", "den", "of",
    ]
    .contains(&word)
}

/// `Dr.`, `PhD` and the like are no part of the name.
fn is_title(word: &str) -> bool {
    const TITLES: [&str; 28] = [
        "dr", "prof", "mr", "mrs", "ms", "miss", "herr", "frau", "sr", "sra", "dra", "ing", "mgr", "bc", "phd", "mba", "pmp", "cfa", "cpa",
        "msc", "bsc", "md", "dipling", "meng", "beng", "mphil", "acca", "esq",
    ];
    let bare = key(word);
    TITLES.contains(&bare.as_str())
        && (word.ends_with(['.', ','])
            || bare.len() > 3
            || word.chars().skip(1).any(char::is_uppercase)
            || ["Dr", "Mr", "Ms", "Mrs"].contains(&word))
}

/// A word in capitals as it is written in a name, if all of the name is in capitals.
fn settled(word: &str, all: &[&str]) -> String {
    let shouted = |it: &&str| !it.chars().any(char::is_lowercase) && it.chars().any(char::is_uppercase);
    if !all.iter().all(|it| shouted(it) || is_particle(it)) || word.chars().count() < 2 {
        return word.to_owned();
    }
    let mut start = true;
    let mut settled = String::with_capacity(word.len());
    for c in word.chars() {
        if start {
            settled.push(c)
        } else {
            settled.extend(c.to_lowercase())
        }
        start = !c.is_alphabetic() && !unicode_normalization::char::is_combining_mark(c);
    }
    settled
}

/// What place and spelling say; a word of work, school, firm or country says that it is no name, unless an address
/// spells it.
fn weigh(name: &str, place: usize, spellings: &Spellings) -> f64 {
    let words = PersonName::parse(name);
    let agree = spellings.agree(words.as_ref().map_or(&[], PersonName::words));
    let place = match place {
        0 => 3.0,
        1 => 2.6,
        2 => 2.2,
        3..=5 => 1.5,
        6..=12 => 1.0,
        13..=25 => 0.5,
        _ => 0.0,
    };
    let odd = [Kind::Title, Kind::Firm, Kind::School, Kind::Degree].into_iter().any(|it| tells(name, it)) || country::named(name).is_some();
    let odd = if odd { -3.0 * (1.0 - agree.min(1.0)) } else { 0.0 };
    // One sign of Han among Latin lines is no name.
    let short = if name.chars().any(is_unspaced) && !name.chars().all(|c| c.is_whitespace() || cjk(c)) { -1.0 } else { 0.0 };
    place + odd + short + 3.0 * agree.min(1.2)
}

fn cjk(c: char) -> bool {
    matches!(c.script(), Script::Han | Script::Hangul | Script::Hiragana | Script::Katakana | Script::Common)
}
