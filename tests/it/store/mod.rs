//! The store: one suite of checks, passed by SQLite and by a real PostgreSQL server.

mod again;
mod claims;
mod decisions;
mod files;
pub(crate) mod hand;
mod held;
mod ledger;
mod oauth;
mod people;
mod publishing;
mod queue;
mod races;
mod schedule;
pub(crate) mod server;
mod steps;
mod tenancy;
mod viewers;

use acquaint::model::{
    Archived, Change, Consent, ContactId, Decision, Evidence, Feature, FieldIndex, Level, LevelCount, Millis, Opportunity, Outcome,
    Profile, ProfileId, Reference, RunKind, RunState, Settings, Stage, StageId, Status, Tally, TenantName, User, Waterfall,
};
use acquaint::store::{
    self, Again, Claim, Ending, Location, Pairing, Past, Published, Rival, Set, StagedContact, Store, StoreError, Tenant, Thing, Which,
};
use hand::{ByHand as _, order};
use sqlx::Connection;
use std::sync::Arc;

/// A Sunday in November.
const NOW: Millis = Millis(1_795_305_600_000);
const DAY: i64 = 24 * 3_600_000;

/// A place for one store, empty at first.
struct Home {
    location: Location,
    /// Raw statements go here: what is kept is looked at from outside of the store.
    raw_url: String,
    _folder: Option<tempfile::TempDir>,
}

impl Home {
    fn embedded() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let raw_url = format!("sqlite://{}/data/acquaint.sqlite", folder.path().display());
        Self { location: Location::Embedded(folder.path().join("data")), raw_url, _folder: Some(folder) }
    }

    async fn open(&self) -> Arc<dyn Store> {
        self.try_open().await.expect("the store opens")
    }

    async fn try_open(&self) -> Result<Arc<dyn Store>, StoreError> {
        store::open(&self.location).await
    }

    /// Runs a statement from outside of the store; returns the rows' first column as text.
    async fn raw(&self, sql: &str) -> Vec<String> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self.location {
            Location::Embedded(_) => {
                let mut it = sqlx::SqliteConnection::connect(&self.raw_url).await.expect("a connection");
                sqlx::query_scalar(sql).fetch_all(&mut it).await.expect("the statement runs")
            }
            Location::Postgres(_) => {
                let mut it = sqlx::PgConnection::connect(&self.raw_url).await.expect("a connection");
                sqlx::query_scalar(sql).fetch_all(&mut it).await.expect("the statement runs")
            }
        }
    }

    /// How many rows the ledger holds of a run (by its number) in all tables that runs stage into.
    async fn rows_of(&self, run: i64) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        for table in ["pairing", "opportunity", "resume", "reference", "shared", "level_count", "restaged"] {
            let count = self.raw(&format!("SELECT CAST(count(*) AS TEXT) FROM {table} WHERE run = {run}")).await;
            found.extend(count.into_iter().filter(|it| it != "0").map(|it| (table, it)));
        }
        found
    }
}

/// Every check, on SQLite as a test of its own, and on PostgreSQL in one test that starts the server once.
macro_rules! suite {
    ($($room:ident: $($name:ident),*;)*) => {
        mod on_sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$room::$name(super::Home::embedded()).await;
                }
            )*)*
        }

        async fn suite(server: &server::Server) {
            $($(
                eprintln!("on PostgreSQL: {}", stringify!($name));
                $room::$name(server.home(stringify!($name)).await).await;
            )*)*
        }
    };
}

