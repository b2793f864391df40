//! `acquaint tenant add`: the Lever key comes from a file or stdin, never from the command line.

use super::{Shown, kept_url};
use crate::cli::{Context, Exit, Failure};
use crate::model::{Environment, Settings, TenantName};
use crate::secrets::{Secret, read_key_file};
use crate::store::Tenant;
use std::path::PathBuf;

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
    let key = read_key_file(&args.lever_key_file)?;
    let settings = Settings { environment: args.environment, lever_url, ..Settings::default() };
    let tenant = add_with_key(context, &args.name, settings, &key).await?;
    if context.output.json() {
        context.output.object(&Shown::from(&tenant));
    }
    context.output.note(&format!("{0} is added; `acquaint tenant check {0}` asks Lever whether the key works", args.name));
    Ok(Exit::Ok)
}

/// Stores a tenant with its sealed key and a new secret of its own.
pub(in crate::cli) async fn add_with_key(
    context: &Context,
    name: &TenantName,
    settings: Settings,
    key: &Secret,
) -> Result<Tenant, Failure> {
    let tenant = Tenant {
        name: name.clone(),
        settings,
        sealed_key: context.seal_lever_key(name, key)?,
        sealed_secret: context.seal_new_secret(name)?,
        created_at: context.now(),
        published_run: None,
        checked_at: None,
        window_start: None,
    };
    context.store().await?.add_tenant(&tenant).await?;
    Ok(tenant)
}
