//! How a résumé is dressed: the kind of its file, the language of its headings, and the people in it who are not its owner.

use super::dice::{Dice, Stream};
use super::facts::{facts, rows, words};
use super::market::Market;
use super::person::Person;
use super::romanise::plain;
use super::style::{Style, full_name};
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

/// The kind of a résumé's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Make {
    /// PDF, the most by far.
    #[default]
    Pdf,
    /// Office Open XML.
    Docx,
    /// Word 2003 as one XML file, which people call `.doc`.
    WordXml,
    /// Rich text.
    Rtf,
    /// A web page.
    Html,
    /// Plain text.
    Text,
}

impl Make {
    /// Every one.
    pub const ALL: [Self; 6] = [Self::Pdf, Self::Docx, Self::WordXml, Self::Rtf, Self::Html, Self::Text];

    /// What the file's name ends with.
    #[must_use]
    pub const fn ext(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::WordXml => "doc",
            Self::Rtf => "rtf",
            Self::Html => "html",
            Self::Text => "txt",
        }
    }
}

/// How headings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lettering {
    /// `Experience`.
    #[default]
    Plain,
    /// `EXPERIENCE`.
    Capitals,
    /// `E X P E R I E N C E`.
    Spaced,
}

/// How a résumé is dressed.
#[derive(Clone, Default)]
pub struct Dress {
    /// The kind of file.
    pub make: Make,
    /// ISO 639 code of the language of the headings; English where none is known by it.
    pub language: &'static str,
    /// How headings are written.
    pub lettering: Lettering,
    /// Lines about referees, under a heading of their own at the end.
    pub referees: Vec<String>,
    /// The line that an agency put under it all.
    pub footer: Option<String>,
}

/// What a language writes over the parts of a résumé.
pub(super) struct Headings {
    pub(super) experience: &'static str,
    pub(super) education: &'static str,
    pub(super) skills: &'static str,
    pub(super) references: &'static str,
    /// For a job that lasts.
    pub(super) present: &'static str,
}

/// The headings in that language, else in English.
pub(super) fn headings(language: &str) -> &'static Headings {
    static TABLE: LazyLock<Vec<(&str, Headings)>> = LazyLock::new(|| rows(include_str!("data/headings.tsv")).map(read).collect());
    &TABLE.iter().find(|it| it.0 == language).unwrap_or(&TABLE[0]).1
}

fn read(row: Vec<&'static str>) -> (&'static str, Headings) {
    let [experience, education, skills, references, present] = [row[1], row[2], row[3], row[4], row[5]];
    (row[0], Headings { experience, education, skills, references, present })
}

impl Dress {
    /// A dress by chance. Its dice are its own, so that nothing else of the world changes with it.
    pub(super) fn of(person: &Person, market: &Market, at: i64) -> Self {
        let mut dice = Dice::new(xxh3_64(format!("{at} {}", person.slug).as_bytes()), Stream::Dress, person.locale);
        let dice = &mut dice;
        let make = Make::ALL[dice.weighted(&[0.8, 0.1, 0.03, 0.02, 0.02, 0.03])];
        let local = dice.chance(0.2);
        Self {
            make,
            language: if local { facts().locales[person.locale].code } else { "en" },
            lettering: [Lettering::Plain, Lettering::Capitals, Lettering::Spaced][dice.weighted(&[0.6, 0.3, 0.1])],
            referees: if dice.chance(0.12) { referees(person, market, dice) } else { Vec::new() },
            footer: dice.chance(0.05).then(|| footer(market, dice)),
        }
    }

    /// The same for somebody who writes in the script of home.
    pub(super) fn at_home(mut self, person: &Person) -> Self {
        self.language = facts().locales[person.locale].code;
        self
    }
}

/// One or two people who vouch for the candidate, with addresses and numbers of their own.
fn referees(person: &Person, market: &Market, dice: &mut Dice) -> Vec<String> {
    let referee = |dice: &mut Dice| {
        let other = Person::speaking(person.locale, market, 1_700_000_000_000, dice);
        let name = full_name(&other, super::person::Month::MAX, &Style { scheme: other.scheme, ..Style::default() });
        let company = &market.companies[market.employer(dice)];
        let local = plain(&other.family.latin[other.scheme]);
        [format!("{name}, {}", company.name), format!("{local}@{}", company.domain), other.phone]
    };
    (0..1 + dice.below(2)).flat_map(|_| referee(dice)).collect()
}

fn footer(market: &Market, dice: &mut Dice) -> String {
    let company = &market.companies[market.employer(dice)];
    let mailbox = *dice.pick(&["jobs", "recruiting", "info", "talent"]);
    let head = dice.pick(words("company", "head")).text;
    format!("Presented by {head} Recruitment Agency, {mailbox}@{}", company.domain)
}
