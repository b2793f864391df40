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
/// kept. Without files, invented people are learnt from, which gives the weights that this program ships.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint train --worlds 12 --out weights.toml
  acquaint train --profiles profiles.jsonl.zst --candidates candidates.jsonl --out weights.toml
  acquaint link --weights weights.toml --profiles p.jsonl --candidates c.jsonl --out m.jsonl")]
pub(super) struct Args {
    /// The profiles
    #[arg(long, value_name = "FILE", requires = "candidates")]
    profiles: Option<PathBuf>,
    /// The candidates
    #[arg(long, value_name = "FILE", requires = "profiles")]
    candidates: Option<PathBuf>,
    /// How many worlds of invented people to learn from, with seeds from 1001 on
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..=100))]
    worlds: u64,
    /// Candidates in each world; profiles are five times as many
    #[arg(long, value_name = "N", default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(100..=200_000))]
    people: u32,
    /// Where the weights go, in place of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The first of the seeds: worlds that no test and no measurement uses.
const FIRST_SEED: u64 = 1_001;

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let (sources, bad, of) = match (&args.profiles, &args.candidates) {
        (Some(profiles), Some(candidates)) => {
            let (source, bad) = from_files(profiles, candidates, context)?;
            (vec![source], bad, "files of profiles and candidates".to_owned())
        }
        _ => {
            let sources = (0..args.worlds).map(|at| from_world(at, args.people as usize)).collect::<Result<_, _>>()?;
            let what = format!("{} worlds of {} invented candidates each, seeds from {FIRST_SEED} on", args.worlds, args.people);
            (sources, 0, what)
        }
    };
    let (mut weights, learnt) = train::learn(&sources).map_err(broken)?;
    if learnt.linked == 0 {
        return Err(Failure::new(
            Exit::Usage,
            "no candidate shares an identifier with one profile alone",
            "nothing was learnt",
            "give candidates of whom some have the LinkedIn page, GitHub name, e-mail or phone that a profile has",
        ));
    }
    weights.provenance = provenance(args, &of, &learnt);
    match &args.out {
        Some(path) => std::fs::write(path, weights.to_toml()).map_err(|it| unwritable(path, &it))?,
        None => context.output.line(weights.to_toml().trim_end()),
    }
    context.output.note(&format!("{} of {} candidates were linked and learnt from", learnt.linked, learnt.candidates));
    Ok(if bad > 0 { Exit::Partial } else { Exit::Ok })
}

fn from_files(profiles: &Path, candidates: &Path, context: &Context) -> Result<(Source, u64), Failure> {
    let (mut read, mut people) = (Lines::open(profiles)?, Lines::open(candidates)?);
    let source = Source::new(read.each(profile), people.each(candidate).map(|it| it.1)).map_err(broken)?;
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

fn provenance(args: &Args, of: &str, learnt: &Learnt) -> String {
    let command = match (&args.profiles, &args.candidates) {
        (Some(_), Some(_)) => "acquaint train --profiles FILE --candidates FILE".to_owned(),
        _ => format!("acquaint train --worlds {} --people {}", args.worlds, args.people),
    };
    format!(
        "Made by `{command}` (acquaint {version}) from {of}: {candidates} candidates, of whom an identifier links {linked} to one profile.\n\
         No labels were used. Fitted to {fitted} judgements with the identifiers hidden, half of them with the profile taken away;\n\
         calibration and bands from {held_out} judgements of other people.",
        version = env!("CARGO_PKG_VERSION"),
        candidates = learnt.candidates,
        linked = learnt.linked,
        fitted = learnt.lessons.0,
        held_out = learnt.lessons.1,
    )
}

fn broken(error: IndexError) -> Failure {
    Failure::new(Exit::Internal, error.to_string(), "nothing was learnt", "give fewer profiles; if it stays so, report it")
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    let what = format!("{} cannot be written ({})", path.display(), error.kind());
    Failure::new(Exit::Usage, what, "what was learnt is lost", "name a file in a folder that you may write to")
}
