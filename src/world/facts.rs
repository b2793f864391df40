//! The lists that people are made of: names by language in the order of their frequency, places, words for companies.
//!
//! The files in `data/` say where they come from. A word may carry its romanisations (`王=Wang,Wong`); `_` stands for a blank.

use super::romanise;
use std::sync::LazyLock;

/// One entry of a list.
#[derive(Clone)]
pub(super) struct Word {
    /// As it is written at home.
    pub(super) text: &'static str,
    /// In Latin letters, the usual one first; empty where the script is Latin or has rules of its own.
    pub(super) romans: Vec<&'static str>,
}

impl Word {
    /// The text with its blanks.
    pub(super) fn spaced(&self) -> String {
        self.text.replace('_', " ")
    }

    /// In Latin letters, by the scheme with that number.
    pub(super) fn latin(&self, scheme: usize) -> String {
        match self.romans.len() {
            0 => romanise::latin(&self.spaced(), scheme),
            n => self.romans[scheme % n].replace('_', " "),
        }
    }
}

/// The names and customs of one language.
pub(super) struct Locale {
    pub(super) code: &'static str,
    /// Of all people.
    pub(super) share: f64,
    /// Whether names are written in another script than Latin.
    pub(super) native: bool,
    /// Of the surnames, those made of a root and an ending.
    pub(super) rare: f64,
    pub(super) women: Vec<Word>,
    pub(super) men: Vec<Word>,
    pub(super) surnames: Vec<Word>,
    pub(super) roots: Vec<Word>,
    pub(super) endings: Vec<Word>,
    /// Formal name and what friends say.
    pub(super) nicknames: Vec<Word>,
    /// Places in [`Facts::places`].
    pub(super) homes: Vec<usize>,
}

/// A city.
pub(super) struct Place {
    pub(super) city: &'static str,
    /// State or other word after the city; empty for most.
    pub(super) region: &'static str,
    pub(super) country: &'static str,
    pub(super) iso: &'static str,
    /// Another name of the city; empty for most.
    pub(super) also: &'static str,
    /// Country code of its phones.
    pub(super) dial: &'static str,
    language: &'static str,
}

/// All lists.
pub(super) struct Facts {
    pub(super) locales: Vec<Locale>,
    pub(super) places: Vec<Place>,
}

const NAMES: &[&str] = &[
    include_str!("data/names-en.tsv"),
    include_str!("data/names-west.tsv"),
    include_str!("data/names-south.tsv"),
    include_str!("data/names-slavic.tsv"),
    include_str!("data/names-asia.tsv"),
    include_str!("data/names-near-east.tsv"),
];
const LOCALES: &str = include_str!("data/locales.tsv");
const PLACES: &str = include_str!("data/places.tsv");
const WORDS: &str = include_str!("data/words.tsv");

/// The lists, read once.
pub(super) fn facts() -> &'static Facts {
    static FACTS: LazyLock<Facts> = LazyLock::new(read);
    &FACTS
}

/// A list of [`WORDS`].
pub(super) fn words(table: &str, column: &str) -> &'static [Word] {
    type Lists = Vec<(&'static str, &'static str, Vec<Word>)>;
    static LISTS: LazyLock<Lists> = LazyLock::new(|| rows(WORDS).map(|row| (row[0], row[1], list(row[2]))).collect());
    LISTS.iter().find(|it| it.0 == table && it.1 == column).map_or(&[], |it| &it.2)
}

/// The rows of a file without its head and its blank lines, padded with empty cells.
pub(super) fn rows(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let cells = |line: &'static str| {
        let mut row: Vec<&str> = line.split('\t').map(str::trim).collect();
        row.resize(row.len().max(8), "");
        row
    };
    file.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(cells)
}

fn list(cell: &'static str) -> Vec<Word> {
    let word = |entry: &'static str| match entry.split_once('=') {
        Some((text, romans)) => Word { text, romans: romans.split(',').collect() },
        None => Word { text: entry, romans: Vec::new() },
    };
    cell.split_whitespace().map(word).collect()
}

fn read() -> Facts {
    let place = |row: Vec<&'static str>| Place {
        language: row[0],
        city: row[1],
        region: row[2],
        country: row[3],
        iso: row[4],
        dial: row[5],
        also: row[6],
    };
    let places: Vec<Place> = rows(PLACES).map(place).collect();
    let names: Vec<(&str, &str, Vec<Word>)> = NAMES.iter().flat_map(|file| rows(file)).map(|row| (row[0], row[1], list(row[2]))).collect();
    let of = |code: &str, kind: &str| -> Vec<Word> {
        names.iter().filter(|it| it.0 == code && it.1 == kind).flat_map(|it| it.2.iter().cloned()).collect()
    };
    let locale = |row: Vec<&'static str>| Locale {
        code: row[0],
        share: row[1].parse().unwrap_or(0.0),
        native: row[2] == "native",
        rare: row[3].parse().unwrap_or(0.0),
        women: of(row[0], "women"),
        men: of(row[0], "men"),
        surnames: of(row[0], "surnames"),
        roots: of(row[0], "roots"),
        endings: of(row[0], "endings"),
        nicknames: of(row[0], "nicknames"),
        homes: (0..places.len()).filter(|&at| places[at].language == row[0]).collect(),
    };
    Facts { locales: rows(LOCALES).map(locale).collect(), places }
}
