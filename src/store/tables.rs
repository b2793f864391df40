//! The store over either database.

use super::database::Database;
use super::viewers::Noting;
use super::{
    Access, Account, Alert, Changed, Claim, Claimed, Common, Connection, Decided, EndedRuns, Ending, Engine, Hash, LookUp, Past, Pending,
    Published, Record, Renewal, ResumeOutcome, Revised, Set, Slot, StagedContact, Store, StoreError, Stored, Tenant, Token, Turn, Which,
    Wish, Worker, claims, decisions, look_up, merging, oauth, profiles, queue, reading, records, runs, schedule, staging, sweeping,
    tenants, viewers,
};
use crate::model::{
    AccountName, Change, ContactId, LevelCount, Millis, OpportunityId, Order, Profile, ProfileId, Progress, Reference, Ruled, RunId,
    RunRecord, Settings, TenantName, Viewed,
};
use async_trait::async_trait;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Each method is written once, over the little of a database that it needs.
pub(super) struct Tables<D>(D, Noting);

impl<D> Tables<D> {
    pub(super) fn over(database: D) -> Self {
        Self(database, Noting::default())
    }
}

#[async_trait]
impl<D: Database> Store for Tables<D> {
    async fn add_tenant(&self, tenant: &Tenant) -> Result<(), StoreError> {
        tenants::add(&self.0, tenant).await
    }
    async fn tenant(&self, name: &TenantName) -> Result<Tenant, StoreError> {
        tenants::one(&self.0, name).await
    }
    async fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        tenants::every(&self.0).await
    }
    async fn change_tenant(
        &self,
        name: &TenantName,
        choices: (&Settings, &Settings),
        access: Option<Access<'_>>,
    ) -> Result<(), StoreError> {
        tenants::change(&self.0, name, choices, access).await
    }
    async fn connection(&self, name: &TenantName) -> Result<Option<Connection>, StoreError> {
        oauth::one(&self.0, name).await
    }
    async fn connect(&self, name: &TenantName, connection: &Connection, sealed_secret: &[u8]) -> Result<(), StoreError> {
        oauth::connect(&self.0, name, connection, sealed_secret).await
    }
    async fn claim_renewal(&self, name: &TenantName, now: Millis) -> Result<(Turn, Connection), StoreError> {
        oauth::claim(&self.0, name, now).await
    }
    async fn end_renewal(&self, turn: &Turn, outcome: Renewal<'_>) -> Result<(), StoreError> {
        oauth::end(&self.0, turn, outcome).await
    }
    async fn remove_tenant(&self, name: &TenantName, now: Millis) -> Result<(), StoreError> {
        tenants::remove(&self.0, name, now).await
    }

    async fn add_account(&self, account: &Account) -> Result<(), StoreError> {
        viewers::add_account(&self.0, account).await
    }
    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        viewers::accounts(&self.0).await
    }
    async fn account(&self, name: &AccountName) -> Result<Account, StoreError> {
        viewers::account(&self.0, name).await
    }
    async fn set_password(&self, name: &AccountName, password: &str) -> Result<(), StoreError> {
        viewers::set_password(&self.0, name, password).await
    }
    async fn remove_account(&self, name: &AccountName) -> Result<(), StoreError> {
        viewers::remove_account(&self.0, name).await
    }
    async fn begin_session(&self, hash: &Hash, account: &AccountName, lasts: Range<Millis>) -> Result<(), StoreError> {
        viewers::begin_session(&self.0, hash, account, lasts).await
    }
    async fn session(&self, hash: &Hash, now: Millis) -> Result<Option<Account>, StoreError> {
        viewers::session(&self.0, hash, now).await
    }
    async fn end_session(&self, hash: &Hash) -> Result<bool, StoreError> {
        viewers::end_session(&self.0, hash).await
    }
    async fn add_token(&self, hash: &Hash, token: &Token) -> Result<(), StoreError> {
        viewers::add_token(&self.0, hash, token).await
    }
    async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        viewers::tokens(&self.0).await
    }
    async fn token(&self, hash: &Hash, now: Millis) -> Result<Option<Token>, StoreError> {
        viewers::token(&self.0, &self.1, hash, now).await
    }
    async fn remove_token(&self, id: &str) -> Result<(), StoreError> {
        viewers::remove_token(&self.0, id).await
    }

    async fn put_records(&self, batch: &[Record], now: Millis) -> Result<Stored, StoreError> {
        profiles::put(&self.0, batch, now).await
    }
    async fn remove_profiles(&self, ids: &[ProfileId], now: Millis) -> Result<u64, StoreError> {
        profiles::remove(&self.0, ids, now).await
    }
    async fn profiles(&self, ids: &[ProfileId]) -> Result<Vec<Profile>, StoreError> {
        profiles::records(&self.0, ids).await
    }
    async fn profiles_after(&self, revision: i64, limit: u32) -> Result<Vec<Revised>, StoreError> {
        profiles::after(&self.0, revision, limit).await
    }
    async fn not_yet_checked(&self, tenant: &TenantName, ids: &[ProfileId]) -> Result<Vec<ProfileId>, StoreError> {
        profiles::not_yet_checked(&self.0, tenant, ids).await
    }
    async fn profile_count(&self) -> Result<(u64, i64), StoreError> {
        profiles::count(&self.0).await
    }
    async fn profiles_revision(&self) -> Result<i64, StoreError> {
        profiles::revision(&self.0).await
    }

    async fn queue_run(&self, tenant: &TenantName, order: &Order, now: Millis) -> Result<RunId, StoreError> {
        queue::queue(&self.0, tenant, order, now).await
    }
    async fn claim_run(&self, longest_ms: i64, at_rest: &[TenantName], now: Millis) -> Result<Option<Claimed>, StoreError> {
        queue::claim(&self.0, longest_ms, at_rest, now).await
    }
    async fn busy_tenants(&self) -> Result<Vec<TenantName>, StoreError> {
        queue::alive(&self.0).await
    }
    async fn late(&self, slot: &Slot, now: Millis) -> Result<(), StoreError> {
        queue::late(&self.0, slot, now).await
    }
    async fn sweep(&self, tenant: &TenantName) -> Result<(), StoreError> {
        sweeping::sweep(&self.0, tenant).await
    }
    async fn end_dead_runs(&self, now: Millis) -> Result<u64, StoreError> {
        queue::end_dead(&self.0, now).await
    }
    async fn give_up(&self, claim: &Claim, now: Millis) -> Result<(), StoreError> {
        queue::give_up(&self.0, claim, now).await
    }
    async fn cancel_run(&self, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError> {
        queue::cancel(&self.0, tenant, run, now).await
    }
    async fn start_run(&self, tenant: &TenantName, order: &Order, now: Millis) -> Result<Claim, StoreError> {
        runs::start(&self.0, tenant, order, now).await
    }
    async fn beat(&self, claim: &Claim, progress: Option<&Progress>, now: Millis) -> Result<Wish, StoreError> {
        claims::beat(&self.0, claim, progress, now).await
    }
    async fn stage_reference(&self, claim: &Claim, reference: &Reference) -> Result<(), StoreError> {
        staging::reference(&self.0, claim, reference).await
    }
    async fn stage(&self, claim: &Claim, contacts: &[StagedContact]) -> Result<(), StoreError> {
        staging::contacts(&self.0, claim, contacts).await
    }
    async fn stage_shared(&self, claim: &Claim, hashes: &[[u8; 16]]) -> Result<(), StoreError> {
        staging::shared(&self.0, claim, hashes).await
    }
    async fn shared(&self, tenant: &TenantName) -> Result<Vec<[u8; 16]>, StoreError> {
        reading::shared(&self.0, tenant).await
    }
    async fn stage_level_counts(&self, claim: &Claim, counts: &[LevelCount]) -> Result<(), StoreError> {
        staging::level_counts(&self.0, claim, counts).await
    }
    async fn level_counts(&self, tenant: &TenantName) -> Result<Vec<LevelCount>, StoreError> {
        reading::level_counts(&self.0, tenant).await
    }
    async fn resume_outcomes(&self, tenant: &TenantName) -> Result<Vec<ResumeOutcome>, StoreError> {
        reading::resumes(&self.0, tenant).await
    }
    async fn remove_now(&self, claim: &Claim, contacts: &[ContactId], opportunities: &[OpportunityId]) -> Result<(), StoreError> {
        merging::remove_now(&self.0, claim, contacts, opportunities).await
    }
    async fn publish(&self, claim: &Claim, ending: &Ending, window_start: Millis) -> Result<(), StoreError> {
        runs::publish(&self.0, claim, ending, window_start).await
    }
    async fn end_run(&self, claim: &Claim, ending: &Ending, window_start: Option<Millis>) -> Result<(), StoreError> {
        runs::end(&self.0, claim, ending, window_start).await
    }
    async fn publish_held(&self, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError> {
        runs::publish_held(&self.0, tenant, run, now).await
    }
    async fn drop_held(&self, tenant: &TenantName, run: RunId, now: Millis) -> Result<(), StoreError> {
        runs::drop_held(&self.0, tenant, run, now).await
    }

    async fn served(&self) -> Result<Vec<Slot>, StoreError> {
        schedule::served(&self.0).await
    }
    async fn serve(&self, slot: &Slot, before: Option<Millis>, order: Option<(Order, Millis)>, now: Millis) -> Result<bool, StoreError> {
        schedule::serve(&self.0, slot, before, order, now).await
    }
    async fn worker_seen(&self, worker: &Worker) -> Result<(), StoreError> {
        schedule::seen(&self.0, worker).await
    }
    async fn worker_gone(&self) -> Result<(), StoreError> {
        schedule::gone(&self.0).await
    }
    async fn workers(&self) -> Result<Vec<Worker>, StoreError> {
        schedule::workers(&self.0).await
    }
    async fn pending(&self) -> Result<Pending, StoreError> {
        schedule::pending(&self.0).await
    }
    async fn ended_runs(&self, since: Millis) -> Result<Vec<EndedRuns>, StoreError> {
        schedule::ended(&self.0, since).await
    }
    async fn next_alert(&self, now: Millis) -> Result<Option<Alert>, StoreError> {
        schedule::next_alert(&self.0, now).await
    }
    async fn alert_told(&self, alert: &Alert) -> Result<(), StoreError> {
        schedule::told(&self.0, alert).await
    }
    async fn take_allowance(&self, account: &str, cost_ms: i64, now: Millis) -> Result<i64, StoreError> {
        schedule::take_allowance(&self.0, account, cost_ms, now).await
    }
    async fn pause_allowance(&self, account: &str, pause_ms: i64, now: Millis) -> Result<(), StoreError> {
        schedule::pause_allowance(&self.0, account, pause_ms, now).await
    }

    async fn runs_of(&self, tenant: &TenantName, past: Past) -> Result<Vec<RunRecord>, StoreError> {
        records::list(&self.0, tenant, past).await
    }
    async fn run(&self, run: RunId) -> Result<RunRecord, StoreError> {
        records::one(&self.0, run).await
    }
    async fn changes_of(&self, run: RunId, which: Changed<'_>) -> Result<Vec<Change>, StoreError> {
        records::changes(&self.0, run, which).await
    }

    async fn read(&self, tenant: &TenantName, set: Set, which: Which<'_>) -> Result<Published, StoreError> {
        reading::read(&self.0, tenant, set, which).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        schedule::check(&self.0).await
    }
    async fn engine(&self, now: Millis) -> Result<Engine, StoreError> {
        self.0.engine(now).await
    }
    async fn back_up(&self, file: &Path) -> Result<(), StoreError> {
        self.0.back_up(file).await
    }
    async fn restored(&self, now: Millis) -> Result<(), StoreError> {
        schedule::restored(&self.0, now).await
    }
    async fn look_up(&self, tenant: &TenantName, ids: &[ProfileId], known: Option<Arc<Common>>) -> Result<LookUp, StoreError> {
        look_up::look_up(&self.0, tenant, ids, known).await
    }
    async fn badged(&self, tenant: &TenantName, after: Option<&ProfileId>, limit: u32) -> Result<Vec<ProfileId>, StoreError> {
        look_up::badged(&self.0, tenant, after, limit).await
    }

    async fn decide(&self, tenant: &TenantName, it: &Ruled) -> Result<(), StoreError> {
        decisions::put(&self.0, tenant, it).await
    }
    async fn undecide(&self, tenant: &TenantName, contact: &ContactId, profile: &ProfileId, now: Millis) -> Result<(), StoreError> {
        decisions::take_back(&self.0, tenant, (contact, profile), now).await
    }
    async fn rulings_of(&self, tenant: &TenantName, which: Decided<'_>) -> Result<Vec<Ruled>, StoreError> {
        decisions::read(&self.0, tenant, which).await
    }
    async fn reopen(&self, claim: &Claim, gone: &[ContactId], pairs: &[(ContactId, ProfileId)], now: Millis) -> Result<(), StoreError> {
        decisions::reopen(&self.0, claim, gone, pairs, now).await
    }
    async fn ask_again(&self, tenant: &TenantName, contact: &ContactId, now: Millis) -> Result<(), StoreError> {
        decisions::ask_again(&self.0, tenant, contact, now).await
    }
    async fn asked_again(&self, tenant: &TenantName) -> Result<Vec<ContactId>, StoreError> {
        decisions::asked_again(&self.0, tenant).await
    }
    async fn review_count(&self, tenant: &TenantName, now: Millis) -> Result<u64, StoreError> {
        reading::review_count(&self.0, tenant, now).await
    }
    async fn note_view(&self, tenant: &TenantName, it: &Viewed) -> Result<(), StoreError> {
        decisions::note_view(&self.0, tenant, it).await
    }
    async fn views(&self, tenant: &TenantName, limit: u32, now: Millis) -> Result<Vec<Viewed>, StoreError> {
        decisions::views(&self.0, tenant, limit, now).await
    }

    async fn tidy(&self) -> Result<(), StoreError> {
        self.0.tidy().await
    }
}
