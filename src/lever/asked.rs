//! How Lever answered all clients of this process, for those who watch an installation: numbers alone.

use std::sync::atomic::{AtomicU64, Ordering};

/// What can come of a request.
const OUTCOMES: [&str; 5] = ["served", "rate_limited", "refused", "failed", "unanswered"];

static COUNTS: [AtomicU64; OUTCOMES.len()] = [const { AtomicU64::new(0) }; OUTCOMES.len()];

/// How many requests of this process Lever served (2xx, or the way to a file), limited (429), refused (other 4xx), failed on (5xx) and did
/// not answer, since the process began.
#[must_use]
pub fn asked() -> [(&'static str, u64); OUTCOMES.len()] {
    std::array::from_fn(|at| (OUTCOMES[at], COUNTS[at].load(Ordering::Relaxed)))
}

/// Counts a request by its answer; none when there was none.
pub(super) fn count(status: Option<u16>) {
    let at = match status {
        Some(..=399) => 0,
        Some(429) => 1,
        Some(400..=499) => 2,
        Some(_) => 3,
        None => 4,
    };
    COUNTS[at].fetch_add(1, Ordering::Relaxed);
}
