//! The server on a thread of its own, and the way of one request through it.

use super::oauth::OAuth;
use super::reply::Refusal;
use super::route::Route;
use super::shared::{Call, Shared};
use super::wire::{header_text, respond};
use super::{Fault, sign_in};
use axum::{
    Router,
    extract::{Request, State},
    http::header,
    response::Response,
    serve::ListenerExt,
};
use std::sync::{Arc, mpsc};
use std::{io, time::Duration};
use tokio::{net::TcpListener, runtime::Builder, sync::oneshot};

/// Serves until it is told to stop, or its owner is gone. Tells `ready` first whether it can.
pub(super) fn run(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    stopped: oneshot::Receiver<()>,
    ready: &mpsc::Sender<io::Result<()>>,
) {
    let runtime = match Builder::new_multi_thread().worker_threads(2).thread_name("replica").enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(ready.send(Err(error))),
    };
    runtime.block_on(async {
        match TcpListener::from_std(listener) {
            Ok(listener) => {
                let _gone = ready.send(Ok(()));
                serve(listener, shared, stopped).await;
            }
            Err(error) => drop(ready.send(Err(error))),
        }
    });
    runtime.shutdown_background();
}

async fn serve(listener: TcpListener, shared: Arc<Shared>, stopped: oneshot::Receiver<()>) {
    let router = Router::new().fallback(handle).with_state(shared);
    let listener = listener.tap_io(|stream| {
        let _slower = stream.set_nodelay(true);
    });
    tokio::select! {
        _ = axum::serve(listener, router) => {}
        _ = stopped => {}
    }
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if let Some(kind) = OAuth::kind(request.uri().path()) {
        return sign_in::answer(&shared, kind, request).await;
    }
    let call = Call {
        route: Route::of(request.method(), request.uri().path()),
        path: request.uri().path().to_owned(),
        paged: request.uri().query().is_some_and(|it| it.split('&').any(|pair| pair.starts_with("offset="))),
        query: request.uri().query().unwrap_or_default().to_owned(),
        authorization: header_text(request.headers(), &header::AUTHORIZATION),
    };
    let (latency, now) = (shared.options.latency, shared.now());
    // Large pages and documents take milliseconds, and `edit` may hold the account: not on an async thread.
    let answered = tokio::task::spawn_blocking(move || shared.answer(call)).await;
    let (reply, fault) = answered.unwrap_or_else(|_| (Refusal::Status(500).into(), None));
    let longer = if let Some(Fault::Delay(it)) = fault { it } else { Duration::ZERO };
    tokio::time::sleep(latency + longer).await;
    respond(reply, fault, now)
}
