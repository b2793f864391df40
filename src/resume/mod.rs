//! Bytes of a résumé → text → evidence, in a contained child process.
//!
//! [`Readers`] hands the bytes to a child of the same program by pipe and gets an answer with a typed outcome back, whatever the
//! file is. The child ([`serve_child`]) knows formats, text and identifiers. What is seen and what is hidden behind a click stay
//! apart ([`Where`]), and nothing of a résumé touches the disk.

mod child;
mod format;
mod identifiers;
mod limits;
mod name;
mod phones;
mod pool;
mod quality;
mod read;
mod readers;

pub use child::{answer, serve_child};
pub use format::Format;
pub use identifiers::{Identifiers, identifiers};
pub use pool::Readers;

use crate::model::{RawPerson, RawText, ResumeStatus};
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
    /// E-mail addresses, from text and annotations.
    pub emails: Vec<RawText>,
    /// Phone numbers as written, from text and annotations.
    pub phones: Vec<RawText>,
    /// Addresses of pages with the place where they stand; one may stand in both.
    pub links: Vec<(RawText, Where)>,
    /// The person's name, where a line at the top agrees with an address.
    pub name: Option<RawText>,
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
            name: None,
        }
    }

    /// The evidence as a person to be absorbed by the candidate; the text is wiped.
    #[must_use]
    pub fn into_person(self) -> RawPerson {
        let links = self.links.into_iter().map(|(link, _)| link).collect();
        RawPerson { name: self.name, emails: self.emails, phones: self.phones, links, ..RawPerson::default() }
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading({}, {}, {} pages, ***)", self.status.as_str(), self.format.as_str(), self.pages)
    }
}
