//! What a request shows to Lever: a key, or a token that ends and is changed for another.

use super::LeverError;
use super::oauth::{AccessToken, OAuthError, TokenSource, of_checkbox};
use reqwest::header::HeaderValue;
use std::sync::Arc;

/// What requests show to Lever.
#[derive(Clone)]
pub(super) enum Credential {
    /// An API key as HTTP Basic, marked as sensitive.
    Key(HeaderValue),
    /// OAuth, whose tokens end and are renewed.
    Tokens(Arc<dyn TokenSource>),
}

impl Credential {
    pub(super) async fn header(&self) -> Result<HeaderValue, LeverError> {
        match self {
            Self::Key(key) => Ok(key.clone()),
            Self::Tokens(source) => Ok(source.token().await?.0),
        }
    }

    /// Another header, where there can be one, in place of one that Lever refused.
    pub(super) async fn renewed(&self, refused: &HeaderValue) -> Result<Option<HeaderValue>, LeverError> {
        match self {
            Self::Key(_) => Ok(None),
            Self::Tokens(source) => Ok(Some(source.renewed(&AccessToken(refused.clone())).await?.0)),
        }
    }

    pub(super) async fn settled(&self) {
        if let Self::Tokens(source) = self {
            source.settled().await;
        }
    }

    /// What a 401 means, if not that another token will do.
    pub(super) fn refused(&self) -> LeverError {
        match self {
            Self::Key(_) => LeverError::Unauthorized,
            // The sign-in has just given this token, and the API does not know it.
            Self::Tokens(_) => OAuthError::WrongAudience.into(),
        }
    }

    /// How Lever calls what is not granted.
    pub(super) fn lacks(&self, checkbox: &'static str) -> &'static str {
        match self {
            Self::Key(_) => checkbox,
            Self::Tokens(_) => of_checkbox(checkbox),
        }
    }
}
