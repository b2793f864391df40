//! `acquaint link`: the matcher alone, on files.

mod explain;
mod lines;
mod report;
mod score;
mod sink;

use super::{Context, Exit, Failure};
use crate::index::{IndexError, Memory, entry};
use crate::link::{Linker, Scoreboard, Truth};
use crate::matching::{Counts, Matcher};
use crate::model::{Candidate, ContactId, Person, Profile, RawPerson};
use lines::Lines;
use serde::Deserialize;
use sink::{Outcome, Sink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use xxhash_rust::xxh3::xxh3_64;

/// Match candidates with profiles, from files to lines.
///
/// Both files are person JSONL, plain, .gz or .zst (told apart by content). One JSON line a candidate goes to stdout or --out, in
/// input order. The candidates are read twice: first values that many of them share are counted, then they are matched.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint link --profiles profiles.jsonl.zst --candidates candidates.jsonl > matches.jsonl
  acquaint link --profiles p.jsonl --candidates c.jsonl --out m.jsonl --truth t.jsonl --report report.html
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
    /// Say on stderr, for each candidate, how the evidence adds up; the profile's values only
    #[arg(long)]
    explain: bool,
    /// Write a page of plots, for a browser without a network
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Who is who, to say on stderr how right the matches are: {"candidate":ID,"profiles":[ID…],"flags":[…],"language":"…"} a line;
    /// flags and language may be absent
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
}

/// One line of candidates: an id and a person.
#[derive(Deserialize)]
struct CandidateLine {
    id: ContactId,
    #[serde(flatten)]
    person: RawPerson,
}

/// How many candidates are held at once.
const CHUNK: usize = 2_000;

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let begun = Instant::now();
    keep_inputs(args)?;
    let truth = args.truth.as_deref().map(|it| read_truth(it, context)).transpose()?;
    let bad_truth = truth.as_ref().map_or(0, |it| it.1);
    let (index, bad_profiles) = read_profiles(&args.profiles, context)?;
    let matcher = Matcher::shipped();
    let linker = Linker::new(&index, &matcher);
    let (counts, sample) = count(&args.candidates)?;
    let prior = linker.estimate_prior(&sample, &counts).map_err(broken)?;
    drop(sample);
    let mut sink = Sink::open(args, context, truth.map(|it| it.0))?;
    let mut matching = Duration::ZERO;
    let mut lines = Lines::<CandidateLine>::open(&args.candidates)?;
    loop {
        let chunk: Vec<CandidateLine> = lines.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        let candidates = chunk.into_iter().map(|it| Candidate { contact: it.id, person: it.person });
        let (ids, people): (Vec<ContactId>, Vec<Person>) = candidates.map(|it| (it.contact, Person::of_candidate(&it.person))).unzip();
        let clock = Instant::now();
        let judged = linker.judge(&people, &counts, Some(prior)).map_err(broken)?;
        matching += clock.elapsed();
        let considered = if sink.counts() { linker.considered(&people).map_err(broken)? } else { vec![Vec::new(); ids.len()] };
        for ((candidate, judged), considered) in ids.into_iter().zip(judged).zip(considered) {
            sink.write(Outcome { candidate, verdict: judged.verdict, considered })?;
        }
    }
    lines.finish()?;
    lines.note(context);
    let complete = sink.finish(prior, [matching, begun.elapsed()])?;
    Ok(if complete && bad_profiles + bad_truth + lines.bad() == 0 { Exit::Ok } else { Exit::Partial })
}

/// Refuses to write over what is read, or to write two things into one file.
fn keep_inputs(args: &Args) -> Result<(), Failure> {
    let same = |a: &Path, b: &Path| a == b || std::fs::canonicalize(a).is_ok_and(|a| std::fs::canonicalize(b).is_ok_and(|b| a == b));
    let written = [&args.out, &args.report].map(Option::as_deref);
    let twice = matches!(written, [Some(out), Some(report)] if same(out, report));
    let read = || [Some(&args.profiles), Some(&args.candidates), args.truth.as_ref()].into_iter().flatten();
    match written.into_iter().flatten().find(|it| twice || read().any(|input| same(it, input))) {
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

fn read_truth(path: &Path, context: &Context) -> Result<(Scoreboard, u64), Failure> {
    let mut lines = Lines::<Truth>::open(path)?;
    let board = Scoreboard::new(lines.by_ref());
    lines.finish()?;
    lines.note(context);
    Ok((board, lines.bad()))
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
