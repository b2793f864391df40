//! `acquaint tenant add`, and how a Lever key is read: from a file or stdin, never from the command line.

use super::{Shown, kept_url};
use crate::cli::{Context, Exit, Failure};
use crate::model::{Environment, Settings, TenantName};
use crate::store::Tenant;
use secrecy::SecretString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint tenant add acme --lever-key-file acme.key
  pass show lever/acme | acquaint tenant add acme --lever-key-file - --environment eu")]
pub(super) struct Args {
    /// The company's name: 1 to 40 characters of a-z, 0-9 and '-'
    name: TenantName,
    /// The file that holds the Lever API key; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    lever_key_file: PathBuf,
    /// Which of Lever's hosts: production, sandbox or eu
    #[arg(long, default_value = "production", value_parser = environment)]
    environment: Environment,
    /// Another base URL, such as a replica's; http only for this machine
    #[arg(long, value_name = "URL")]
    lever_url: Option<String>,
}

fn environment(text: &str) -> Result<Environment, &'static str> {
    Environment::parse(text).ok_or("production, sandbox or eu")
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let lever_url = args.lever_url.as_deref().map(|it| kept_url(args.environment, it)).transpose()?;
    let key = read_key(&args.lever_key_file)?;
    let store = context.store().await?;
    let secrets = context.secrets()?;
    let tenant = Tenant {
        name: args.name.clone(),
        settings: Settings { environment: args.environment, lever_url, ..Settings::default() },
        sealed_key: secrets.seal_key(&args.name, &key)?,
        sealed_secret: secrets.new_secret(&args.name)?,
        created_at: context.now(),
        published_run: None,
        checked_at: None,
        window_start: None,
    };
    store.add_tenant(&tenant).await?;
    if context.output.json() {
        context.output.object(&Shown::from(&tenant));
    }
    context.output.note(&format!("{0} is added; `acquaint tenant check {0}` asks Lever whether the key works", args.name));
    Ok(Exit::Ok)
}

/// No key is longer; a file that is was named by mistake.
const LONGEST_KEY: u64 = 4096;

/// Reads a Lever key; white space around it is dropped.
pub(super) fn read_key(path: &Path) -> Result<SecretString, Failure> {
    let source: io::Result<Box<dyn Read>> = match path.to_str() {
        Some("-") => Ok(Box::new(io::stdin().lock())),
        _ => File::open(path).map(|it| Box::new(it) as Box<dyn Read>),
    };
    let mut bytes = Zeroizing::new(Vec::new());
    let read = source.and_then(|it| it.take(LONGEST_KEY + 1).read_to_end(&mut bytes));
    read.map_err(|error| no_key(path, &format!("cannot be read: {}", error.kind())))?;
    let text = std::str::from_utf8(&bytes).map(str::trim).unwrap_or("\0");
    match text {
        "" => Err(no_key(path, "is empty")),
        _ if bytes.len() as u64 > LONGEST_KEY => Err(no_key(path, "is longer than any key")),
        _ if !text.bytes().all(|it| it.is_ascii_graphic()) => Err(no_key(path, "holds more than a key")),
        _ => Ok(text.to_owned().into()),
    }
}

fn no_key(path: &Path, what: &str) -> Failure {
    let place = if path.as_os_str() == "-" { "stdin".into() } else { path.display().to_string() };
    let fix = "name a file (or `-` for stdin) that holds the API key alone, as Lever showed it";
    Failure::new(Exit::Usage, format!("the Lever key in {place} {what}"), "nothing was done", fix)
}
