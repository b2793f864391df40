//! Where the outcome of `link` goes: lines, and what was asked for besides.

use super::explain::Explain;
use super::outcome::Outcome;
use super::report::Report;
use super::{Args, internal, score, unwritable};
use crate::cli::{Context, Failure};
use crate::link::Scoreboard;
use crate::model::{ContactId, Decision, Evidence, ProfileId, Scored};
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::time::Duration;

/// One line of the output (README: `link`).
#[derive(Serialize)]
struct MatchLine<'a> {
    candidate: &'a ContactId,
    profile: Option<&'a ProfileId>,
    probability: f64,
    decision: Decision,
    runner_up: Option<RunnerUp<'a>>,
    evidence: &'a [Evidence],
    /// Other profiles of the same person.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    also: &'a [ProfileId],
}

#[derive(Serialize)]
struct RunnerUp<'a> {
    profile: &'a ProfileId,
    probability: f64,
}

/// The lines and their company.
pub(super) struct Sink<'a> {
    args: &'a Args,
    context: &'a Context,
    lines: Box<dyn Write>,
    board: Option<Scoreboard>,
    report: Option<Report>,
    explain: Option<Explain<'a>>,
}

impl<'a> Sink<'a> {
    pub(super) fn open(args: &'a Args, context: &'a Context, board: Option<Scoreboard>) -> Result<Self, Failure> {
        let lines: Box<dyn Write> = match &args.out {
            Some(path) => Box::new(BufWriter::new(File::create(path).map_err(|it| unwritable(path, &it))?)),
            None => Box::new(context.output.data()),
        };
        let explain = args.explain.then(|| Explain::new(&args.profiles, context));
        Ok(Self { args, context, lines, board, report: args.report.is_some().then(Report::default), explain })
    }

    /// Whether someone counts who was compared.
    pub(super) fn counts(&self) -> bool {
        self.board.is_some() || self.report.is_some()
    }

    pub(super) fn write(&mut self, outcome: Outcome) -> Result<(), Failure> {
        let Outcome { candidate, verdict, considered } = &outcome;
        let line = MatchLine {
            candidate,
            profile: verdict.best.as_ref().map(|it| &it.profile),
            probability: verdict.best.as_ref().map_or(0.0, Scored::told),
            decision: verdict.decision,
            runner_up: verdict.runner_up.as_ref().map(|it| RunnerUp { profile: &it.profile, probability: it.told() }),
            evidence: verdict.best.as_ref().map_or(&[], |it| it.evidence.as_slice()),
            also: &verdict.also,
        };
        let text = serde_json::to_string(&line).map_err(|_| internal("a line could not be written as JSON"))?;
        writeln!(self.lines, "{text}").or_else(gone)?;
        let right = self.board.as_mut().and_then(|it| it.add(candidate, verdict, considered));
        if let Some(report) = &mut self.report {
            report.add(&outcome, right);
        }
        self.explain.as_mut().map_or(Ok(()), |it| it.add(outcome))
    }

    /// Writes what can be told at the end alone. Says whether the truth and the candidates name the same people.
    pub(super) fn finish(mut self, prior: f64, times: [Duration; 2]) -> Result<bool, Failure> {
        self.lines.flush().or_else(gone)?;
        if let Some(explain) = self.explain {
            explain.finish()?;
        }
        let score = self.board.map(Scoreboard::score);
        if let Some(score) = &score {
            score::tell(score, self.context);
        }
        if let (Some(report), Some(path)) = (self.report, &self.args.report) {
            let page = report.page(prior, times, score.as_ref(), &self.args.profiles)?;
            std::fs::write(path, page).map_err(|it| unwritable(path, &it))?;
        }
        Ok(score.is_none_or(|it| it.missing + it.unknown == 0))
    }
}

/// A reader that went away ends the output, not the work.
fn gone(error: std::io::Error) -> Result<(), Failure> {
    match error.kind() {
        ErrorKind::BrokenPipe => Ok(()),
        _ => Err(internal(&format!("the output cannot be written ({})", error.kind()))),
    }
}
