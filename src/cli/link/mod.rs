//! `acquaint link`: the matcher alone, on files.

mod lines;
mod report;
mod waterfall;

use super::{Context, Exit, Failure};
use crate::index::{IndexError, Memory, entry};
use crate::link::{Compared, Judged, Linker};
use crate::matching::Counts;
use crate::model::{ContactId, Decision, Evidence, Person, PersonView, Profile, ProfileId, Scored};
pub(super) use lines::Lines;
use report::Report;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// Match candidates with profiles, from files to lines.
///
/// Both files are person JSONL, plain, .gz or .zst (told apart by content). One JSON line a candidate goes to stdout or --out, in
/// input order. The candidates are gone through twice: first values that many of them share are counted, then they are matched.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint link --profiles profiles.jsonl.zst --candidates candidates.jsonl > matches.jsonl
  acquaint link --profiles p.jsonl --candidates c.jsonl --out m.jsonl --report report.html
  acquaint link --profiles p.jsonl --candidates c.jsonl --out m.jsonl --explain 2>&1 | less")]
pub(super) struct Args {
    /// The profiles
    #[arg(long, value_name = "FILE")]
    profiles: PathBuf,
    /// The candidates
    #[arg(long, value_name = "FILE")]
    candidates: PathBuf,
    /// Where the lines go, in place of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Weights that `acquaint train` wrote, in place of those that the program ships
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Say on stderr, for each candidate, how the evidence adds up; the profile's values only
    #[arg(long)]
    explain: bool,
    /// Write a page of histograms, for a browser without a network
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// One line of the output (design: `link` output).
#[derive(Serialize)]
struct MatchLine<'a> {
    candidate: &'a ContactId,
    profile: Option<&'a ProfileId>,
    probability: f64,
    decision: Decision,
    runner_up: Option<RunnerUp<'a>>,
    evidence: &'a [Evidence],
}

#[derive(Serialize)]
struct RunnerUp<'a> {
    profile: &'a ProfileId,
    probability: f64,
}

/// How many candidates are matched between two writes.
const CHUNK: usize = 2_000;

/// From how many candidates it is estimated how many have a profile.
const SAMPLE: usize = 2_000;

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    keep_inputs(args)?;
    let (index, bad_profiles) = read_profiles(&args.profiles, context)?;
    let (candidates, counts, bad) = read_candidates(&args.candidates, context)?;
    let matcher = context.matcher(args.weights.as_deref())?;
    let linker = Linker::new(&index, &matcher);
    let compare = |people: &[PersonView<'_>]| linker.compare(people, &counts).map_err(broken);
    let sample = sample(&candidates);
    let early = compare(&sample.iter().map(|at| candidates[*at].1.view()).collect::<Vec<_>>())?;
    let prior = linker.prior(&early);
    let mut early: HashMap<usize, Compared> = sample.into_iter().zip(early).collect();
    let mut sink = Sink::open(args, context)?;
    for from in (0..candidates.len()).step_by(CHUNK) {
        let chunk = from..candidates.len().min(from + CHUNK);
        let people: Vec<_> = chunk.clone().filter(|at| !early.contains_key(at)).map(|at| candidates[at].1.view()).collect();
        let mut others = compare(&people)?.into_iter();
        for at in chunk {
            let compared = early.remove(&at).or_else(|| others.next());
            compared.map_or(Ok(()), |it| sink.write(&candidates[at].0, &linker.decide(it, prior)))?;
        }
    }
    sink.finish(prior)?;
    Ok(if bad_profiles + bad > 0 { Exit::Partial } else { Exit::Ok })
}

/// Refuses to write over what is read, or to write two things into one file.
fn keep_inputs(args: &Args) -> Result<(), Failure> {
    let same = |a: &Path, b: &Path| a == b || std::fs::canonicalize(a).is_ok_and(|a| std::fs::canonicalize(b).is_ok_and(|b| a == b));
    let written = [&args.out, &args.report].map(Option::as_deref);
    let twice = matches!(written, [Some(out), Some(report)] if same(out, report));
    match written.into_iter().flatten().find(|it| twice || same(it, &args.profiles) || same(it, &args.candidates)) {
        None => Ok(()),
        Some(path) => {
            let what = format!("{} would be written over", path.display());
            Err(Failure::new(Exit::Usage, what, "nothing was read or written", "give every input and output a file of its own"))
        }
    }
}

// serde's messages can quote a person: the line's number is all that is told of one that it does not understand.

/// The line of a profile.
pub(super) fn profile(line: &[u8]) -> Option<Profile> {
    serde_json::from_slice(line).ok()
}

