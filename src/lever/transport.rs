//! One request and its attempts: the key goes to Lever's own host alone, every attempt passes the limiter, only GET is used, and
//! no answer is read beyond its bound.

use super::answer::{body, broken, date, pause, redirect};
use super::ask::Ask;
use super::asked;
use super::client::is_loopback;
use super::credential::Credential;
use super::limiter::{Lane, Limiter, Pace};
use super::{LeverError, Usage};
use crate::model::Millis;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use serde::de::IgnoredAny;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use url::Url;

const ATTEMPTS: u32 = 5;
/// More than 100 rows ever are; a page beyond it is not read to its end.
const MAX_PAGE: usize = 64 << 20;
/// Longer files are no résumés.
pub(super) const MAX_FILE: usize = 20 << 20;
/// A longer pause than this is for the next run.
const MAX_PAUSE: Duration = Duration::from_secs(120);
const REDIRECTS: usize = 3;

/// A body that is one JSON value, as text.
pub(super) struct Answer {
    pub(super) text: String,
    /// Lever's clock.
    pub(super) date: Option<Millis>,
    /// How long it took, without the wait for the allowance.
    pub(super) latency: Duration,
}

/// Counts of requests, shared by the clones of a client.
#[derive(Default)]
pub(super) struct Counters {
    requests: AtomicU64,
    answered: AtomicU64,
    rate_limited: AtomicU64,
}

impl Counters {
    pub(super) fn usage(&self) -> Usage {
        let read = |it: &AtomicU64| it.load(Ordering::Relaxed);
        Usage { requests: read(&self.requests), answered: read(&self.answered), rate_limited: read(&self.rate_limited) }
    }
}

/// A failed attempt, with the pause that Lever asked for.
struct Fault {
    error: LeverError,
    pause: Option<Duration>,
    /// When the request went out, where there was an answer.
    sent: Option<Instant>,
}

impl From<LeverError> for Fault {
    fn from(error: LeverError) -> Self {
        Self { error, pause: None, sent: None }
    }
}

/// The way to one account with one key.
#[derive(Clone)]
pub(super) struct Transport {
    pub(super) client: Client,
    /// With its final `/v1`.
    pub(super) base: Url,
    pub(super) credential: Credential,
    pub(super) limiter: Arc<Limiter>,
    pub(super) lane: Lane,
    pub(super) pace: Pace,
    pub(super) counters: Arc<Counters>,
    /// Set when Lever refuses this key the applications of opportunities: they are not asked for any more.
    pub(super) plain: Arc<AtomicBool>,
}

impl Transport {
    /// A JSON answer. A body that is cut off or is no JSON counts as a failed attempt.
    pub(super) async fn json(&self, ask: &Ask<'_>) -> Result<Answer, LeverError> {
        let url = ask.address(&self.base)?;
        self.attempts(|key| {
            let url = url.clone();
            async move {
                let (response, began) = self.send(url, Some(&key), self.pace.patience).await?;
                let response = self.accept(response, ask, Answers::Lever, began)?;
                let date = date(response.headers());
                let bytes = body(response, MAX_PAGE).await?;
                let text = String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
                let malformed = |e: serde_json::Error| LeverError::Malformed { what: ask.what, line: e.line() };
                serde_json::from_str::<IgnoredAny>(&text).map_err(malformed)?;
                Ok(Answer { text, date, latency: began.elapsed() })
            }
        })
        .await
    }

    /// A file's bytes, at most [`MAX_FILE`]. Redirects are followed here alone, and the key stays behind when the host changes.
    /// Where no web page is due, one counts as a failed attempt: it is some gateway's.
    pub(super) async fn file(&self, ask: &Ask<'_>, due: Due) -> Result<Vec<u8>, LeverError> {
        let first = ask.address(&self.base)?;
        self.attempts(|key| {
            let mut url = first.clone();
            async move {
                let (mut key, mut answers) = (Some(&key), Answers::Lever);
                for _ in 0..=REDIRECTS {
                    let (response, began) = self.send(url.clone(), key, self.pace.patience * 2).await?;
                    let Some(target) = redirect(&url, &response) else {
                        let response = self.accept(response, ask, answers, began)?;
                        if due == Due::NoPage && is_page(&response) {
                            return Err(LeverError::Malformed { what: ask.what, line: 1 }.into());
                        }
                        return Ok(body(response, MAX_FILE).await?);
                    };
                    if target.origin() != self.base.origin() {
                        (key, answers) = (None, Answers::Another);
                        self.may_follow(&target, ask)?;
                    }
                    url = target;
                }
                Err(LeverError::Refused { what: ask.what, status: StatusCode::FOUND.as_u16() }.into())
            }
        })
        .await
    }

