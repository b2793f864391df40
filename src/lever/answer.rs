//! What an answer says besides its status: where it leads, its bytes up to a bound, a pause that Lever asks for, Lever's clock.

use super::LeverError;
use crate::model::Millis;
use reqwest::Response;
use reqwest::header::{DATE, HeaderMap, LOCATION, RETRY_AFTER};
use std::time::Duration;
use url::Url;

pub(super) fn redirect(from: &Url, response: &Response) -> Option<Url> {
    let target = response.headers().get(LOCATION).filter(|_| response.status().is_redirection())?;
    from.join(target.to_str().ok()?).ok()
}

/// Reads a body to its end, or to its bound.
pub(super) async fn body(mut response: Response, limit: usize) -> Result<Vec<u8>, LeverError> {
    if response.content_length().is_some_and(|it| it > limit as u64) {
        return Err(LeverError::TooLarge { limit });
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > limit {
            return Err(LeverError::TooLarge { limit });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

pub(super) fn broken(error: reqwest::Error) -> LeverError {
    LeverError::Unavailable { status: None, source: Some(error.without_url()) }
}

/// `Retry-After`: seconds, or a date, which is measured against the answer's own.
pub(super) fn pause(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(text)?.0 - date(headers)?.0;
    Some(Duration::from_millis(u64::try_from(until).unwrap_or_default()))
}

pub(super) fn date(headers: &HeaderMap) -> Option<Millis> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

fn http_date(text: &str) -> Option<Millis> {
    Some(Millis(chrono::DateTime::parse_from_rfc2822(text).ok()?.timestamp_millis()))
}
