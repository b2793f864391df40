//! The way of one request: key, allowance, faults, latency, answer, headers.

use super::allowance::Bucket;
use super::book::Book;
use super::faults::{Edit, Plan, Trouble};
use super::oauth::{Answered, Asked, OAuth};
use super::query::Query;
use super::reply::{Refusal, Reply};
use super::resources::Ask;
use super::route::Route;
use super::stats::{Log, Seen};
use super::{Fault, Faults, Key, Kind, Options, Quirk, Stats};
use crate::world::{Account, Ms};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
    serve::ListenerExt,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{StreamExt, future::ready, stream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, mpsc};
use std::{io, time::Duration, time::Instant};
use tokio::{net::TcpListener, runtime::Builder, sync::oneshot};

/// What all requests share.
pub(super) struct Shared {
    options: Options,
    book: RwLock<Book>,
    counts: Mutex<Counts>,
    plan: Mutex<Plan>,
    oauth: Mutex<OAuth>,
}

struct Counts {
    /// One a key, in the order of the keys; none without an allowance.
    buckets: Vec<Bucket>,
    stats: Stats,
    log: Log,
}

/// What is known of a request before it is answered.
struct Call {
    route: Route,
    path: String,
    query: String,
    /// Whether it asks for a page after the first.
    paged: bool,
    authorization: Option<String>,
}

impl Shared {
    pub(super) fn new(account: Account, options: Options) -> Self {
        let now = Instant::now();
        let buckets = options.allowance.map(|it| options.keys.iter().map(|_| Bucket::new(it, now)).collect());
        let counts = Counts { buckets: buckets.unwrap_or_default(), stats: Stats::default(), log: Log::default() };
        let plan = Plan::new(&options.faults, options.seed);
        let oauth = OAuth::new(options.apps.clone(), options.allowance);
        Self {
            book: RwLock::new(Book::new(account)),
            counts: Mutex::new(counts),
            plan: Mutex::new(plan),
            oauth: Mutex::new(oauth),
            options,
        }
    }

    /// The time by Lever's clock.
    pub(super) fn now(&self) -> Ms {
        self.options.clock.now() + locked(&self.plan).ahead()
    }

    pub(super) fn oauth(&self) -> MutexGuard<'_, OAuth> {
        locked(&self.oauth)
    }

    pub(super) fn first_key(&self) -> &str {
        self.options.keys.first().map_or("", Key::secret)
    }

    pub(super) fn stats(&self) -> Stats {
        locked(&self.counts).stats.clone()
    }

    pub(super) fn log(&self) -> Vec<Seen> {
        locked(&self.counts).log.all()
    }

    pub(super) fn edit<R>(&self, change: impl FnOnce(&mut Account) -> R) -> R {
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        let mut account = std::mem::take(&mut book.account);
        let result = change(&mut account);
        *book = Book::new(account);
        result
    }

    pub(super) fn fail_next(&self, kind: Kind, fault: Fault) {
        locked(&self.plan).hook(kind, fault);
    }

    pub(super) fn edit_at(&self, edit: Edit) {
        locked(&self.plan).edit(edit);
    }

    pub(super) fn misbehave(&self, faults: &[Faults]) {
        locked(&self.plan).change(faults);
    }

    /// Counts the request and says under which key it goes on, and what is to go wrong with it.
    fn admit(&self, call: &Call) -> Result<(Key, Trouble), Refusal> {
        let mut counts = locked(&self.counts);
        counts.stats.attempts += 1;
        *counts.stats.by_kind.entry(call.route.kind).or_default() += 1;
        counts.stats.violations.extend(call.route.violation.clone());
        let secret = call.authorization.as_deref().and_then(secret_of).ok_or(Refusal::Unauthorized)?;
        let (key, taken) = match self.options.keys.iter().position(|it| it.secret() == secret) {
            Some(place) => (self.options.keys[place].clone(), counts.buckets.get_mut(place).map(|it| it.take(Instant::now()))),
            None => self.oauth().admit(&secret, self.options.clock.now()).ok_or(Refusal::Unauthorized)?,
        };
        if let Some(taken) = taken {
            counts.stats.beyond_allowance = counts.stats.beyond_allowance.max(taken.beyond);
            if !taken.granted {
                return Err(Refusal::Status(429));
            }
        }
        Ok((key, locked(&self.plan).next(call.route.kind, call.paged)))
    }

    fn read(&self, call: &Call, key: &Key, quirks: &[Quirk]) -> Reply {
        let now = self.now();
        let book = self.book.read().unwrap_or_else(PoisonError::into_inner);
        let query = Query::parse(call.route.kind, &call.query);
        let ask = Ask { book: &book, options: &self.options, key, quirks, now, route: &call.route, query: &query, path: &call.path };
        ask.reply().unwrap_or_else(Reply::from)
    }

    fn note(&self, call: Call, status: u16) {
        let mut counts = locked(&self.counts);
        counts.stats.rate_limited += u64::from(status == 429);
        counts.stats.downloads += u64::from(status == 200 && call.route.kind == Kind::ResumeDownload);
        counts.log.add(Seen { kind: call.route.kind, query: call.query, status });
    }

    /// The sign-in: no key, no allowance, and only faults that were ordered for it, after which it has answered all the same.
    fn sign_in(&self, asked: &Asked<'_>) -> (Answered, Option<Fault>) {
        *locked(&self.counts).stats.by_kind.entry(asked.kind).or_default() += 1;
        let fault = locked(&self.plan).hooked(asked.kind, false);
        let answered = match fault {
            Some(Fault::Status(status)) => Answered { reply: Refusal::Status(status).into(), location: None },
            _ => self.oauth().answer(asked),
        };
        (answered, fault)
    }

    /// Everything but the waiting and the wire.
    fn answer(&self, call: Call) -> (Reply, Option<Fault>) {
        let (key, trouble) = match self.admit(&call) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                let reply = Reply::from(refusal);
                self.note(call, reply.status);
                return (reply, None);
            }
        };
        for edit in trouble.edits {
            let now = self.now();
            self.edit(|account| (edit.change)(account, now));
        }
        let reply = match trouble.fault {
            Some(Fault::Status(status)) => Refusal::Status(status).into(),
            Some(Fault::RetryAfter(seconds)) => Reply { retry_after: Some(seconds), ..Refusal::Status(429).into() },
            Some(Fault::Html) => Reply::web_page(),
            Some(Fault::BadOffset) => Refusal::unknown_token().into(),
            Some(Fault::Circle) => {
                self.read(&call, &key, &trouble.quirks).with_next(Query::parse(call.route.kind, &call.query).first("offset"))
            }
            _ => self.read(&call, &key, &trouble.quirks),
        };
        self.note(call, reply.status);
        (reply, trouble.fault)
    }
}

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
        return sign_in(&shared, kind, request).await;
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

