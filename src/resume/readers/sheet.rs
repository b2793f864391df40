//! What a reader of running text writes on: lines with the gaps between them, and the targets behind them.

use super::super::content::{Content, MAX_TEXT};
use super::super::target::{self, Target};
use crate::model::ResumeStatus;

/// Links that are followed in one file; real ones have a few dozen.
pub(super) const MAX_TARGETS: usize = 2000;

/// What stands between two pieces of text; of several the greatest holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing: the same word.
    #[default]
    None,
    /// A space.
    Word,
    /// Two spaces: the next cell of a row.
    Cell,
    /// A new line.
    Line,
}

/// Text being written.
#[derive(Default)]
pub(super) struct Sheet {
    text: String,
    gap: Gap,
    /// Where the open cells of tables begin.
    cells: Vec<usize>,
    targets: Vec<Target>,
}

impl Sheet {
    /// Adds text as it stands, after the gap that is due.
    pub(super) fn say(&mut self, text: &str) {
        if text.is_empty() || self.text.len() > MAX_TEXT {
            return;
        }
        let due = match std::mem::take(&mut self.gap) {
            Gap::Word if !self.text.ends_with([' ', '\t', '\n']) => " ",
            Gap::Cell if !self.text.ends_with('\n') => "  ",
            Gap::Line if !self.text.ends_with('\n') => "\n",
            _ => "",
        };
        if !self.text.is_empty() {
            self.text.push_str(due);
        }
        self.text.push_str(text);
    }

    /// The next text stands apart by at least this.
    pub(super) fn gap(&mut self, gap: Gap) {
        // The first paragraph of a cell begins beside the cell before it.
        let beside = self.gap == Gap::Cell && self.cells.last() == Some(&self.text.len());
        if !beside {
            self.gap = self.gap.max(gap);
        }
    }

    /// A cell of a table begins.
    pub(super) fn open_cell(&mut self) {
        self.cells.push(self.text.len());
    }

    /// The cell ends: one of a single line stays on the line of its row.
    pub(super) fn close_cell(&mut self) {
        let start = self.cells.pop().unwrap_or_default().min(self.text.len());
        let lines = self.text[start..].trim_start().contains('\n');
        self.gap = if lines { Gap::Line } else { Gap::Cell };
    }

    /// Notes where a click leads.
    pub(super) fn link(&mut self, uri: &str) {
        if self.targets.len() < MAX_TARGETS {
            self.targets.extend(target::target(uri));
        }
    }

    /// Adds what another sheet says, as lines of its own.
    pub(super) fn append(&mut self, other: Self) {
        self.gap(Gap::Line);
        self.say(&other.text);
        self.gap(Gap::Line);
        self.targets.extend(other.targets);
    }

    /// What was written, as the content of a file that opened.
    pub(super) fn into_content(self) -> Content {
        Content { text: self.text, targets: self.targets, ..Content::none(ResumeStatus::Ok) }
    }
}
