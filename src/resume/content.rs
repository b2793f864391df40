//! What a reader makes of a file: text, and where its clicks lead.

use super::target::Target;
use crate::model::ResumeStatus;

/// Bytes of text that are kept; far more than 200 pages of prose.
pub(super) const MAX_TEXT: usize = 2 << 20;

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
