//! A replica whose test fails if it was asked too fast, for a write, or for what is never read.

use acquaint::lever::limiter::Pace;
use acquaint::replica::{Allowance, Options, Replica};
use acquaint::world::Account;
use std::ops::Deref;
use std::time::Duration;

/// Lever's documented pace, a hundred times as fast.
pub(crate) const QUICK: Pace = Pace { rate: 10, burst: 10, unit: Duration::from_millis(10), patience: Duration::from_secs(30) };
/// What Lever would allow at that pace: a machine that is busy delivers up to sixteen requests, which is all that are under way,
/// at one moment.
pub(crate) const QUICKLY: Allowance = Allowance { per_second: 1_000, burst: 30 };

/// A replica that is to be asked politely.
pub(crate) struct Polite(Replica);

impl Polite {
    pub(crate) fn start(account: Account, options: Options) -> Self {
        assert!(options.allowance.is_some(), "without an allowance nothing is counted");
        Self(Replica::start(account, options).expect("a replica"))
    }

    /// Fails the test that asked beyond the allowance, or for what must not be asked.
    pub(crate) fn was_asked_politely(&self) {
        let stats = self.stats();
        assert_eq!((stats.beyond_allowance, stats.violations.as_slice()), (0, [].as_slice()), "of {} requests", stats.attempts);
    }
}

impl Deref for Polite {
    type Target = Replica;
    fn deref(&self) -> &Replica {
        &self.0
    }
}

impl Drop for Polite {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.was_asked_politely();
        }
    }
}