suite! {
    tenancy: a_tenant_is_added_once, a_tenant_changes_its_mind, a_choice_that_was_made_meanwhile_stays, a_removed_tenant_leaves_nothing, a_removal_that_broke_off_leaves_no_untruth, tenants_do_not_see_each_other,
        a_newer_store_is_left_alone;
    people: profiles_are_written_when_they_differ, a_removed_profile_ends_its_badges, changes_of_profiles_come_in_order,
        odd_text_comes_back_as_it_was, many_at_once_come_back_as_they_were, a_nul_in_a_text_harms_nothing;
    claims: one_run_a_tenant, of_many_claims_at_once_one_wins, an_ended_lease_is_taken_over, a_dead_process_is_succeeded_at_once,
        a_lost_claim_writes_nothing, garbage_is_swept, a_lease_goes_by_the_clock_that_all_share, who_cannot_be_seen_is_alive, old_runs_go;
    queue: a_queued_run_waits_for_a_worker, short_runs_go_first_and_long_ones_are_not_forgotten, of_many_workers_one_claims_a_run,
        a_lease_that_ends_in_the_middle_of_a_publication, a_cancelled_run_ends_or_is_asked_to, a_run_tells_how_far_it_is,
        who_asked_for_a_stop_gets_it, what_is_not_known_is_long, a_tenant_at_rest_begins_nothing_by_itself,
        what_a_person_asks_for_takes_the_place_of_the_schedules;
    again: a_lost_run_is_begun_again, what_a_dead_run_was_to_do_is_done, what_stood_still_is_begun_once_more_and_told,
        a_run_that_must_go_waits_again, a_run_that_is_begun_again_is_as_old_as_the_first;
    schedule: a_time_is_served_once, another_schedule_counts_from_now_on, a_time_that_waits_for_long_is_told_once, workers_are_seen, an_allowance_is_shared, after_a_restore_nothing_is_shown_until_a_run_has_listed_everything;
    held: a_held_run_waits, an_older_held_run_is_gone, a_held_night_waits_for_its_operator, a_held_night_takes_in_what_was_found_since;
    publishing: what_is_staged_comes_back, a_list_of_runs_names_some_of_what_they_left_out, changes_are_read_in_parts, a_full_run_replaces_the_set, a_recent_run_replaces_its_contacts, removals_are_at_once, readers_see_one_set, what_changed_is_kept_for_ninety_days,
        resumes_and_shared_values_come_back, what_is_learnt_is_published_with_its_run, nothing_is_kept_of_few_people, a_profile_removed_meanwhile_gets_no_badge;
    oauth: a_connection_takes_the_place_of_a_key, one_renewal_at_a_time, a_renewal_that_lost_its_turn_keeps_nothing,
        a_dead_renewal_is_succeeded_at_once;
    viewers: a_user_signs_in_until_the_session_ends, a_token_works_until_it_ends, a_removed_tenant_lets_nobody_in,
        a_look_up_sees_what_a_reading_sees, a_copy_is_read_as_it_was_written;
    decisions: a_decision_acts_at_once, the_last_decision_counts, a_decision_taken_back_brings_the_one_before, a_decision_made_meanwhile_holds, a_decision_goes_with_whom_it_is_about,
        questions_come_in_order, who_is_asked_for_again_waits_for_a_run, some_decisions_are_read, views_are_kept_for_ninety_days;
    ledger: the_schema_is_the_ledger;
    steps: rows_of_before_are_read_as_they_were, every_file_is_a_step;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_passes_the_suite() {
    match server::Server::start() {
        Some(server) => {
            suite(&server).await;
            eprintln!("on PostgreSQL: races");
            races::a_profile_removed_while_a_run_is_published_gets_no_badge(server.home("races").await).await;
            races::a_run_outlives_a_pool_without_connections(server.home("pool").await).await;
            races::a_database_that_was_copied_is_refused_until_it_is_told(server.home("copied").await).await;
            races::a_dump_that_was_brought_back_shows_nothing_until_it_is_told(&server).await;
            races::a_busy_tenant_keeps_no_schedule_waiting(server.home("busy").await).await;
            races::a_frozen_update_of_the_schema_is_told(server.home("frozen").await).await;
            races::an_exhausted_server_is_told_and_harms_nothing(server.home("exhausted").await).await;
        }
        None => eprintln!("SKIPPED: postgresql_passes_the_suite (no initdb and pg_ctl in PATH or /usr/lib/postgresql)"),
    }
}

fn name(text: &str) -> TenantName {
    TenantName::new(text).expect("a tenant's name")
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("an id")
}

fn tenant(text: &str) -> Tenant {
    Tenant { sealed_key: vec![0, 1, 255], sealed_secret: vec![7], ..Tenant::new(name(text), Settings::default(), NOW) }
}

fn profile(id: &str, headline: &str) -> Profile {
    let line = serde_json::json!({"id": id, "name": "Ana Ruiz", "headline": headline});
    serde_json::from_value(line).expect("a profile")
}

fn pairing(contact: &str, profile: &str, decision: Decision) -> Pairing {
    let found = |feature, level, bits, on| Evidence { feature, level, bits, on };
    Pairing {
        contact: id(contact),
        profile: id(profile),
        decision,
        probability: 0.998_765_432_1,
        evidence: vec![found(Feature::Name, Level::Same, 7.25, Some(FieldIndex(0))), found(Feature::Email, Level::Shared, -0.1, None)],
        waterfall: Waterfall { start: -18.62, namesakes: -0.5, competition: -0.01, calibration: 0.25 },
    }
}

/// Every field is said.
fn opportunity(contact: &str, opportunity: &str, stage: &str) -> Opportunity {
    Opportunity {
        id: id(opportunity),
        contact: id(contact),
        stage: Some(id(stage)),
        stages_seen: vec![id("lead-new"), id(stage)],
        last_mover: Some(id("u-1")),
        owner: Some(id("u-2")),
        sourced_by: Some(id("u-3")),
        archived: Some(Archived { reason: Some(id("r-1")), at: Some(NOW) }),
        applied: true,
        posting: Some(id("post-1")),
        url: Some("https://hire.example/1".into()),
        created_at: Millis(i64::MIN),
        updated_at: Some(Millis(i64::MAX)),
        last_interaction_at: Some(NOW),
        snoozed_until: Some(NOW.plus(DAY)),
        store: Consent { allowed: Some(true), expires_at: Some(NOW) },
        contact_consent: Consent { allowed: Some(false), expires_at: None },
        confidential: true,
        anonymized: false,
    }
}

/// Nothing is said that may be left out.
fn silent_opportunity(contact: &str, opportunity_id: &str) -> Opportunity {
    Opportunity {
        stage: None,
        stages_seen: Vec::new(),
        last_mover: None,
        owner: None,
        sourced_by: None,
        archived: None,
        applied: false,
        posting: None,
        url: None,
        updated_at: None,
        last_interaction_at: None,
        snoozed_until: None,
        store: Consent::default(),
        contact_consent: Consent::default(),
        confidential: false,
        ..opportunity(contact, opportunity_id, "s-1")
    }
}

/// A contact `c` with a badge on profile `p` and one opportunity.
fn badge(contact: &str, on: &str, opportunity_id: &str, stage: &str) -> StagedContact {
    StagedContact {
        contact: id(contact),
        pairing: Some(pairing(contact, on, Decision::Match)),
        opportunities: vec![opportunity(contact, opportunity_id, stage)],
        resume: None,
    }
}

fn unmatched(contact: &str) -> StagedContact {
    StagedContact { contact: id(contact), pairing: None, opportunities: Vec::new(), resume: None }
}

fn reference(stage: &str) -> Reference {
    let mut it = Reference::default();
    it.stages.insert(id(stage), Stage { text: "On site".into(), pipeline: Some(acquaint::model::Pipeline::Onsite), rank: 0.1 });
    it.users.insert(id("u-1"), User { name: "Kim Berg".into(), active: false });
    it
}

fn ending(state: RunState) -> Ending {
    Ending {
        state,
        tally: Tally { pulled: 3, ..Tally::default() },
        error: None,
        changes: vec![change("p-1")],
        finished_at: NOW.plus(1_000),
        again: Again::No,
    }
}

fn change(of: &str) -> Change {
    Change { profile: id::<ProfileId>(of), outcome: Outcome::Added, before: None, after: Some(Status::Active) }
}

/// Runs a whole full run of tenant `t` and publishes it.
async fn publish(store: &dyn Store, t: &str, contacts: &[StagedContact]) -> Claim {
    let claim = store.start_run(&name(t), &order(RunKind::Full), NOW).await.expect("a claim");
    store.stage(&claim, contacts).await.expect("staged");
    store.publish(&claim, &ending(RunState::Published), NOW).await.expect("published");
    claim
}

/// What a set shows: `contact>profile@stage` of each badge, in order. What is published shows the same to who looks somebody up.
async fn shown(store: &dyn Store, t: &str, set: Set) -> Vec<String> {
    let read = store.read(&name(t), set, Which::Badges).await.expect("read");
    if matches!(set, Set::Published) {
        let ids: Vec<ProfileId> = read.pairings.iter().map(|(it, _)| it.profile.clone()).collect();
        assert_eq!(store.look_up(&name(t), &ids, None).await.expect("looked up").pairings, read.pairings);
    }
    lines(&read)
}

fn lines(found: &Published) -> Vec<String> {
    let stage = |it: &Opportunity| it.stage.as_ref().map_or("-", StageId::as_str).to_owned();
    let line = |(pairing, opportunities): &(Pairing, Vec<Opportunity>)| {
        let stages: Vec<String> = opportunities.iter().map(stage).collect();
        format!("{}>{}@{}", pairing.contact, pairing.profile, stages.join(","))
    };
    found.pairings.iter().map(line).collect()
}

fn contact(text: &str) -> ContactId {
    id(text)
}
