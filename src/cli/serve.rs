//! `acquaint serve`: the pages, and the interface for programs.

use super::replica::{no_signals, not_started, stop_asked};
use super::{Context, Exit, Failure};
use crate::model::Millis;
use crate::schedule::{self, Limits};
use crate::serve::{self, Door, Rooms, Site};
use crate::store::{Location, Store};
use futures::FutureExt;
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serves the pages and the interface until it is stopped; with an embedded store it also runs what is queued and due.
#[derive(clap::Args)]
#[command(after_help = "Prints the address, and serves until it is stopped. Put a proxy with TLS before it that passes Host on and
sets X-Forwarded-Proto: passwords and badges must not cross a network in the clear. One on another machine is one address, which
may hold a third of all connections unless --proxy names it.

Examples:
  acquaint serve
  acquaint serve --listen 10.0.0.5:8080                              beside a database; `acquaint worker` does the runs
  acquaint serve --listen 10.0.0.5:8080 --proxy 10.0.0.2             behind a proxy on another machine
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
    /// Connections that are open at once, each of which takes an open file; one address may hold a third
    #[arg(long, value_name = "N", default_value_t = serve::CONNECTIONS, value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,
    /// A proxy on another machine, which may hold all of them: it brings everybody; may be given again
    #[arg(long = "proxy", value_name = "ADDR")]
    proxies: Vec<IpAddr>,
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
    let (rate, connections, proxies) = (args.rate, args.connections, args.proxies.clone());
    until_stopped(context, &store, Opening { listen: args.listen, rate, connections, proxies, runs }, |url| {
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

/// How a server is opened.
pub(super) struct Opening {
    listen: SocketAddr,
    rate: NonZeroU32,
    connections: u32,
    proxies: Vec<IpAddr>,
    runs: Runs,
}

impl Opening {
    /// With limits as they are unless the operator says otherwise.
    pub(super) fn at(listen: SocketAddr, runs: Runs) -> Self {
        Self { listen, rate: serve::A_SECOND, connections: serve::CONNECTIONS, proxies: Vec::new(), runs }
    }
}

/// Serves until somebody asks to stop; `told` hears the address once it is open.
pub(super) async fn until_stopped(
    context: &Context,
    store: &Arc<dyn Store>,
    Opening { listen, rate, connections, proxies, runs }: Opening,
    told: impl FnOnce(&str),
) -> Result<Exit, Failure> {
    let stop = stop_asked().map_err(|_| no_signals())?.shared();
    let site = site(context, store, (rate, connections))?;
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
    tokio::join!(serve::run(Door { listener, proxies }, &site, stop.clone()), work);
    Ok(context.tidy(store.as_ref()).await)
}

/// The rooms of this installation, for requests.
fn site(context: &Context, store: &Arc<dyn Store>, (rate, connections): (NonZeroU32, u32)) -> Result<Arc<Site>, Failure> {
    let clock: serve::Clock = Arc::new(|| Millis(chrono::Utc::now().timestamp_millis()));
    Ok(Site::new(Rooms {
        store: Arc::clone(store),
        place: context.index_place()?,
        keys: context.settings()?.key.clone(),
        rate,
        connections,
        head: serve::HEAD,
        patience: serve::PATIENCE,
        clock,
        ticks: serve::ticks(),
    }))
}
