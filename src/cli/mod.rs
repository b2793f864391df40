//! The command line: one verb a file, each of which parses, calls and prints, and decides nothing.

mod completions;
mod exit;
mod output;
mod replica;

pub use exit::{Exit, Failure};
pub use output::Output;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Finds which public profiles are already in your company's Lever account, and forgets everything else.
#[derive(Parser)]
#[command(name = "acquaint", version, propagate_version = true, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    verb: Verb,
}

/// Flags that every verb has, before or after it.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct Global {
    /// Where profiles, badges and the index are kept [default: $XDG_DATA_HOME/acquaint]
    #[arg(long, global = true, env = "ACQUAINT_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// A PostgreSQL database in place of SQLite inside the data directory
    #[arg(long, global = true, env = "ACQUAINT_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// The file of settings [default: acquaint.toml in the data directory]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// One JSON object a line, errors too
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress and no notes
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// More notes; twice for debugging
    #[arg(short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve an invented Lever account
    Replica(replica::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// What every verb is handed: the global flags and where to print.
pub(crate) struct Context {
    /// Flags as given; rooms are opened from them when a verb needs them.
    #[expect(dead_code, reason = "the first verb that opens a store reads it")]
    pub(crate) global: Global,
    /// Data to stdout, notes to stderr.
    pub(crate) output: Output,
}

/// Runs the verb and returns the code to exit with.
pub async fn run(cli: Cli) -> Exit {
    let output = Output::new(cli.global.json, cli.global.quiet);
    let context = Context { global: cli.global, output };
    let done: Result<Exit, Failure> = match cli.verb {
        Verb::Replica(args) => replica::run(args, &context).await,
        Verb::Completions(args) => completions::run(&args, &context),
    };
    done.unwrap_or_else(|failure| context.output.failure(&failure))
}
