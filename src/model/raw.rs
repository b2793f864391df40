//! What one run may hold of a person, and nobody may keep.
//!
//! Nothing here is `Clone` or `Serialize`, and `Debug` shows no value: raw input goes by value from the edge to the match that
//! spends it. It leaves the process only by `reveal`, whose callers `tests/it/layers.rs` lists.

use super::{ContactId, Telling, profile::nullable};
use serde::Deserialize;
use std::fmt;
use zeroize::Zeroize;

/// A text about a candidate; wiped when dropped.
#[derive(Deserialize, Default)]
#[serde(transparent)]
pub struct RawText(String);

impl RawText {
    /// Takes over a text at the edge where it arrives.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the normal forms of this room alone.
    pub(in crate::model) fn text(&self) -> &str {
        &self.0
    }

    /// Gives the text to someone outside the run: the child's pipe, `resume` on the command line, one person's live details.
    #[must_use]
    pub fn reveal(mut self) -> String {
        std::mem::take(&mut self.0)
    }

    /// Whether it is the name of a file with one of these endings, which are in lower case.
    #[must_use]
    pub fn ends_in(&self, endings: &[&str]) -> bool {
        self.0.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending.to_lowercase().as_str()))
    }

    /// Whether nothing but white space is there.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl Drop for RawText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for RawText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawText(***)")
    }
}

/// What Lever (or a line of candidates) says of a person, as it was said.
#[derive(Deserialize, Default)]
pub struct RawPerson {
    /// The full name; may be blank.
    pub name: Option<RawText>,
    /// Other spellings.
    #[serde(default, deserialize_with = "nullable")]
    pub other_names: Vec<RawText>,
    /// Lever lists former employers here.
    pub headline: Option<RawText>,
    /// Free text.
    pub location: Option<RawText>,
    /// E-mail addresses.
    #[serde(default, deserialize_with = "nullable")]
    pub emails: Vec<RawText>,
    /// Phone numbers.
    #[serde(default, deserialize_with = "nullable")]
    pub phones: Vec<RawText>,
    /// URLs.
    #[serde(default, deserialize_with = "nullable")]
    pub links: Vec<RawText>,
    /// Ids of our own profiles that links named ([`Self::claim`]); no text that somebody writes becomes one by itself.
    #[serde(skip)]
    pub own: Vec<RawText>,
    /// Jobs.
    #[serde(default, deserialize_with = "nullable")]
    pub positions: Vec<RawPosition>,
    /// Schools.
    #[serde(default, deserialize_with = "nullable")]
    pub schools: Vec<RawSchool>,
}

/// A job of a candidate; dates are `YYYY-MM` or `YYYY`.
#[derive(Deserialize, Default)]
pub struct RawPosition {
    /// The employer.
    pub organization: Option<RawText>,
    /// The title.
    pub title: Option<RawText>,
    /// First month.
    pub start: Option<RawText>,
    /// Last month.
    pub end: Option<RawText>,
    /// Who tells of it.
    #[serde(skip)]
    pub told: Telling,
}

/// A school of a candidate; dates are `YYYY-MM` or `YYYY`.
#[derive(Deserialize, Default)]
pub struct RawSchool {
    /// The school.
    pub organization: Option<RawText>,
    /// The degree.
    pub degree: Option<RawText>,
    /// The field of study.
    pub field: Option<RawText>,
    /// First year or month.
    pub start: Option<RawText>,
    /// Last year or month.
    pub end: Option<RawText>,
}

impl fmt::Debug for RawPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawPerson(***)")
    }
}

/// What one run knows of a contact while it matches; spent by the match.
pub struct Candidate {
    /// Lever's id of the person (in `link`, the id of the line).
    pub contact: ContactId,
    /// Everything said of the person, by all of the contact's opportunities and résumés together.
    pub person: RawPerson,
}

impl RawPerson {
    /// Whether there is little more than a name: nothing that tells one namesake from another.
    #[must_use]
    pub fn says_little(&self) -> bool {
        self.emails.is_empty() && self.phones.is_empty() && self.links.is_empty() && self.positions.is_empty() && self.headline.is_none()
    }

    /// Adds what another record says of the same person; texts that this one has already are dropped.
    pub fn absorb(&mut self, other: Self) {
        let Self { name, other_names, headline, location, emails, phones, links, own, positions, schools } = other;
        match (&self.name, name) {
            (Some(mine), Some(theirs)) if !mine.is_blank() => add(&mut self.other_names, theirs, mine.text()),
            (_, Some(theirs)) => self.name = Some(theirs),
            (_, None) => {}
        }
        for it in other_names {
            add(&mut self.other_names, it, "");
        }
        keep_first(&mut self.headline, headline);
        keep_first(&mut self.location, location);
        for (mine, theirs) in [(&mut self.emails, emails), (&mut self.phones, phones), (&mut self.links, links), (&mut self.own, own)] {
            for it in theirs {
                add(mine, it, "");
            }
        }
        self.positions.extend(positions);
        self.schools.extend(schools);
    }
}

fn keep_first(mine: &mut Option<RawText>, theirs: Option<RawText>) {
    if mine.as_ref().is_none_or(RawText::is_blank) {
        *mine = theirs.or(mine.take());
    }
}

fn add(list: &mut Vec<RawText>, text: RawText, except: &str) {
    if !text.is_blank() && text.text() != except && !list.iter().any(|it| it.text() == text.text()) {
        list.push(text);
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Candidate({}, ***)", self.contact)
    }
}

/// The bytes of a résumé as Lever handed them out, and the name of its file, which often has the person's in it; wiped when dropped.
pub struct RawResume(Vec<u8>, Option<RawText>);

impl RawResume {
    /// Takes over the bytes where they arrive.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes, None)
    }

    /// The same under the name of its file.
    #[must_use]
    pub fn named(mut self, file: RawText) -> Self {
        self.1 = Some(file);
        self
    }

    /// Takes out the file's name.
    #[must_use]
    pub fn take_name(&mut self) -> Option<RawText> {
        self.1.take()
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives the bytes to the child's pipe or to a viewer who may see them.
    #[must_use]
    pub fn reveal(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

impl Drop for RawResume {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for RawResume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawResume({} bytes)", self.0.len())
    }
}
