//! OAuth connections. Lever gives a new refresh token with each renewal and takes the use of an old one for a theft, so a renewal is
//! one process's turn, and that it was begun is written down before Lever is asked.

use super::database::{Database, Transaction, args, first, statement, statements};
use super::row::{Row, Values};
use super::{Connection, Renewal, Rival, StoreError, Thing, Turn, owner};
use crate::model::{Millis, TenantName};

statements!("sql/oauth.sql": ONE = "one", CONNECT = "connect", LOCK = "lock", CLAIM = "claim", RENEWED = "renewed",
    UNCHANGED = "unchanged", FORGET = "forget");

const TENANT: &str = include_str!("sql/tenant.sql");
const SET_KEY: &str = statement(TENANT, "set_key");

/// How long a turn holds when its process gives no other sign: more than all of its attempts take.
const LEASE_MS: i64 = 150_000;

pub(super) async fn one(db: &dyn Database, tenant: &TenantName) -> Result<Option<Connection>, StoreError> {
    let mut tx = db.reading().await?;
    first(&mut tx, ONE, args![tenant], connection_of).await
}

pub(super) async fn connect(db: &dyn Database, tenant: &TenantName, it: &Connection, sealed_secret: &[u8]) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    put(&mut tx, tenant, it, sealed_secret).await?;
    tx.commit().await
}

/// The same in a transaction of the caller.
pub(super) async fn put(
    tx: &mut Box<dyn Transaction>,
    tenant: &TenantName,
    it: &Connection,
    sealed_secret: &[u8],
) -> Result<(), StoreError> {
    if tx.execute(SET_KEY, args![tenant, [].as_slice(), sealed_secret]).await? == 0 {
        return Err(StoreError::Unknown(Thing::Tenant));
    }
    tx.execute(CONNECT, args![tenant, &*it.sealed_app, it.sealed_tokens.as_deref(), it.granted_at, it.renewed_at]).await.map(drop)
}

/// An API key takes the place of the connection.
pub(super) async fn forget(tx: &mut Box<dyn Transaction>, tenant: &TenantName) -> Result<(), StoreError> {
    tx.execute(FORGET, args![tenant]).await.map(drop)
}

pub(super) async fn claim(db: &dyn Database, tenant: &TenantName, now: Millis) -> Result<(Turn, Connection), StoreError> {
    let now = db.lease_now(now).await?;
    let mut tx = db.writing().await?;
    let read = |row: &mut Row| Ok((row.maybe_text()?, row.maybe_int()?));
    let (holder, until) = first(&mut tx, LOCK, args![tenant], read).await?.ok_or(StoreError::Unknown(Thing::Connection))?;
    if holder.is_some_and(|it| !owner::is_gone(&it)) && until.is_some_and(|it| it > now.0) {
        return Err(StoreError::Busy(Rival::Renewal));
    }
    let connection = first(&mut tx, ONE, args![tenant], connection_of).await?.ok_or(StoreError::Damaged)?;
    let owner = owner::this_process();
    let number = first(&mut tx, CLAIM, args![tenant, &owner, now.plus(LEASE_MS)], Row::int).await?.ok_or(StoreError::Damaged)?;
    tx.commit().await?;
    Ok((Turn { tenant: tenant.clone(), number }, connection))
}

pub(super) async fn end(db: &dyn Database, turn: &Turn, outcome: Renewal<'_>) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    let written = match outcome {
        Renewal::Done(tokens, now) => tx.execute(RENEWED, args![&turn.tenant, turn.number, tokens, now]).await?,
        Renewal::Unchanged => tx.execute(UNCHANGED, args![&turn.tenant, turn.number, 0]).await?,
        Renewal::Unanswered => tx.execute(UNCHANGED, args![&turn.tenant, turn.number, 1]).await?,
    };
    if written == 0 {
        return Err(StoreError::LostClaim);
    }
    tx.commit().await
}

fn connection_of(row: &mut Row) -> Result<Connection, StoreError> {
    Ok(Connection {
        sealed_app: row.bytes()?,
        sealed_tokens: row.maybe_bytes()?,
        granted_at: row.maybe_millis()?,
        renewed_at: row.maybe_millis()?,
        unanswered: row.flag()?,
    })
}
