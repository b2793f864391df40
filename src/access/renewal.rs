//! The renewal of one tenant's tokens: one at a time in this process by a lock, and among processes by a turn in the store.

use super::{Clock, TOKENS, stored};
use crate::lever::LeverError;
use crate::lever::oauth::{AccessToken, OAuth, OAuthError, Tokens};
use crate::model::{Millis, TenantName};
use crate::secrets::{MasterKey, SecretsError};
use crate::store::{Connection, Renewal, Store, StoreError, Turn, persistently};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use url::Url;

/// How often Lever is asked, while no answer or an error of its own comes back.
const ATTEMPTS: u32 = 3;
/// How often to look whether the process whose turn it is has ended it.
const LOOK: Duration = Duration::from_millis(100);
/// Longer than any turn.
const PATIENCE: Duration = Duration::from_secs(180);
const DAY: i64 = 86_400_000;
/// Lever ends an access a year after it was given, and after 90 days without use.
const YEAR: i64 = 365 * DAY;
const UNUSED: i64 = 90 * DAY;

/// One account's tokens, and all that renewing them takes.
pub(super) struct Renewals {
    store: Arc<dyn Store>,
    keys: MasterKey,
    pub(super) tenant: TenantName,
    pub(super) oauth: OAuth,
    clock: Clock,
    pub(super) base: Url,
    held: Arc<Mutex<Option<Tokens>>>,
}

impl Renewals {
    pub(super) fn new(store: Arc<dyn Store>, keys: MasterKey, tenant: TenantName, oauth: OAuth, clock: Clock, base: Url) -> Self {
        Self { store, keys, tenant, oauth, clock, base, held: Arc::default() }
    }

    /// What was granted, of the tokens that were last used.
    pub(super) async fn scopes(&self) -> Option<Vec<String>> {
        self.held.lock().await.as_ref()?.scopes().map(<[String]>::to_vec)
    }

    /// A token that is not the refused one: the one at hand, or the one that another process has got meanwhile, or a new one. A
    /// renewal goes on when nobody waits for it any more, because Lever has already spent the token before it.
    pub(super) async fn token(self: &Arc<Self>, refused: Option<&AccessToken>) -> Result<AccessToken, LeverError> {
        let mut held = Arc::clone(&self.held).lock_owned().await;
        if let Some(token) = held.as_ref().and_then(|it| it.usable(refused, (self.clock)())) {
            return Ok(token);
        }
        let (this, refused) = (Arc::clone(self), refused.cloned());
        let renewal = tokio::spawn(async move { this.renewed(&mut held, refused.as_ref()).await });
        renewal.await.unwrap_or_else(|_| Err(OAuthError::Store("the renewal was interrupted".into()).into()))
    }

    /// Returns when no renewal is under way.
    pub(super) async fn settled(&self) {
        drop(self.held.lock().await);
    }

    async fn renewed(&self, held: &mut Option<Tokens>, refused: Option<&AccessToken>) -> Result<AccessToken, LeverError> {
        let began = Instant::now();
        loop {
            let connection = self.store.connection(&self.tenant).await.map_err(|it| stored(&it))?.ok_or(OAuthError::NotConnected)?;
            if let Some(token) = self.take(held, self.open(&connection)?, refused) {
                return Ok(token);
            }
            match self.store.claim_renewal(&self.tenant, (self.clock)()).await {
                Ok((turn, connection)) => return self.take_turn(held, &turn, &connection, refused).await,
                Err(StoreError::Busy(_)) if began.elapsed() < PATIENCE => tokio::time::sleep(LOOK).await,
                Err(StoreError::Busy(_)) => return Err(OAuthError::Busy.into()),
                Err(error) => return Err(stored(&error)),
            }
        }
    }

    /// Holds these tokens if one of them can be used.
    fn take(&self, held: &mut Option<Tokens>, tokens: Tokens, refused: Option<&AccessToken>) -> Option<AccessToken> {
        let token = tokens.usable(refused, (self.clock)())?;
        *held = Some(tokens);
        Some(token)
    }