/// The line of a candidate: an id and a person.
pub(super) fn candidate(line: &[u8]) -> Option<(ContactId, Person)> {
    #[derive(Deserialize)]
    struct Named {
        id: ContactId,
    }
    let Named { id } = serde_json::from_slice(line).ok()?;
    Some((id, Person::of_candidate(&serde_json::from_slice(line).ok()?)))
}

fn read_profiles(path: &Path, context: &Context) -> Result<(Memory, u64), Failure> {
    let mut lines = Lines::open(path)?;
    let index = Memory::build(lines.each(|line| Some(entry(&profile(line)?)))).map_err(broken)?;
    Ok((index, lines.finish(context)?))
}

/// The candidates in normal form, some 200 bytes each, and the first pass over them: counts of shared values.
fn read_candidates(path: &Path, context: &Context) -> Result<(Vec<(ContactId, Person)>, Counts, u64), Failure> {
    let mut lines = Lines::open(path)?;
    let candidates: Vec<_> = lines.each(candidate).collect();
    let mut counts = Counts::default();
    candidates.iter().for_each(|(_, person)| counts.add(&person.view()));
    Ok((candidates, counts, lines.finish(context)?))
}

/// Candidates to estimate from how many have a profile; chosen by id, so that the order of the lines changes nothing.
fn sample(candidates: &[(ContactId, Person)]) -> Vec<usize> {
    let mut chosen: Vec<_> = candidates.iter().map(|it| xxh3_64(it.0.as_str().as_bytes())).zip(0..).collect();
    chosen.sort_unstable_by(|a, b| (a.0, &candidates[a.1].0).cmp(&(b.0, &candidates[b.1].0)));
    chosen.into_iter().take(SAMPLE).map(|it| it.1).collect()
}

/// Where the outcome goes: lines, and what was asked for besides.
struct Sink<'a> {
    lines: Box<dyn Write>,
    text: Vec<u8>,
    report: Option<(Report, &'a Path)>,
    explain: Option<&'a Context>,
}

impl<'a> Sink<'a> {
    fn open(args: &'a Args, context: &'a Context) -> Result<Self, Failure> {
        let lines: Box<dyn Write> = match &args.out {
            Some(path) => Box::new(BufWriter::new(File::create(path).map_err(|it| unwritable(path, &it))?)),
            None => Box::new(context.output.data()),
        };
        Ok(Self {
            lines,
            text: Vec::new(),
            report: args.report.as_deref().map(|it| (Report::default(), it)),
            explain: args.explain.then_some(context),
        })
    }

    fn write(&mut self, candidate: &ContactId, judged: &Judged) -> Result<(), Failure> {
        let verdict = &judged.verdict;
        let line = MatchLine {
            candidate,
            profile: verdict.best.as_ref().map(|it| &it.profile),
            probability: verdict.best.as_ref().map_or(0.0, |it| rounded(it.probability)),
            decision: verdict.decision,
            runner_up: verdict.runner_up.as_ref().map(runner_up),
            evidence: verdict.best.as_ref().map_or(&[], |it| it.evidence.as_slice()),
        };
        if let Some((report, _)) = &mut self.report {
            report.add(verdict);
        }
        if let Some(context) = self.explain {
            context.output.note(&waterfall::of(candidate, verdict));
        }
        self.text.clear();
        serde_json::to_writer(&mut self.text, &line).map_err(|_| internal("a line could not be written as JSON"))?;
        self.text.push(b'\n');
        self.lines.write_all(&self.text).or_else(gone)
    }

    fn finish(mut self, prior: f64) -> Result<(), Failure> {
        self.lines.flush().or_else(gone)?;
        if let Some((report, path)) = self.report {
            std::fs::write(path, report.page(prior)).map_err(|it| unwritable(path, &it))?;
        }
        Ok(())
    }
}

fn runner_up(it: &Scored) -> RunnerUp<'_> {
    RunnerUp { profile: &it.profile, probability: rounded(it.probability) }
}

/// Six digits: more would be noise, and fewer would hide how sure the surest are.
fn rounded(probability: f64) -> f64 {
    (probability * 1e6).round() / 1e6
}

/// A reader that went away ends the output, not the work.
fn gone(error: std::io::Error) -> Result<(), Failure> {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(internal(&format!("the output cannot be written ({})", error.kind()))),
    }
}

fn broken(error: IndexError) -> Failure {
    internal(&error.to_string())
}

fn internal(what: &str) -> Failure {
    Failure::new(Exit::Internal, what, "the output is not complete", "make room on the disk and try again; if it stays so, report it")
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    let what = format!("{} cannot be written ({})", path.display(), error.kind());
    Failure::new(Exit::Usage, what, "the output is not complete", "name a file in a folder that you may write to")
}
