//! What requests bring: no more than fits, and whoever brings more is told so.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;

/// What a request may bring: a list of a thousand addresses fits.
const MOST: usize = 1 << 20;
/// So much is listened to before the connection is closed: one that closes in the middle of a body often loses the answer with it.
const LISTENED: usize = 16 * MOST;

/// Takes a body in before anything looks at it.
pub(super) async fn bounded(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (mut body, mut held, mut count) = (body.into_data_stream(), Vec::new(), 0);
    while let Some(chunk) = body.next().await {
        let Ok(chunk) = chunk else { return StatusCode::BAD_REQUEST.into_response() };
        count += chunk.len();
        match count {
            ..=MOST => held.extend_from_slice(&chunk),
            ..=LISTENED => held.clear(),
            _ => break,
        }
    }
    if count > MOST {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    next.run(Request::from_parts(parts, Body::from(held))).await
}
