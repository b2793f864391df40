//! What a replica has been asked.

use super::Kind;
use std::collections::{BTreeMap, VecDeque};

/// Counts since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Every request that arrived, whatever its answer.
    pub attempts: u64,
    /// The same by resource.
    pub by_kind: BTreeMap<Kind, u64>,
    /// Answers of 429, by the allowance or by a fault.
    pub rate_limited: u64,
    /// The greatest number of requests beyond the allowance at any moment.
    pub beyond_allowance: u32,
    /// Résumé files handed out.
    pub downloads: u64,
    /// Writes and requests for what Acquaint never reads, as `METHOD resource`; ids are left out.
    pub violations: Vec<String>,
}

impl Stats {
    /// How often one resource was asked for.
    #[must_use]
    pub fn of(&self, kind: Kind) -> u64 {
        self.by_kind.get(&kind).copied().unwrap_or_default()
    }
}

/// One request as it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The resource.
    pub kind: Kind,
    /// The query string as it arrived.
    pub query: String,
    /// The status of the answer.
    pub status: u16,
}

/// The latest requests.
#[derive(Default)]
pub(super) struct Log(VecDeque<Seen>);

impl Log {
    /// A replica that serves for days must not grow.
    const LENGTH: usize = 10_000;

    pub(super) fn add(&mut self, seen: Seen) {
        if self.0.len() == Self::LENGTH {
            self.0.pop_front();
        }
        self.0.push_back(seen);
    }

    pub(super) fn all(&self) -> Vec<Seen> {
        self.0.iter().cloned().collect()
    }
}
