//! `acquaint token …`: programs that may ask.

use super::grant::{Reach, cells};
use super::{Context, Exit, Failure};
use crate::model::{Grant, Millis, TenantName};
use crate::serve::proof;
use crate::store::Token;
use clap::Subcommand;
use serde::Serialize;

/// Programs that may ask
#[derive(clap::Args)]
#[command(after_help = "Example:\n  acquaint token create acme --role sourcer --expires 90d > acme.token")]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make a token, and print it alone: it is shown this once
    Create(Create),
    /// List tokens by their ids
    #[command(after_help = "Example:\n  acquaint token list")]
    List,
    /// End a token at once
    #[command(after_help = "Example:\n  acquaint token revoke 5f0c9a3be1d2")]
    Revoke {
        /// Its id, as `token list` prints it
        id: String,
    },
}

#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint token create acme --role sourcer
  acquaint token create acme --role operator --expires 2027-01-31
  acquaint token create --installation --role operator          runs and counts of all tenants, for a monitor")]
struct Create {
    /// The tenant
    tenant: Option<TenantName>,
    #[command(flatten)]
    reach: Reach,
    /// When it ends: days from now (`90d`) or a date
    #[arg(long, value_name = "WHEN", value_parser = end)]
    expires: Option<End>,
}

/// When a token ends.
#[derive(Clone, Copy)]
enum End {
    After(i64),
    At(Millis),
}

const DAY: i64 = 24 * 3_600_000;

fn end(text: &str) -> Result<End, &'static str> {
    let days = text.strip_suffix('d').and_then(|it| it.parse::<u32>().ok()).map(|it| End::After(i64::from(it) * DAY));
    days.or_else(|| Millis::parse(text).map(End::At)).ok_or("a number of days such as 90d, or a date such as 2027-01-31")
}

impl End {
    fn from(self, now: Millis) -> Millis {
        match self {
            Self::After(millis) => now.plus(millis),
            Self::At(moment) => moment,
        }
    }
}

/// What may be shown of a token at any time.
#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    tenant: Option<&'a TenantName>,
    role: &'static str,
    created_at: Millis,
    expires_at: Option<Millis>,
    last_used: Option<Millis>,
}

impl<'a> Shown<'a> {
    fn of(it: &'a Token, token: Option<&'a str>) -> Self {
        let Token { id, grant, created_at, expires_at, seen_day } = it;
        let (created_at, expires_at, last_used) = (*created_at, *expires_at, *seen_day);
        Self { id, token, tenant: grant.tenant(), role: grant.role().as_str(), created_at, expires_at, last_used }
    }
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::Create(args) => create(args, context).await,
        Verb::List => list(context).await,
        Verb::Revoke { id } => {
            context.store().await?.remove_token(id).await?;
            context.output.note("it is revoked");
            Ok(Exit::Ok)
        }
    }
}

async fn create(args: &Create, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let grant: Grant = args.reach.grant(args.tenant.as_ref(), store.as_ref()).await?;
    let now = context.now();
    let expires_at = args.expires.map(|it| it.from(now));
    if expires_at.is_some_and(|it| it <= now) {
        return Err(Failure::new(Exit::Usage, "the token would have ended already", "nothing was done", "give a later --expires"));
    }
    let (text, hash) = proof::token();
    let token = Token { id: proof::token_id(&hash), grant, created_at: now, expires_at, seen_day: None };
    store.add_token(&hash, &token).await?;
    if context.output.json() {
        context.output.object(&Shown::of(&token, Some(&text)));
    } else {
        context.output.line(&text);
    }
    Ok(Exit::Ok)
}

async fn list(context: &Context) -> Result<Exit, Failure> {
    let tokens = context.store().await?.tokens().await?;
    if context.output.json() {
        tokens.iter().for_each(|it| context.output.object(&Shown::of(it, None)));
        return Ok(Exit::Ok);
    }
    let moment = |at: Option<Millis>, none: &str| at.and_then(Millis::rfc3339).unwrap_or_else(|| none.to_owned());
    let row = |it: &Token| {
        let [tenant, role] = cells(&it.grant);
        let ended = it.expires_at.is_some_and(|it| it <= context.now());
        let ends = moment(it.expires_at, "never") + if ended { " (ended)" } else { "" };
        [it.id.clone(), tenant, role, moment(Some(it.created_at), ""), ends, moment(it.seen_day, "never")]
    };
    context.output.rows(["token", "tenant", "role", "made", "ends", "last used"], tokens.iter().map(row));
    Ok(Exit::Ok)
}
