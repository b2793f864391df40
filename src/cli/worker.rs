//! `acquaint worker`: runs what is queued and due, until it is told to stop.

use super::{Context, Exit, Failure};
use crate::schedule::{Limits, work};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// Runs what is queued and due, for all tenants, until it is told to stop (Ctrl-C, SIGTERM).
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint worker                       one process beside an embedded store is enough
  acquaint worker --runs-at-once 8

Any number of workers share a PostgreSQL database, on any number of machines. A worker keeps nothing of its own but an index: each
wants a data directory, which is filled from the database. A run whose worker dies is begun again by another within a minute. One that
is told to stop ends its runs without publishing, and they wait for another worker. ACQUAINT_LOG=info tells of every run.")]
pub(super) struct Args {
    /// Runs at work at one time in this process
    #[arg(long, value_name = "N")]
    runs_at_once: Option<NonZeroUsize>,
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let house = Arc::new(context.house(&store)?);
    house.check_key(&store.tenants().await?)?;
    context.output.note("at work; Ctrl-C stops");
    work(house, Limits::of(args.runs_at_once), context.interrupted()).await;
    Ok(context.tidy(store.as_ref()).await)
}
