//! What the store takes and gives: plain values.

use crate::model::{
    AccountName, Change, ContactId, Decision, Evidence, Grant, Millis, Opportunity, OpportunityId, Order, Profile, ProfileId, ReasonsFor,
    Reference, ResumeId, ResumeStatus, RunId, RunKind, RunRecord, RunState, Settings, Tally, TenantName, Waterfall,
};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// A tenant as it is stored. Keys are sealed by `secrets` before they come here.
#[derive(Clone)]
pub struct Tenant {
    /// Its name.
    pub name: TenantName,
    /// Its choices.
    pub settings: Settings,
    /// The Lever key, sealed for this tenant; empty where it is connected by OAuth.
    pub sealed_key: Vec<u8>,
    /// The tenant's own secret for keyed hashes, sealed.
    pub sealed_secret: Vec<u8>,
    /// When it was added.
    pub created_at: Millis,
    /// The run whose rows are the tenant's badges; none before the first.
    pub published_run: Option<RunId>,
    /// The end of the last good run, full or recent.
    pub checked_at: Option<Millis>,
    /// Lever's clock at the start of the last good run: where `--recent` begins.
    pub window_start: Option<Millis>,
}

/// A tenant's OAuth connection as it is stored. App and tokens are sealed by whoever gives them.
#[derive(Clone, Default)]
pub struct Connection {
    /// The app's id and secret.
    pub sealed_app: Vec<u8>,
    /// None until someone gave access.
    pub sealed_tokens: Option<Vec<u8>>,
    /// When a person gave access; none where that was elsewhere.
    pub granted_at: Option<Millis>,
    /// When the tokens were last renewed, or came.
    pub renewed_at: Option<Millis>,
    /// Whether a renewal was begun whose answer was never kept. Not written by [`super::Store::connect`].
    pub unanswered: bool,
}

/// The right to renew a tenant's tokens.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Whose tokens.
    pub tenant: TenantName,
    /// Grows with every turn of the tenant.
    pub number: i64,
}

/// What came of a renewal.
#[derive(Clone, Copy)]
pub enum Renewal<'a> {
    /// New tokens, sealed.
    Done(&'a [u8], Millis),
    /// Nothing: Lever was not asked, or said no.
    Unchanged,
    /// Nobody knows: no answer came back.
    Unanswered,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Upserted {
    /// New ids.
    pub added: u64,
    /// Known ids with another record.
    pub changed: u64,
    /// Known ids with the same record; not written.
    pub same: u64,
}

impl Upserted {
    /// Of all three kinds.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.added + self.changed + self.same
    }

    /// Counts others in.
    pub fn add(&mut self, more: &Self) {
        self.added += more.added;
        self.changed += more.changed;
        self.same += more.same;
    }
}

/// What became of profiles that were handed to the store.
#[derive(Debug, Default)]
pub struct Stored {
    /// How many of each kind.
    pub counts: Upserted,
    /// Which of them were written, by their place, with their revisions, one after the other: what follows the store and has reached
    /// the one before need not ask for them.
    pub written: Vec<(usize, i64)>,
}

/// A profile as the store keeps it.
pub struct Record {
    pub(super) id: ProfileId,
    pub(super) text: String,
    pub(super) digest: i64,
}

impl Record {
    /// Made away from the store, since it is most of the work of writing one.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let text = serde_json::to_string(profile).expect("lists and texts have JSON");
        Self { id: profile.id.clone(), digest: xxh3_64(text.as_bytes()).cast_signed(), text }
    }
}

/// A profile with its place in the order of changes.
pub struct Revised {
    /// Grows with every write of any profile; the index remembers the greatest it holds.
    pub revision: i64,
    /// Whose.
    pub id: ProfileId,
    /// The record; `None` when the profile was removed.
    pub profile: Option<Profile>,
}

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

/// What the database says of itself.
#[derive(Debug, Clone)]
pub struct Engine {
    /// Its name and version.
    pub version: String,
    /// Its clock.
    pub now: Millis,
    /// What it would write into its own log beside errors, and how many connections it takes: names and values of settings. Empty for
    /// SQLite, which has neither.
    pub settings: Vec<(&'static str, String)>,
}

/// What people want of a run at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    GoOn,
    /// That it ends.
    Stop,
}

