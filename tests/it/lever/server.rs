//! A server that answers as it is told and remembers what it heard.

use acquaint::lever::limiter::Pace;
use acquaint::lever::{Lever, Listing, base_url};
use acquaint::model::{Environment, Millis};
use acquaint::secrets::Secret;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) key: Option<String>,
    pub(super) at: Instant,
}

impl Heard {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }
}

type Log = Arc<Mutex<Vec<Heard>>>;
type Answers = Box<dyn Fn(&Heard, usize) -> Response + Send + Sync>;

pub(super) struct Fake {
    pub(super) url: String,
    heard: Log,
}

impl Fake {
    /// Serves on a port of its own; `answer` is given the request and how many came before it.
    pub(super) async fn serve(answer: impl Fn(&Heard, usize) -> Response + Send + Sync + 'static) -> Self {
        let heard = Log::default();
        let state = (Arc::clone(&heard), Arc::new(Box::new(answer) as Answers));
        let app = axum::Router::new().fallback(hear).with_state(state);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, heard }
    }

    pub(super) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// A client whose seconds are milliseconds.
    pub(super) fn client(&self) -> Lever {
        self.paced(Pace { rate: 100, burst: 100, unit: Duration::from_millis(1), patience: Duration::from_secs(10) })
    }

    pub(super) fn paced(&self, pace: Pace) -> Lever {
        let base = base_url(Environment::Production, Some(&self.url)).unwrap();
        Lever::paced(base, Secret::new(b"a-test-key".to_vec()), pace).unwrap()
    }
}

async fn hear(State((heard, answer)): State<(Log, Arc<Answers>)>, request: Request) -> Response {
    let uri = request.uri();
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let key = request.headers().get(header::AUTHORIZATION).map(|it| it.to_str().unwrap().to_owned());
    let it = Heard { path: uri.path().to_owned(), query, key, at: Instant::now() };
    let before = {
        let mut all = heard.lock().unwrap();
        all.push(it.clone());
        all.len() - 1
    };
    answer(&it, before)
}

pub(super) const LISTING: Listing = Listing { confidential: false, start: None, now: Millis(1_790_000_000_000) };

pub(super) fn json(text: impl Into<String>) -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::DATE, "Sun, 22 Nov 2026 02:10:00 GMT")], text.into()).into_response()
}

pub(super) fn page(items: &str) -> Response {
    json(format!(r#"{{"data":[{items}],"hasNext":false}}"#))
}

pub(super) fn status(code: u16) -> Response {
    (StatusCode::from_u16(code).unwrap(), r#"{"code":"SomeError","message":"quoting Zoë Quux"}"#).into_response()
}

/// A body that breaks off.
pub(super) fn broken() -> Response {
    let parts = [Ok(Bytes::from_static(b"{\"data\":[")), Err(std::io::Error::other("gone"))];
    Body::from_stream(stream::iter(parts)).into_response()
}

/// One readable opportunity.
pub(super) fn row(id: &str, created: i64, more: &str) -> String {
    format!(r#"{{"id":"{id}","contact":"c-{id}","createdAt":{created}{more}}}"#)
}
