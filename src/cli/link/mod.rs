//! `acquaint link`: the matcher alone, on files.

mod lines;
mod report;
mod waterfall;

use super::{Context, Exit, Failure};
use crate::index::{IndexError, Memory, entry};
use crate::link::{Judged, Linker};
use crate::matching::Counts;
use crate::model::{Candidate, ContactId, Decision, Evidence, Person, Profile, ProfileId, RawPerson, Scored};
pub(super) use lines::Lines;
use report::Report;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// Match candidates with profiles, from files to lines.
///
/// Both files are person JSONL, plain, .gz or .zst (told apart by content). One JSON line a candidate goes to stdout or --out, in
/// input order. The candidates are read twice: first values that many of them share are counted, then they are matched.
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

/// One line of candidates: an id and a person.
#[derive(Deserialize)]
pub(super) struct CandidateLine {
    id: ContactId,
    #[serde(flatten)]
    pub(super) person: RawPerson,
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

/// How many candidates are held at once.
const CHUNK: usize = 2_000;

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    keep_inputs(args)?;
    let (index, bad_profiles) = read_profiles(&args.profiles, context)?;
    let matcher = context.matcher(args.weights.as_deref())?;
    let linker = Linker::new(&index, &matcher);
    let (counts, sample) = count(&args.candidates)?;
    let prior = linker.estimate_prior(&sample, &counts).map_err(broken)?;
    drop(sample);
    let mut sink = Sink::open(args, context)?;
    let mut lines = Lines::<CandidateLine>::open(&args.candidates)?;
    loop {
        let chunk: Vec<CandidateLine> = lines.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        let candidates = chunk.into_iter().map(|it| Candidate { contact: it.id, person: it.person });
        let (ids, people): (Vec<ContactId>, Vec<Person>) = candidates.map(|it| (it.contact, Person::of_candidate(&it.person))).unzip();
        let judged = linker.judge(&people, &counts, Some(prior)).map_err(broken)?;
        for (id, judged) in ids.iter().zip(&judged) {
            sink.write(id, judged)?;
        }
    }
    lines.finish()?;
    lines.note(context);
    sink.finish(prior)?;
    Ok(if bad_profiles + lines.bad() > 0 { Exit::Partial } else { Exit::Ok })
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

fn read_profiles(path: &Path, context: &Context) -> Result<(Memory, u64), Failure> {
    let mut lines = Lines::<Profile>::open(path)?;
    let index = Memory::build(lines.by_ref().map(|it| entry(&it))).map_err(broken)?;
    lines.finish()?;
    lines.note(context);
    Ok((index, lines.bad()))
}

/// The first pass: counts of shared values, and a sample to estimate from how many have a profile. The sample is chosen by id, so
/// that the order of the lines changes nothing.
fn count(path: &Path) -> Result<(Counts, Vec<Person>), Failure> {
    let mut counts = Counts::default();
    let mut sample = std::collections::BTreeMap::new();
    let mut lines = Lines::<CandidateLine>::open(path)?;
    for line in lines.by_ref() {
        let person = Person::of_candidate(&line.person);
        counts.add(&person);
        sample.insert((xxh3_64(line.id.as_str().as_bytes()), line.id), person);
        if sample.len() > CHUNK {
            sample.pop_last();
        }
    }
    lines.finish()?;
    Ok((counts, sample.into_values().collect()))
}

/// Where the outcome goes: lines, and what was asked for besides.
struct Sink<'a> {
    lines: Box<dyn Write>,
    report: Option<(Report, &'a Path)>,
    explain: Option<&'a Context>,
}

impl<'a> Sink<'a> {
    fn open(args: &'a Args, context: &'a Context) -> Result<Self, Failure> {
        let lines: Box<dyn Write> = match &args.out {
            Some(path) => Box::new(BufWriter::new(File::create(path).map_err(|it| unwritable(path, &it))?)),
            None => Box::new(context.output.data()),
        };
        Ok(Self { lines, report: args.report.as_deref().map(|it| (Report::default(), it)), explain: args.explain.then_some(context) })
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
        let text = serde_json::to_string(&line).map_err(|_| internal("a line could not be written as JSON"))?;
        writeln!(self.lines, "{text}").or_else(gone)
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
