//! One visit to Lever's page: where to go, and what tells its answer from any other.

use super::{Hidden, OAuth, OAuthError, Scope};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use url::Url;

/// A visit under way.
pub struct Visit {
    url: Url,
    pub(super) state: Hidden,
    pub(super) verifier: Hidden,
    pub(super) scopes: Vec<String>,
}

impl Visit {
    /// The page.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether the query of an answer has this visit's state.
    #[must_use]
    pub fn is_answered_by(&self, query: &str) -> bool {
        value(query, "state").as_deref() == Some(&*self.state.0)
    }

    /// What the query of an answer says. The state comes first: whoever does not know it has nothing to tell.
    ///
    /// # Errors
    /// [`OAuthError::WrongState`], or what the answer says in place of a code.
    pub fn read(&self, query: &str) -> Result<Code, OAuthError> {
        if !self.is_answered_by(query) {
            return Err(OAuthError::WrongState);
        }
        match (value(query, "error").as_deref(), value(query, "code").filter(|it| !it.is_empty())) {
            (None, Some(code)) => Ok(Code(Hidden(code))),
            (None, None) => Err(OAuthError::Page("neither a code nor an error")),
            (Some("access_denied"), _) => Err(OAuthError::Denied),
            (Some("unauthorized_client"), _) => Err(OAuthError::UnknownApp),
            (Some("invalid_scope"), _) => Err(OAuthError::Page("invalid_scope")),
            (Some("server_error" | "temporarily_unavailable"), _) => Err(OAuthError::Page("it is out of order")),
            (Some(_), _) => Err(OAuthError::Page("invalid_request")),
        }
    }
}

fn value(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|it| it.0 == name).map(|it| it.1.into_owned())
}

/// The code of an answer: used once.
pub struct Code(pub(super) Hidden);

impl OAuth {
    /// Prepares a visit that asks for these scopes. Lever does not document PKCE, its sign-in (Auth0) takes it from every app, and
    /// a server that does not know it must ignore it (RFC 6749, 3.1).
    #[must_use]
    pub fn visit(&self, scopes: &[Scope]) -> Visit {
        let (state, verifier) = (Hidden::random(), Hidden::random());
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.0.as_bytes()));
        let scopes: Vec<String> = scopes.iter().map(|it| it.scope.to_owned()).collect();
        let mut url = self.site.authorize.clone();
        url.query_pairs_mut()
            .append_pair("client_id", &self.app.id)
            .append_pair("redirect_uri", self.app.redirect().as_str())
            .append_pair("response_type", "code")
            .append_pair("state", &state.0)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("audience", &self.site.audience)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Visit { url, state, verifier, scopes }
    }
}
