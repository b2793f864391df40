//! What goes wrong, and when. A kind of trouble is one variant, its name and one arm of [`Plan::by_habit`].

use super::Kind;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Duration;

/// A habit of going wrong. Where one request in twenty is hit, a seeded draw says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Faults {
    /// Nothing goes wrong.
    #[default]
    None,
    /// One in twenty is answered 429 although the allowance is kept.
    RateLimit,
    /// One in twenty is answered 500 or 503.
    ServerError,
    /// One in twenty takes two seconds longer.
    Slow,
    /// One in twenty answers breaks off in the middle.
    Truncated,
    /// One in twenty is a web page where JSON was due.
    Html,
    /// From the 51st request on, every key is refused.
    Revoked,
}

impl Faults {
    /// Every one.
    pub const ALL: [Self; 7] = [Self::None, Self::RateLimit, Self::ServerError, Self::Slow, Self::Truncated, Self::Html, Self::Revoked];

    /// The word for it on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::RateLimit => "rate-limit",
            Self::ServerError => "server-error",
            Self::Slow => "slow",
            Self::Truncated => "truncated",
            Self::Html => "html",
            Self::Revoked => "revoked",
        }
    }

    /// The one with that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// What happens to one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This status in place of the answer.
    Status(u16),
    /// The answer, later.
    Delay(Duration),
    /// Half of the answer, then the connection breaks.
    Truncate,
    /// A web page with status 200.
    Html,
}

/// Decides for each request.
pub(super) struct Plan {
    habit: Faults,
    draw: ChaCha8Rng,
    admitted: u64,
    hooks: Vec<(Kind, Fault)>,
}

impl Plan {
    const ONE_IN: u32 = 20;
    const LONGER: Duration = Duration::from_secs(2);
    const REVOKED_AFTER: u64 = 50;

    pub(super) fn new(habit: Faults, seed: u64) -> Self {
        Self { habit, draw: ChaCha8Rng::seed_from_u64(seed), admitted: 0, hooks: Vec::new() }
    }

    pub(super) fn change(&mut self, habit: Faults) {
        self.habit = habit;
    }

    pub(super) fn hook(&mut self, kind: Kind, fault: Fault) {
        self.hooks.push((kind, fault));
    }

    /// What goes wrong with the next request; a hook comes before the habit.
    pub(super) fn next(&mut self, kind: Kind) -> Option<Fault> {
        self.admitted += 1;
        self.hooked(kind).or_else(|| self.by_habit())
    }

    /// What a hook says of the next request of this kind.
    pub(super) fn hooked(&mut self, kind: Kind) -> Option<Fault> {
        let place = self.hooks.iter().position(|(it, _)| *it == kind)?;
        Some(self.hooks.remove(place).1)
    }

    fn by_habit(&mut self) -> Option<Fault> {
        if self.habit == Faults::Revoked {
            return (self.admitted > Self::REVOKED_AFTER).then_some(Fault::Status(401));
        }
        let hit = self.draw.random_ratio(1, Self::ONE_IN);
        let coin = self.draw.random_bool(0.5);
        let fault = match self.habit {
            Faults::None | Faults::Revoked => return None,
            Faults::RateLimit => Fault::Status(429),
            Faults::ServerError => Fault::Status(if coin { 500 } else { 503 }),
            Faults::Slow => Fault::Delay(Self::LONGER),
            Faults::Truncated => Fault::Truncate,
            Faults::Html => Fault::Html,
        };
        hit.then_some(fault)
    }
}
