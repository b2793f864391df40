//! How much one viewer may ask, and how often somebody may try to sign in.

use super::problem::Problem;
use governor::clock::{Clock, DefaultClock};
use governor::{Quota, RateLimiter, state::keyed::HashMapStateStore};
use std::num::NonZeroU32;
use tokio::sync::Semaphore;

/// Requests a second of one user or token, unless the operator says otherwise; a hundred badges are one request.
pub const A_SECOND: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");
/// Attempts a minute at one user's password.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Passwords that are checked at once: each takes 19 MB for a while.
const CHECKS: usize = 2;
/// When as many are known, those who were quiet are forgotten.
const MANY: usize = 10_000;

type Keyed = RateLimiter<String, HashMapStateStore<String>, DefaultClock>;

/// The limits of one server.
pub(super) struct Limits {
    viewers: Keyed,
    attempts: Keyed,
    /// Whoever checks a password holds one.
    pub(super) checks: Semaphore,
}

impl Limits {
    /// With so many requests a second for each viewer, and as many in one go.
    pub(super) fn new(a_second: NonZeroU32) -> Self {
        Self {
            viewers: RateLimiter::hashmap(Quota::per_second(a_second)),
            attempts: RateLimiter::hashmap(Quota::per_minute(ATTEMPTS)),
            checks: Semaphore::new(CHECKS),
        }
    }

    /// Counts a request of a viewer.
    pub(super) fn ask(&self, who: &str) -> Result<(), Problem> {
        within(&self.viewers, who)
    }

    /// Counts an attempt at a user's password.
    pub(super) fn attempt(&self, name: &str) -> Result<(), Problem> {
        within(&self.attempts, name)
    }
}

fn within(limiter: &Keyed, key: &str) -> Result<(), Problem> {
    if limiter.len() > MANY {
        limiter.retain_recent();
    }
    limiter.check_key(&key.to_owned()).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        Problem::too_many(wait)
    })
}
