//! One file, inside the child: format → text → identifiers → outcome.

use super::format::Format;
use super::identifiers::{Identifiers, identifiers};
use super::readers::{self, Target};
use super::{Where, name, quality};
use crate::model::ResumeStatus;
use serde::Serialize;

/// Bytes of text that are kept; far more than 200 pages of prose.
pub(super) const MAX_TEXT: usize = 2 << 20;

/// Identifiers of one kind that are kept; a file with more is a directory, not a résumé.
const MAX_EACH: usize = 1000;

/// The answer on the pipe; the parent reads it as a [`super::Reading`].
#[derive(Serialize)]
pub(super) struct Answer {
    status: ResumeStatus,
    format: Format,
    pages: usize,
    truncated: bool,
    text: String,
    emails: Vec<String>,
    phones: Vec<String>,
    links: Vec<(String, Where)>,
    name: Option<String>,
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

/// Reads one file, whatever it is.
pub(super) fn read(bytes: Vec<u8>) -> Answer {
    let format = Format::of(&bytes);
    let mut content = readers::read(format, bytes);
    content.truncated |= cut(&mut content.text);
    if content.status == ResumeStatus::Ok {
        content.status = quality::judge(&content.text);
    }
    answer(format, content)
}

/// Text that is not language gives no identifier and is not handed on; what lies behind a click is sound all the same.
fn answer(format: Format, content: Content) -> Answer {
    let Content { status, pages, truncated, text, targets } = content;
    let text = if status == ResumeStatus::Ok { text } else { String::new() };
    let Identifiers { mut emails, mut phones, urls } = identifiers(&text);
    let mut links: Vec<_> = urls.into_iter().map(|it| (it, Where::Text)).collect();
    for target in targets {
        match target {
            Target::Email(it) => add(&mut emails, it, |a, b| a.eq_ignore_ascii_case(b)),
            Target::Phone(it) => add(&mut phones, it, |a, b| digits(a) == digits(b)),
            Target::Url(it) => add(&mut links, (it, Where::Annotation), |a, b| a == b),
        }
    }
    let name = name::name(&text, &emails, &links);
    Answer { status, format, pages, truncated, text, emails, phones, links, name }
}

fn add<T>(list: &mut Vec<T>, item: T, same: impl Fn(&T, &T) -> bool) {
    if list.len() < MAX_EACH && !list.iter().any(|it| same(it, &item)) {
        list.push(item);
    }
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// Cuts an overlong text at a character's edge, and says so.
fn cut(text: &mut String) -> bool {
    let long = text.len() > MAX_TEXT;
    if long {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
    }
    long
}
