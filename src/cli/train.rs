//! `acquaint train`: weights and calibration from people whom identifiers link.

use super::link::{Lines, candidate, profile};
use super::{Context, Exit, Failure};
use crate::index::IndexError;
use crate::model::{Person, RawPerson};
use crate::train::{self, Learnt, Source};
use crate::world::{Plan, World, candidates_jsonl};
use std::path::{Path, PathBuf};

/// Learn the weights of the matcher from people, without labels.
///
/// People whom a strong identifier links to one profile are counted, then judged with all identifiers hidden, with and without their
/// profile. The result is a file of weights with its provenance; `link --weights` and the `weights` setting use it. Nothing else is
/// kept. Without files, invented people alone are learnt from. The provenance of the weights that this program ships, which begins
/// their file, says how they were made.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint train --worlds 12 --out weights.toml
  acquaint train --profiles profiles.jsonl.zst --candidates candidates.jsonl --out weights.toml
  acquaint link --weights weights.toml --profiles p.jsonl --candidates c.jsonl --out m.jsonl")]
pub(super) struct Args {
    /// Profiles to learn from; may be given again, each time with candidates
    #[arg(long, value_name = "FILE")]
    profiles: Vec<PathBuf>,
    /// Candidates to learn from, of whom some are among the profiles
    #[arg(long, value_name = "FILE")]
    candidates: Vec<PathBuf>,
    /// Worlds of invented people to learn from, with seeds from 1001 on [default: 12 without files]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=100))]
    worlds: Option<u64>,
    /// Candidates in each world; profiles are five times as many
    #[arg(long, value_name = "N", default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(100..=200_000))]
    people: u32,
    /// Where the weights go, in place of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Args {
    fn worlds(&self) -> u64 {
        self.worlds.unwrap_or(if self.profiles.is_empty() { 12 } else { 0 })
    }
}

/// The first of the seeds: worlds that no test and no measurement uses.
const FIRST_SEED: u64 = 1_001;

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    if args.profiles.len() != args.candidates.len() {
        let fix = "give --profiles and --candidates the same number of times";
        return Err(Failure::new(Exit::Usage, "each file of profiles needs one of candidates", "nothing was learnt", fix));
    }
    let (mut sources, mut bad) = (Vec::new(), 0);
    for (profiles, candidates) in args.profiles.iter().zip(&args.candidates) {
        let (source, left_out) = from_files(profiles, candidates, context)?;
        sources.push(source);
        bad += left_out;
    }
    for at in 0..args.worlds() {
        sources.push(from_world(at, args.people as usize)?);
    }
    let (mut weights, learnt) = train::learn(&sources).map_err(broken)?;
    if learnt.linked == 0 {
        return Err(Failure::new(
            Exit::Usage,
            "no candidate shares an identifier with one profile alone",
            "nothing was learnt",
            "give candidates of whom some have the LinkedIn page, GitHub name, e-mail or phone that a profile has",
        ));
    }
    weights.provenance = provenance(args, &learnt);
    match &args.out {
        Some(path) => std::fs::write(path, weights.to_toml()).map_err(|it| unwritable(path, &it))?,
        None => context.output.line(weights.to_toml().trim_end()),
    }
    context.output.note(&format!("{} of {} candidates were linked and learnt from", learnt.linked, learnt.candidates));
    Ok(if bad > 0 { Exit::Partial } else { Exit::Ok })
}

fn from_files(profiles: &Path, candidates: &Path, context: &Context) -> Result<(Source, u64), Failure> {
    let (mut read, mut people) = (Lines::open(profiles)?, Lines::open(candidates)?);
    let source = Source::new(read.each(profile), people.each(|it| candidate(it, None)).map(|it| it.1)).map_err(broken)?;
    Ok((source, read.finish(context)? + people.finish(context)?))
}

/// Worlds differ in how many of the candidates have a profile, and in how often mistakes were made.
fn from_world(at: u64, people: usize) -> Result<Source, Failure> {
    const OWNERS: [f64; 3] = [0.5, 0.95, 0.25];
    const ERRORS: [f64; 4] = [1.0, 0.5, 2.0, 1.5];
    let world = World::new(&Plan {
        seed: FIRST_SEED + at,
        owners: OWNERS[at as usize % OWNERS.len()],
        errors: ERRORS[at as usize % ERRORS.len()],
        profiles: 5 * people,
        ..Plan::for_contacts(people)
    });
    let lines = candidates_jsonl(&world.account);
    let person = |it: &str| serde_json::from_str::<RawPerson>(it).ok().map(|it| Person::of_candidate(&it));
    Source::new(world.profiles, lines.lines().filter_map(person)).map_err(broken)
}

fn provenance(args: &Args, learnt: &Learnt) -> String {
    let files = args.profiles.iter().map(|_| " --profiles FILE --candidates FILE").collect::<String>();
    format!(
        "Made by `acquaint train{files} --worlds {worlds} --people {people}` (acquaint {version}): {candidates} candidates, of whom an\n\
         identifier links {linked} to one profile, and {strangers} have a page that no profile has. No labels were used. Fitted to\n\
         {fitted} judgements with the identifiers hidden, once with the profile in the store and once without; calibration and\n\
         bands from the same people, each judged by weights that were fitted to others. Worlds have seeds from {FIRST_SEED} on.",
        worlds = args.worlds(),
        people = args.people,
        version = env!("CARGO_PKG_VERSION"),
        candidates = learnt.candidates,
        linked = learnt.linked,
        strangers = learnt.strangers,
        fitted = learnt.lessons,
    )
}

fn broken(error: IndexError) -> Failure {
    Failure::new(Exit::Internal, error.to_string(), "nothing was learnt", "give fewer profiles; if it stays so, report it")
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    let what = format!("{} cannot be written ({})", path.display(), error.kind());
    Failure::new(Exit::Usage, what, "what was learnt is lost", "name a file in a folder that you may write to")
}
