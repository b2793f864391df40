//! Command line → one call → exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    let exit = acquaint::cli::main(std::env::args_os().collect());
    ExitCode::from(exit as u8)
}
