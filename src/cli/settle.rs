//! `acquaint publish NAME RUN`, `acquaint drop NAME RUN` and `acquaint cancel NAME RUN`: a person settles a held run, or stops one.

use super::{Context, Exit, Failure};
use crate::model::{RunId, TenantName};
use crate::store::Store;

/// A tenant and one of its runs.
#[derive(clap::Args)]
#[command(after_help = "Example:
  acquaint runs acme                    shows which run is held
  acquaint publish acme 01934…          its badges become the tenant's
  acquaint drop acme 01934…             its badges are forgotten
  acquaint cancel acme 01934…           a queued run ends; one that a worker is at stops within seconds")]
pub(super) struct Args {
    /// The tenant
    name: TenantName,
    /// The run
    run: RunId,
}

pub(super) async fn publish(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    store.tenant(&args.name).await?;
    store.publish_held(&args.name, args.run, context.now()).await?;
    told(args, context, store.as_ref()).await
}

pub(super) async fn drop(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    store.tenant(&args.name).await?;
    store.drop_held(&args.name, args.run, context.now()).await?;
    told(args, context, store.as_ref()).await
}

pub(super) async fn cancel(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    store.tenant(&args.name).await?;
    store.cancel_run(&args.name, args.run, context.now()).await?;
    told(args, context, store.as_ref()).await
}

async fn told(args: &Args, context: &Context, store: &dyn Store) -> Result<Exit, Failure> {
    let record = store.run(args.run).await?;
    if context.output.json() {
        context.output.object(&record);
    } else {
        context.output.note(&format!("run {} of {} is {}", record.run, record.tenant, record.state.as_str()));
    }
    Ok(context.tidy(store).await)
}
