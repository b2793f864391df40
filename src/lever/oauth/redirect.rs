//! The one answer that Lever's page sends back through the browser, received on this machine.

use super::visit::Code;
use super::{OAuthError, Visit};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use url::{Host, Url};

/// What the browser shows; the outcome is told where the command was given.
const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Acquaint</title>\
                    <p>Acquaint has Lever's answer. You can close this page and go back to the terminal.</p></html>";
/// How long the browser may take to read the page.
const FAREWELL: Duration = Duration::from_secs(2);

/// The address at which the answer arrives, held.
pub struct Listener {
    socket: TcpListener,
    path: String,
}

struct Door {
    path: String,
    answer: Mutex<Option<oneshot::Sender<String>>>,
}

impl Listener {
    /// Begins to listen at a redirect address, which is one of this machine's.
    ///
    /// # Errors
    /// [`OAuthError::NoListener`] when the address is taken, [`OAuthError::Elsewhere`] when it is that of pages behind TLS.
    pub async fn bind(redirect: &Url) -> Result<Self, OAuthError> {
        if redirect.scheme() != "http" {
            return Err(OAuthError::Elsewhere);
        }
        let ip = match redirect.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            // A browser that tries ::1 for `localhost` goes on to this one.
            _ => IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        let address = SocketAddr::new(ip, redirect.port_or_known_default().unwrap_or(80));
        let socket = TcpListener::bind(address).await.map_err(|error| OAuthError::NoListener(error.kind()))?;
        Ok(Self { socket, path: redirect.path().to_owned() })
    }

    /// Waits for the answer to this visit.
    ///
    /// # Errors
    /// What the answer says, or [`OAuthError::NoAnswer`].
    pub async fn answer(self, visit: &Visit, patience: Duration) -> Result<Code, OAuthError> {
        let (tell, told) = oneshot::channel();
        let (end, ended) = oneshot::channel::<()>();
        let door = Arc::new(Door { path: self.path, answer: Mutex::new(Some(tell)) });
        let router = Router::new().fallback(open).with_state(door);
        let serving = axum::serve(self.socket, router).with_graceful_shutdown(async {
            let _ended = ended.await;
        });
        let serving = tokio::spawn(serving.into_future());
        let answer = tokio::time::timeout(patience, told).await;
        drop(end);
        let stop = serving.abort_handle();
        if tokio::time::timeout(FAREWELL, serving).await.is_err() {
            stop.abort();
        }
        visit.read(&answer.ok().and_then(Result::ok).ok_or(OAuthError::NoAnswer)?)
    }
}

/// The first request for the path is the answer; a browser asks for other things too, such as an icon.
async fn open(State(door): State<Arc<Door>>, request: Request) -> Response {
    let query = request.uri().query().filter(|_| request.uri().path() == door.path);
    let Some(query) = query else { return StatusCode::NOT_FOUND.into_response() };
    if let Some(tell) = door.answer.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _gone = tell.send(query.to_owned());
    }
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONNECTION, "close"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, PAGE).into_response()
}