    /// Whether Lever would hand out a file; nothing of it is received.
    pub(super) async fn opens(&self, ask: &Ask<'_>) -> Result<(), LeverError> {
        let url = ask.address(&self.base)?;
        self.attempts(|key| {
            let url = url.clone();
            async move {
                let (response, began) = self.send(url.clone(), Some(&key), self.pace.patience).await?;
                match redirect(&url, &response) {
                    Some(_) => Ok(()),
                    None => self.accept(response, ask, Answers::Lever, began).map(drop),
                }
            }
        })
        .await
    }

    /// Asks until an answer is good or final. A token that Lever refuses is changed for another once.
    async fn attempts<T, A: Future<Output = Result<T, Fault>>>(&self, attempt: impl Fn(HeaderValue) -> A) -> Result<T, LeverError> {
        let (mut failed, mut renewed) = (0, false);
        let mut key = self.credential.header().await?;
        loop {
            let fault = match attempt(key.clone()).await {
                Ok(it) => return Ok(it),
                Err(fault) => fault,
            };
            if matches!(fault.error, LeverError::Unauthorized) {
                let other = if renewed { None } else { self.credential.renewed(&key).await? };
                let Some(other) = other else { return Err(self.credential.refused()) };
                (key, renewed) = (other.header, other.new);
                continue;
            }
            failed += 1;
            if !fault.error.passes() || failed == ATTEMPTS || fault.pause.is_some_and(|it| it > MAX_PAUSE) {
                return Err(fault.error);
            }
            match (fault.error, fault.sent) {
                // The limiter holds everyone back, this request too.
                (LeverError::RateLimited, Some(sent)) => {
                    self.limiter.refused(sent, fault.pause).await;
                }
                _ => tokio::time::sleep(fault.pause.unwrap_or_else(|| self.backoff(failed - 1))).await,
            }
        }
    }

    /// One unit, doubled with each failure, and up to a quarter more so that cursors do not come back in step.
    fn backoff(&self, failed: u32) -> Duration {
        let jitter = getrandom::u32().map_or(0.0, |it| f64::from(it) / f64::from(u32::MAX) / 4.0);
        (self.pace.unit * 2_u32.pow(failed)).mul_f64(1.0 + jitter)
    }

    async fn send(&self, url: Url, key: Option<&HeaderValue>, patience: Duration) -> Result<(Response, Instant), LeverError> {
        self.limiter.permit(self.lane).await;
        self.counters.requests.fetch_add(1, Ordering::Relaxed);
        let began = Instant::now();
        let mut request = self.client.get(url).timeout(patience);
        if let Some(key) = key {
            request = request.header(AUTHORIZATION, key);
        }
        let answer = request.send().await;
        // A host that only keeps files is told no key.
        if key.is_some() {
            asked::count(answer.as_ref().ok().map(|it| it.status().as_u16()));
        }
        let answer = answer.map_err(broken)?;
        self.counters.answered.fetch_add(1, Ordering::Relaxed);
        Ok((answer, began))
    }

    /// Lets a good answer pass, and says what any other means.
    fn accept(&self, response: Response, ask: &Ask<'_>, from: Answers, sent: Instant) -> Result<Response, Fault> {
        let status = response.status();
        let what = ask.what;
        let error = match status.as_u16() {
            200..=299 => {
                self.limiter.served(sent);
                return Ok(response);
            }
            // Another host knows nothing of Lever's permissions.
            400..=428 | 430..=499 if from == Answers::Another => LeverError::NotFound,
            401 => LeverError::Unauthorized,
            403 => LeverError::Forbidden { checkbox: self.credential.lacks(ask.checkbox) },
            404 | 410 => LeverError::NotFound,
            429 => LeverError::RateLimited,
            500..=599 => LeverError::Unavailable { status: Some(status.as_u16()), source: None },
            status => LeverError::Refused { what, status },
        };
        if status == StatusCode::TOO_MANY_REQUESTS {
            self.counters.rate_limited.fetch_add(1, Ordering::Relaxed);
        }
        Err(Fault { error, pause: pause(response.headers()), sent: Some(sent) })
    }

    /// A file may be kept by a public HTTPS host, and by this machine where Lever is this machine.
    fn may_follow(&self, target: &Url, ask: &Ask<'_>) -> Result<(), LeverError> {
        let public = target.scheme() == "https" && target.domain().is_some() && !is_loopback(target);
        let own = is_loopback(&self.base) && is_loopback(target) && matches!(target.scheme(), "http" | "https");
        if public || own {
            return Ok(());
        }
        Err(LeverError::Refused { what: ask.what, status: StatusCode::FOUND.as_u16() })
    }
}

fn is_page(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"text/html"))
}

/// What a file can be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Whatever was uploaded.
    Anything,
    /// Its name says that it is no web page.
    NoPage,
}

/// Whose answer it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answers {
    Lever,
    /// A host that keeps files, and is told no key.
    Another,
}
