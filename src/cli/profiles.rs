//! `acquaint profiles …`: the public profiles that candidates are matched with.

use super::bars::Bars;
use super::{Context, Exit, Failure, transfer};
use crate::index::{Index, ProfileIndex};
use crate::model::{Profile, ProfileId};
use crate::profiles::{self, Imported};
use clap::Subcommand;
use serde::Serialize;
use std::path::PathBuf;

/// The public profiles that candidates are matched with
#[derive(clap::Args)]
#[command(after_help = "Example:\n  acquaint profiles import people.jsonl.zst && acquaint profiles search ana ruiz madrid")]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Take profiles in, by id: new ones are added, changed ones replaced, the same ones left alone
    #[command(after_help = "\
Files hold person JSONL, one object a line; gzip and zstd are recognised by content. Lines that cannot be read are
left out and counted (4). It may be stopped at any moment and begun again.

Examples:
  acquaint profiles import people.jsonl
  acquaint profiles import part-*.jsonl.gz --json")]
    Import {
        /// Person JSONL, plain, gzip or zstd
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Count the profiles, and tell how the index stands
    #[command(after_help = "Example:\n  acquaint profiles stats --json")]
    Stats,
    /// Print one profile as JSON
    #[command(after_help = "Example:\n  acquaint profiles show p-1")]
    Show {
        /// The profile's id
        id: ProfileId,
    },
    /// Remove profiles and end their badges, for every company
    #[command(after_help = "Example:\n  acquaint profiles remove p-1 p-2")]
    Remove {
        /// The profiles' ids
        #[arg(required = true, value_name = "ID")]
        ids: Vec<ProfileId>,
    },
    /// Make the index of profiles anew
    #[command(after_help = "\
An index is made by itself when it is missing or of an older version. One in PostgreSQL that a newer version has filled, or
a process with another master key, is left alone until this is asked.

Example:
  acquaint profiles reindex")]
    Reindex,
    /// Copy all profiles between the store in use and a data directory, such as into PostgreSQL
    #[command(after_help = "\
Ids stay, and so does what was there before. It may be stopped at any moment and begun again.

Examples:
  ACQUAINT_DATABASE_URL=postgres://… acquaint profiles move --from ~/.local/share/acquaint
  ACQUAINT_DATABASE_URL=postgres://… acquaint profiles move --to /var/lib/acquaint")]
    Move(#[command(flatten)] transfer::Ways),
    /// Find profiles by words of name, company, title or place; small typing errors are forgiven
    #[command(
        after_help = "Examples:\n  acquaint profiles search ana ruiz northwind\n  acquaint profiles search engineer madrid --offset 20"
    )]
    Search {
        /// Words that must all be found
        #[arg(required = true, value_name = "QUERY")]
        words: Vec<String>,
        /// How many to print
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: u16,
        /// How many to pass over first
        #[arg(long, default_value_t = 0, value_name = "N")]
        offset: u32,
    },
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::Import { files } => import(files, context).await,
        Verb::Stats => stats(context).await,
        Verb::Reindex => reindex(context).await,
        Verb::Move(ways) => transfer::run(ways, context).await,
        Verb::Show { id } => show(id, context).await,
        Verb::Remove { ids } => remove(ids, context).await,
        Verb::Search { words, limit, offset } => search(&words.join(" "), [u32::from(*limit), *offset], context).await,
    }
}

async fn import(files: &[PathBuf], context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let mut bars = Bars::new(context);
    let done = profiles::import(&*store, &context.index_place()?, files, context.now(), &mut |it| bars.show(it)).await?;
    drop(bars);
    for it in &done.samples {
        context.output.note(&format!("{}, line {}: {}", it.file.display(), it.line, it.defect));
    }
    if context.output.json() {
        context.output.object(&Summary::of(&done));
    } else {
        let Imported { lines, added, changed, same, bad, .. } = done;
        context.output.line(&format!("{lines} lines: {added} added, {changed} changed, {same} the same, {bad} left out"));
    }
    let exit = if done.bad > 0 { Exit::Partial } else { Exit::Ok };
    Ok(exit.first(context.tidy(store.as_ref()).await))
}

/// What an import did, for programs.
#[derive(Serialize)]
struct Summary {
    lines: u64,
    added: u64,
    changed: u64,
    same: u64,
    left_out: u64,
    samples: Vec<Sample>,
}

/// A line that was left out.
#[derive(Serialize)]
struct Sample {
    file: String,
    line: u64,
    reason: String,
}

