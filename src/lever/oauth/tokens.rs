//! Tokens: where they come from, what is kept of them, and what each refusal of Lever's means.

use super::visit::Code;
use super::{Hidden, OAuth, OAuthError, Visit};
use crate::lever::LeverError;
use crate::lever::transport::{body, broken};
use crate::model::Millis;
use crate::secrets::Secret;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};
use std::fmt;

/// More than any answer with tokens is.
const LIMIT: usize = 64 << 10;
/// A token that ends sooner is renewed before it is used.
const MARGIN: i64 = 60_000;
/// How errors name what is asked for.
const WHAT: &str = "tokens";

/// What a request shows to Lever: the header, marked as sensitive.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(pub(in crate::lever) HeaderValue);

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(***)")
    }
}

/// What an account's access consists of; sealed wherever it is kept.
#[derive(Serialize, Deserialize)]
pub struct Tokens {
    refresh_token: Hidden,
    /// None before the first renewal of a token that came from a file.
    access_token: Option<Hidden>,
    /// On our clock, in milliseconds.
    expires_at: i64,
    /// What Lever granted; none where it is not known yet.
    scopes: Option<Vec<String>>,
}

impl Tokens {
    /// A refresh token that someone else obtained.
    #[must_use]
    pub fn from_refresh_token(token: &Secret) -> Option<Self> {
        let refresh_token = Hidden(token.expose_text()?.to_owned());
        Some(Self { refresh_token, access_token: None, expires_at: 0, scopes: None })
    }

    /// What [`Tokens::to_secret`] wrote.
    #[must_use]
    pub fn parse(kept: &Secret) -> Option<Self> {
        serde_json::from_slice(kept.expose()).ok()
    }

    /// All of it, to be sealed.
    #[must_use]
    pub fn to_secret(&self) -> Secret {
        Secret::new(serde_json::to_vec(self).expect("texts and numbers make JSON"))
    }

    /// The access token, unless it ends within a minute, or is the one that Lever refused.
    #[must_use]
    pub fn usable(&self, refused: Option<&AccessToken>, now: Millis) -> Option<AccessToken> {
        let text = self.access_token.as_ref().filter(|_| self.expires_at > now.0.saturating_add(MARGIN))?;
        let mut header = HeaderValue::from_str(&format!("Bearer {}", text.0)).ok()?;
        header.set_sensitive(true);
        Some(AccessToken(header)).filter(|it| refused != Some(it))
    }

    /// What Lever granted; none where it is not known yet.
    #[must_use]
    pub fn scopes(&self) -> Option<&[String]> {
        self.scopes.as_deref()
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(***)")
    }
}

/// An answer with tokens (RFC 6749, 5.1).
#[derive(Deserialize)]
struct Answer {
    access_token: Hidden,
    refresh_token: Option<Hidden>,
    #[serde(default = "hour")]
    expires_in: i64,
    scope: Option<String>,
}

/// What Lever documents.
fn hour() -> i64 {
    3_600
}

/// An answer with an error (RFC 6749, 5.2); its description is not read.
#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(default)]
    error: String,
}

impl OAuth {
    /// Changes the code of a visit into tokens. Asked once: a code that was sent is spent.
    ///
    /// # Errors
    /// [`LeverError::OAuth`] with what Lever's refusal means, or why Lever could not be asked.
    pub async fn exchange(&self, code: Code, visit: &Visit, now: Millis) -> Result<Tokens, LeverError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code.0.0),
            ("redirect_uri", self.app.redirect().as_str()),
            ("code_verifier", &visit.verifier.0),
        ];
        let answer = self.ask(&form).await.map_err(|error| match error {
            LeverError::OAuth(OAuthError::Refused) => OAuthError::CodeRefused.into(),
            other => other,
        })?;
        let tokens = self.tokens(answer, None, now)?;
        // An answer without `scope` grants what was asked for.
        let tokens = Tokens { scopes: tokens.scopes.or_else(|| Some(visit.scopes.clone())), ..tokens };
        let of_the_api = |it: &String| it.contains(':');
        if tokens.scopes.iter().flatten().any(of_the_api) { Ok(tokens) } else { Err(OAuthError::WrongAudience.into()) }
    }

    /// Asks once for new tokens. Lever gives another refresh token with each answer, and the one before it is spent: so this is for
    /// whoever holds the turn alone, and what it returns is kept before it is used.
    ///
    /// # Errors
    /// [`OAuthError::Refused`] when Lever does not accept the token any more, another refusal, or why Lever could not be asked.
    pub async fn refresh(&self, tokens: &Tokens, now: Millis) -> Result<Tokens, LeverError> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh_token.0.as_str())];
        let answer = self.ask(&form).await?;
        let renewed = self.tokens(answer, Some(&tokens.refresh_token), now)?;
        Ok(Tokens { scopes: renewed.scopes.or_else(|| tokens.scopes.clone()), ..renewed })
    }

    fn tokens(&self, answer: Answer, before: Option<&Hidden>, now: Millis) -> Result<Tokens, LeverError> {
        let refresh_token = answer.refresh_token.or_else(|| before.cloned()).ok_or(OAuthError::NoRefreshToken)?;
        Ok(Tokens {
            refresh_token,
            access_token: Some(answer.access_token),
            expires_at: now.plus(answer.expires_in.saturating_mul(1_000)).0,
            scopes: answer.scope.map(|it| it.split_whitespace().map(str::to_owned).collect()),
        })
    }

    fn form(&self, pairs: &[(&str, &str)]) -> String {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(pairs).append_pair("client_id", &self.app.id).append_pair("client_secret", &self.app.secret.0).finish()
    }

    async fn ask(&self, form: &[(&str, &str)]) -> Result<Answer, LeverError> {
        let request = self.client.post(self.site.token.clone()).timeout(self.pace.patience);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(self.form(form));
        let response = request.send().await.map_err(broken)?;
        let status = response.status().as_u16();
        let bytes = Secret::new(body(response, LIMIT).await?);
        if !(200..300).contains(&status) {
            return Err(refusal(status, &bytes));
        }
        serde_json::from_slice(bytes.expose()).map_err(|error| LeverError::Malformed { what: WHAT, line: error.line() })
    }
}

/// Statuses are those of RFC 6749 and those of Auth0, which serves Lever's sign-in: it says 401 `access_denied` of a wrong secret
/// and 403 `invalid_grant` of a token.
fn refusal(status: u16, bytes: &Secret) -> LeverError {
    let said: Refusal = serde_json::from_slice(bytes.expose()).unwrap_or_default();
    match (status, said.error.as_str()) {
        (429, _) => LeverError::RateLimited,
        (500..=599, _) => LeverError::Unavailable { status: Some(status), source: None },
        (_, "invalid_grant") => OAuthError::Refused.into(),
        (_, "unauthorized_client") => OAuthError::UnknownApp.into(),
        (_, "invalid_client") | (401, _) => OAuthError::WrongSecret.into(),
        _ => LeverError::Refused { what: WHAT, status },
    }
}
