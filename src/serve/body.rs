//! What requests bring: no more than fits, and whoever brings more is told so.

use super::site::Site;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit};

/// What a request may bring: a list of a thousand addresses fits.
const MOST: usize = 1 << 20;
/// What every request may bring at any time: a form fits. Larger ones wait for their turn, so that slow ones keep nobody from signing in.
const SMALL: usize = 64 << 10;
/// So much is listened to before the connection is closed: one that closes in the middle of a body often loses the answer with it.
const LISTENED: usize = 16 * MOST;

/// Takes a body in before anything looks at it.
pub(super) async fn bounded(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match gathered(body, &site.limits.bodies).await {
        // The turn ends with the answer: until then the body is in memory.
        Ok((held, _turn)) => next.run(Request::from_parts(parts, Body::from(held))).await,
        Err(refused) => refused.into_response(),
    }
}

/// The whole of a body, and the turn that a large one took. Of one that is too large, or says that it will be, nothing is held.
async fn gathered(body: Body, turns: &Semaphore) -> Result<(Vec<u8>, Option<SemaphorePermit<'_>>), StatusCode> {
    let mut fits = body.size_hint().lower() <= MOST as u64;
    let (mut body, mut held, mut turn, mut count) = (body.into_data_stream(), Vec::new(), None, 0);
    while count <= LISTENED
        && let Some(chunk) = body.next().await
    {
        let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
        count += chunk.len();
        fits &= count <= MOST;
        if !fits {
            (held, turn) = (Vec::new(), None);
            continue;
        }
        if count > SMALL && turn.is_none() {
            turn = turns.acquire().await.ok();
        }
        held.extend_from_slice(&chunk);
    }
    if fits { Ok((held, turn)) } else { Err(StatusCode::PAYLOAD_TOO_LARGE) }
}
