//! Data to stdout, notes to stderr; the only file that prints.

use super::{Exit, Failure};
use serde::Serialize;
use std::io::{IsTerminal, Write};

/// Where a verb prints.
pub struct Output {
    json: bool,
    quiet: bool,
}

impl Output {
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// Whether one JSON object a line was asked for.
    pub(crate) fn json(&self) -> bool {
        self.json
    }

    /// Whether people look at stdout: then lists are tables.
    pub(crate) fn table(&self) -> bool {
        !self.json && std::io::stdout().is_terminal()
    }

    /// Whether bars may be drawn.
    pub(crate) fn bars(&self) -> bool {
        !self.quiet && !self.json && std::io::stderr().is_terminal()
    }

    /// One line of data. A reader that went away (`| head`) ends the output, not the work.
    pub(crate) fn line(&self, text: &str) {
        let _gone = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// Stdout itself, buffered, for a verb whose data is many lines.
    pub(crate) fn data(&self) -> std::io::BufWriter<std::io::Stdout> {
        std::io::BufWriter::new(std::io::stdout())
    }

    /// One object of data.
    pub(crate) fn object(&self, value: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(value) {
            self.line(&text);
        }
    }

    /// A note on stderr.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            let _gone = writeln!(std::io::stderr().lock(), "{text}");
        }
    }

    /// Prints an error in its three parts and returns its code.
    pub(crate) fn failure(&self, failure: &Failure) -> Exit {
        let mut stderr = std::io::stderr().lock();
        let _gone = match serde_json::to_string(failure) {
            Ok(text) if self.json => writeln!(stderr, "{text}"),
            _ => writeln!(stderr, "error: {}\n  this means: {}\n  what to do: {}", failure.error, failure.meaning, failure.fix),
        };
        failure.code
    }
}
