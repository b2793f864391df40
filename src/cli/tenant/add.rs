//! `acquaint tenant add`: keys and OAuth secrets come from a file or stdin, never from the command line.

use super::{Shown, connect};
use crate::access;
use crate::cli::{Context, Exit, Failure};
use crate::lever::kept_url;
use crate::lever::oauth::{App, Tokens};
use crate::model::{Environment, Settings, TenantName};
use crate::secrets::{Secret, read_key_file};
use crate::store::Tenant;
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint tenant add acme --lever-key-file acme.key
  pass show lever/acme | acquaint tenant add acme --lever-key-file - --environment eu
  acquaint tenant add acme --lever-oauth-file app.json && acquaint tenant connect acme")]
pub(super) struct Args {
    /// The company's name: 1 to 40 characters of a-z, 0-9 and '-'
    name: TenantName,
    /// The file that holds the Lever API key; `-` reads stdin
    #[arg(long, value_name = "FILE", required_unless_present = "lever_oauth_file", conflicts_with = "lever_oauth_file")]
    lever_key_file: Option<PathBuf>,
    /// The file that holds an OAuth app, and a refresh token unless `tenant connect` follows; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    lever_oauth_file: Option<PathBuf>,
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
    let settings = Settings { environment: args.environment, lever_url, ..Settings::default() };
    let (tenant, next) = match (&args.lever_key_file, &args.lever_oauth_file) {
        (_, Some(file)) => {
            let (app, token) = connect::read_app(file)?;
            let next = if token.is_some() { CHECK_OAUTH } else { CONNECT };
            (add_with_app(context, &args.name, settings, (&app, token.as_ref())).await?, next)
        }
        (Some(file), None) => (add_with_key(context, &args.name, settings, &read_key_file(file)?).await?, CHECK),
        (None, None) => return Err(Failure::new(Exit::Usage, "no file was named", "nothing was done", "name --lever-key-file FILE")),
    };
    if context.output.json() {
        context.output.object(&Shown::from(&tenant));
    }
    context.output.note(&format!("{0} is added; {1}", args.name, next.replace("NAME", args.name.as_str())));
    Ok(Exit::Ok)
}

const CHECK: &str = "`acquaint tenant check NAME` asks Lever whether the key works";
const CHECK_OAUTH: &str = "`acquaint tenant check NAME` asks Lever whether the access works";
const CONNECT: &str = "`acquaint tenant connect NAME` opens Lever's page, where access is given";

/// Stores a tenant with an app, and with the refresh token where there is one. (Whoever stops between the two steps finds a tenant
/// that is not connected yet.)
async fn add_with_app(
    context: &Context,
    name: &TenantName,
    settings: Settings,
    (app, token): (&App, Option<&Secret>),
) -> Result<Tenant, Failure> {
    let connection = access::seal(&context.master_key()?, name, app, token.and_then(Tokens::from_refresh_token).as_ref());
    let tenant = add_sealed(context, name, settings, Vec::new()).await?;
    context.store().await?.connect(name, &connection, &tenant.sealed_secret).await?;
    Ok(tenant)
}

/// Stores a tenant with its sealed key and a new secret of its own.
pub(in crate::cli) async fn add_with_key(
    context: &Context,
    name: &TenantName,
    settings: Settings,
    key: &Secret,
) -> Result<Tenant, Failure> {
    add_sealed(context, name, settings, context.seal_lever_key(name, key)?).await
}

async fn add_sealed(context: &Context, name: &TenantName, settings: Settings, sealed_key: Vec<u8>) -> Result<Tenant, Failure> {
    let sealed_secret = context.seal_new_secret(name)?;
    let tenant = Tenant { sealed_key, sealed_secret, ..Tenant::new(name.clone(), settings, context.now()) };
    context.store().await?.add_tenant(&tenant).await?;
    Ok(tenant)
}