    /// Renews, unless another process did so between our look and our turn.
    async fn take_turn(
        &self,
        held: &mut Option<Tokens>,
        turn: &Turn,
        connection: &Connection,
        refused: Option<&AccessToken>,
    ) -> Result<AccessToken, LeverError> {
        let tokens = self.open(connection)?;
        if let Some(token) = tokens.usable(refused, (self.clock)()) {
            *held = Some(tokens);
            let outcome = if connection.unanswered { Renewal::Unanswered } else { Renewal::Unchanged };
            self.end(turn, outcome).await?;
            return Ok(token);
        }
        let mut doubt = connection.unanswered;
        let error = match self.ask(&tokens, &mut doubt).await {
            Ok(renewed) => {
                let sealed = self.keys.seal(&self.tenant, TOKENS, renewed.to_secret().expose());
                self.end(turn, Renewal::Done(&sealed, (self.clock)())).await?;
                let token = renewed.fresh();
                *held = Some(renewed);
                return token.ok_or_else(|| OAuthError::WrongAudience.into());
            }
            Err(error) => error,
        };
        self.end(turn, if doubt { Renewal::Unanswered } else { Renewal::Unchanged }).await?;
        Err(match error {
            LeverError::OAuth(OAuthError::Refused) => self.why(connection, doubt).into(),
            other => other,
        })
    }

    /// Asks until Lever answers. `doubt` says whether one of the requests, or one before them, may have been answered unheard: then
    /// a refusal of the old token is no surprise. Asking again with it is what Lever leaves us, and does no harm.
    async fn ask(&self, tokens: &Tokens, doubt: &mut bool) -> Result<Tokens, LeverError> {
        let mut asked = 0;
        loop {
            let error = match self.oauth.refresh(tokens, (self.clock)()).await {
                Ok(renewed) => return Ok(renewed),
                Err(error) => error,
            };
            *doubt |= is_unheard(&error);
            asked += 1;
            let passes = matches!(error, LeverError::RateLimited | LeverError::Unavailable { .. } | LeverError::Malformed { .. });
            if !passes || asked == ATTEMPTS {
                return Err(error);
            }
            tokio::time::sleep(self.oauth.pace().unit * asked).await;
        }
    }

    /// Lever's sign-in says the same of every refresh token that it does not accept; what we remember tells them apart.
    fn why(&self, connection: &Connection, doubt: bool) -> OAuthError {
        let now = (self.clock)();
        let past = |at: Option<Millis>, days: i64| at.is_some_and(|it| it.plus(days) <= now);
        match connection {
            it if past(it.granted_at, YEAR) => OAuthError::TooOld,
            it if past(it.renewed_at, UNUSED) => OAuthError::Unused,
            _ if doubt => OAuthError::Lost,
            _ => OAuthError::Refused,
        }
    }

    fn open(&self, connection: &Connection) -> Result<Tokens, LeverError> {
        let sealed = connection.sealed_tokens.as_ref().ok_or(OAuthError::NotConnected)?;
        let opened = self.keys.open(&self.tenant, TOKENS, sealed).map_err(OAuthError::from)?;
        Tokens::parse(&opened).ok_or_else(|| OAuthError::from(SecretsError::Damaged).into())
    }

    /// Writes down what came of the turn. A store that is busy or restarts is given some time: what is not kept now is lost.
    async fn end(&self, turn: &Turn, outcome: Renewal<'_>) -> Result<(), LeverError> {
        persistently(|| self.store.end_renewal(turn, outcome)).await.map_err(|it| stored(&it))
    }
}

/// Whether Lever may have given new tokens that never arrived. A connection that was not made asked nothing.
fn is_unheard(error: &LeverError) -> bool {
    match error {
        LeverError::Unavailable { status: None, source } => !source.as_ref().is_some_and(reqwest::Error::is_connect),
        LeverError::Malformed { .. } | LeverError::TooLarge { .. } => true,
        _ => false,
    }
}