/// One contact's outcome: a badge, a review or a near miss.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairing {
    /// The person in Lever.
    pub contact: ContactId,
    /// The best profile.
    pub profile: ProfileId,
    /// `Match`, `Review`, or `None` for a near miss (probability of .01 or more).
    pub decision: Decision,
    /// Calibrated.
    pub probability: f64,
    /// Levels, bits, and places in the profile.
    pub evidence: Vec<Evidence>,
    /// What else led to the probability, in bits.
    pub waterfall: Waterfall,
}

/// What reading a contact's résumé came to, so that the next run need not read it again.
#[derive(Debug, Clone, PartialEq)]
pub struct ResumeOutcome {
    /// The person in Lever.
    pub contact: ContactId,
    /// The opportunity that was asked.
    pub opportunity: OpportunityId,
    /// The résumé; none when Lever has none.
    pub resume: Option<ResumeId>,
    /// How reading it went.
    pub status: ResumeStatus,
    /// Digest of the weights, the profiles considered, and Lever's dates of the contact's opportunities: while it is the same, so
    /// is the outcome. Made of no raw value.
    pub stamp: i64,
    /// The verdict with the résumé: profile, decision, probability, evidence; none when no profile came near.
    pub pairing: Option<Pairing>,
}

/// All that a run stages of one contact, written in one transaction or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct StagedContact {
    /// The person in Lever.
    pub contact: ContactId,
    /// None when no profile came near.
    pub pairing: Option<Pairing>,
    /// The contact's listed opportunities; staged only with a pairing.
    pub opportunities: Vec<Opportunity>,
    /// Set when a résumé was asked for.
    pub resume: Option<ResumeOutcome>,
}

/// What badges are made of, read in one snapshot.
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// Lever's lists, as of the published set.
    pub reference: Arc<Reference>,
    /// The end of the last good run.
    pub checked_at: Option<Millis>,
    /// Pairings with their contacts' opportunities, ordered by profile, then contact.
    pub pairings: Vec<(Pairing, Vec<Opportunity>)>,
}

/// What all badges of a tenant's published set have in common; it stands until the next publication.
#[derive(Debug)]
pub struct Common {
    /// The set's number; none before the first publication.
    pub(super) set: Option<i64>,
    /// The end of the last good run.
    pub checked_at: Option<Millis>,
    /// Lever's lists, as of the set.
    pub reference: Arc<Reference>,
    /// The revision of the profile store that the last published night matched with: later profiles are not yet checked.
    pub(super) profiles_revision: i64,
}

/// Badges of some profiles, read in one snapshot.
#[derive(Debug)]
pub struct LookUp {
    /// What they have in common, for the next look-up.
    pub common: Arc<Common>,
    /// Badges, as in [`Published`].
    pub pairings: Vec<(Pairing, Vec<Opportunity>)>,
    /// Pairs in doubt. Whether they may be told of is the reader's to judge.
    pub questions: Vec<(Pairing, Vec<Opportunity>)>,
    /// Those of the profiles that were added or changed since the last published night.
    pub unchecked: Vec<ProfileId>,
    /// Whom the company tells its reasons by now.
    pub archive_reasons: ReasonsFor,
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

/// SHA-256 of 256 random bits.
pub type Hash = [u8; 32];

/// A user of the pages.
#[derive(Clone)]
pub struct Account {
    /// What the user signs in with.
    pub name: AccountName,
    /// How far the user may see.
    pub grant: Grant,
    /// The password, hashed (a PHC string).
    pub password: String,
    /// When it was added.
    pub created_at: Millis,
    /// The first moment of the day of the last sign-in. Not written by [`super::Store::add_account`].
    pub seen_day: Option<Millis>,
}

/// A program that may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What people call it; not the token itself.
    pub id: String,
    /// How far it may see.
    pub grant: Grant,
    /// When it was made.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Option<Millis>,
    /// The first moment of the day of its last use. Not written by [`super::Store::add_token`].
    pub seen_day: Option<Millis>,
}
