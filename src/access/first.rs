//! The first tokens of an access: given on Lever's page, or elsewhere and renewed once. The command line and the pages both come here.

use super::{account_name, seal};
use crate::lever::limiter::Pace;
use crate::lever::oauth::{AccessToken, App, Code, Difference, OAuth, OAuthError, Scope, TokenSource, Tokens, Visit, wanted};
use crate::lever::{Lever, LeverError, base_url};
use crate::model::Millis;
use crate::secrets::{MasterKey, Secret};
use crate::store::{Connection, Tenant};
use async_trait::async_trait;
use std::sync::Arc;
use url::Url;

/// An app that Lever has let in.
pub struct LetIn {
    /// As the store keeps it.
    pub connection: Connection,
    /// What was granted; none where Lever did not say.
    pub granted: Option<Vec<String>>,
    /// Scopes that the tenant's choices need and that were not granted; none where Lever did not say.
    pub missing: Vec<Scope>,
    base: Url,
    account: String,
    tokens: Tokens,
}

impl LetIn {
    fn of(keys: &MasterKey, tenant: &Tenant, (app, tokens): (&App, Tokens), now: Millis) -> Result<Self, LeverError> {
        let difference = Difference::of(tokens.scopes(), &tenant.settings);
        if difference.is_useless() {
            return Err(LeverError::Forbidden { checkbox: "opportunities:read:admin" });
        }
        let connection = Connection { renewed_at: Some(now), ..seal(keys, &tenant.name, app, Some(&tokens)) };
        let granted = tokens.scopes().map(<[String]>::to_vec);
        let account = account_name(app, &tenant.name);
        Ok(Self { connection, granted, missing: difference.missing, base: base(tenant)?, account, tokens })
    }

    /// A client by the token that has just come, to see what it may do before anything is stored.
    ///
    /// # Errors
    /// [`LeverError::NoClient`], or [`OAuthError::WrongAudience`] where the token cannot be shown.
    pub fn lever(&self) -> Result<Lever, LeverError> {
        let token = self.tokens.fresh().ok_or(OAuthError::WrongAudience)?;
        Lever::by_oauth(self.base.clone(), &self.account, Arc::new(JustGiven(token)), Pace::default())
    }
}

/// Tries a refresh token that somebody else obtained by renewing it, before anything is stored: what the tenant has serves until then. The
/// token is spent by it, so what comes back has to be kept at once.
///
/// # Errors
/// Why Lever does not let the app in; [`LeverError::Forbidden`] when it may not list opportunities.
pub async fn first_renewal(keys: &MasterKey, tenant: &Tenant, app: App, (token, now): (&Secret, Millis)) -> Result<LetIn, LeverError> {
    let given = Tokens::from_refresh_token(token).ok_or(OAuthError::Refused)?;
    let oauth = OAuth::new(app, tenant.settings.environment, &base(tenant)?, Pace::default())?;
    let tokens = oauth.refresh(&given, now).await?;
    LetIn::of(keys, tenant, (oauth.app(), tokens), now)
}

/// A person's visit to Lever's page, under way for one tenant's app.
pub struct Visiting {
    oauth: OAuth,
    visit: Visit,
}

impl Visiting {
    /// Prepares a visit that asks for what the tenant's choices need; asks nothing yet.
    ///
    /// # Errors
    /// [`LeverError::BadUrl`] or [`LeverError::NoClient`].
    pub fn begin(tenant: &Tenant, app: App) -> Result<Self, LeverError> {
        let oauth = OAuth::new(app, tenant.settings.environment, &base(tenant)?, Pace::default())?;
        let visit = oauth.visit(&wanted(&tenant.settings));
        Ok(Self { oauth, visit })
    }

    /// Where to go, and what tells its answer from any other.
    #[must_use]
    pub fn visit(&self) -> &Visit {
        &self.visit
    }

    /// Where the answer arrives.
    #[must_use]
    pub fn redirect(&self) -> &Url {
        self.oauth.app().redirect()
    }

    /// Changes the code of the answer into tokens, and seals them; stores nothing.
    ///
    /// # Errors
    /// Why Lever gives none; [`LeverError::Forbidden`] when opportunities may not be listed with them.
    pub async fn ended(self, code: Code, (keys, tenant): (&MasterKey, &Tenant), now: Millis) -> Result<LetIn, LeverError> {
        let tokens = self.oauth.exchange(code, &self.visit, now).await?;
        let mut let_in = LetIn::of(keys, tenant, (self.oauth.app(), tokens), now)?;
        let_in.connection.granted_at = Some(now);
        Ok(let_in)
    }
}

/// A token that is not kept yet: nobody renews it.
struct JustGiven(AccessToken);

#[async_trait]
impl TokenSource for JustGiven {
    async fn token(&self) -> Result<AccessToken, LeverError> {
        Ok(self.0.clone())
    }

    async fn renewed(&self, _refused: &AccessToken) -> Result<AccessToken, LeverError> {
        Err(OAuthError::WrongAudience.into())
    }

    async fn settled(&self) {}
}

fn base(tenant: &Tenant) -> Result<Url, LeverError> {
    base_url(tenant.settings.environment, tenant.settings.lever_url.as_deref())
}