impl Summary {
    fn of(done: &Imported) -> Self {
        let sample = |it: &profiles::BadLine| Sample { file: it.file.display().to_string(), line: it.line, reason: it.defect.to_string() };
        let Imported { lines, added, changed, same, bad, samples } = done;
        let samples = samples.iter().map(sample).collect();
        Self { lines: *lines, added: *added, changed: *changed, same: *same, left_out: *bad, samples }
    }
}

async fn stats(context: &Context) -> Result<Exit, Failure> {
    /// How the index stands.
    #[derive(Serialize)]
    struct Stats {
        profiles: u64,
        indexed: u64,
        in_step: bool,
        index_bytes: u64,
        segments: usize,
    }
    let (count, revision) = context.store().await?.profile_count().await?;
    let index = ProfileIndex::open(&context.index_place()?).ok();
    let space = index.as_ref().map(ProfileIndex::disk_use).transpose()?;
    let indexed = index.as_ref().map_or(0, Index::len);
    let stats = Stats {
        profiles: count,
        indexed,
        in_step: indexed == count && index.map_or(0, |it| it.revision()) == revision,
        index_bytes: space.map_or(0, |it| it.bytes),
        segments: space.map_or(0, |it| it.segments),
    };
    if context.output.json() {
        context.output.object(&stats);
        return Ok(Exit::Ok);
    }
    context.output.rows(
        ["", ""],
        [
            ["profiles".into(), stats.profiles.to_string()],
            ["indexed".into(), stats.indexed.to_string()],
            ["in step with the store".into(), if stats.in_step { "yes" } else { "no: the next import or run mends it" }.into()],
            ["bytes of index".into(), stats.index_bytes.to_string()],
            ["segments".into(), stats.segments.to_string()],
        ],
    );
    Ok(Exit::Ok)
}

async fn reindex(context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let mut bars = Bars::new(context);
    profiles::rebuild(&*store, &context.index_place()?, &mut |it| bars.show(it)).await?;
    drop(bars);
    context.output.note("the index is made anew");
    Ok(Exit::Ok)
}

async fn show(id: &ProfileId, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let found = store.profiles(std::slice::from_ref(id)).await?;
    let profile = found.first().ok_or_else(|| unknown(1, NOTHING_DONE))?;
    context.output.object(profile);
    for tenant in store.tenants().await? {
        if !store.not_yet_checked(&tenant.name, std::slice::from_ref(id)).await?.is_empty() {
            context.output.note(&format!("not yet checked for {}: it was added or changed after its last night", tenant.name));
        }
    }
    Ok(Exit::Ok)
}

async fn remove(ids: &[ProfileId], context: &Context) -> Result<Exit, Failure> {
    /// What was removed.
    #[derive(Serialize)]
    struct Removed {
        removed: u64,
    }
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let store = context.store().await?;
    let removed = profiles::remove(&*store, &context.index_place()?, &ids, context.now()).await?;
    if context.output.json() {
        context.output.object(&Removed { removed });
    } else {
        context.output.line(&format!("{removed} removed"));
    }
    match ids.len() as u64 - removed {
        0 => Ok(context.tidy(store.as_ref()).await),
        strangers if removed == 0 => Err(unknown(strangers, NOTHING_DONE)),
        strangers => Err(unknown(strangers, "the others were removed, with their badges")),
    }
}

async fn search(query: &str, [limit, offset]: [u32; 2], context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let mut bars = Bars::new(context);
    let index = profiles::open_index(&*store, &context.index_place()?, &mut |it| bars.show(it)).await?;
    drop(bars);
    let hits = index.search(query, limit as usize, offset as usize)?;
    let found = store.profiles(&hits.profiles).await?;
    if context.output.json() {
        found.iter().for_each(|it| context.output.object(it));
        return Ok(Exit::Ok);
    }
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let row = |it: &Profile| [it.id.to_string(), it.name.clone(), text(&it.headline), text(&it.location)];
    context.output.rows(["profile", "name", "headline", "place"], found.iter().map(row));
    context.output.note(&format!("{} of {} profiles", found.len(), hits.total));
    Ok(Exit::Ok)
}

const NOTHING_DONE: &str = "nothing was done";

fn unknown(count: u64, meaning: &str) -> Failure {
    let error = if count == 1 { "there is no such profile".into() } else { format!("{count} of the ids belong to no profile") };
    Failure::new(Exit::Usage, error, meaning, "`acquaint profiles search` finds profiles and their ids")
}
