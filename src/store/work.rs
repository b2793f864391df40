//! Runs at work and in the queue, and who is at them: plain values.

use crate::model::{Change, Millis, Order, RunId, RunKind, RunRecord, RunState, Tally, TenantName};

/// The right to write for one run. Every write carries the fence; a claim that was taken over writes nothing.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The run.
    pub run: RunId,
    /// Its tenant.
    pub tenant: TenantName,
    /// Grows with every claim of the tenant.
    pub fence: i64,
}

/// A queued run that is ours now, and what it is to do.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The right to write for it.
    pub claim: Claim,
    /// What it is to do.
    pub order: Order,
}

/// The last time of a schedule that was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Whose schedule.
    pub tenant: TenantName,
    /// Of which runs.
    pub kind: RunKind,
    /// The time.
    pub served: Millis,
}

/// A process that runs nights, as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// `host/process id`; not read when a worker tells of itself.
    pub id: String,
    /// Of its program.
    pub version: String,
    /// When it began.
    pub started_at: Millis,
    /// Its last sign of life.
    pub seen_at: Millis,
    /// How many runs it is at.
    pub runs: i64,
}

impl Worker {
    /// Whether it gave a sign of life within a minute.
    #[must_use]
    pub const fn is_alive(&self, now: Millis) -> bool {
        self.seen_at.plus(60_000).0 > now.0
    }
}

/// The queue as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// Runs that wait.
    pub queued: i64,
    /// Since when the first of them has been due; for one that is begun again, since the first time.
    pub first_due_at: Option<Millis>,
    /// Runs that were lost, of all that are recorded.
    pub lost: i64,
}

/// Runs of one kind that came to one end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedRuns {
    /// Full or recent.
    pub kind: RunKind,
    /// How they ended.
    pub state: RunState,
    /// How many.
    pub count: i64,
    /// How long they took together; of those that never began, how long they waited.
    pub lasted_ms: i64,
    /// How long the longest took.
    pub longest_ms: i64,
    /// Every attempt at a request to Lever.
    pub requests: i64,
    /// Answers of 429.
    pub rate_limited: i64,
}

/// Something that operators are to be told.
#[derive(Debug, Clone)]
pub struct Alert {
    /// The run that it is about; one that is still queued is late.
    pub record: RunRecord,
    pub(super) number: i64,
    pub(super) again_at: Millis,
}

/// What people want of a run at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    GoOn,
    /// That it ends.
    Stop,
}

/// When a run may begin that takes the place of one that did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Never: it came to an end, or a person must see to it.
    No,
    /// At once: its process had to go.
    AtOnce,
    /// After a pause that grows with each attempt.
    Later,
    /// After a pause, unless it is another attempt already; and operators are told all the same, for it may come to the same end.
    Once,
}

/// What a run leaves behind when it ends.
#[derive(Debug, Clone)]
pub struct Ending {
    /// How it ended: held, cancelled, failed, lost or dry run (`publish` sets `published` itself).
    pub state: RunState,
    /// What it counted.
    pub tally: Tally,
    /// Why it failed, without a quotation.
    pub error: Option<String>,
    /// Per-badge changes against the published set.
    pub changes: Vec<Change>,
    /// When.
    pub finished_at: Millis,
    /// Whether it is to be begun again, should it have been queued.
    pub again: Again,
}
