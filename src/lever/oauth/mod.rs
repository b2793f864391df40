//! OAuth2 with Lever: the page on which access is given, the answer that comes back, and tokens with their renewal (RFC 6749,
//! with PKCE of RFC 7636).
//!
//! A client of our own on the HTTP client that this room has anyway. The crate `oauth2` 5 brings a second major version of it, or
//! a closure around ours; keeps tokens in text that is not wiped; and leaves to us what matters here: what each refusal of Lever's
//! means, and that no renewal is asked for twice. What it would save are the two forms in `tokens.rs`.

mod app;
mod error;
mod redirect;
mod scopes;
mod tokens;
mod visit;

pub use app::{App, AppFileError};
pub use error::OAuthError;
pub use redirect::Listener;
pub(super) use scopes::of_checkbox;
pub use scopes::{Difference, Scope, wanted};
pub use tokens::{AccessToken, Tokens};
pub use visit::{Code, Visit};

use super::limiter::Pace;
use super::{LeverError, client};
use crate::model::Environment;
use app::Site;
use async_trait::async_trait;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;
use zeroize::Zeroize;

/// Whoever keeps an account's tokens. This room asks for them and does not know where they lie; `access` does.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token that Lever takes, as far as anybody knows; one that is about to end is renewed first.
    async fn token(&self) -> Result<AccessToken, LeverError>;
    /// Another one, after Lever refused this one. Of many who ask at once, one asks Lever.
    async fn renewed(&self, refused: &AccessToken) -> Result<AccessToken, LeverError>;
    /// Returns when no renewal is under way.
    async fn settled(&self);
}

/// Lever's sign-in for one app and one account.
pub struct OAuth {
    app: App,
    site: Site,
    client: Client,
    pace: Pace,
}

impl OAuth {
    /// Prepares a client; asks nothing yet. `base` is the address of the account's API, from [`super::base_url`].
    ///
    /// # Errors
    /// [`LeverError::NoClient`] where HTTPS does not work on this machine.
    pub fn new(app: App, environment: Environment, base: &Url, pace: Pace) -> Result<Self, LeverError> {
        let site = Site::of(&app, environment, base);
        let client = client::client(&site.token)?;
        Ok(Self { app, site, client, pace })
    }

    /// The app.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// How long to wait, and in which units.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.pace
    }
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OAuth({}, ***)", self.site.token.origin().ascii_serialization())
    }
}

/// Text that nobody sees: wiped when dropped, and written only where it is sealed at once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Hidden(String);

impl Hidden {
    /// Random enough for a state or a verifier: 256 bits in the 43 characters of base64 that a URL takes.
    fn random() -> Self {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        Self(URL_SAFE_NO_PAD.encode(crate::secrets::Secret::random().expose()))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
