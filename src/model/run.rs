//! One list → read → match → stage → publish → forget, as it is recorded.

use super::evidence::words;
use super::{Millis, ProfileId, ResumePolicy, RunId, Status, TenantName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

words! {
    /// How much a run lists.
    RunKind {
        /// Everything.
        Full = "full",
        /// What changed since the last good run.
        Recent = "recent",
    }
}

words! {
    /// What becomes of the staged set.
    Publication {
        /// Held when the guard finds that too much would be lost.
        Guarded = "guarded",
        /// Published whatever is lost.
        Unguarded = "unguarded",
        /// Counted and dropped; not even removals are published.
        DryRun = "dry_run",
    }
}

/// What kind of run is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Everything, or what changed. A recent run of a tenant that never had a good one is a full one.
    pub kind: RunKind,
    /// When résumés are read.
    pub resumes: ResumePolicy,
    /// What becomes of the result.
    pub publication: Publication,
}

words! {
    /// How far a run is, or how it ended.
    RunState {
        /// Waits for its turn.
        Queued = "queued",
        /// At work.
        Running = "running",
        /// Its badges are the tenant's.
        Published = "published",
        /// Staged, and waits for `publish` or `drop`.
        Held = "held",
        /// Stopped by a person, or dropped.
        Cancelled = "cancelled",
        /// Stopped by an error.
        Failed = "failed",
        /// Its process ended without a word.
        Lost = "lost",
        /// Counted only.
        DryRun = "dry_run",
    }
}

impl RunState {
    /// Whether it waits or is at work: how it ends is still open.
    #[must_use]
    pub const fn is_alive(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

words! {
    /// What a run is at.
    RunStep {
        /// Opportunities are listed.
        Listing = "listing",
        /// Contacts are matched.
        Matching = "matching",
        /// Résumés are read.
        Reading = "reading",
        /// Staging is done.
        Publishing = "publishing",
    }
}

/// How far a run is, told with its signs of life: numbers alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// What it is at.
    pub step: RunStep,
    /// How much of the step is done: opportunities listed, contacts matched, résumés asked for.
    pub done: u64,
    /// Of how many; zero where nobody knows.
    pub of: u64,
    /// Opportunities listed so far.
    pub pulled: u64,
    /// Every attempt at a request so far.
    pub requests: u64,
}

words! {
    /// What reading one résumé came to.
    ResumeStatus {
        /// Text was read.
        Ok = "ok",
        /// Locked with a password.
        Encrypted = "encrypted",
        /// No text layer.
        NoText = "no_text",
        /// Text that is not language.
        Garbled = "garbled",
        /// Not a format we read.
        Unsupported = "unsupported",
        /// More than 20 MB.
        TooLarge = "too_large",
        /// The reader took too long.
        Timeout = "timeout",
        /// The reader died of it.
        Crashed = "crashed",
        /// Lever does not hand it out (404, 422), or has none.
        Unavailable = "unavailable",
    }
}

words! {
    /// Why a contact that may be matched has no badge and no review.
    Unmatched {
        /// No profile in the store is anything like the person.
        NobodyNear = "nobody_near",
        /// Profiles came near, and not near enough.
        NotNearEnough = "not_near_enough",
        /// Lever has little more than a name: no address, number, page or employer.
        LittleSaid = "little_said",
    }
}

/// Something a run had to leave out, by id and reason; never by value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct LeftOut {
    /// `opportunity`, `users`, `postings`, …
    pub kind: String,
    /// Lever's id, or the list's name.
    pub id: String,
    /// Why, without a quotation.
    pub reason: String,
}

/// Counts of one run. `contacts = matched + review + unmatched + withheld`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Tally {
    /// Opportunities listed.
    pub pulled: u64,
    /// People they belong to.
    pub contacts: u64,
    /// With a badge.
    pub matched: u64,
    /// In doubt.
    pub review: u64,
    /// Without a profile.
    pub unmatched: u64,
    /// The same by reason.
    pub unmatched_why: BTreeMap<Unmatched, u64>,
    /// Not matched or shown, because they must not be.
    pub withheld: u64,
    /// Of a million contacts, so many are estimated to have a profile, whether it was found or not; zero where nothing was
    /// estimated. Recent runs judge by the last night's share.
    pub owners_per_million: u64,
    /// The revision of the profile store that the contacts were matched with: later profiles are not yet checked.
    pub profiles_revision: i64,
    /// Badges that were not there before.
    pub badges_added: u64,
    /// Badges that say something else now.
    pub badges_changed: u64,
    /// Badges that went.
    pub badges_removed: u64,
    /// Every attempt at a request.
    pub requests: u64,
    /// Answers of 429.
    pub rate_limited: u64,
    /// Contacts whose résumé could change the verdict.
    pub resumes_needed: u64,
    /// Résumés read in this run.
    pub resumes_read: u64,
    /// Put off to the next run for want of budget.
    pub resumes_deferred: u64,
    /// What asking for résumés came to in this run, by outcome; an outcome that did not occur is not told.
    pub resume_outcomes: BTreeMap<ResumeStatus, u64>,
    /// Résumés, of those read, that name somebody else for certain, and of which nothing was used.
    pub resumes_of_others: u64,
    /// How much was left out.
    pub left_out_count: u64,
    /// What was left out; in a list of runs, the first thousand of each.
    pub left_out: Vec<LeftOut>,
}

/// One line of `run --json` and of `runs`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RunRecord {
    /// The run.
    pub run: RunId,
    /// Its tenant.
    pub tenant: TenantName,
    /// Full or recent.
    pub kind: RunKind,
    /// How far it is.
    pub state: RunState,
    /// What it counted.
    #[serde(flatten)]
    pub tally: Tally,
    /// When it began; while it waits, when it was asked for.
    pub started_at: Millis,
    /// When it ended.
    pub finished_at: Option<Millis>,
    /// Why it failed, without a quotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Of a run that was queued: its place in the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queued: Option<Queued>,
    /// How far it is, while it is at work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// Who is at work: `host/process id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker: Option<String>,
}

/// A run's place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Queued {
    /// When it was asked for.
    pub queued_at: Millis,
    /// When it may begin.
    pub due_at: Millis,
    /// Whether the schedule asked, and not a person.
    pub scheduled: bool,
    /// Which attempt it is, from 1: a run that is lost or fails for a passing reason is begun again.
    pub attempt: u32,
}

/// How one badge differs from the set before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Change {
    /// The profile whose badge it is.
    pub profile: ProfileId,
    /// What happened to the badge.
    pub outcome: Outcome,
    /// Status before; none when added.
    pub before: Option<Status>,
    /// Status after; none when removed.
    pub after: Option<Status>,
}

words! {
    /// What happened to a badge.
    Outcome {
        /// It is new.
        Added = "added",
        /// It says something else.
        Changed = "changed",
        /// It is gone.
        Removed = "removed",
    }
}
