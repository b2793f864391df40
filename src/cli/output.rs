//! Data to stdout, notes to stderr; the only file that prints.

use super::{Exit, Failure};
use comfy_table::{ContentArrangement, Table, presets};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Where a verb prints.
pub struct Output {
    json: bool,
    quiet: bool,
    bars: MultiProgress,
    /// Set when stdout could not be written for another reason than a reader that left.
    failed: AtomicBool,
}

impl Output {
    /// Prints as the global flags ask.
    #[must_use]
    pub fn new(json: bool, quiet: bool) -> Self {
        let drawn = !quiet && !json && std::io::stderr().is_terminal();
        let target = if drawn { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { json, quiet, bars: MultiProgress::with_draw_target(target), failed: AtomicBool::new(false) }
    }

    /// Whether one JSON object a line was asked for.
    #[must_use]
    pub fn json(&self) -> bool {
        self.json
    }

    /// Whether people look at stdout: then lists are tables.
    #[must_use]
    pub fn table(&self) -> bool {
        !self.json && std::io::stdout().is_terminal()
    }

    /// One line of data. A reader that went away (`| head`) ends the output, not the work.
    pub fn line(&self, text: &str) {
        let written = self.bars.suspend(|| writeln!(std::io::stdout().lock(), "{text}"));
        if written.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
            self.failed.store(true, Ordering::Relaxed);
        }
    }

    /// Stdout itself, buffered, for a verb whose data is many lines.
    pub(crate) fn data(&self) -> std::io::BufWriter<std::io::Stdout> {
        std::io::BufWriter::new(std::io::stdout())
    }

    /// One object of data.
    pub fn object(&self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.line(&text),
            Err(_) => self.failed.store(true, Ordering::Relaxed),
        }
    }

    /// A list: a table for people, one line of tab-separated values a row (and no header) for programs.
    pub fn rows<const N: usize>(&self, headers: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
        let rows = rows.into_iter().map(|row| row.map(|cell| printable(&cell)));
        if !self.table() {
            return rows.for_each(|row| self.line(&row.join("\t")));
        }
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
        if headers.iter().any(|it| !it.is_empty()) {
            table.set_header(headers);
        }
        table.add_rows(rows);
        self.line(&table.trim_fmt());
    }

    /// A note on stderr.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.complain(text);
        }
    }

    /// A bar on stderr for work of a known (`Some`) or unknown length, in items. Draws nothing with `--quiet`, `--json` or where nobody
    /// looks. It is taken off the screen when it is dropped.
    #[must_use]
    pub fn progress(&self, what: &'static str, length: Option<u64>) -> Progress {
        let template = match length {
            Some(_) => "{msg} {wide_bar} {human_pos}/{human_len}  {per_sec}  ready in {eta}",
            None => "{spinner} {msg} {human_pos}  {per_sec}  {elapsed}",
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        Progress(self.bars.add(bar.with_style(style).with_message(what)))
    }

    /// Prints an error in its three parts and returns its code.
    pub fn failure(&self, failure: &Failure) -> Exit {
        let text = match serde_json::to_string(failure) {
            Ok(text) if self.json => text,
            _ => format!("error: {}\n  this means: {}\n  what to do: {}", failure.error, failure.meaning, failure.fix),
        };
        self.complain(&text);
        failure.code
    }

    /// Prints what the parser of the command line has to say: help to stdout; errors to stderr, in colour where that is wanted.
    pub(super) fn usage(&self, message: &clap::Error) {
        let _gone = message.print();
    }

    /// The code to exit with, given that of the verb: data that could not be written is an error of its own.
    pub(super) fn finish(&self, exit: Exit) -> Exit {
        if !self.failed.load(Ordering::Relaxed) {
            return exit;
        }
        let failure = Failure::new(
            Exit::Internal,
            "the output could not be written",
            "what was printed is not complete; the work itself is done",
            "make room where the output goes, then run the command again",
        );
        exit.first(self.failure(&failure))
    }

    fn complain(&self, text: &str) {
        let _gone = self.bars.suspend(|| writeln!(std::io::stderr().lock(), "{text}"));
    }
}

/// How far a piece of work is; may be shared among threads.
#[derive(Clone)]
pub struct Progress(ProgressBar);

impl Progress {
    /// So many items more are done.
    pub fn add(&self, items: u64) {
        self.0.inc(items);
    }

    /// Sets how many items are done, and how many there are in all.
    pub fn set(&self, done: u64, length: u64) {
        self.0.set_length(length);
        self.0.set_position(done);
    }

    /// Sets how many items are done, where nobody knows how many there will be.
    pub fn reach(&self, done: u64) {
        self.0.set_position(done);
    }

    /// Takes the bar off the screen.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

/// A cell without what could move the cursor, break the row or turn the reading direction: names come from strangers.
pub(super) fn printable(cell: &str) -> String {
    let unruly = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    cell.chars().map(|c| if unruly(c) { ' ' } else { c }).collect()
}
