//! One file, inside the child: format → text → evidence → outcome.

use super::evidence::{Evidence, evidence};
use super::format::Format;
use super::quality;
use super::readers::{self, Target};
use crate::model::ResumeStatus;
use serde::Serialize;

/// Bytes of text that are kept; far more than 200 pages of prose.
pub(super) const MAX_TEXT: usize = 2 << 20;

/// The answer on the pipe; the parent reads it as a [`super::Reading`].
#[derive(Serialize)]
pub(super) struct Answer {
    status: ResumeStatus,
    format: Format,
    pages: usize,
    truncated: bool,
    text: String,
    #[serde(flatten)]
    evidence: Evidence,
}

/// What a format's reader found before anybody judged it.
pub(super) struct Content {
    /// The outcome so far: `ok` when the file opened.
    pub(super) status: ResumeStatus,
    pub(super) pages: usize,
    pub(super) truncated: bool,
    pub(super) text: String,
    pub(super) targets: Vec<Target>,
}

impl Content {
    /// Content of a file that nobody can read.
    pub(super) fn none(status: ResumeStatus) -> Self {
        Self { status, pages: 0, truncated: false, text: String::new(), targets: Vec::new() }
    }
}

/// Reads one file, whatever it is; its name tells nothing but whose it may be.
pub(super) fn read(bytes: Vec<u8>, file_name: &str) -> Answer {
    let format = Format::of(&bytes);
    let mut content = readers::read(format, bytes);
    content.truncated |= cut(&mut content.text);
    if content.status == ResumeStatus::Ok {
        content.status = quality::judge(&content.text);
    }
    answer(format, content, file_name)
}

/// Text that is not language gives no evidence and is not handed on; what lies behind a click is sound all the same.
fn answer(format: Format, content: Content, file_name: &str) -> Answer {
    let Content { status, pages, truncated, text, targets } = content;
    let text = if status == ResumeStatus::Ok { text } else { String::new() };
    let evidence = evidence(&text, targets, file_name);
    Answer { status, format, pages, truncated, text, evidence }
}

/// Cuts an overlong text at a character's edge, and says so.
fn cut(text: &mut String) -> bool {
    let long = text.len() > MAX_TEXT;
    if long {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
    }
    long
}
