//! What requests bring: no more than fits, no slower than anybody sends, and whoever brings more is told so.

use super::limits::{Limits, Share};
use super::peer::whence;
use super::problem::Problem;
use super::site::Site;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, timeout_at};

/// What a request may bring: a hundred addresses, the most that a list takes, fit by far.
const MOST: usize = 1 << 20;
/// What every request may bring at any time: a form fits. Larger ones wait for their turn, so that slow ones keep nobody from signing in.
const SMALL: usize = 64 << 10;
/// So much is listened to before the connection is closed: one that closes in the middle of a body often loses the answer with it.
const LISTENED: usize = 16 * MOST;
/// How long a small body may take, and a large one from its turn on.
const PATIENCE: Duration = Duration::from_secs(10);

/// A body in memory, with what it holds of the limits until it is answered.
#[derive(Default)]
struct Held<'a> {
    bytes: Vec<u8>,
    turn: Option<(Share, SemaphorePermit<'a>)>,
}

/// Takes a body in before anything looks at it. Of all that a proxy on this machine brings, one address has its share under way at a time.
pub(super) async fn bounded(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Some(ConnectInfo(peer)) = parts.extensions.get().copied() else { return Problem::BROKE.into_response() };
    let share = match site.limits.relay(peer, &parts.headers) {
        Ok(share) => share,
        Err(enough) => return enough.into_response(),
    };
    let answer = match gathered(body, &site.limits, &whence(peer, &parts.headers)).await {
        Ok(Held { bytes, turn }) => {
            let answer = next.run(Request::from_parts(parts, Body::from(bytes))).await;
            drop(turn);
            answer
        }
        Err(refused) => refused.into_response(),
    };
    drop(share);
    answer
}

/// The whole of a body, and the turn that a large one took. Of one that is refused nothing is held, and it is listened to all the same.
async fn gathered<'a>(body: Body, limits: &'a Limits, from: &str) -> Result<Held<'a>, Problem> {
    let large = || Problem::of(StatusCode::PAYLOAD_TOO_LARGE);
    let mut refused = (body.size_hint().lower() > MOST as u64).then(large);
    let (mut body, mut held, mut count, mut end) = (body.into_data_stream(), Held::default(), 0, Instant::now() + PATIENCE);
    while count <= LISTENED
        && let Some(chunk) = timeout_at(end, body.next()).await.map_err(|_| Problem::of(StatusCode::REQUEST_TIMEOUT))?
    {
        let chunk = chunk.map_err(|_| Problem::of(StatusCode::BAD_REQUEST))?;
        count += chunk.len();
        if count > MOST {
            refused = refused.or_else(|| Some(large()));
        } else if count > SMALL && refused.is_none() && held.turn.is_none() {
            match limits.bodies_from.take(from) {
                Ok(share) => held.turn = Some((share, limits.bodies.acquire().await.map_err(|_| Problem::BROKE)?)),
                Err(enough) => refused = Some(enough),
            }
            end = Instant::now() + PATIENCE;
        }
        match refused {
            Some(_) => held = Held::default(),
            None => held.bytes.extend_from_slice(&chunk),
        }
    }
    refused.map_or(Ok(held), Err)
}
