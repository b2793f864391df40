//! Everything that outlives a run: tenants, profiles, runs, and the ledger that badges are read from.
//!
//! The trait has two shapes, SQLite and PostgreSQL, which pass one suite of tests. SQL is in `.sql` files.

mod claims;
mod database;
mod decisions;
mod dialect;
mod earlier;
mod error;
pub mod ledger;
mod look_up;
mod merging;
mod migrations;
mod oauth;
mod opening;
mod owner;
mod patience;
mod postgres;
mod profiles;
mod queue;
mod reading;
mod records;
mod returning;
mod row;
mod runs;
mod scan;
mod schedule;
mod sqlite;
mod sqlite_errors;
mod staging;
mod sweeping;
mod tables;
mod tenants;
mod types;
mod viewers;
mod which;
mod work;

pub use error::{Rival, StoreError, Thing};
pub use opening::{Location, Origin, is_there, open, open_as_it_is, restore};
pub use patience::persistently;
pub use tenants::Access;
pub use types::{
    Account, Common, Connection, Engine, Hash, LookUp, Pairing, Published, Record, Renewal, ResumeOutcome, Revised, StagedContact, Stored,
    Tenant, Token, Turn, Upserted,
};
pub use which::{Changed, Decided, Past, Set, Which};
pub use work::{Again, Alert, Claim, Claimed, EndedRuns, Ending, Pending, Slot, Wish, Worker};

