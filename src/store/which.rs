//! Which rows are read: a part of what there is, so that nobody reads all of it for a few.

use crate::model::{Millis, ProfileId, RunId, RunKind};

/// Which pairings to read.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// Badges: decision `Match`.
    Badges,
    /// Badges of these profiles.
    BadgesOf(&'a [ProfileId]),
    /// Pairs in doubt that may be told of at `now`, the likeliest first; what was put off comes last.
    Reviews {
        /// When it is read: of nobody whose data may not be stored any more.
        now: Millis,
        /// How many come before the first.
        skip: u32,
        /// And how many follow at most.
        limit: u32,
    },
    /// Every pairing (badge, review, near miss) with this profile.
    AllOf(&'a ProfileId),
}

/// Which of a tenant's runs to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// Of this kind alone: where both are scheduled, a night is one run among a hundred.
    pub kind: Option<RunKind>,
    /// Older than this one.
    pub before: Option<RunId>,
    /// At most so many.
    pub limit: u32,
}

/// Which of a tenant's decisions to read.
#[derive(Debug, Clone, Copy)]
pub enum Decided<'a> {
    /// All of them: for a run.
    All,
    /// Those about these profiles.
    On(&'a [ProfileId]),
    /// At most so many.
    Newest(u32),
}

/// Which of a run's changes to read.
#[derive(Debug, Clone, Copy)]
pub enum Changed<'a> {
    /// All of them, by profile.
    All,
    /// By profile, those after one, and at most so many.
    After(Option<&'a ProfileId>, u32),
    /// At most so many, badges that went before badges that changed before badges that came.
    Gravest(u32),
}

/// Which set of a tenant's rows to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// What readers see.
    Published,
    /// What this run staged. For a `recent` run: the published set with the staged contacts in place of their old rows.
    Staged(RunId),
}
