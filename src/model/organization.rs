//! The name of an employer or a school in the one form that is compared.

use super::fold::folded;
use std::fmt;

/// Folded words without legal forms. `Debug` prints `Organization(***)`.
#[derive(PartialEq, Eq, Hash)]
pub struct Organization(String);

/// Legal forms and the words that stand in for them, which say nothing of which company it is.
const LEGAL: [&str; 46] = [
    "inc",
    "incorporated",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "plc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "kgaa",
    "ug",
    "se",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "sl",
    "slu",
    "bv",
    "nv",
    "oy",
    "oyj",
    "ab",
    "as",
    "aps",
    "asa",
    "pty",
    "pvt",
    "private",
    "kk",
    "sdn",
    "bhd",
    "pte",
    "ltda",
    "ooo",
    "zao",
    "doo",
    "sro",
];

/// Words that come and go with the same company.
const GENERIC: [(&str, &str); 14] = [
    ("technologies", "tech"),
    ("technology", "tech"),
    ("solutions", "sol"),
    ("solution", "sol"),
    ("international", "intl"),
    ("university", "univ"),
    ("universidad", "univ"),
    ("universitat", "univ"),
    ("universite", "univ"),
    ("universidade", "univ"),
    ("institute", "inst"),
    ("systems", "sys"),
    ("services", "svc"),
    ("consulting", "cons"),
];

impl Organization {
    /// Returns `None` when no word is left.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const MAX_BYTES: usize = 60;
        let folded = folded(text);
        let mut words: Vec<&str> = folded.split(' ').collect();
        if words.len() > 1 && words[0] == "the" {
            words.remove(0);
        }
        while words.len() > 1 && words.last().is_some_and(|it| LEGAL.contains(it)) {
            words.pop();
        }
        let words = words.iter().map(|it| GENERIC.iter().find(|(long, _)| long == it).map_or(*it, |(_, short)| short));
        let mut text = words.filter(|it| !matches!(*it, "and" | "of" | "de" | "the")).collect::<Vec<_>>().join(" ");
        text.truncate(MAX_BYTES); // ASCII: every byte is a character.
        (!text.trim().is_empty()).then(|| Self(text.trim_end().to_owned()))
    }

    /// The normal form: words with one space between.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Organization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Organization(***)")
    }
}