async fn sign_in(shared: &Shared, kind: Kind, request: Request) -> Response {
    let host = header_text(request.headers(), &header::HOST).unwrap_or_default();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = axum::body::to_bytes(request.into_body(), 64 << 10).await.unwrap_or_default();
    let now = shared.now();
    let audience = format!("http://{host}/v1/");
    let (answered, fault) = shared.sign_in(&Asked { kind, query: &query, body: &body, audience: &audience, now });
    let longer = if let Some(Fault::Delay(it)) = fault { it } else { Duration::ZERO };
    tokio::time::sleep(shared.options.latency + longer).await;
    let mut response = respond(answered.reply, fault, now);
    if let Some(location) = answered.location.and_then(|it| HeaderValue::from_str(&it).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn respond(reply: Reply, fault: Option<Fault>, now: Ms) -> Response {
    let body = match fault {
        Some(Fault::Truncate) => half(reply.body),
        Some(Fault::Reset) => Body::from_stream(stream::once(ready(Err::<Bytes, _>(broken())))),
        Some(Fault::Trickle(over)) => drops(&reply.body, over),
        _ => Body::from(reply.body),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.media_type));
    headers.insert(header::SERVER, HeaderValue::from_static("lever-data-api"));
    headers.insert(HeaderName::from_static("x-lever-region"), HeaderValue::from_static("global"));
    if let Some(seconds) = reply.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(date) = http_date(now) {
        headers.insert(header::DATE, date);
    }
    response
}

/// The first half, and then an error that makes the server break the connection.
fn half(mut body: Vec<u8>) -> Body {
    body.truncate(body.len() / 2);
    let first = stream::once(ready(Ok(Bytes::from(body))));
    let broken = stream::once(async {
        // An error that comes together with the first half would take the headers with it.
        tokio::time::sleep(Duration::from_millis(1)).await;
        Err(broken())
    });
    Body::from_stream(first.chain(broken))
}

fn broken() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionReset)
}

/// The whole body, in ten parts over this time.
fn drops(body: &[u8], over: Duration) -> Body {
    let parts: Vec<Bytes> = body.chunks(body.len().div_ceil(10).max(1)).map(Bytes::copy_from_slice).collect();
    Body::from_stream(stream::iter(parts).then(move |part| async move {
        tokio::time::sleep(over / 10).await;
        Ok::<_, io::Error>(part)
    }))
}

fn http_date(now: Ms) -> Option<HeaderValue> {
    let time = chrono::DateTime::from_timestamp_millis(now)?;
    HeaderValue::from_str(&time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

/// The key of `Basic` (as the user, with an empty password) or `Bearer`.
fn secret_of(authorization: &str) -> Option<String> {
    let (scheme, value) = authorization.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    pair.strip_suffix(':').map(str::to_owned)
}

fn header_text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
