//! `acquaint serve`: the pages, and the interface for programs.

use super::replica::{no_signals, not_started, stop_asked};
use super::{Context, Exit, Failure};
use crate::model::Millis;
use crate::schedule::{self, Limits};
use crate::serve::{self, Rooms, Site};
use crate::store::{Location, Store};
use futures::FutureExt;
use serde_json::json;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serves the pages and the interface until it is stopped; with an embedded store it also runs what is queued and due.
#[derive(clap::Args)]
#[command(after_help = "Prints the address, and serves until it is stopped. Put a proxy with TLS before it that passes Host on and
sets X-Forwarded-Proto: passwords and badges must not cross a network in the clear.

Examples:
  acquaint serve
  acquaint serve --listen 10.0.0.5:8080                              beside a database; `acquaint worker` does the runs
  acquaint serve --runs-at-once 2                                    beside a database, without a worker
  acquaint user add ana@acme.example --tenant acme --role admin      someone who may sign in
  acquaint token create acme --role sourcer                          a program that may ask")]
pub(super) struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7474")]
    listen: SocketAddr,
    /// Requests a second that each user or token may make
    #[arg(long, value_name = "N", default_value_t = serve::A_SECOND)]
    rate: NonZeroU32,
    /// Leave runs to `acquaint worker`
    #[arg(long, conflicts_with = "runs_at_once")]
    no_runs: bool,
    /// Runs at work at one time in this process; beside a database none unless this is said
    #[arg(long, value_name = "N")]
    runs_at_once: Option<NonZeroUsize>,
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    // An embedded store has nobody else; beside a database there are workers.
    let elsewhere = args.no_runs || args.runs_at_once.is_none() && matches!(context.settings()?.database, Location::Postgres(_));
    let runs = if elsewhere { Runs::Elsewhere } else { Runs::Here(Limits::of(args.runs_at_once)) };
    until_stopped(context, &store, (args.listen, args.rate, runs), |url| {
        if context.output.json() {
            context.output.object(&json!({ "url": url }));
        } else {
            context.output.line(url);
        }
    })
    .await
}

/// Whether this process runs what is queued.
#[derive(Clone, Copy)]
pub(super) enum Runs {
    /// So many.
    Here(Limits),
    /// Workers do.
    Elsewhere,
}

/// Serves until somebody asks to stop; `told` hears the address once it is open.
pub(super) async fn until_stopped(
    context: &Context,
    store: &Arc<dyn Store>,
    (listen, rate, runs): (SocketAddr, NonZeroU32, Runs),
    told: impl FnOnce(&str),
) -> Result<Exit, Failure> {
    let stop = stop_asked().map_err(|_| no_signals())?.shared();
    let site = site(context, store, rate)?;
    let house = Arc::new(context.house(store)?);
    let listener = TcpListener::bind(listen).await.map_err(|error| not_started(listen, &error))?;
    told(&format!("http://{}", listener.local_addr().map_err(|error| not_started(listen, &error))?));
    let work = async {
        match runs {
            Runs::Here(limits) => schedule::work(house, limits, stop.clone()).await,
            // Where all workers are dead, it is said here that their runs are late.
            Runs::Elsewhere => tokio::select! {
                () = stop.clone() => {}
                () = schedule::stand_by(house) => {}
            },
        }
    };
    tokio::join!(serve::run(listener, &site, stop.clone()), work);
    Ok(context.tidy(store.as_ref()).await)
}

/// The rooms of this installation, for requests.
pub(super) fn site(context: &Context, store: &Arc<dyn Store>, rate: NonZeroU32) -> Result<Arc<Site>, Failure> {
    let clock: serve::Clock = Arc::new(|| Millis(chrono::Utc::now().timestamp_millis()));
    Ok(Site::new(Rooms {
        store: Arc::clone(store),
        place: context.index_place()?,
        keys: context.settings()?.key.clone(),
        rate,
        connections: serve::CONNECTIONS,
        head: serve::HEAD,
        patience: serve::PATIENCE,
        clock,
        ticks: serve::ticks(),
    }))
}
