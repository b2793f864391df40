//! A tenant's way into its Lever account: its key, or its app and tokens, opened where they are used; tokens are renewed by one process
//! at a time. Each new refresh token is kept before it is used.

mod first;
mod renewal;

pub use first::{LetIn, Visiting, first_renewal};

use crate::lever::limiter::{Pace, SharedAllowance};
use crate::lever::oauth::{AccessToken, App, OAuth, OAuthError, TokenSource, Tokens};
use crate::lever::{Lever, LeverError, base_url};
use crate::model::{Millis, TenantName};
use crate::secrets::{KeySource, MasterKey, Secret, SecretsError};
use crate::store::{Connection, Store, StoreError, Tenant};
use async_trait::async_trait;
use renewal::Renewals;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// The fields of a connection that are sealed.
const APP: &str = "oauth-app";
const TOKENS: &str = "oauth-tokens";

/// The fields of a tenant that are sealed.
const LEVER_KEY: &str = "lever-key";
const TENANT_SECRET: &str = "tenant-secret";

/// Why a tenant's account cannot be reached. No variant quotes a secret.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// As the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// As the keys say.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// As Lever says.
    #[error(transparent)]
    Lever(#[from] LeverError),
}

/// Seals a Lever key for a tenant.
#[must_use]
pub fn seal_lever_key(keys: &MasterKey, tenant: &TenantName, key: &Secret) -> Vec<u8> {
    keys.seal(tenant, LEVER_KEY, key.expose())
}

/// Makes and seals a tenant's own secret for keyed hashes.
#[must_use]
pub fn seal_new_secret(keys: &MasterKey, tenant: &TenantName) -> Vec<u8> {
    keys.seal(tenant, TENANT_SECRET, Secret::random().expose())
}

/// A tenant's own secret for keyed hashes.
///
/// # Errors
/// When it was sealed with another master key, or is damaged.
pub fn tenant_secret(keys: &MasterKey, tenant: &Tenant) -> Result<Secret, SecretsError> {
    keys.open(&tenant.name, TENANT_SECRET, &tenant.sealed_secret)
}

/// A tenant's account and connection where it is connected by OAuth; asks nothing yet.
///
/// # Errors
/// When the store does not answer, and when the tenant's app was sealed with another master key.
pub async fn account(store: &Arc<dyn Store>, keys: MasterKey, tenant: &Tenant) -> Result<Option<(Account, Connection)>, AccessError> {
    let Some(connection) = store.connection(&tenant.name).await? else { return Ok(None) };
    let clock: Clock = Arc::new(|| Millis(chrono::Utc::now().timestamp_millis()));
    let way = Way { connection: &connection, pace: Pace::default(), clock };
    let account = Account::open(Arc::clone(store), keys, tenant, &way)?;
    Ok(Some((account, connection)))
}

/// A client for a tenant's Lever account, by OAuth or key; asks nothing yet.
///
/// # Errors
/// As [`account`], and when the tenant's key was sealed with another master key, or there is none.
pub async fn lever(store: &Arc<dyn Store>, keys: &KeySource, tenant: &Tenant) -> Result<Lever, AccessError> {
    let master = MasterKey::load(keys)?;
    let shared = |what: &[u8]| Arc::new(Shared { store: Arc::clone(store), account: master.name_of(what) });
    if let Some((account, _)) = account(store, MasterKey::load(keys)?, tenant).await? {
        return Ok(account.lever()?.sharing(shared(format!("oauth {}", tenant.name).as_bytes())));
    }
    if tenant.sealed_key.is_empty() {
        return Err(LeverError::from(OAuthError::NotConnected).into());
    }
    let key = master.open(&tenant.name, LEVER_KEY, &tenant.sealed_key)?;
    let base = base_url(tenant.settings.environment, tenant.settings.lever_url.as_deref())?;
    let what = [base.origin().ascii_serialization().as_bytes(), b" ", key.expose()].concat();
    let shared = shared(&Zeroizing::new(what));
    Ok(Lever::connect(base, key)?.sharing(shared))
}

/// How far ahead an allowance is taken when a burst has been used up.
const BURST: Duration = Duration::from_secs(1);

/// One account's allowance, kept in the store.
struct Shared {
    store: Arc<dyn Store>,
    account: String,
}

#[async_trait]
impl SharedAllowance for Shared {
    async fn take(&self, worth: Duration) -> Option<Duration> {
        let now = Millis(chrono::Utc::now().timestamp_millis());
        let cost = i64::try_from(worth.as_millis()).ok()?;
        let ahead = self.store.take_allowance(&self.account, cost, now).await.ok()?;
        Some(Duration::from_millis(u64::try_from(ahead).unwrap_or_default()))
    }

