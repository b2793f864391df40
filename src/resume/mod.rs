//! Bytes of a résumé → text → evidence, in a contained child process.
//!
//! [`Readers`] hands the bytes to a child of the same program by pipe and gets an answer with a typed outcome back, whatever the
//! file is. The child ([`serve_child`]) knows formats, text and identifiers. What is seen and what is hidden behind a click stay
//! apart ([`Where`]), and nothing of a résumé touches the disk.

mod child;
mod content;
mod encoding;
mod evidence;
mod format;
mod identifiers;
mod limits;
mod phones;
mod pool;
mod quality;
mod read;
mod readers;
mod sandbox;
mod target;

pub use child::{answer, enter_sandbox, serve_child};
pub use format::Format;
pub use identifiers::{Identifiers, identifiers};
pub use pool::Readers;
pub use sandbox::Sandbox;

use crate::model::{RawPerson, RawPosition, RawSchool, RawText, ResumeStatus};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Bytes of the largest file that is read; a larger one is `too_large` unseen.
pub const MAX_BYTES: u64 = 20_000_000;

/// Pages that are read; a longer file is `truncated`.
pub const MAX_PAGES: usize = 200;

/// Where a link was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Where {
    /// In the text that people see.
    Text,
    /// Behind a place to click, whatever the text there says.
    Annotation,
}

/// What one résumé says; the outcome is always told, and texts are empty unless something was read.
#[derive(Deserialize)]
pub struct Reading {
    /// How it went.
    pub status: ResumeStatus,
    /// What the file is by its first bytes.
    pub format: Format,
    /// Pages of the whole file; 0 where the format has none.
    pub pages: usize,
    /// Whether the file goes on behind what was read.
    pub truncated: bool,
    /// The text in reading order.
    pub text: RawText,
    /// E-mail addresses, from text and annotations, the candidate's own first.
    pub emails: Vec<RawText>,
    /// Phone numbers, from text and annotations, the candidate's own first: in E.164 where the country is certain, else as written.
    pub phones: Vec<RawText>,
    /// Addresses of pages in canonical form with the place where they stand, the candidate's own first; one may stand in both.
    pub links: Vec<(RawText, Where)>,
    /// How many at the end of these lists are not the candidate's.
    pub strangers: Strangers,
    /// The person's name, where a line's place and shape, or an address that spells it, make it sure enough.
    pub name: Option<RawText>,
    /// Where the person lives.
    pub location: Option<RawText>,
    /// Jobs with their dates.
    pub positions: Vec<RawPosition>,
    /// Schools with degrees and dates.
    pub schools: Vec<RawSchool>,
}

/// How many of each list are a referee's, a recruiter's or a firm's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strangers {
    /// E-mail addresses.
    pub emails: usize,
    /// Phone numbers.
    pub phones: usize,
    /// Links.
    pub links: usize,
}

impl Reading {
    /// A reading that came to nothing.
    #[must_use]
    pub fn failed(status: ResumeStatus, format: Format) -> Self {
        Self {
            status,
            format,
            pages: 0,
            truncated: false,
            text: RawText::default(),
            emails: Vec::new(),
            phones: Vec::new(),
            links: Vec::new(),
            strangers: Strangers::default(),
            name: None,
            location: None,
            positions: Vec::new(),
            schools: Vec::new(),
        }
    }

    /// The candidate's own evidence as a person to be absorbed by the candidate; the text and what is somebody else's are wiped.
    #[must_use]
    pub fn into_person(self) -> RawPerson {
        let Strangers { emails, phones, links } = self.strangers;
        let links = own(self.links, links).into_iter().map(|(link, _)| link).collect();
        RawPerson {
            name: self.name,
            location: self.location,
            emails: own(self.emails, emails),
            phones: own(self.phones, phones),
            links,
            positions: self.positions,
            schools: self.schools,
            ..RawPerson::default()
        }
    }
}

fn own<T>(mut list: Vec<T>, strangers: usize) -> Vec<T> {
    list.truncate(list.len().saturating_sub(strangers));
    list
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading({}, {}, {} pages, ***)", self.status.as_str(), self.format.as_str(), self.pages)
    }
}