use crate::model::{
    AccountName, Change, ContactId, LevelCount, Millis, OpportunityId, Order, Profile, ProfileId, Progress, Reference, Ruled, RunId,
    RunRecord, Settings, TenantName, Viewed,
};
use async_trait::async_trait;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// SQLite or PostgreSQL; both pass `tests/it/store`. Every method is one transaction unless it says otherwise.
#[async_trait]
pub trait Store: Send + Sync {
    /// Adds a tenant.
    async fn add_tenant(&self, tenant: &Tenant) -> Result<(), StoreError>;
    /// One tenant by name; [`StoreError::Unknown`] when there is none.
    async fn tenant(&self, name: &TenantName) -> Result<Tenant, StoreError>;
    /// All tenants by name.
    async fn tenants(&self) -> Result<Vec<Tenant>, StoreError>;
    /// Puts choices in the place of those that the caller has read; [`StoreError::Busy`] when somebody else has changed them since.
    async fn set_settings(&self, name: &TenantName, before: &Settings, after: &Settings) -> Result<(), StoreError> {
        self.change_tenant(name, (before, after), None).await
    }
    /// As [`Store::set_settings`], together with another way into Lever: all of it, or nothing.
    async fn change_tenant(&self, name: &TenantName, choices: (&Settings, &Settings), access: Option<Access<'_>>)
    -> Result<(), StoreError>;
    /// A tenant's OAuth connection; none when it has an API key, or nothing yet.
    async fn connection(&self, name: &TenantName) -> Result<Option<Connection>, StoreError>;
    /// Connects a tenant by OAuth, in place of its connection or key before, and replaces its own secret. A renewal that is
    /// under way loses its turn.
    async fn connect(&self, name: &TenantName, connection: &Connection, sealed_secret: &[u8]) -> Result<(), StoreError>;
    /// Claims the turn to renew a tenant's tokens, and returns the connection as it was before: from now on it is `unanswered`.
    /// [`StoreError::Busy`] while another process has the turn.
    async fn claim_renewal(&self, name: &TenantName, now: Millis) -> Result<(Turn, Connection), StoreError>;
    /// Ends the turn with what came of it; [`StoreError::LostClaim`] when it was taken over.
    async fn end_renewal(&self, turn: &Turn, outcome: Renewal<'_>) -> Result<(), StoreError>;
    /// Removes a tenant with everything that is its own; [`StoreError::Busy`] while one of its runs is alive at `now`.
    async fn remove_tenant(&self, name: &TenantName, now: Millis) -> Result<(), StoreError>;

    /// Adds a user.
    async fn add_account(&self, account: &Account) -> Result<(), StoreError>;
    /// All users by name.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;
    /// One user by name; [`StoreError::Unknown`] when there is none.
    async fn account(&self, name: &AccountName) -> Result<Account, StoreError>;
    /// Replaces a user's hashed password, and ends the user's sessions.
    async fn set_password(&self, name: &AccountName, password: &str) -> Result<(), StoreError>;
    /// Removes a user, whose sessions end.
    async fn remove_account(&self, name: &AccountName) -> Result<(), StoreError>;
    /// Signs a user in from the start to the end of `lasts`.
    async fn begin_session(&self, hash: &Hash, account: &AccountName, lasts: Range<Millis>) -> Result<(), StoreError>;
    /// Whose session it is; none when it ended, or never began.
    async fn session(&self, hash: &Hash, now: Millis) -> Result<Option<Account>, StoreError>;
    /// Signs out, and says whether there was such a session: of those who end one at the same moment one is told so.
    async fn end_session(&self, hash: &Hash) -> Result<bool, StoreError>;
    /// Adds a token by the hash of its bits.
    async fn add_token(&self, hash: &Hash, token: &Token) -> Result<(), StoreError>;
    /// All tokens, oldest first.
    async fn tokens(&self) -> Result<Vec<Token>, StoreError>;
    /// The token with this hash; none when it ended, was revoked, or never was. Its first use of a day is written down.
    async fn token(&self, hash: &Hash, now: Millis) -> Result<Option<Token>, StoreError>;
    /// Revokes a token by its id.
    async fn remove_token(&self, id: &str) -> Result<(), StoreError>;

    /// Writes profiles by id; those whose record is the same are not written. Of several with one id the last counts.
    async fn put_profiles(&self, batch: &[Profile], now: Millis) -> Result<Upserted, StoreError> {
        let records: Vec<Record> = batch.iter().map(Record::of).collect();
        Ok(self.put_records(&records, now).await?.counts)
    }
    /// The same, and tells which were written.
    async fn put_records(&self, batch: &[Record], now: Millis) -> Result<Stored, StoreError>;
    /// Removes profiles and ends their badges for every tenant. Returns how many there were.
    async fn remove_profiles(&self, ids: &[ProfileId], now: Millis) -> Result<u64, StoreError>;
    /// Profiles by id, in the order asked; absent ones are left out.
    async fn profiles(&self, ids: &[ProfileId]) -> Result<Vec<Profile>, StoreError>;
    /// The next profiles (and removals) after a revision, in order of revision, for the index to catch up.
    async fn profiles_after(&self, revision: i64, limit: u32) -> Result<Vec<Revised>, StoreError>;
    /// Which of these profiles the tenant's last published night has not seen as they are: they were added or changed since. A
    /// recent run compares them with few contacts, so it checks none.
    async fn not_yet_checked(&self, tenant: &TenantName, ids: &[ProfileId]) -> Result<Vec<ProfileId>, StoreError>;
    /// How many profiles there are, and the greatest revision. Of many profiles it takes its time.
    async fn profile_count(&self) -> Result<(u64, i64), StoreError>;
    /// The greatest revision alone.
    async fn profiles_revision(&self) -> Result<i64, StoreError>;

    /// Queues a run for whoever is free; [`StoreError::Busy`] when one of the tenant is alive, queued or at work. One that waits by a
    /// schedule, and does no more than this, becomes the one that is asked for.
    async fn queue_run(&self, tenant: &TenantName, order: &Order, now: Millis) -> Result<RunId, StoreError>;
    /// Claims the queued run that is next, of those that are due and are expected to last no longer than `longest_ms`. What a schedule
    /// asked for does not begin for a tenant that is `at_rest`. None when there is none.
    async fn claim_run(&self, longest_ms: i64, at_rest: &[TenantName], now: Millis) -> Result<Option<Claimed>, StoreError>;
    /// The tenants of which a run is alive, queued or at work.
    async fn busy_tenants(&self) -> Result<Vec<TenantName>, StoreError>;
    /// Has operators told, once, of a time of a schedule that has been waiting for over an hour for a run that is still at work.
    async fn late(&self, slot: &Slot, now: Millis) -> Result<(), StoreError>;
    /// Drops, in small transactions, a tenant's rows that nobody can read any more.
    async fn sweep(&self, tenant: &TenantName) -> Result<(), StoreError>;
    /// Marks every run as lost whose process is gone or whose lease ended, and queues those again that were queued. Returns how many.
    async fn end_dead_runs(&self, now: Millis) -> Result<u64, StoreError>;
    /// Marks a run as lost that this process is not at any more, though its end was not written, and queues it again if it was
    /// queued. Nothing happens to one that has ended.
    async fn give_up(&self, claim: &Claim, now: Millis) -> Result<(), StoreError>;
    /// Ends a queued run; asks one at work to stop, which it does at its next sign of life. [`StoreError::Unknown`] when it is neither.
    async fn cancel_run(&self, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError>;
    /// Claims the tenant's turn at once, without a queue. A live run whose process is gone, or whose lease ended, is marked lost first;
    /// if it was queued and this order does less, it is queued again and comes first. [`StoreError::Busy`] when another run is alive.
    async fn start_run(&self, tenant: &TenantName, order: &Order, now: Millis) -> Result<Claim, StoreError>;
    /// Lengthens the lease by a minute, tells how far the run is, and hears whether it is to stop. [`StoreError::LostClaim`] when it
    /// was taken over.
    async fn beat(&self, claim: &Claim, progress: Option<&Progress>, now: Millis) -> Result<Wish, StoreError>;
    /// Stages Lever's reference lists under the run.
    async fn stage_reference(&self, claim: &Claim, reference: &Reference) -> Result<(), StoreError>;
    /// Stages contacts under the run.
    async fn stage(&self, claim: &Claim, contacts: &[StagedContact]) -> Result<(), StoreError>;
    /// Stages the keyed hashes of identifiers seen on three or more distinct people.
    async fn stage_shared(&self, claim: &Claim, hashes: &[[u8; 16]]) -> Result<(), StoreError>;
    /// The keyed hashes of the published set.
    async fn shared(&self, tenant: &TenantName) -> Result<Vec<[u8; 16]>, StoreError>;
    /// Stages what the tenant's own people teach. A count of fewer than [`LevelCount::LEAST`] is refused by the database.
    async fn stage_level_counts(&self, claim: &Claim, counts: &[LevelCount]) -> Result<(), StoreError>;
    /// The level counts of the published set.
    async fn level_counts(&self, tenant: &TenantName) -> Result<Vec<LevelCount>, StoreError>;
    /// Résumé outcomes of the published set.
    async fn resume_outcomes(&self, tenant: &TenantName) -> Result<Vec<ResumeOutcome>, StoreError>;
    /// Takes contacts' and opportunities' rows (pairings, opportunities, résumé outcomes) out of the published set at once, and
    /// out of every held run, whatever becomes of this run. A pairing left without opportunities goes too. What was decided about these
    /// contacts goes with them; about one that is left without opportunities it goes by `reopen`.
    async fn remove_now(&self, claim: &Claim, contacts: &[ContactId], opportunities: &[OpportunityId]) -> Result<(), StoreError>;
    /// Makes the run's rows the tenant's in one flip, and drops the old ones. A full run replaces the set; a recent run replaces the
    /// contacts it staged. Works on the claim of a live run; [`StoreError::Cancelled`] when it was asked to stop.
    async fn publish(&self, claim: &Claim, ending: &Ending, window_start: Millis) -> Result<(), StoreError>;
    /// Ends the run without publishing. A held run keeps its staged rows, its reference and `window_start`, unless it was asked to stop
    /// ([`StoreError::Cancelled`]); any other drops them.
    async fn end_run(&self, claim: &Claim, ending: &Ending, window_start: Option<Millis>) -> Result<(), StoreError>;
    /// Publishes a held run; [`StoreError::Unknown`] when the tenant has no such held run, [`StoreError::Busy`] when a run is alive.
    /// A held run that is older than the published one cannot be published: `Unknown`.
    async fn publish_held(&self, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError>;
    /// Drops a held run: its state becomes `cancelled`.
    async fn drop_held(&self, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError>;

    /// The last times of all schedules that were served.
    async fn served(&self) -> Result<Vec<Slot>, StoreError>;
    /// Serves a time of a schedule, when the last one served is still `before`; with an order, queues the run for the time beside it.
    /// False when another process was quicker; [`StoreError::Busy`] when a run of the tenant is alive, and then the time is not served.
    async fn serve(&self, slot: &Slot, before: Option<Millis>, order: Option<(Order, Millis)>, now: Millis) -> Result<bool, StoreError>;
    /// A sign of life of this process, which runs nights.
    async fn worker_seen(&self, worker: &Worker) -> Result<(), StoreError>;
    /// This process runs no more nights.
    async fn worker_gone(&self) -> Result<(), StoreError>;
    /// Those who run nights, the oldest first; the dead among them for a day.
    async fn workers(&self) -> Result<Vec<Worker>, StoreError>;
    /// The queue as a whole.
    async fn pending(&self) -> Result<Pending, StoreError>;
    /// The runs of all tenants that ended since, by kind and how they ended.
    async fn ended_runs(&self, since: Millis) -> Result<Vec<EndedRuns>, StoreError>;
    /// Takes the next thing to tell operators. Unless it is told within a minute, it comes again.
    async fn next_alert(&self, now: Millis) -> Result<Option<Alert>, StoreError>;
    /// It was told.
    async fn alert_told(&self, alert: &Alert) -> Result<(), StoreError>;
    /// Takes so much out of the allowance that all processes share for an account: returns how long until it would be full again.
    async fn take_allowance(&self, account: &str, cost_ms: i64, now: Millis) -> Result<i64, StoreError>;
    /// Takes out of it whatever is left, and all that comes back for so long: Lever has asked for a pause.
    async fn pause_allowance(&self, account: &str, pause_ms: i64, now: Millis) -> Result<(), StoreError>;

    /// A tenant's runs, newest first; of the items that each left out, the first thousand. [`Self::run`] has all.
    async fn runs(&self, tenant: &TenantName, limit: u32) -> Result<Vec<RunRecord>, StoreError> {
        self.runs_of(tenant, Past { kind: None, before: None, limit }).await
    }
    /// The same, of one kind, or those before one of them; [`StoreError::Unknown`] when the tenant has no such run.
    async fn runs_of(&self, tenant: &TenantName, past: Past) -> Result<Vec<RunRecord>, StoreError>;
    /// One run of any tenant.
    async fn run(&self, run: RunId) -> Result<RunRecord, StoreError>;
    /// The per-badge changes that a run made (or would make, when held); kept for 90 days.
    async fn changes(&self, run: RunId) -> Result<Vec<Change>, StoreError> {
        self.changes_of(run, Changed::All).await
    }
    /// The same, some of them.
    async fn changes_of(&self, run: RunId, which: Changed<'_>) -> Result<Vec<Change>, StoreError>;

    /// Reads pairings with their opportunities and the reference lists in one snapshot.
    async fn read(&self, tenant: &TenantName, set: Set, which: Which<'_>) -> Result<Published, StoreError>;

    /// Whether this program may still work on these rows, which may have changed since they were opened: [`StoreError::TooNew`] when a
    /// newer program has said no, [`StoreError::Moved`] when a backup was brought back.
    async fn check(&self) -> Result<(), StoreError>;
    /// What the database says of itself.
    async fn engine(&self, now: Millis) -> Result<Engine, StoreError>;
    /// Writes a copy of an embedded store into a new file, whole and at one moment, while others read and write.
    async fn back_up(&self, file: &Path) -> Result<(), StoreError>;
    /// Takes note that the store was brought back from a backup: no badge is shown, and nothing is published, until a run has listed
    /// everything; OAuth connections and tokens have to be made anew, and everybody signs in again.
    async fn restored(&self, now: Millis) -> Result<(), StoreError>;
    /// Badges of these profiles in one snapshot, and which of the profiles are not yet checked. What `known` says is not read again
    /// while it holds.
    async fn look_up(&self, tenant: &TenantName, ids: &[ProfileId], known: Option<Arc<Common>>) -> Result<LookUp, StoreError>;
    /// The next profiles after `after` that wear a badge in the published set, by id. Whether they may be shown is the reader's to judge.
    async fn badged(&self, tenant: &TenantName, after: Option<&ProfileId>, limit: u32) -> Result<Vec<ProfileId>, StoreError>;

    /// Writes a person's decision about a pair, and acts on it at once in the published set and the held ones: a badge comes or goes. A
    /// run that is at work meanwhile publishes by it too. The contact is also asked for again.
    async fn decide(&self, tenant: &TenantName, it: &Ruled) -> Result<(), StoreError>;
    /// Takes a decision back: the one before it counts again, or else the pair shows what the run had found. [`StoreError::Unknown`]
    /// when there is none.
    async fn undecide(&self, tenant: &TenantName, contact: &ContactId, profile: &ProfileId, now: Millis) -> Result<(), StoreError>;
    /// A tenant's decisions, the newest first.
    async fn rulings(&self, tenant: &TenantName) -> Result<Vec<Ruled>, StoreError> {
        self.rulings_of(tenant, Decided::All).await
    }
    /// The same, some of them.
    async fn rulings_of(&self, tenant: &TenantName, which: Decided<'_>) -> Result<Vec<Ruled>, StoreError>;
    /// Drops the decisions about contacts that have left Lever, and puts pairs that come in their place up for decision.
    async fn reopen(&self, claim: &Claim, gone: &[ContactId], pairs: &[(ContactId, ProfileId)], now: Millis) -> Result<(), StoreError>;
    /// Has the tenant's next run, of either kind, look at a contact whatever its dates say.
    async fn ask_again(&self, tenant: &TenantName, contact: &ContactId, now: Millis) -> Result<(), StoreError>;
    /// The contacts that wait to be looked at; a run that is published settles those that were asked for before it began.
    async fn asked_again(&self, tenant: &TenantName) -> Result<Vec<ContactId>, StoreError>;
    /// How many pairs that may be told of at `now` wait for a decision.
    async fn review_count(&self, tenant: &TenantName, now: Millis) -> Result<u64, StoreError>;
    /// Notes that somebody looked at a person's live details; kept for 90 days.
    async fn note_view(&self, tenant: &TenantName, it: &Viewed) -> Result<(), StoreError>;
    /// Who looked in the last 90 days, the newest first.
    async fn views(&self, tenant: &TenantName, limit: u32, now: Millis) -> Result<Vec<Viewed>, StoreError>;

    /// Truncates the write-ahead log and checks what can be checked cheaply; called after a run or an import, and by `doctor`.
    async fn tidy(&self) -> Result<(), StoreError>;
}
