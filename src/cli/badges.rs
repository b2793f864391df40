//! `acquaint badges NAME`: what sourcers see, whole.

use super::{Context, Exit, Failure};
use crate::{
    model::{Badge, Millis, ProfileId, TenantName},
    night,
    store::{Set, Store, Which},
};

/// Prints a tenant's badges.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint badges acme
  acquaint badges acme --profile p-17 --json")]
pub(super) struct Args {
    /// The tenant
    name: TenantName,
    /// Only of these profiles
    #[arg(long, value_name = "ID")]
    profile: Vec<ProfileId>,
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let which = if args.profile.is_empty() { Which::Badges } else { Which::BadgesOf(&args.profile) };
    let badges = published(store.as_ref(), &args.name, which, context.now()).await?;
    print(context, &badges);
    for it in store.not_yet_checked(&args.name, &args.profile).await? {
        context.output.note(&format!("{it}: not yet checked, it was added or changed after the last night"));
    }
    Ok(Exit::Ok)
}

/// The badges that readers see at this moment.
pub(super) async fn published(store: &dyn Store, name: &TenantName, which: Which<'_>, now: Millis) -> Result<Vec<Badge>, Failure> {
    store.tenant(name).await?;
    let published = store.read(name, Set::Published, which).await?;
    Ok(night::badges(name, &published, now))
}

/// One object a line with `--json`; else a table.
pub(super) fn print(context: &Context, badges: &[Badge]) {
    if context.output.json() {
        return badges.iter().for_each(|it| context.output.object(it));
    }
    let headers = ["profile", "kind", "status", "stage", "recruiter", "last interaction", "opportunities", "sure"];
    context.output.rows(headers, badges.iter().map(row));
}

fn row(it: &Badge) -> [String; 8] {
    let day = |time: Option<Millis>| time.and_then(Millis::rfc3339).map_or_else(String::new, |it| it.chars().take(10).collect());
    let stage = it.stage.as_ref().map(|it| it.text.clone().unwrap_or_else(|| it.id.to_string()));
    let recruiter = it.recruiter.as_ref().map(|it| match (&it.name, it.active) {
        (Some(name), Some(false)) => format!("{name} (left)"),
        (Some(name), _) => name.clone(),
        (None, _) => it.id.to_string(),
    });
    let status = if it.do_not_contact { format!("{}, do not contact", it.status.as_str()) } else { it.status.as_str().to_owned() };
    [
        it.profile.to_string(),
        it.kind.as_str().to_owned(),
        status,
        stage.unwrap_or_default(),
        recruiter.unwrap_or_default(),
        day(it.last_interaction_at),
        it.opportunities.len().to_string(),
        format!("{:.1} %", it.probability * 100.0),
    ]
}
