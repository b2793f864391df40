//! `acquaint publish NAME RUN` and `acquaint drop NAME RUN`: a person settles a held run.

use super::{Context, Exit, Failure};
use crate::model::{RunId, TenantName};

/// A tenant and one of its held runs.
#[derive(clap::Args)]
#[command(after_help = "Example:
  acquaint runs acme                    shows which run is held
  acquaint publish acme 01934…          its badges become the tenant's
  acquaint drop acme 01934…             its badges are forgotten")]
pub(super) struct Args {
    /// The tenant
    name: TenantName,
    /// The held run
    run: RunId,
}

pub(super) async fn publish(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    store.tenant(&args.name).await?;
    store.publish_held(&args.name, args.run, context.now()).await?;
    store.tidy().await?;
    told(args, context).await
}

pub(super) async fn drop(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    store.tenant(&args.name).await?;
    store.drop_held(&args.name, args.run, context.now()).await?;
    store.tidy().await?;
    told(args, context).await
}

async fn told(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let record = context.store().await?.run(args.run).await?;
    if context.output.json() {
        context.output.object(&record);
    } else {
        context.output.note(&format!("run {} of {} is {}", record.run, record.tenant, record.state.as_str()));
    }
    Ok(Exit::Ok)
}
