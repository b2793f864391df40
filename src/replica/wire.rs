//! What goes over the wire: headers of a request as text, and an answer, whole or as a fault has it.

use super::Fault;
use super::reply::Reply;
use crate::world::Ms;
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use futures::{StreamExt, future::ready, stream};
use std::{io, time::Duration};

pub(super) fn respond(reply: Reply, fault: Option<Fault>, now: Ms) -> Response {
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

pub(super) fn header_text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
