//! Lever, asked politely: pacing, pages, retries. This room alone knows Lever's JSON; what it hands out are the words of `model`.
//!
//! Requests and fields are the least that do: never feedback, notes, offers, interviews, surveys or EEO data.

mod answer;
mod ask;
mod asked;
mod client;
mod credential;
mod deleted;
mod error;
mod files;
mod json;
pub mod limiter;
mod list;
mod needs;
pub mod oauth;
mod opportunity;
mod pages;
mod permissions;
mod reference;
mod resumes;
mod transport;
pub mod windows;

pub use asked::asked;
pub use deleted::Deleted;
pub use error::LeverError;
pub use files::Attached;
pub use list::{Listed, Listing, Presence};
pub use needs::{Feature, NEEDS, Need};
pub use permissions::{Finding, Grant};
pub use resumes::{FileStatus, ResumeFile};

use crate::model::Environment;
use crate::secrets::Secret;
use ask::Ask;
use base64::{Engine, engine::general_purpose::STANDARD};
use credential::Credential;
use limiter::{Lane, Limiter, Pace, SharedAllowance};
use oauth::TokenSource;
use reqwest::header::HeaderValue;
use std::{fmt, sync::Arc};
use transport::Transport;
use url::Url;
use zeroize::Zeroizing;

/// The words of Lever's check boxes, where a Super Admin makes a key; they are shown when one is missing.
mod checkbox {
    pub(super) const OPPORTUNITIES: &str = "List opportunities";
    pub(super) const APPLICATIONS: &str = "List applications";
    pub(super) const CONFIDENTIAL: &str = "List opportunities, with access to confidential data";
    pub(super) const OPPORTUNITY: &str = "Read opportunity";
    pub(super) const DELETED: &str = "List deleted opportunities";
    pub(super) const STAGES: &str = "List stages";
    pub(super) const REASONS: &str = "List archive reasons";
    pub(super) const USERS: &str = "List users";
    pub(super) const POSTINGS: &str = "List postings";
    pub(super) const RESUMES: &str = "List opportunity resumes";
    pub(super) const DOWNLOAD: &str = "Download opportunity resumes";
    pub(super) const FILES: &str = "List opportunity files";
    pub(super) const FILE_DOWNLOAD: &str = "Download opportunity files";
}

/// The address of Lever's API for an environment, or the one given instead, with or without a final `/v1`.
///
/// # Errors
/// [`LeverError::BadUrl`] unless it is `https`, or `http` on this machine, without user, query or fragment.
pub fn base_url(environment: Environment, lever_url: Option<&str>) -> Result<Url, LeverError> {
    let documented = match environment {
        Environment::Production => "https://api.lever.co",
        Environment::Sandbox => "https://api.sandbox.lever.co",
        Environment::Eu => "https://api.eu.lever.co",
    };
    let mut url = Url::parse(lever_url.unwrap_or(documented).trim()).map_err(|_| LeverError::BadUrl("it cannot be read as a URL"))?;
    match url.scheme() {
        "https" => {}
        "http" if client::is_loopback(&url) => {}
        "http" => return Err(LeverError::BadUrl("http is for this machine alone; use https")),
        _ => return Err(LeverError::BadUrl("it must begin with https://")),
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(LeverError::BadUrl("it must have no user, password, query or fragment"));
    }
    let path = url.path().trim_end_matches('/');
    let path = format!("{}/v1", path.strip_suffix("/v1").unwrap_or(path));
    url.set_path(&path);
    Ok(url)
}

/// The address in the form in which it is kept: checked, without the final `/v1`.
///
/// # Errors
/// As [`base_url`].
pub fn kept_url(environment: Environment, lever_url: &str) -> Result<String, LeverError> {
    let url = base_url(environment, Some(lever_url))?;
    Ok(url.as_str().trim_end_matches("/v1").trim_end_matches('/').to_owned())
}

/// What a client has asked for so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Every attempt.
    pub requests: u64,
    /// Those that were answered, whatever the answer.
    pub answered: u64,
    /// Answers of 429.
    pub rate_limited: u64,
}

/// A client for one account and one key. Clones share their counts; all clients of a key share its allowance.
#[derive(Clone)]
pub struct Lever(Transport);

impl Lever {
    /// Prepares a client; asks nothing yet. `base` is from [`base_url`].
    ///
    /// # Errors
    /// [`LeverError::NoClient`] where HTTPS does not work on this machine.
    pub fn connect(base: Url, key: Secret) -> Result<Self, LeverError> {
        Self::paced(base, key, Pace::default())
    }

    /// A client with another pace than Lever's documented one. The first client of a key in a process sets the key's pace.
    ///
    /// # Errors
    /// As [`Lever::connect`].
    pub fn paced(base: Url, key: Secret, pace: Pace) -> Result<Self, LeverError> {
        let limiter = Limiter::shared(&base.origin().ascii_serialization(), key.expose(), pace);
        // HTTP Basic: the key is the user, and there is no password.
        let credentials = Zeroizing::new(STANDARD.encode(Zeroizing::new([key.expose(), b":"].concat())));
        let header = Zeroizing::new(format!("Basic {}", *credentials));
        let mut key = HeaderValue::from_str(&header).expect("base64 is fit for a header");
        key.set_sensitive(true);
        Self::with(base, Credential::Key(key), limiter, pace)
    }

    /// A client that shows access tokens. All clients of this account (as the caller names it) share one allowance, since tokens
    /// come and go.
    ///
    /// # Errors
    /// As [`Lever::connect`].
    pub fn by_oauth(base: Url, account: &str, tokens: Arc<dyn TokenSource>, pace: Pace) -> Result<Self, LeverError> {
        let limiter = Limiter::shared(&base.origin().ascii_serialization(), account.as_bytes(), pace);
        Self::with(base, Credential::Tokens(tokens), limiter, pace)
    }

    fn with(base: Url, credential: Credential, limiter: Arc<Limiter>, pace: Pace) -> Result<Self, LeverError> {
        let client = client::client(&base)?;
        let (counters, plain) = Default::default();
        Ok(Self(Transport { client, base, credential, limiter, lane: Lane::Run, pace, counters, plain }))
    }

    /// The same, within an allowance that all processes share. The first one given to a key in a process counts.
    #[must_use]
    pub fn sharing(self, others: Arc<dyn SharedAllowance>) -> Self {
        self.0.limiter.share(others);
        self
    }

    /// The same key and allowance, in the lane that goes first: for what a person waits for. Counts of its own.
    #[must_use]
    pub fn interactive(&self) -> Self {
        Self(Transport { lane: Lane::Interactive, counters: Arc::default(), ..self.0.clone() })
    }

    /// Returns when no renewal of an OAuth token is under way: a process that ends before would lose what Lever gave it.
    pub async fn settled(&self) {
        self.0.credential.settled().await;
    }

    /// What this client has asked for so far.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.0.counters.usage()
    }

    /// Whether this key lists opportunities; an account without any is as good as another. One request.
    ///
    /// # Errors
    /// [`LeverError::Unauthorized`], [`LeverError::Forbidden`], or why Lever could not be asked.
    pub async fn check(&self) -> Result<(), LeverError> {
        let mut ask = Ask::new(&["opportunities"], "opportunities", checkbox::OPPORTUNITIES);
        ask.query.push(("limit", "1".to_owned()));
        let answer = self.0.json(&ask).await?;
        json::Page::read(&answer.text, ask.what).map(drop)
    }
}

impl fmt::Debug for Lever {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lever({}, ***)", self.0.base.origin().ascii_serialization())
    }
}