    async fn pause(&self, length: Duration) {
        let now = Millis(chrono::Utc::now().timestamp_millis());
        // The burst stays away for that long as well: whoever comes first after a pause comes alone.
        let pause = i64::try_from((length + BURST).as_millis()).unwrap_or(i64::MAX);
        if let Err(error) = self.store.pause_allowance(&self.account, pause, now).await {
            tracing::warn!(%error, "other processes do not hear that Lever asks for a pause");
        }
    }
}

/// What tells the time.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// Seals an app and what Lever granted it, as the store keeps them. `granted_at` is none where access was given elsewhere.
#[must_use]
pub fn seal(keys: &MasterKey, tenant: &TenantName, app: &App, tokens: Option<&Tokens>) -> Connection {
    Connection {
        sealed_app: keys.seal(tenant, APP, app.to_secret().expose()),
        sealed_tokens: tokens.map(|it| keys.seal(tenant, TOKENS, it.to_secret().expose())),
        ..Connection::default()
    }
}

/// Opens a connection's app.
///
/// # Errors
/// When it was sealed with another master key, or is damaged.
pub fn app(keys: &MasterKey, tenant: &TenantName, connection: &Connection) -> Result<App, SecretsError> {
    let opened = keys.open(tenant, APP, &connection.sealed_app)?;
    App::parse(&opened).map(|it| it.0).map_err(|_| SecretsError::Damaged)
}

/// What Lever granted when the connection's tokens last came: none where it did not say, or nobody has given access yet. Asks nothing.
///
/// # Errors
/// When they were sealed with another master key, or are damaged.
pub fn granted(keys: &MasterKey, tenant: &TenantName, connection: &Connection) -> Result<Option<Vec<String>>, SecretsError> {
    let Some(sealed) = &connection.sealed_tokens else { return Ok(None) };
    let tokens = Tokens::parse(&keys.open(tenant, TOKENS, sealed)?).ok_or(SecretsError::Damaged)?;
    Ok(tokens.scopes().map(<[String]>::to_vec))
}

/// By what an account's allowance is known: Lever's limit is the account's with this app, whichever token is shown.
fn account_name(app: &App, tenant: &TenantName) -> String {
    format!("oauth {} {tenant}", app.id())
}

/// One tenant's account, reached by OAuth. Clones share their tokens.
#[derive(Clone)]
pub struct Account(Arc<Renewals>);

impl Account {
    /// Prepares it; asks nothing yet.
    ///
    /// # Errors
    /// As [`app`], and [`LeverError::BadUrl`] or [`LeverError::NoClient`].
    pub fn open(store: Arc<dyn Store>, keys: MasterKey, tenant: &Tenant, of: &Way<'_>) -> Result<Self, LeverError> {
        let app = app(&keys, &tenant.name, of.connection).map_err(OAuthError::from)?;
        let base = base_url(tenant.settings.environment, tenant.settings.lever_url.as_deref())?;
        let oauth = OAuth::new(app, tenant.settings.environment, &base, of.pace)?;
        Ok(Self(Arc::new(Renewals::new(store, keys, tenant.name.clone(), oauth, of.clock.clone(), base))))
    }

    /// A client for the account.
    ///
    /// # Errors
    /// [`LeverError::NoClient`].
    pub fn lever(&self) -> Result<Lever, LeverError> {
        let account = account_name(self.0.oauth.app(), &self.0.tenant);
        let tokens: Arc<dyn TokenSource> = Arc::new(self.clone());
        Lever::by_oauth(self.0.base.clone(), &account, tokens, self.0.oauth.pace())
    }

    /// What Lever granted, after a renewal where that is not known yet.
    ///
    /// # Errors
    /// Why there is no token.
    pub async fn scopes(&self) -> Result<Option<Vec<String>>, LeverError> {
        self.0.token(None).await?;
        Ok(self.0.scopes().await)
    }
}

/// How an account is reached: what was stored of it, how fast, and by which clock.
pub struct Way<'a> {
    /// What is stored.
    pub connection: &'a Connection,
    /// Lever's pace.
    pub pace: Pace,
    /// Our clock.
    pub clock: Clock,
}

#[async_trait]
impl TokenSource for Account {
    async fn token(&self) -> Result<AccessToken, LeverError> {
        self.0.token(None).await
    }

    async fn renewed(&self, refused: &AccessToken) -> Result<AccessToken, LeverError> {
        self.0.token(Some(refused)).await
    }

    async fn settled(&self) {
        self.0.settled().await;
    }
}

/// What the store's trouble is for a client of Lever; the store's texts quote nothing.
fn stored(error: &StoreError) -> LeverError {
    match error {
        StoreError::Unknown(_) => OAuthError::NotConnected.into(),
        error => OAuthError::Store(error.to_string()).into(),
    }
}
