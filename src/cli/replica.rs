//! `acquaint replica`: Lever imitated, for trying things out and for tests from outside.

use super::{Context, Exit, Failure};
use crate::replica::{Allowance, Faults, Key, Options, Replica, TEST_KEY};
use crate::world::{self, Plan, World};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::{fs, io, net::SocketAddr, time::Duration};
use tokio::signal::unix::{SignalKind, signal};

const HELP: &str = "\
Prints the base URL and a test key, and serves until it is stopped. The key may read everything, confidential records too.

Examples:
  acquaint replica --listen 127.0.0.1:7070 --latency 300
  acquaint replica --opportunities 50000 --seed 7 --export world/
  acquaint replica --faults rate-limit:0.2,deleted:5";

/// The text below the options.
fn help() -> String {
    let habits = Faults::all().map(|(written, about)| format!("  {written:<22} {about}"));
    format!("{HELP}\n\nFaults, each with its usual number; resources are such as `postings` or `resume-download`:\n{}", lines(habits))
}

fn lines(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join("\n")
}

/// Serves an invented Lever account.
#[derive(clap::Args)]
#[command(after_help = help())]
pub(super) struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// How many opportunities the account has
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(..=2_000_000))]
    opportunities: u32,
    /// Another number, other people
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How long every answer takes, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,
    /// Requests a second, in bursts of up to twice as many; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    rate: u32,
    /// What goes wrong: names from the list below, with commas between them, or `none`
    #[arg(long, value_name = "KIND[:NUMBER]", default_value = "none", value_parser = habits)]
    faults: Habits,
    /// Write profiles.jsonl, candidates.jsonl (for `link`) and truth.jsonl into this directory first
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
}

/// All that goes wrong.
#[derive(Clone)]
struct Habits(Vec<Faults>);

fn habits(text: &str) -> Result<Habits, String> {
    let known = || Faults::all().map(|(written, _)| written).collect::<Vec<_>>().join(", ");
    let words = text.split(',').filter(|it| *it != "none");
    let read = |word: &str| Faults::parse(word.trim()).ok_or_else(|| format!("`{word}` is none of {}", known()));
    words.map(read).collect::<Result<_, _>>().map(Habits)
}

pub(super) async fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let world = World::new(&Plan { seed: args.seed, ..Plan::for_opportunities(args.opportunities as usize) });
    if let Some(directory) = &args.export {
        export(&world, directory).map_err(|error| not_written(directory, &error))?;
    }
    // Not earlier: who stops it while the world is made need not wait for that.
    let stop = stop_asked().map_err(|_| no_signals())?;
    let replica = Replica::start(world.account, options(&args)).map_err(|error| not_started(args.listen, &error))?;
    if context.output.json() {
        context.output.object(&json!({ "base_url": replica.base_url(), "key": replica.key(), "oauth": replica.oauth_file() }));
    } else {
        context.output.line(&replica.base_url());
        context.output.line(replica.key());
    }
    stop.await;
    Ok(Exit::Ok)
}

/// Ends with Ctrl-C or SIGTERM. Both are caught from the call on, not from the first wait.
pub(super) fn stop_asked() -> io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

fn options(args: &Args) -> Options {
    let allowance = (args.rate > 0).then_some(Allowance { per_second: args.rate, burst: args.rate * 2 });
    Options {
        listen: args.listen,
        keys: vec![Key::new(TEST_KEY).with_confidential()],
        allowance,
        latency: Duration::from_millis(args.latency),
        faults: args.faults.0.clone(),
        seed: args.seed,
        ..Options::default()
    }
}

fn export(world: &World, directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    fs::write(directory.join("profiles.jsonl"), world::profiles_jsonl(world))?;
    fs::write(directory.join("candidates.jsonl"), world::candidates_jsonl(&world.account))?;
    fs::write(directory.join("truth.jsonl"), world::truth_jsonl(&world.truth))
}

fn not_written(directory: &Path, error: &io::Error) -> Failure {
    let (code, fix) = match error.kind() {
        io::ErrorKind::StorageFull => (Exit::Internal, "make room, then try again"),
        _ => (Exit::Usage, "name a directory that you may write to with --export"),
    };
    Failure::new(code, format!("cannot write into {}: {}", directory.display(), error.kind()), "nothing is served", fix)
}

pub(super) fn not_started(listen: SocketAddr, error: &io::Error) -> Failure {
    let fix = match error.kind() {
        io::ErrorKind::AddrInUse => "stop the program that listens there, or name another address with --listen (port 0 takes a free one)",
        _ => "name an address of this machine with --listen",
    };
    Failure::new(Exit::Usage, format!("cannot listen on {listen}: {}", error.kind()), "nothing is served", fix)
}

pub(super) fn no_signals() -> Failure {
    Failure::new(Exit::Internal, "the system delivers no signals to this process", "nothing is served", "try again on another system")
}
