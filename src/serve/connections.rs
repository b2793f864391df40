//! Connections, from the first to the last: so many at a time, and each has to say what it wants in some time.

use super::site::Site;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How long nobody is let in when the system has no room for a connection.
const BREATH: Duration = Duration::from_secs(1);

/// Where connections come in.
pub struct Door {
    /// What they come to.
    pub listener: TcpListener,
    /// Machines that each bring everybody: their connections are limited by the whole alone.
    pub proxies: Vec<IpAddr>,
}

impl Door {
    /// Whether the connection is of a proxy that was named.
    fn brings_everybody(&self, peer: SocketAddr) -> bool {
        self.proxies.iter().any(|it| it.to_canonical() == peer.ip().to_canonical())
    }
}

/// Lets connections in until the site is told to stop, and returns when the last has ended.
pub(super) async fn serve(door: Door, site: &Arc<Site>, routes: Router) {
    let (mut open, mut stopped) = (JoinSet::new(), pin!(site.stopped()));
    let most = site.limits.connections as usize;
    loop {
        tokio::select! {
            () = &mut stopped => break,
            Some(_ended) = open.join_next() => {}
            // Where as many as may are open, others wait at the door.
            accepted = door.listener.accept(), if open.len() < most => match accepted {
                Ok((stream, peer)) => {
                    if let Some(served) = admitted(stream, (peer, &door), site, &routes) {
                        open.spawn(served);
                    }
                    if open.len() == most && site.limits.tells("all") {
                        tracing::warn!("as many connections are open as may be, and others wait; `serve --connections N` lets more in");
                    }
                }
                Err(error) if is_over(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be let in; it is tried again");
                    tokio::time::sleep(BREATH).await;
                }
            },
        }
    }
    drop(door);
    while open.join_next().await.is_some() {}
}

/// One connection to its end, unless its address holds enough of them: it is closed, and hears nothing.
fn admitted(
    stream: TcpStream,
    (peer, door): (SocketAddr, &Door),
    site: &Arc<Site>,
    routes: &Router,
) -> Option<impl Future<Output = ()> + use<>> {
    let share = if door.brings_everybody(peer) { Ok(None) } else { site.limits.connect(peer) };
    let Ok(share) = share else {
        if site.limits.tells("away") {
            tracing::warn!(
                "connections are turned away: their address holds a third of all; if it is a proxy, name it by `serve --proxy ADDR`"
            );
        }
        return None;
    };
    let served = one(stream, peer, Arc::clone(site), routes.clone());
    Some(async move {
        served.await;
        drop(share);
    })
}

/// Whether the error is of one connection, which ended before it began.
fn is_over(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset)
}

/// One connection to its end; once the site is told to stop, to the end of the request under way.
async fn one(stream: TcpStream, peer: SocketAddr, site: Arc<Site>, routes: Router) {
    let routes = TowerToHyperService::new(routes);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        routes.call(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(site.head);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = site.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // Whoever went away, or was too slow, hears nothing any more.
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}
