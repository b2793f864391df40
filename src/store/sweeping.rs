//! Rows that nobody can read any more.
//!
//! Readers see the rows of the one run that the tenant points to, so those of any other are garbage, however it ended, until they are
//! taken here.

use super::StoreError;
use super::database::{Database, all, args, statement, statements};
use super::row::{Row, Values};
use crate::model::TenantName;

statements!("sql/run.sql": GARBAGE = "garbage", SWEPT = "swept", SWEEP_OPPORTUNITY = "sweep_opportunity", SWEEP_PAIRING = "sweep_pairing",
    SWEEP_RESUME = "sweep_resume", SWEEP_RESTAGED = "sweep_restaged", SWEEP_SHARED = "sweep_shared",
    SWEEP_LEVEL_COUNT = "sweep_level_count", SWEEP_REFERENCE = "sweep_reference");

const TENANTS: &str = statement(include_str!("sql/tenant.sql"), "all");

/// Contacts that one sweeping transaction takes, so that nobody waits long for the writer.
const SWEEP_CHUNK: i64 = 2_000;

/// Drops, in small transactions, the rows of every run that nobody can read any more.
pub(super) async fn sweep(db: &dyn Database, tenant: &TenantName) -> Result<(), StoreError> {
    let garbage = {
        let mut tx = db.reading().await?;
        all(&mut tx, GARBAGE, args![tenant], Row::int).await?
    };
    for run in garbage {
        for statement in [SWEEP_PAIRING, SWEEP_OPPORTUNITY, SWEEP_RESUME, SWEEP_RESTAGED, SWEEP_SHARED, SWEEP_LEVEL_COUNT, SWEEP_REFERENCE]
        {
            while sweep_some(db, statement, tenant, run).await? > 0 {}
        }
        let mut tx = db.writing().await?;
        tx.execute(SWEPT, args![tenant, run]).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The same for all tenants.
pub(super) async fn sweep_all(db: &dyn Database) -> Result<(), StoreError> {
    let tenants = {
        let mut tx = db.reading().await?;
        all(&mut tx, TENANTS, args![], Row::id::<TenantName>).await?
    };
    for tenant in tenants {
        sweep(db, &tenant).await?;
    }
    Ok(())
}

async fn sweep_some(db: &dyn Database, statement: &'static str, tenant: &TenantName, run: i64) -> Result<u64, StoreError> {
    let mut tx = db.writing().await?;
    let gone = tx.execute(statement, args![tenant, run, SWEEP_CHUNK]).await?;
    tx.commit().await?;
    Ok(gone)
}

/// Sweeps beside what has been done well: what fails here is swept by the next run, and changes nothing that readers see.
pub(super) async fn sweep_later(db: &dyn Database, tenant: &TenantName) {
    if let Err(error) = sweep(db, tenant).await {
        tracing::warn!(%tenant, %error, "old rows stay until the next run");
    }
}
