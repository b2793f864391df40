//! The command line: one verb a file, each of which parses, calls and prints, and decides nothing.

mod backup;
mod badges;
mod bars;
mod browser;
mod completions;
mod context;
mod demo;
mod doctor;
mod exit;
mod files;
mod failure;
mod grant;
mod link;
mod output;
mod plan;
mod profiles;
mod replica;
mod resume;
mod run;
mod runs;
mod serve;
mod settle;
mod start;
mod tenant;
mod token;
mod unconnected;
mod user;
mod waterfall;
mod train;
mod transfer;
mod why;
mod worker;

pub use context::Context;
pub use exit::{Exit, Failure};
pub use output::{Output, Progress};
pub use start::{Lines, log, quote_nothing_in_panics};

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;

/// Finds which public profiles are already in your company's Lever account, and forgets everything else.
#[derive(Parser)]
#[command(name = "acquaint", version, propagate_version = true, max_term_width = 110, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

const EXIT_CODES: &str = "\
Exit codes:
  0 done    1 internal, disk full, damaged or newer data, wrong master key    2 usage or bad input
  3 Lever refuses the key    4 done, with parts left out    5 publication held
  6 Lever is out of reach    7 a retention proof failed    8 another run, import or writer is at work

Example:
  acquaint demo --once";

/// Flags that every verb has, before or after it. (`config` reads their variables, to tell a flag from the environment.)
#[derive(clap::Args, Debug, Clone)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Where profiles, badges and the index are kept [env: ACQUAINT_DATA_DIR] [default: $XDG_DATA_HOME/acquaint]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// A PostgreSQL database in place of SQLite inside the data directory [env: ACQUAINT_DATABASE_URL]
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// The file of settings [default: acquaint.toml in the data directory]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// One JSON object a line, errors too
    #[arg(long, global = true)]
    json: bool,
    /// No progress and no notes
    #[arg(long, short, global = true)]
    quiet: bool,
    /// More notes; twice for debugging
    #[arg(short, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Subcommand)]
enum Verb {
    /// Show the whole job on invented people
    Demo(demo::Args),
    /// Serve an invented Lever account
    Replica(replica::Args),
    /// Public profiles: import, search, show, remove
    Profiles(profiles::Args),
    /// Companies with their Lever connections
    Tenant(tenant::Args),
    /// Match a tenant's Lever account and publish its badges
    Run(run::Args),
    /// Publish a held run
    Publish(settle::Args),
    /// Drop a held run
    Drop(settle::Args),
    /// Run what is queued and due
    Worker(worker::Args),
    /// Cancel a run that is queued, or at work in a worker
    Cancel(settle::Args),
    /// List a tenant's runs
    Runs(runs::Args),
    /// Compare the badges that two runs left
    Diff(runs::DiffArgs),
    /// Print a tenant's badges
    Badges(badges::Args),
    /// Say why a profile has a badge, or why it has none
    Why(why::Args),
    /// Serve the pages and the interface for programs
    Serve(serve::Args),
    /// People who may sign in to the pages
    User(user::Args),
    /// Programs that may ask
    Token(token::Args),
    /// Match candidates with profiles, from files to lines
    Link(link::Args),
    /// Learn the matcher's weights from people
    Train(train::Args),
    /// Read résumés and print what they say
    Resume(resume::Args),
    /// Copy an embedded store into a file while others work
    Backup(backup::Args),
    /// Bring a backup back
    Restore(backup::RestoreArgs),
    /// Say what an installation of some size needs
    Plan(plan::Args),
    /// Look for what is wrong with this installation
    Doctor(doctor::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Read résumés by pipe, contained
    #[command(hide = true)]
    ResumeChild(resume::ChildArgs),
}

/// Runs the verb and returns the code to exit with.
async fn run(verb: Verb, context: &Context) -> Result<Exit, Failure> {
    match verb {
        Verb::Demo(args) => demo::run(&args, context).await,
        Verb::Replica(args) => replica::run(args, context).await,
        Verb::Profiles(args) => profiles::run(&args, context).await,
        Verb::Tenant(args) => tenant::run(&args, context).await,
        Verb::Run(args) => run::run(&args, context).await,
        Verb::Publish(args) => settle::publish(&args, context).await,
        Verb::Drop(args) => settle::drop(&args, context).await,
        Verb::Worker(args) => worker::run(&args, context).await,
        Verb::Runs(args) => runs::run(&args, context).await,
        Verb::Diff(args) => runs::diff(&args, context).await,
        Verb::Badges(args) => badges::run(&args, context).await,
        Verb::Why(args) => why::run(&args, context).await,
        Verb::Serve(args) => serve::run(&args, context).await,
        Verb::User(args) => user::run(&args, context).await,
        Verb::Token(args) => token::run(&args, context).await,
        Verb::Link(args) => link::run(&args, context),
        Verb::Train(args) => train::run(&args, context),
        Verb::Resume(args) => resume::run(&args, context).await,
        Verb::Cancel(args) => settle::cancel(&args, context).await,
        Verb::Backup(args) => backup::run(&args, context).await,
        Verb::Restore(args) => backup::restore(&args, context).await,
        Verb::Plan(args) => plan::run(&args, context),
        Verb::Doctor(args) => doctor::run(&args, context).await,
        Verb::Completions(args) => completions::run(&args, context),
        Verb::ResumeChild(args) => resume::serve_child(&args, context),
    }
}

/// The whole program: reads the arguments, runs one verb, returns the code to exit with.
#[must_use]
pub fn main(args: Vec<OsString>) -> Exit {
    start::no_core_dumps();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(message) => return usage(&message, &args),
    };
    quote_nothing_in_panics();
    let output = Output::new(cli.global.json, cli.global.quiet);
    let context = Context::new(cli.global, output);
    let done = std::panic::catch_unwind(AssertUnwindSafe(|| settle(cli.verb, &context))).unwrap_or_else(|_| Err(start::broke()));
    let exit = done.unwrap_or_else(|failure| context.output.failure(&failure));
    context.output.finish(exit)
}

fn settle(verb: Verb, context: &Context) -> Result<Exit, Failure> {
    let lines = if context.output.json() { Lines::Json } else { Lines::Text };
    log(&std::env::var("ACQUAINT_LOG").unwrap_or_default(), start::own_level(context.global()), lines)?;
    // The child has no thread but one, and needs none.
    if let Verb::ResumeChild(args) = &verb {
        return resume::serve_child(args, context);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|_| no_threads())?;
    runtime.block_on(run(verb, context))
}

fn no_threads() -> Failure {
    Failure::new(Exit::Internal, "the system gives this process no threads", "nothing was done", "raise its limits, then try again")
}

/// Help, the version, or an error in the arguments; errors are JSON for those who asked for it anywhere on the line.
fn usage(message: &clap::Error, args: &[OsString]) -> Exit {
    let json = args.iter().take_while(|it| *it != "--").any(|it| it == "--json");
    let output = Output::new(json, false);
    if !json || message.exit_code() == 0 {
        output.usage(message);
        return if message.exit_code() == 0 { Exit::Ok } else { Exit::Usage };
    }
    let text = message.to_string();
    let error: Vec<&str> = text.lines().take_while(|it| !it.is_empty()).map(str::trim).collect();
    let error = error.join(" ");
    let error = error.trim_start_matches("error: ");
    let tip = text.lines().find_map(|it| it.trim().strip_prefix("tip: "));
    output.failure(&Failure::new(Exit::Usage, error, "nothing was done", tip.unwrap_or("`acquaint help` lists verbs and options")))
}
