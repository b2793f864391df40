//! What the store takes and gives: plain values.

use crate::model::{
    AccountName, ContactId, Decision, Evidence, Grant, Millis, Opportunity, OpportunityId, Profile, ProfileId, ReasonsFor, Reference,
    ResumeId, ResumeStatus, RunId, Settings, TenantName, Waterfall,
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

impl Tenant {
    /// One to which nothing has happened yet, without a way in and without its secret: whoever adds it gives both.
    #[must_use]
    pub const fn new(name: TenantName, settings: Settings, created_at: Millis) -> Self {
        let sealed_key = Vec::new();
        let sealed_secret = Vec::new();
        Self { name, settings, sealed_key, sealed_secret, created_at, published_run: None, checked_at: None, window_start: None }
    }
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
