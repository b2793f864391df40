//! `acquaint user …`: people who may sign in to the pages.

use super::grant::{Reach, cells};
use super::{Context, Exit, Failure};
use crate::model::{AccountName, Millis, TenantName};
use crate::secrets::read_secret_file;
use crate::serve::proof;
use crate::store::Account;
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};

/// People who may sign in to the pages
#[derive(clap::Args)]
#[command(after_help = "Example:\n  acquaint user add ana@acme.example --tenant acme --role sourcer")]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Add a user, and print the password that was made, unless one was given
    Add(Add),
    /// List users
    #[command(after_help = "Example:\n  acquaint user list")]
    List,
    /// Give a user another password, and end the user's sessions
    Password(Password),
    /// Remove a user, who is signed out at once
    #[command(after_help = "Example:\n  acquaint user remove ana@acme.example")]
    Remove {
        /// Who
        name: AccountName,
    },
}

#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint user add ana@acme.example --tenant acme --role sourcer
  acquaint user add kim@ops.example --installation --role operator --password-file kim.txt")]
struct Add {
    /// What the user signs in with, such as an e-mail address
    name: AccountName,
    /// The tenant whose badges the user sees
    #[arg(long)]
    tenant: Option<TenantName>,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    given: Given,
}

#[derive(clap::Args)]
#[command(after_help = "Example:\n  acquaint user password ana@acme.example")]
struct Password {
    /// Who
    name: AccountName,
    #[command(flatten)]
    given: Given,
}

#[derive(clap::Args)]
struct Given {
    /// The file that holds the password; `-` reads stdin; without it one is made and printed
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::Add(args) => add(args, context).await,
        Verb::List => list(context).await,
        Verb::Password(args) => change(args, context).await,
        Verb::Remove { name } => {
            context.store().await?.remove_account(name).await?;
            context.output.note(&format!("{name} is removed, and signed out"));
            Ok(Exit::Ok)
        }
    }
}

async fn add(args: &Add, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let grant = args.reach.grant(args.tenant.as_ref(), store.as_ref()).await?;
    let (made, password) = args.given.password()?;
    let account = Account { name: args.name.clone(), grant, password, created_at: context.now(), seen_day: None };
    store.add_account(&account).await?;
    told(context, &account.name, made.as_deref());
    Ok(Exit::Ok)
}

async fn change(args: &Password, context: &Context) -> Result<Exit, Failure> {
    let (made, password) = args.given.password()?;
    context.store().await?.set_password(&args.name, &password).await?;
    told(context, &args.name, made.as_deref());
    Ok(Exit::Ok)
}

/// A password that was made is data, and shown this once.
fn told(context: &Context, name: &AccountName, made: Option<&str>) {
    match made {
        Some(password) if context.output.json() => context.output.object(&json!({ "user": name, "password": password })),
        Some(password) => context.output.line(password),
        None if context.output.json() => context.output.object(&json!({ "user": name })),
        None => context.output.note(&format!("{name} can sign in")),
    }
}

impl Given {
    /// The password where one was made, and what is kept of it.
    fn password(&self) -> Result<(Option<String>, String), Failure> {
        let (made, text) = match &self.password_file {
            Some(file) => (None, read(file)?),
            None => (Some(proof::new_password()), String::new()),
        };
        let kept = proof::password(made.as_deref().unwrap_or(&text)).map_err(|error| {
            Failure::new(Exit::Usage, error.to_string(), "nothing was done", "give another, or let one be made: leave --password-file out")
        })?;
        Ok((made, kept))
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let bad = || Failure::new(Exit::Usage, "the password is not text", "nothing was done", "write it in UTF-8");
    String::from_utf8(read_secret_file(file)?.expose().to_vec()).map_err(|_| bad())
}

async fn list(context: &Context) -> Result<Exit, Failure> {
    let users = context.store().await?.accounts().await?;
    if context.output.json() {
        for Account { name, grant, created_at, seen_day, .. } in &users {
            let (tenant, role) = (grant.tenant(), grant.role());
            context
                .output
                .object(&json!({ "user": name, "tenant": tenant, "role": role, "created_at": created_at, "last_seen": seen_day }));
        }
        return Ok(Exit::Ok);
    }
    let row = |it: &Account| {
        let [tenant, role] = cells(&it.grant);
        [it.name.to_string(), tenant, role, it.seen_day.and_then(Millis::rfc3339).unwrap_or_else(|| "never".to_owned())]
    };
    context.output.rows(["user", "tenant", "role", "last seen"], users.iter().map(row));
    Ok(Exit::Ok)
}
