//! Tenants.

use super::database::{Database, Transaction, all, args, first, json, statements};
use super::row::{Row, Values};
use super::{Connection, Rival, StoreError, Tenant, Thing, claims, oauth, schedule, sweeping};
use crate::model::{Millis, Settings, TenantName};

statements!("sql/tenant.sql": ADD = "add", ALL = "all", ONE = "one", SETTINGS = "settings", SET_SETTINGS = "set_settings", SET_KEY = "set_key",
    UNPUBLISH = "unpublish", DROP_HELD = "drop_held", REMOVE = "remove", LOCK = "lock");

/// Another way into a tenant's Lever account. The tenant's own secret goes with it: both are sealed by one master key.
#[derive(Clone, Copy)]
pub enum Access<'a> {
    /// An API key, in place of whatever was there.
    Key {
        /// Sealed.
        sealed_key: &'a [u8],
        /// Sealed.
        sealed_secret: &'a [u8],
    },
    /// An OAuth app.
    App {
        /// With what Lever granted it.
        connection: &'a Connection,
        /// Sealed.
        sealed_secret: &'a [u8],
    },
}

pub(super) async fn add(db: &dyn Database, tenant: &Tenant) -> Result<(), StoreError> {
    let settings = json(&tenant.settings)?;
    let mut tx = db.writing().await?;
    tx.execute(ADD, args![&tenant.name, &settings, &*tenant.sealed_key, &*tenant.sealed_secret, tenant.created_at])
        .await
        .map_err(|error| if matches!(error, StoreError::Duplicate(_)) { StoreError::Duplicate(Thing::Tenant) } else { error })?;
    tx.commit().await
}

pub(super) async fn one(db: &dyn Database, name: &TenantName) -> Result<Tenant, StoreError> {
    let mut tx = db.reading().await?;
    first(&mut tx, ONE, args![name], tenant_of).await?.ok_or(StoreError::Unknown(Thing::Tenant))
}

pub(super) async fn every(db: &dyn Database) -> Result<Vec<Tenant>, StoreError> {
    let mut tx = db.reading().await?;
    all(&mut tx, ALL, args![], tenant_of).await
}

pub(super) async fn change(
    db: &dyn Database,
    name: &TenantName,
    (before, after): (&Settings, &Settings),
    access: Option<Access<'_>>,
) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    let found = first(&mut tx, SETTINGS, args![name], Row::text).await?.ok_or(StoreError::Unknown(Thing::Tenant))?;
    if settings_of(&found)? != *before {
        return Err(CHANGED);
    }
    if (&before.schedule, &before.time_zone) != (&after.schedule, &after.time_zone) {
        // Before the tenant is written, as when a time is served: or two would wait for each other.
        schedule::forget(&mut tx, name).await?;
    }
    if tx.execute(SET_SETTINGS, args![name, &json(after)?, &found]).await? == 0 {
        return Err(CHANGED);
    }
    match access {
        None => {}
        Some(Access::Key { sealed_key, sealed_secret }) => put_key(&mut tx, name, sealed_key, sealed_secret).await?,
        Some(Access::App { connection, sealed_secret }) => oauth::put(&mut tx, name, connection, sealed_secret).await?,
    }
    tx.commit().await
}

/// Somebody else was quicker.
const CHANGED: StoreError = StoreError::Busy(Rival::Settings);

async fn put_key(tx: &mut Box<dyn Transaction>, name: &TenantName, sealed_key: &[u8], sealed_secret: &[u8]) -> Result<(), StoreError> {
    known(tx.execute(SET_KEY, args![name, sealed_key, sealed_secret]).await?)?;
    oauth::forget(tx, name).await
}

/// What readers see goes first and at once; then the rows, some at a time; last the tenant, and with it what hangs on its row by foreign
/// keys. Whoever was interrupted begins again; until then it is a tenant that was never looked at, and is at rest.
pub(super) async fn remove(db: &dyn Database, name: &TenantName, now: Millis) -> Result<(), StoreError> {
    let now = db.lease_now(now).await?;
    let mut tx = at_rest(db, name, now).await?;
    let found = first(&mut tx, SETTINGS, args![name], Row::text).await?.ok_or(StoreError::Unknown(Thing::Tenant))?;
    let resting = Settings { paused: true, ..settings_of(&found)? };
    tx.execute(UNPUBLISH, args![name, &json(&resting)?]).await?;
    tx.execute(DROP_HELD, args![name]).await?;
    tx.commit().await?;
    sweeping::sweep(db, name).await?;
    let mut tx = at_rest(db, name, now).await?;
    tx.execute(REMOVE, args![name]).await?;
    tx.commit().await
}

/// Begins a write of a tenant while none of its runs is alive.
async fn at_rest(db: &dyn Database, name: &TenantName, now: Millis) -> Result<Box<dyn Transaction>, StoreError> {
    let mut tx = db.writing().await?;
    schedule::forget(&mut tx, name).await?;
    first(&mut tx, LOCK, args![name], Row::maybe_int).await?.ok_or(StoreError::Unknown(Thing::Tenant))?;
    claims::end_lost(&mut tx, name, now).await?;
    Ok(tx)
}

fn known(rows: u64) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::Unknown(Thing::Tenant)) } else { Ok(()) }
}

fn tenant_of(row: &mut Row) -> Result<Tenant, StoreError> {
    Ok(Tenant {
        name: row.id()?,
        settings: settings_of(&row.text()?)?,
        sealed_key: row.bytes()?,
        sealed_secret: row.bytes()?,
        created_at: row.millis()?,
        published_run: row.maybe_id()?,
        checked_at: row.maybe_millis()?,
        window_start: row.maybe_millis()?,
    })
}

pub(super) fn settings_of(text: &str) -> Result<Settings, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged)
}
