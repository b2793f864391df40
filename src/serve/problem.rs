//! Errors as `application/problem+json` (RFC 9457). Nothing is quoted: neither what was sent, nor what a database says.

use crate::index::IndexError;
use crate::profiles::ProfilesError;
use crate::store::{Rival, StoreError, Thing};
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use std::any::Any;
use std::time::Duration;
use utoipa::ToSchema;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The status of the answer.
    pub status: StatusCode,
    /// What happened and what to do, in a sentence.
    pub detail: &'static str,
    /// When to try again.
    retry_after: Option<Duration>,
}

/// The body of an error (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Told {
    /// Always `about:blank`: the status says it all.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// What happened and what to do.
    detail: &'static str,
}

impl Problem {
    pub(super) const SIGN_IN: Self = Self::new(StatusCode::UNAUTHORIZED, "give a token that is valid, or sign in");
    pub(super) const FORBIDDEN: Self = Self::new(StatusCode::FORBIDDEN, "this user or token may not do that here");
    pub(super) const NO_INDEX: Self = Self::new(StatusCode::SERVICE_UNAVAILABLE, "the index of profiles is being made; try again later");
    pub(super) const NO_LEVER: Self = Self::new(
        StatusCode::BAD_GATEWAY,
        "Lever cannot be reached or does not let us in; badges are not affected, and an operator can see why",
    );
    pub(super) const BROKE: Self =
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "this is our fault; the log has more, under the request's id");

    /// An error with its sentence.
    #[must_use]
    pub const fn new(status: StatusCode, detail: &'static str) -> Self {
        Self { status, detail, retry_after: None }
    }

    /// What was asked for cannot be understood or done as it is.
    #[must_use]
    pub const fn unfit(detail: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// There is no such thing, or none that the viewer may know of.
    #[must_use]
    pub const fn unknown(detail: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(super) fn too_many(wait: Duration) -> Self {
        let it = Self::new(StatusCode::TOO_MANY_REQUESTS, "too many requests; wait as long as Retry-After says");
        Self { retry_after: Some(wait), ..it }
    }

    /// For a status that a layer or a library chose.
    pub(super) fn of(status: StatusCode) -> Self {
        let detail = match status {
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => "the request is not what /api/v1/openapi.json describes",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "send application/json",
            StatusCode::NOT_FOUND => "there is nothing here",
            StatusCode::METHOD_NOT_ALLOWED => "this address takes other methods; Allow names them",
            StatusCode::PAYLOAD_TOO_LARGE => "the request is larger than a mebibyte",
            StatusCode::REQUEST_TIMEOUT => "the request did not come in time; send it again",
            StatusCode::FORBIDDEN => "this request came from another site",
            StatusCode::SERVICE_UNAVAILABLE => "this took too long; try again, or ask for less",
            _ => Self::BROKE.detail,
        };
        Self::new(status, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> axum::response::Response {
        let status = self.status;
        let title = status.canonical_reason().unwrap_or("Error");
        let told = Told { r#type: "about:blank", title, status: status.as_u16(), detail: self.detail };
        let body = serde_json::to_vec(&told).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unknown(what) => Self::unknown(match what {
                Thing::Tenant => "there is no such tenant",
                Thing::Run | Thing::HeldRun => "there is no such run",
                Thing::User => "there is no such user",
                _ => "there is no such thing",
            }),
            StoreError::Duplicate(_) => Self::new(StatusCode::CONFLICT, "there is already one of that name"),
            StoreError::Busy(Rival::Run) => Self::new(StatusCode::CONFLICT, "a run of this tenant is at work or waits for its turn"),
            StoreError::Busy(Rival::Settings) => {
                Self::new(StatusCode::CONFLICT, "somebody else has changed the settings meanwhile; look at them, and try again")
            }
            // Readers wait for other readers of this process alone.
            StoreError::Busy(Rival::Reader) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "too many ask at once; try again"),
            StoreError::Busy(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "another program is writing; try again"),
            error => {
                tracing::error!(%error, "the store did not answer");
                Self::BROKE
            }
        }
    }
}

impl From<ProfilesError> for Problem {
    fn from(error: ProfilesError) -> Self {
        match error {
            ProfilesError::Store(error) => error.into(),
            ProfilesError::Index(error) => error.into(),
            ProfilesError::File { .. } => Self::BROKE,
        }
    }
}

impl From<IndexError> for Problem {
    fn from(error: IndexError) -> Self {
        tracing::error!(%error, "the index did not answer");
        Self::BROKE
    }
}

/// A panic's message can quote; the log has had its place already.
pub(super) fn of_panic(_message: Box<dyn Any + Send + 'static>) -> Response<Body> {
    Problem::BROKE.into_response()
}
