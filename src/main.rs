//! Command line → one call → exit code.

use acquaint::cli::{self, Cli};
use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let exit = cli::run(Cli::parse()).await;
    ExitCode::from(exit as u8)
}
