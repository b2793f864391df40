//! `acquaint tenant …`: companies with their Lever connections.

pub(super) mod add;
mod check;
mod connect;
mod granted;
mod set;

use super::{Context, Exit, Failure};
use crate::model::{LevelCount, Millis, RunId, Settings, TenantName};
use crate::store::{Connection, Tenant};
use clap::Subcommand;
use serde::Serialize;

/// Companies with their Lever connections
#[derive(clap::Args)]
#[command(after_help = "Example:\n  acquaint tenant add acme --lever-key-file acme.key && acquaint tenant check acme")]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Add a company; Lever is not called
    Add(add::Args),
    /// Change a company's choices or its key
    Set(set::Args),
    /// List the companies
    #[command(after_help = "Examples:\n  acquaint tenant list\n  acquaint tenant list --json")]
    List,
    /// Show a company's choices; never its key
    #[command(after_help = "Example:\n  acquaint tenant show acme")]
    Show(Named),
    /// Give access by OAuth: opens Lever's page and receives its answer
    Connect(connect::Args),
    /// Ask Lever what the company's key or access lacks (3: no run is possible; 4: parts are missing; 6: Lever is out of reach)
    #[command(after_help = "Example:\n  acquaint tenant check acme")]
    Check(Named),
    /// Remove a company with its badges, reviews, runs and keys
    #[command(after_help = "Example:\n  acquaint tenant remove acme --purge")]
    Remove(Remove),
}

#[derive(clap::Args)]
struct Named {
    /// The company's name
    name: TenantName,
}

#[derive(clap::Args)]
struct Remove {
    /// The company's name
    name: TenantName,
    /// Yes, for good
    #[arg(long)]
    purge: bool,
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::Add(args) => add::run(args, context).await,
        Verb::Set(args) => set::run(args, context).await,
        Verb::List => list(context).await,
        Verb::Show(args) => show(&args.name, context).await,
        Verb::Connect(args) => connect::run(args, context).await,
        Verb::Check(args) => check::run(&args.name, context).await,
        Verb::Remove(args) => remove(args, context).await,
    }
}

/// What may be shown of a tenant.
#[derive(Serialize)]
struct Shown<'a> {
    tenant: &'a TenantName,
    #[serde(flatten)]
    settings: &'a Settings,
    created_at: Millis,
    checked_at: Option<Millis>,
    published_run: Option<RunId>,
    /// Set where it is connected by OAuth, and known only to `show`.
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth: Option<Given>,
    /// What its own people teach: known only to `show`.
    #[serde(skip_serializing_if = "Option::is_none")]
    learnt: Option<Vec<LevelCount>>,
}

/// What may be shown of an OAuth connection.
#[derive(Serialize)]
struct Given {
    /// Whether somebody gave access.
    connected: bool,
    granted_at: Option<Millis>,
    renewed_at: Option<Millis>,
}

impl From<Connection> for Given {
    fn from(it: Connection) -> Self {
        Self { connected: it.sealed_tokens.is_some(), granted_at: it.granted_at, renewed_at: it.renewed_at }
    }
}

impl Given {
    fn words(&self) -> String {
        if !self.connected {
            return "OAuth, not connected yet".into();
        }
        format!("OAuth, access given {}, last renewed {}", moment(self.granted_at, "elsewhere"), moment(self.renewed_at, "never"))
    }
}

impl<'a> From<&'a Tenant> for Shown<'a> {
    fn from(it: &'a Tenant) -> Self {
        let Tenant { name: tenant, settings, created_at, checked_at, published_run, .. } = it;
        let (created_at, checked_at, published_run) = (*created_at, *checked_at, *published_run);
        Self { tenant, settings, created_at, checked_at, published_run, oauth: None, learnt: None }
    }
}

fn moment(at: Option<Millis>, none: &str) -> String {
    at.and_then(Millis::rfc3339).unwrap_or_else(|| none.into())
}

fn place(settings: &Settings) -> String {
    settings.lever_url.clone().unwrap_or_else(|| settings.environment.as_str().into())
}

async fn list(context: &Context) -> Result<Exit, Failure> {
    let tenants = context.store().await?.tenants().await?;
    if context.output.json() {
        tenants.iter().for_each(|it| context.output.object(&Shown::from(it)));
    } else {
        let row = |it: &Tenant| [it.name.to_string(), place(&it.settings), moment(it.checked_at, "never")];
        context.output.rows(["tenant", "Lever", "last good run"], tenants.iter().map(row));
    }
    Ok(Exit::Ok)
}

async fn show(name: &TenantName, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let (tenant, oauth) = (store.tenant(name).await?, store.connection(name).await?.map(Given::from));
    let learnt = store.level_counts(name).await?;
    if context.output.json() {
        context.output.object(&Shown { oauth, learnt: Some(learnt), ..Shown::from(&tenant) });
        return Ok(Exit::Ok);
    }
    let choices = &tenant.settings;
    let access = oauth.map(|it| ["access".into(), it.words()]);
    context.output.rows(
        ["", ""],
        [
            ["tenant".into(), tenant.name.to_string()],
            ["Lever".into(), place(choices)],
            ["start_date".into(), moment(choices.start_date, "none")],
            ["confidential".into(), choices.confidential.to_string()],
            ["guard".into(), choices.guard.to_string()],
            ["resumes".into(), choices.resumes.as_str().into()],
            ["resume_budget".into(), choices.resume_budget.to_string()],
            ["schedule".into(), choices.schedule.clone().unwrap_or_else(|| "none".into())],
            ["time_zone".into(), choices.time_zone.clone().unwrap_or_else(|| "UTC".into())],
            ["blackout".into(), choices.blackout.clone().unwrap_or_else(|| "none".into())],
            ["paused".into(), choices.paused.to_string()],
            ["contact".into(), choices.contact.as_str().into()],
            ["archive_reasons".into(), choices.archive_reasons.as_str().into()],
            ["added".into(), moment(Some(tenant.created_at), "unknown")],
            ["last good run".into(), moment(tenant.checked_at, "never")],
        ]
        .into_iter()
        .chain(access)
        .chain(lessons(&learnt)),
    );
    Ok(Exit::Ok)
}

/// What its own people teach, a row a count.
fn lessons(learnt: &[LevelCount]) -> Vec<[String; 2]> {
    let row = |value: String| ["learnt".into(), value];
    if learnt.is_empty() {
        return vec![row("nothing yet".into())];
    }
    learnt.iter().map(|it| row(lesson(it))).collect()
}

fn lesson(LevelCount { feature, level, people, shift }: &LevelCount) -> String {
    let moved = if *shift == 0.0 { "weighs as for everybody".into() } else { format!("weighs {shift:+} bits") };
    format!("{} {}: {people} people, {moved}", feature.as_str(), level.as_str())
}

async fn remove(args: &Remove, context: &Context) -> Result<Exit, Failure> {
    let name = &args.name;
    let store = context.store().await?;
    store.tenant(name).await?;
    if !args.purge {
        let meaning = "removing it deletes its badges, reviews, runs and keys for good; nothing was done";
        return Err(Failure::new(Exit::Usage, "`tenant remove` needs --purge", meaning, format!("acquaint tenant remove {name} --purge")));
    }
    store.remove_tenant(name, context.now()).await?;
    // What was deleted also stands in the log of the database.
    store.tidy().await?;
    context.output.note(&format!("{name} is removed, with all that was its own"));
    Ok(Exit::Ok)
}
