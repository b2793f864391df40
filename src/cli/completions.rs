//! `acquaint completions SHELL`.

use super::{Cli, Context, Exit, Failure};
use clap::CommandFactory;

/// Prints a completion script for a shell.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  acquaint completions bash > ~/.local/share/bash-completion/completions/acquaint")]
pub(super) struct Args {
    /// bash, zsh, fish, elvish or powershell
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "acquaint", &mut script);
    context.output.line(String::from_utf8_lossy(&script).trim_end());
    Ok(Exit::Ok)
}
