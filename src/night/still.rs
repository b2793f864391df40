//! The watch over a run that gives signs of life and comes no further: left alone, it would keep its company's turn for ever.

use std::time::{Duration, Instant};

/// How long a run may come no further, unless somebody says otherwise.
///
/// Whatever it waits for politely is over long before, or moves it: Lever's Retry-After and a pause of the allowance last two minutes at
/// most, and the answer after each counts, a 429 too; who asks for a longer pause ends the run. An answer that never comes is given up
/// after half a minute, and so is the fifth of them; a résumé has seconds. Blackouts and pauses of a company keep back what waits in the
/// queue, not what is at work.
pub const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// How often is looked.
const LOOK: Duration = Duration::from_secs(5);

/// What was seen to move, and when it last did, on a clock that the caller holds. It must be one that nobody sets and that stands while
/// the machine sleeps, or a run would be blamed for the night of a laptop.
#[derive(Debug)]
pub struct Standstill<T> {
    limit: Duration,
    seen: T,
    since: Instant,
}

impl<T: PartialEq> Standstill<T> {
    /// Begins to watch.
    #[must_use]
    pub fn new(limit: Duration, seen: T, now: Instant) -> Self {
        Self { limit, seen, since: now }
    }

    /// Takes another look, and says whether nothing has moved for as long as the limit.
    pub fn looks_still(&mut self, seen: T, now: Instant) -> bool {
        if seen != self.seen {
            (self.seen, self.since) = (seen, now);
        }
        now.duration_since(self.since) >= self.limit
    }
}

/// Returns once nothing has moved for as long as the limit. What keeps this very task busy is not seen from here: then the signs of life
/// stop too, and the lease ends.
pub async fn stands_still<T: PartialEq>(limit: Duration, moved: &(dyn Fn() -> T + Send + Sync)) {
    let mut watched = Standstill::new(limit, moved(), Instant::now());
    loop {
        tokio::time::sleep(LOOK.min(limit)).await;
        if watched.looks_still(moved(), Instant::now()) {
            return;
        }
    }
}
