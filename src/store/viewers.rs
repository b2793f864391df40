//! Users, who is signed in, and tokens: found by the hashes of their secrets.

use super::database::{Arg, Database, all, args, first, statements};
use super::row::{Row, Values};
use super::{Account, Hash, Rival, StoreError, Thing, Token};
use crate::model::{AccountName, Grant, Millis, Role};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

statements!("sql/viewer.sql": ADD_ACCOUNT = "add_account", ACCOUNTS = "accounts", ACCOUNT = "account", SET_PASSWORD = "set_password",
    ACCOUNT_SEEN = "account_seen", REMOVE_ACCOUNT = "remove_account", BEGIN_SESSION = "begin_session", SESSION = "session",
    END_SESSION = "end_session", END_SESSIONS = "end_sessions", PRUNE_SESSIONS = "prune_sessions", ADD_TOKEN = "add_token",
    TOKENS = "tokens", TOKEN = "token", TOKEN_SEEN = "token_seen", REMOVE_TOKEN = "remove_token");

const DAY: i64 = 24 * 3_600_000;
/// How long whoever uses a token waits until that is written down.
const LONGEST: Duration = Duration::from_secs(1);
/// How long nobody tries after it could not be.
const PAUSE: Duration = Duration::from_secs(300);

pub(super) async fn add_account(db: &dyn Database, it: &Account) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    let (tenant, role) = granted(&it.grant);
    let added = tx.execute(ADD_ACCOUNT, args![it.name.as_str(), tenant, role, &it.password, it.created_at]).await;
    added.map_err(|error| taken(error, Thing::User))?;
    tx.commit().await
}

pub(super) async fn accounts(db: &dyn Database) -> Result<Vec<Account>, StoreError> {
    let mut tx = db.reading().await?;
    all(&mut tx, ACCOUNTS, args![], account_of).await
}

pub(super) async fn account(db: &dyn Database, name: &AccountName) -> Result<Account, StoreError> {
    let mut tx = db.reading().await?;
    first(&mut tx, ACCOUNT, args![name.as_str()], account_of).await?.ok_or(StoreError::Unknown(Thing::User))
}

/// Whoever knew the old password is signed out.
pub(super) async fn set_password(db: &dyn Database, name: &AccountName, password: &str) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    known(tx.execute(SET_PASSWORD, args![name.as_str(), password]).await?, Thing::User)?;
    tx.execute(END_SESSIONS, args![name.as_str()]).await?;
    tx.commit().await
}

pub(super) async fn remove_account(db: &dyn Database, name: &AccountName) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    known(tx.execute(REMOVE_ACCOUNT, args![name.as_str()]).await?, Thing::User)?;
    tx.commit().await
}

pub(super) async fn begin_session(db: &dyn Database, hash: &Hash, name: &AccountName, lasts: Range<Millis>) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    known(tx.execute(ACCOUNT_SEEN, args![name.as_str(), day(lasts.start)]).await?, Thing::User)?;
    tx.execute(PRUNE_SESSIONS, args![lasts.start]).await?;
    tx.execute(BEGIN_SESSION, args![hash.as_slice(), name.as_str(), lasts.end]).await?;
    tx.commit().await
}

pub(super) async fn session(db: &dyn Database, hash: &Hash, now: Millis) -> Result<Option<Account>, StoreError> {
    let found = db.glance(SESSION, args![hash.as_slice(), now]).await?;
    found.map(|mut row| account_of(&mut row)).transpose()
}

pub(super) async fn end_session(db: &dyn Database, hash: &Hash) -> Result<bool, StoreError> {
    let mut tx = db.writing().await?;
    let ended = tx.execute(END_SESSION, args![hash.as_slice()]).await? == 1;
    tx.commit().await?;
    Ok(ended)
}

pub(super) async fn add_token(db: &dyn Database, hash: &Hash, it: &Token) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    let (tenant, role) = granted(&it.grant);
    let added = tx.execute(ADD_TOKEN, args![hash.as_slice(), &it.id, tenant, role, it.created_at, it.expires_at]).await;
    added.map_err(|error| taken(error, Thing::Token))?;
    tx.commit().await
}

pub(super) async fn tokens(db: &dyn Database) -> Result<Vec<Token>, StoreError> {
    let mut tx = db.reading().await?;
    all(&mut tx, TOKENS, args![], token_of).await
}

/// The first use of a day is written down if it can be; every other one only reads.
pub(super) async fn token(db: &dyn Database, noting: &Noting, hash: &Hash, now: Millis) -> Result<Option<Token>, StoreError> {
    let Some(mut row) = db.glance(TOKEN, args![hash.as_slice(), now]).await? else { return Ok(None) };
    let mut token = token_of(&mut row)?;
    if token.seen_day != Some(day(now)) && noting.begins() {
        let written = timeout(LONGEST, token_seen(db, hash, day(now))).await;
        match written.unwrap_or(Err(StoreError::Busy(Rival::Writer))) {
            Ok(()) => {
                token.seen_day = Some(day(now));
                noting.goes_well();
            }
            // Whoever may read can, also beside a disk that is full.
            Err(error) => tracing::warn!(%error, "that a token was used today is not written down"),
        }
    }
    Ok(Some(token))
}

/// When it was last begun to write a use down; none after it went well. So one tries at a time, and seldom where none can.
#[derive(Default)]
pub(super) struct Noting(Mutex<Option<Instant>>);

impl Noting {
    fn begins(&self) -> bool {
        let mut began = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let free = began.is_none_or(|it| it.elapsed() >= PAUSE);
        if free {
            *began = Some(Instant::now());
        }
        free
    }

    fn goes_well(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

async fn token_seen(db: &dyn Database, hash: &Hash, day: Millis) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    tx.execute(TOKEN_SEEN, args![hash.as_slice(), day]).await?;
    tx.commit().await
}

pub(super) async fn remove_token(db: &dyn Database, id: &str) -> Result<(), StoreError> {
    let mut tx = db.writing().await?;
    known(tx.execute(REMOVE_TOKEN, args![id]).await?, Thing::Token)?;
    tx.commit().await
}

/// The first moment of the day.
fn day(now: Millis) -> Millis {
    Millis(now.0 - now.0.rem_euclid(DAY))
}

fn granted(grant: &Grant) -> (Arg<'_>, Arg<'_>) {
    (Arg::Text(grant.tenant().map(|it| it.as_str())), Arg::from(grant.role().as_str()))
}

fn grant_of(row: &mut Row) -> Result<Grant, StoreError> {
    let (tenant, role) = (row.maybe_id()?, row.word(Role::parse)?);
    Grant::of(tenant, role).ok_or(StoreError::Damaged)
}

fn account_of(row: &mut Row) -> Result<Account, StoreError> {
    let (name, grant) = (row.id()?, grant_of(row)?);
    Ok(Account { name, grant, password: row.text()?, created_at: row.millis()?, seen_day: row.maybe_millis()? })
}

fn token_of(row: &mut Row) -> Result<Token, StoreError> {
    let (id, grant) = (row.text()?, grant_of(row)?);
    Ok(Token { id, grant, created_at: row.millis()?, expires_at: row.maybe_millis()?, seen_day: row.maybe_millis()? })
}

fn known(rows: u64, what: Thing) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::Unknown(what)) } else { Ok(()) }
}

fn taken(error: StoreError, what: Thing) -> StoreError {
    if matches!(error, StoreError::Duplicate(_)) { StoreError::Duplicate(what) } else { error }
}
