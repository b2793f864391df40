//! A token bucket, and how far its holder went beyond it.

use super::Allowance;
use std::time::Instant;

/// The bucket of one key; full at first.
pub(super) struct Bucket {
    allowance: Allowance,
    tokens: f64,
    /// What `tokens` would be if refused requests had been granted; below zero is beyond the allowance.
    demand: f64,
    at: Instant,
}

/// What the bucket says of one request.
pub(super) struct Taken {
    pub(super) granted: bool,
    /// How many requests too many there are at this moment.
    pub(super) beyond: u32,
}

impl Bucket {
    pub(super) fn new(allowance: Allowance, now: Instant) -> Self {
        let full = f64::from(allowance.burst);
        Self { allowance, tokens: full, demand: full, at: now }
    }

    pub(super) fn take(&mut self, now: Instant) -> Taken {
        let earned = now.saturating_duration_since(self.at).as_secs_f64() * f64::from(self.allowance.per_second);
        let full = f64::from(self.allowance.burst);
        self.at = now;
        self.tokens = (self.tokens + earned).min(full);
        self.demand = (self.demand + earned).min(full) - 1.0;
        let granted = self.tokens >= 1.0;
        if granted {
            self.tokens -= 1.0;
        }
        Taken { granted, beyond: (-self.demand).max(0.0).ceil() as u32 }
    }
}
