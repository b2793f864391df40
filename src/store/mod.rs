//! Everything that outlives a run: tenants, profiles, runs, and the ledger that badges are read from.
//!
//! The trait has two shapes, SQLite and PostgreSQL, which pass one suite of tests. SQL is in `.sql` files.

use crate::model::{
    Change, ContactId, Decision, Evidence, LeftOut, Millis, Opportunity, OpportunityId, Profile, ProfileId, Reference, ResumeId,
    ResumeStatus, RunId, RunKind, RunRecord, RunState, Settings, Tally, TenantName,
};
use async_trait::async_trait;

/// Why the store did not do it. No variant quotes a value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Report: nobody has that name or id.
    #[error("there is no {0}")]
    Unknown(&'static str),
    /// Report: the name is taken.
    #[error("there is already such a {0}")]
    Duplicate(&'static str),
    /// Wait: another run, import or writer holds the claim.
    #[error("another {0} is at work")]
    Busy(&'static str),
    /// Stop: the claim was lost to another process; nothing that follows may be written.
    #[error("this run lost its claim")]
    LostClaim,
    /// Stop: written by a newer version of this program.
    #[error("the store was written by a newer version")]
    TooNew,
    /// Stop: the disk is full or cannot be written.
    #[error("the store cannot be written: {0}")]
    Disk(&'static str),
    /// Stop: the file is damaged.
    #[error("the store is damaged")]
    Damaged,
    /// Stop: the database does not answer, or answered what it should not. Its message is not kept: it can quote parameters.
    #[error("the database failed: {0}")]
    Database(String),
}

/// A tenant as it is stored. Keys are sealed by `secrets` before they come here.
#[derive(Clone)]
pub struct Tenant {
    /// Its name.
    pub name: TenantName,
    /// Its choices.
    pub settings: Settings,
    /// The Lever key, sealed for this tenant.
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
    pub reference: Reference,
    /// The end of the last good run.
    pub checked_at: Option<Millis>,
    /// Pairings with their contacts' opportunities, ordered by profile, then contact.
    pub pairings: Vec<(Pairing, Vec<Opportunity>)>,
}

/// Which pairings to read.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// Badges: decision `Match`.
    Badges,
    /// Badges of these profiles.
    BadgesOf(&'a [ProfileId]),
    /// Every pairing (badge, review, near miss) with this profile.
    AllOf(&'a ProfileId),
}

/// Which set of a tenant's rows to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// What readers see.
    Published,
    /// What this run staged. For a `recent` run: the published set with the staged contacts in place of their old rows.
    Staged(RunId),
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
}

/// SQLite or PostgreSQL; both pass `tests/it/store`. Every method is one transaction unless it says otherwise.
#[async_trait]
pub trait Store: Send + Sync {
    /// Adds a tenant.
    async fn add_tenant(&self, tenant: &Tenant) -> Result<(), StoreError>;
    /// One tenant by name; [`StoreError::Unknown`] when there is none.
    async fn tenant(&self, name: &TenantName) -> Result<Tenant, StoreError>;
    /// All tenants by name.
    async fn tenants(&self) -> Result<Vec<Tenant>, StoreError>;
    /// Replaces a tenant's choices.
    async fn set_settings(&self, name: &TenantName, settings: &Settings) -> Result<(), StoreError>;
    /// Replaces a tenant's sealed Lever key.
    async fn set_key(&self, name: &TenantName, sealed_key: &[u8]) -> Result<(), StoreError>;
    /// Removes a tenant with everything that is its own; [`StoreError::Busy`] while one of its runs is alive.
    async fn remove_tenant(&self, name: &TenantName) -> Result<(), StoreError>;

    /// Writes profiles by id; those whose record is the same are not written. Of several with one id the last counts.
    async fn put_profiles(&self, batch: &[Profile], now: Millis) -> Result<Upserted, StoreError>;
    /// Removes profiles and ends their badges for every tenant. Returns how many there were.
    async fn remove_profiles(&self, ids: &[ProfileId], now: Millis) -> Result<u64, StoreError>;
    /// Profiles by id, in the order asked; absent ones are left out.
    async fn profiles(&self, ids: &[ProfileId]) -> Result<Vec<Profile>, StoreError>;
    /// The next profiles (and removals) after a revision, in order of revision, for the index to catch up.
    async fn profiles_after(&self, revision: i64, limit: u32) -> Result<Vec<Revised>, StoreError>;
    /// How many profiles there are, and the greatest revision.
    async fn profile_count(&self) -> Result<(u64, i64), StoreError>;

    /// Claims the tenant's turn. A live run whose process is gone, or whose lease ended, is marked lost and its staged rows are
    /// dropped first. [`StoreError::Busy`] when another run is alive.
    async fn start_run(&self, tenant: &TenantName, kind: RunKind, now: Millis) -> Result<Claim, StoreError>;
    /// Lengthens the lease by a minute. [`StoreError::LostClaim`] when it was taken over.
    async fn beat(&self, claim: &Claim, now: Millis) -> Result<(), StoreError>;
    /// Stages Lever's reference lists under the run.
    async fn stage_reference(&self, claim: &Claim, reference: &Reference) -> Result<(), StoreError>;
    /// Stages contacts under the run.
    async fn stage(&self, claim: &Claim, contacts: &[StagedContact]) -> Result<(), StoreError>;
    /// Stages the keyed hashes of identifiers seen on three or more distinct people.
    async fn stage_shared(&self, claim: &Claim, hashes: &[[u8; 16]]) -> Result<(), StoreError>;
    /// The keyed hashes of the published set.
    async fn shared(&self, tenant: &TenantName) -> Result<Vec<[u8; 16]>, StoreError>;
    /// Résumé outcomes of the published set.
    async fn resume_outcomes(&self, tenant: &TenantName) -> Result<Vec<ResumeOutcome>, StoreError>;
    /// Takes contacts' and opportunities' rows (pairings, opportunities, résumé outcomes) out of the published set at once, and
    /// out of every held run, whatever becomes of this run. A pairing left without opportunities goes too.
    async fn remove_now(&self, claim: &Claim, contacts: &[ContactId], opportunities: &[OpportunityId]) -> Result<(), StoreError>;
    /// Makes the run's rows the tenant's in one flip, and drops the old ones. A full run replaces the set; a recent run replaces the
    /// contacts it staged. Works on the claim of a live run.
    async fn publish(&self, claim: &Claim, ending: &Ending, window_start: Millis) -> Result<(), StoreError>;
    /// Ends the run without publishing. A held run keeps its staged rows, its reference and `window_start`; any other drops them.
    async fn end_run(&self, claim: &Claim, ending: &Ending, window_start: Option<Millis>) -> Result<(), StoreError>;
    /// Publishes a held run; [`StoreError::Unknown`] when the tenant has no such held run, [`StoreError::Busy`] when a run is alive.
    /// A held run that is older than the published one cannot be published: `Unknown`.
    async fn publish_held(&self, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError>;
    /// Drops a held run: its state becomes `cancelled`.
    async fn drop_held(&self, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError>;

    /// A tenant's runs, newest first.
    async fn runs(&self, tenant: &TenantName, limit: u32) -> Result<Vec<RunRecord>, StoreError>;
    /// One run of any tenant.
    async fn run(&self, run: RunId) -> Result<RunRecord, StoreError>;
    /// The per-badge changes that a run made (or would make, when held); kept for 90 days.
    async fn changes(&self, run: RunId) -> Result<Vec<Change>, StoreError>;
    /// The badge state (profile → status) that each of two runs of one tenant left is compared from their changes by the caller.
    /// What was left out of a run is in its record's tally.
    async fn left_out(&self, run: RunId) -> Result<Vec<LeftOut>, StoreError>;

    /// Reads pairings with their opportunities and the reference lists in one snapshot.
    async fn read(&self, tenant: &TenantName, set: Set, which: Which<'_>) -> Result<Published, StoreError>;

    /// Truncates the write-ahead log and checks what can be checked cheaply; called after a run or an import, and by `doctor`.
    async fn tidy(&self) -> Result<(), StoreError>;
}
