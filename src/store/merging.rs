//! How sets that can still be read change: what leaves them at once, and what a recent run puts in the place of what was there.

use super::database::{Database, Transaction, all, args, json_ids, statement, statements};
use super::row::{Row, Values};
use super::{Claim, StoreError, claims, decisions};
use crate::model::{ContactId, OpportunityId, TenantName};

statements!("sql/merging.sql": DROP_REMOVED_OPPORTUNITIES = "drop_removed_opportunities", DROP_REMOVED_RESUMES = "drop_removed_resumes",
    DROP_REMOVED_PAIRINGS = "drop_removed_pairings", MERGE_OUT_OPPORTUNITIES = "merge_out_opportunities",
    MERGE_OUT_PAIRINGS = "merge_out_pairings", MERGE_OUT_RESUMES = "merge_out_resumes", MERGE_OUT_REFERENCE = "merge_out_reference",
    MERGE_OUT_SHARED = "merge_out_shared", MERGE_IN_OPPORTUNITIES = "merge_in_opportunities", MERGE_IN_PAIRINGS = "merge_in_pairings",
    MERGE_IN_RESUMES = "merge_in_resumes", MERGE_IN_REFERENCE = "merge_in_reference", MERGE_IN_SHARED = "merge_in_shared",
    COPY_OPPORTUNITIES = "copy_opportunities", COPY_PAIRINGS = "copy_pairings", COPY_RESUMES = "copy_resumes",
    COPY_REFERENCE = "copy_reference", MERGE_OUT_LEVEL_COUNTS = "merge_out_level_counts",
    MERGE_IN_LEVEL_COUNTS = "merge_in_level_counts", MERGE_EMPTIED = "merge_emptied", SETS = "sets", CONTACTS_OF = "contacts_of",
    REMOVE_OPPORTUNITIES = "remove_opportunities", REMOVE_RESUMES = "remove_resumes", EMPTIED = "emptied");

const STAGING: &str = include_str!("sql/staging.sql");
const CLEAR_PAIRINGS: &str = statement(STAGING, "clear_pairings");
const CLEAR_OPPORTUNITIES: &str = statement(STAGING, "clear_opportunities");
const CLEAR_RESUMES: &str = statement(STAGING, "clear_resumes");

/// What a set has of a recent run's contacts, and its lists, leave it.
const MERGE_OUT: [&str; 4] = [MERGE_OUT_OPPORTUNITIES, MERGE_OUT_PAIRINGS, MERGE_OUT_RESUMES, MERGE_OUT_REFERENCE];

/// Takes contacts and opportunities out of all that can still be read: the published set and the held ones. What was decided about a
/// contact without opportunities stays until [`decisions::reopen`]: who comes in its place is known by it, also to the run after one
/// that failed here.
pub(super) async fn remove_now(
    db: &dyn Database,
    claim: &Claim,
    contacts: &[ContactId],
    opportunities: &[OpportunityId],
) -> Result<(), StoreError> {
    let contacts = json_ids(contacts.iter().map(ContactId::as_str))?;
    let opportunities = json_ids(opportunities.iter().map(OpportunityId::as_str))?;
    let tenant = &claim.tenant;
    let (mut tx, _) = claims::fenced(db, claim).await?;
    decisions::forget_contacts(&mut tx, tenant, &contacts).await?;
    for run in all(&mut tx, SETS, args![tenant, claim.fence], Row::int).await? {
        let touched = all(&mut tx, CONTACTS_OF, args![tenant, run, &opportunities], Row::text).await?;
        let touched = json_ids(touched.iter().map(String::as_str))?;
        tx.execute(REMOVE_OPPORTUNITIES, args![tenant, run, &opportunities]).await?;
        tx.execute(REMOVE_RESUMES, args![tenant, run, &opportunities]).await?;
        let emptied = all(&mut tx, EMPTIED, args![tenant, run, &touched], Row::text).await?;
        let emptied = json_ids(emptied.iter().map(String::as_str))?;
        for gone in [&contacts, &emptied] {
            for statement in [CLEAR_PAIRINGS, CLEAR_OPPORTUNITIES, CLEAR_RESUMES] {
                tx.execute(statement, args![tenant, run, gone]).await?;
            }
        }
    }
    tx.commit().await
}

/// Takes out what was staged for profiles that were removed since.
pub(super) async fn drop_removed_profiles(tx: &mut Box<dyn Transaction>, tenant: &TenantName, run: i64) -> Result<(), StoreError> {
    for statement in [DROP_REMOVED_OPPORTUNITIES, DROP_REMOVED_RESUMES, DROP_REMOVED_PAIRINGS] {
        tx.execute(statement, args![tenant, run]).await?;
    }
    Ok(())
}

/// Copies the contacts of a recent run into held sets that are older: whoever publishes one of these later takes back nothing that was
/// found since, least of all that somebody must not be contacted any more.
pub(super) async fn merge_into_held(tx: &mut Box<dyn Transaction>, tenant: &TenantName, (run, base): (i64, i64)) -> Result<(), StoreError> {
    for held in all(tx, SETS, args![tenant, base], Row::int).await?.into_iter().filter(|it| *it < run) {
        let copied = [COPY_OPPORTUNITIES, COPY_PAIRINGS, COPY_RESUMES, COPY_REFERENCE, MERGE_EMPTIED];
        for statement in MERGE_OUT.into_iter().chain(copied) {
            tx.execute(statement, args![tenant, run, held]).await?;
        }
    }
    Ok(())
}

/// Puts the contacts of a recent run in the place of their rows in the published set.
pub(super) async fn merge(tx: &mut Box<dyn Transaction>, tenant: &TenantName, run: i64, base: i64) -> Result<(), StoreError> {
    let moved = [
        MERGE_OUT_SHARED,
        MERGE_OUT_LEVEL_COUNTS,
        MERGE_IN_OPPORTUNITIES,
        MERGE_IN_PAIRINGS,
        MERGE_IN_RESUMES,
        MERGE_IN_REFERENCE,
        MERGE_IN_SHARED,
        MERGE_IN_LEVEL_COUNTS,
        MERGE_EMPTIED,
    ];
    for statement in MERGE_OUT.into_iter().chain(moved) {
        tx.execute(statement, args![tenant, run, base]).await?;
    }
    Ok(())
}
