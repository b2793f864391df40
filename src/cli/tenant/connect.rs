//! `acquaint tenant connect`: a person gives access on Lever's page, and the answer comes back to this machine.

use super::granted::{self, Scopes};
use crate::access::Visiting;
use crate::cli::browser::{self, Opened};
use crate::cli::{Context, Exit, Failure};
use crate::lever::LeverError;
use crate::lever::oauth::{App, AppFileError, Listener};
use crate::model::TenantName;
use crate::secrets::{KeyFileError, Secret, read_secret_file};
use crate::store::{Store, Tenant};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

#[derive(clap::Args)]
#[command(
    after_help = "The app is registered in Lever with the redirect address http://127.0.0.1:8976/callback, unless the OAuth file says
another in `redirect_uri`. Only what the tenant's choices need is asked for; change those first (`tenant set`).
On a machine without a browser: `ssh -L 8976:127.0.0.1:8976 HOST`, then open the page on your own.

Ends with 0 connected, 2 the answer was another request's, 3 refused, 4 connected with less than was asked for, 6 nobody answered.

Examples:
  acquaint tenant connect acme --lever-oauth-file app.json
  acquaint tenant connect acme --no-browser"
)]
pub(super) struct Args {
    /// The company's name
    name: TenantName,
    /// The file with the app's client id and secret; `-` reads stdin. Without it, the app that is stored
    #[arg(long, value_name = "FILE")]
    lever_oauth_file: Option<PathBuf>,
    /// The port of the redirect address that the app registered
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// How long to wait for the answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Print the page's address, and open nothing
    #[arg(long)]
    no_browser: bool,
}

/// Where to go, for programs.
#[derive(Serialize)]
struct Page<'a> {
    authorize_url: &'a str,
    redirect_uri: &'a str,
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let tenant = store.tenant(&args.name).await?;
    let mut app = match &args.lever_oauth_file {
        Some(path) => read_app(path)?.0,
        None => stored_app(context, &store, &tenant).await?,
    };
    if let Some(port) = args.port {
        app = app.answered_at(port);
    }
    let visiting = Visiting::begin(&tenant, app)?;
    let listener = Listener::bind(visiting.redirect()).await.map_err(LeverError::from)?;
    let _leads_there = show(args, context, &visiting);
    let code = listener.answer(visiting.visit(), Duration::from_secs(args.timeout)).await.map_err(LeverError::from)?;
    let given = visiting.ended(code, (&context.master_key()?, &tenant), context.now()).await?;
    store.connect(&tenant.name, &given.connection, &context.kept_secret(&tenant)?).await?;
    context.output.note(&format!("{0} is connected; `acquaint tenant check {0}` asks Lever whether it works", tenant.name));
    Ok(granted::tell(context, &Scopes::of(&tenant, given.granted.as_deref())))
}

/// Reads an OAuth file.
pub(super) fn read_app(path: &Path) -> Result<(App, Option<Secret>), Failure> {
    let file = read_secret_file(path).map_err(|error| match error {
        KeyFileError::Empty | KeyFileError::TooLarge | KeyFileError::Binary => {
            Failure::new(Exit::Usage, error.to_string(), "nothing was done", AppFileError::FORM)
        }
        other => other.into(),
    })?;
    Ok(App::parse(&file)?)
}

async fn stored_app(context: &Context, store: &Arc<dyn Store>, tenant: &Tenant) -> Result<App, Failure> {
    let Some(connection) = store.connection(&tenant.name).await? else {
        return Err(Failure::new(
            Exit::Usage,
            format!("{} has no app to connect with", tenant.name),
            "nothing was done",
            format!("register an app in Lever, then `acquaint tenant connect {} --lever-oauth-file FILE`", tenant.name),
        ));
    };
    Ok(crate::access::app(&context.master_key()?, &tenant.name, &connection)?)
}

/// Tells where to go; what leads the browser there lasts as long as what is returned.
fn show(args: &Args, context: &Context, visiting: &Visiting) -> Option<Opened> {
    let (url, redirect) = (visiting.visit().url().as_str(), visiting.redirect().as_str());
    context.output.note(&format!("open this page as a Super Admin of Lever; its answer is awaited at {redirect} for {} s", args.timeout));
    if context.output.json() {
        context.output.object(&Page { authorize_url: url, redirect_uri: redirect });
    } else {
        context.output.line(url);
    }
    if args.no_browser {
        return None;
    }
    let opened = browser::open(url);
    if opened.is_err() {
        context.output.note("no browser could be opened: copy the address into one");
    }
    opened.ok()
}
