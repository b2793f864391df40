//! One file, inside the child: format → text → evidence → outcome.

use super::content::{Content, MAX_TEXT};
use super::evidence::{Evidence, evidence};
use super::format::Format;
use super::quality;
use super::readers;
use crate::model::ResumeStatus;
use serde::Serialize;

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
