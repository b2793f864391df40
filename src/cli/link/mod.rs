//! `acquaint link`: the matcher alone, on files.

mod explain;
mod lines;
mod outcome;
mod report;
mod score;
mod sink;

use super::{Context, Exit, Failure};
use crate::index::{IndexError, Memory, entry};
use crate::link::{Compared, Linker, Scoreboard, Truth, sample};
use crate::matching::Counts;
use crate::model::{ContactId, Person, PersonView, Profile, ProfileId, ProfileUrl, RawPerson};
pub(super) use lines::Lines;
use outcome::Outcome;
use serde::Deserialize;
use sink::Sink;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Match candidates with profiles, from files to lines.
///
/// Both files are person JSONL, plain, .gz or .zst (told apart by content). One JSON line a candidate goes to stdout or --out, in
/// input order. The candidates are gone through twice: first values that many of them share are counted, then they are matched.
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
    /// Weights that `acquaint train` wrote, in place of those that the program ships
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Where profiles are shown, such as `https://people.example/p/{id}`: links of candidates to it say outright who they are
    #[arg(long, value_name = "PATTERN", value_parser = profile_url)]
    profile_url: Option<ProfileUrl>,
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

fn profile_url(pattern: &str) -> Result<ProfileUrl, &'static str> {
    ProfileUrl::parse(pattern).ok_or("it is not an address with one {id} in it")
}

/// How many candidates are matched between two writes.
const CHUNK: usize = 2_000;

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let begun = Instant::now();
    keep_inputs(args)?;
    let (board, bad_truth) = args.truth.as_deref().map(|it| read_truth(it, context)).transpose()?.unzip();
    let (index, bad_profiles) = read_profiles(&args.profiles, context)?;
    let (candidates, counts, bad) = read_candidates(&args.candidates, args.profile_url.as_ref(), context)?;
    let matcher = context.matcher(args.weights.as_deref())?;
    let linker = Linker::new(&index, &matcher);
    let clock = Instant::now();
    let compare = |people: &[PersonView<'_>]| linker.compare(people, &counts).map_err(broken);
    let sample = sample(candidates.iter().map(|it| &it.0));
    let early = compare(&sample.iter().map(|at| candidates[*at].1.view()).collect::<Vec<_>>())?;
    let prior = linker.prior(&early);
    let mut early: HashMap<usize, Compared> = sample.into_iter().zip(early).collect();
    let mut sink = Sink::open(args, context, board)?;
    for from in (0..candidates.len()).step_by(CHUNK) {
        let chunk = from..candidates.len().min(from + CHUNK);
        let people: Vec<_> = chunk.clone().filter(|at| !early.contains_key(at)).map(|at| candidates[at].1.view()).collect();
        let mut others = compare(&people)?.into_iter();
        let mut considered = if sink.counts() { considered(&linker, &candidates[chunk.clone()])? } else { Vec::new() }.into_iter();
        for at in chunk {
            let Some(compared) = early.remove(&at).or_else(|| others.next()) else { continue };
            let verdict = linker.decide(compared, prior).verdict;
            sink.write(Outcome { candidate: candidates[at].0.clone(), verdict, considered: considered.next().unwrap_or_default() })?;
        }
    }
    let complete = sink.finish(prior, [clock.elapsed(), begun.elapsed()])?;
    Ok(if complete && bad_profiles + bad_truth.unwrap_or_default() + bad == 0 { Exit::Ok } else { Exit::Partial })
}

/// The profiles that each person is compared with.
fn considered(linker: &Linker<'_>, people: &[(ContactId, Person)]) -> Result<Vec<Vec<ProfileId>>, Failure> {
    let near = linker.near(&people.iter().map(|it| it.1.view()).collect::<Vec<_>>()).map_err(broken)?;
    Ok(near.iter().map(|found| found.iter().filter_map(|it| ProfileId::new(it.id()).ok()).collect()).collect())
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

// serde's messages can quote a person: the line's number is all that is told of one that it does not understand.

/// The line of a profile.
pub(super) fn profile(line: &[u8]) -> Option<Profile> {
    serde_json::from_slice(line).ok()
}

/// The line of a candidate: an id and a person.
pub(super) fn candidate(line: &[u8], profiles: Option<&ProfileUrl>) -> Option<(ContactId, Person)> {
    #[derive(Deserialize)]
    struct Named {
        id: ContactId,
    }
    let Named { id } = serde_json::from_slice(line).ok()?;
    let mut person: RawPerson = serde_json::from_slice(line).ok()?;
    if let Some(url) = profiles {
        person.claim(url);
    }
    Some((id, Person::of_candidate(&person)))
}

fn read_profiles(path: &Path, context: &Context) -> Result<(Memory, u64), Failure> {
    let mut lines = Lines::open(path)?;
    let index = Memory::build(lines.each(|line| Some(entry(&profile(line)?)))).map_err(broken)?;
    Ok((index, lines.finish(context)?))
}

fn read_truth(path: &Path, context: &Context) -> Result<(Scoreboard, u64), Failure> {
    let mut lines = Lines::open(path)?;
    let board = Scoreboard::new(lines.each(|line| serde_json::from_slice::<Truth>(line).ok()));
    Ok((board, lines.finish(context)?))
}

/// Candidates in normal form, some 200 bytes each.
type Candidates = Vec<(ContactId, Person)>;

/// The candidates, and the first pass over them: counts of shared values.
fn read_candidates(path: &Path, profiles: Option<&ProfileUrl>, context: &Context) -> Result<(Candidates, Counts, u64), Failure> {
    let mut lines = Lines::open(path)?;
    let candidates: Vec<_> = lines.each(|it| candidate(it, profiles)).collect();
    let mut counts = Counts::default();
    candidates.iter().for_each(|(_, person)| counts.add(&person.view()));
    Ok((candidates, counts, lines.finish(context)?))
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
