//! The app by which Lever knows us, as its file says, and where it signs in.

use super::Hidden;
use crate::lever::client::is_loopback;
use crate::model::Environment;
use crate::secrets::Secret;
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// Where Lever's answer arrives unless the file says otherwise. Lever compares it letter by letter with what the app registered.
const REDIRECT: &str = "http://127.0.0.1:8976/callback";
/// What every token address ends with; the page lies beside it.
const TOKEN: &str = "/oauth/token";

/// An app that is registered with Lever.
pub struct App {
    pub(super) id: String,
    pub(super) secret: Hidden,
    token_url: Option<Url>,
    audience: Option<String>,
    redirect: Url,
}

/// Why a file does not describe an app. No variant quotes what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppFileError {
    /// Not JSON, or not of this form: only the line is told.
    #[error("the OAuth file is not of the form that it must have, at line {line}")]
    Form {
        /// The line, from 1.
        line: usize,
    },
    /// A field that must be there is not, or is empty.
    #[error("the OAuth file lacks `{0}`")]
    Lacks(&'static str),
    /// An address that cannot be used.
    #[error("`{0}` in the OAuth file cannot be used")]
    Address(&'static str),
}

impl AppFileError {
    /// What the file must hold.
    pub const FORM: &'static str = "write JSON: {\"client_id\":\"…\",\"client_secret\":\"…\",\"refresh_token\":\"…\"}; \
                                    refresh_token, redirect_uri, token_url and audience may be left out";

    /// What to do.
    #[must_use]
    pub fn fix(self) -> &'static str {
        match self {
            Self::Form { .. } | Self::Lacks(_) => Self::FORM,
            Self::Address("redirect_uri") => {
                "write an address of this machine, such as http://127.0.0.1:8976/callback, or https://HOST/oauth/callback of the pages"
            }
            Self::Address(_) => "write an https address that ends with /oauth/token, or leave it out",
        }
    }
}

/// The file, which is also the form in which an app is sealed (then without the token).
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    client_id: Option<String>,
    client_secret: Option<Hidden>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Hidden>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<String>,
}

impl App {
    /// Reads an OAuth file: the app, and the refresh token where the file has one.
    ///
    /// # Errors
    /// See [`AppFileError`].
    pub fn parse(file: &Secret) -> Result<(Self, Option<Secret>), AppFileError> {
        let form = |error: serde_json::Error| AppFileError::Form { line: error.line().max(1) };
        let written: Written = serde_json::from_slice(file.expose()).map_err(form)?;
        let lacks = AppFileError::Lacks;
        let id = written.client_id.filter(|it| !it.is_empty()).ok_or(lacks("client_id"))?;
        let secret = written.client_secret.filter(|it| !it.0.is_empty()).ok_or(lacks("client_secret"))?;
        let redirect = written.redirect_uri.unwrap_or_else(|| REDIRECT.to_owned());
        let app = Self {
            id,
            secret,
            token_url: written.token_url.map(|it| address("token_url", &it, signs_in)).transpose()?,
            audience: written.audience,
            redirect: address("redirect_uri", &redirect, is_ours)?,
        };
        let token = written.refresh_token.filter(|it| !it.0.is_empty()).map(|it| Secret::new(it.0.as_bytes().to_vec()));
        Ok((app, token))
    }

    /// What [`App::parse`] reads again, to be sealed.
    #[must_use]
    pub fn to_secret(&self) -> Secret {
        let written = Written {
            client_id: Some(self.id.clone()),
            client_secret: Some(self.secret.clone()),
            refresh_token: None,
            token_url: self.token_url.as_ref().map(Url::to_string),
            audience: self.audience.clone(),
            redirect_uri: Some(self.redirect.to_string()),
        };
        Secret::new(serde_json::to_vec(&written).expect("texts make JSON"))
    }

    /// The name that Lever knows the app by; no secret.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where the app signs in, unless that is Lever's documented address.
    #[must_use]
    pub fn token_url(&self) -> Option<&str> {
        self.token_url.as_ref().map(Url::as_str)
    }

    /// Where Lever's answer arrives.
    #[must_use]
    pub fn redirect(&self) -> &Url {
        &self.redirect
    }

    /// The same app with another port for Lever's answer.
    #[must_use]
    pub fn answered_at(mut self, port: u16) -> Self {
        // An `http` address with a host takes any port.
        let _taken = self.redirect.set_port(Some(port));
        self
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({}, ***)", self.id)
    }
}

fn address(field: &'static str, text: &str, fits: fn(&Url) -> bool) -> Result<Url, AppFileError> {
    Url::parse(text).ok().filter(fits).ok_or(AppFileError::Address(field))
}

/// The answer carries a code, so it stays on this machine, or comes to our pages by https.
fn is_ours(redirect: &Url) -> bool {
    let kept = redirect.scheme() == if is_loopback(redirect) { "http" } else { "https" };
    let bare = redirect.query().is_none() && redirect.fragment().is_none();
    kept && bare && redirect.username().is_empty() && redirect.password().is_none()
}

fn signs_in(token: &Url) -> bool {
    let kept = token.scheme() == "https" || (token.scheme() == "http" && is_loopback(token));
    kept && token.path().ends_with(TOKEN) && token.username().is_empty() && token.password().is_none() && token.query().is_none()
}

/// Where one account signs in.
pub(super) struct Site {
    pub(super) authorize: Url,
    pub(super) token: Url,
    /// The API that the tokens are for, with its final slash.
    pub(super) audience: String,
}

impl Site {
    /// Lever documents two sites; which of them serves accounts of the EU it does not say, so the file may say it.
    pub(super) fn of(app: &App, environment: Environment, base: &Url) -> Self {
        let documented = match environment {
            Environment::Sandbox => "https://sandbox-lever.auth0.com/oauth/token",
            Environment::Production | Environment::Eu => "https://auth.lever.co/oauth/token",
        };
        let token = app.token_url.clone().unwrap_or_else(|| Url::parse(documented).expect("an address of Lever's"));
        let mut authorize = token.clone();
        authorize.set_path(&format!("{}/authorize", token.path().trim_end_matches(TOKEN)));
        let audience = app.audience.clone().unwrap_or_else(|| format!("{}/", base.as_str().trim_end_matches('/')));
        Self { authorize, token, audience }
    }
}
