//! The way of one request to the sign-in: faults, latency, answer, redirect.

use super::oauth::{Answered, Asked};
use super::reply::Refusal;
use super::shared::{Shared, locked};
use super::wire::{header_text, respond};
use super::{Fault, Kind};
use axum::{
    extract::Request,
    http::{HeaderValue, header},
    response::Response,
};
use std::time::Duration;

/// Answers one request to the sign-in.
pub(super) async fn answer(shared: &Shared, kind: Kind, request: Request) -> Response {
    let host = header_text(request.headers(), &header::HOST).unwrap_or_default();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = axum::body::to_bytes(request.into_body(), 64 << 10).await.unwrap_or_default();
    let (now, audience) = (shared.now(), format!("http://{host}/v1/"));
    let (answered, fault) = shared.sign_in(&Asked { kind, query: &query, body: &body, audience: &audience, now });
    let longer = if let Some(Fault::Delay(it)) = fault { it } else { Duration::ZERO };
    tokio::time::sleep(shared.options.latency + longer).await;
    let mut response = respond(answered.reply, fault, now);
    if let Some(location) = answered.location.and_then(|it| HeaderValue::from_str(&it).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

impl Shared {
    /// The sign-in: no key, no allowance, and only faults that were ordered for it, after which it has answered all the same.
    fn sign_in(&self, asked: &Asked<'_>) -> (Answered, Option<Fault>) {
        *locked(&self.counts).stats.by_kind.entry(asked.kind).or_default() += 1;
        let fault = locked(&self.plan).hooked(asked.kind);
        let answered = match fault {
            Some(Fault::Status(status)) => Answered { reply: Refusal::Status(status).into(), location: None },
            _ => self.oauth().answer(asked),
        };
        (answered, fault)
    }
}
