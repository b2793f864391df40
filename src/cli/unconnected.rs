//! What each trouble with an OAuth connection means for people, and what they can do.

use super::{Exit, Failure};
use crate::lever::oauth::{AppFileError, OAuthError};

const AS_IT_WAS: &str = "nothing was stored: the tenant's connection and its badges are as they were";
const BADGES_STAND: &str = "badges stand as they were, and this access cannot renew them";
const CONNECT: &str = "give access again: `acquaint tenant connect NAME`";

impl From<OAuthError> for Failure {
    fn from(error: OAuthError) -> Self {
        let (code, meaning, fix) = told(&error);
        Self::new(code, error.to_string(), meaning, fix)
    }
}

fn told(error: &OAuthError) -> (Exit, &'static str, &'static str) {
    match error {
        OAuthError::Denied => (
            Exit::Refused,
            AS_IT_WAS,
            "ask a Super Admin of the Lever account to open the page and allow it; the page lists what is asked for",
        ),
        OAuthError::NoAnswer => (
            Exit::Unavailable,
            AS_IT_WAS,
            "run it again, open the page on this machine and answer it; --timeout gives more time, --port another port of this machine",
        ),
        OAuthError::WrongState => {
            (Exit::Usage, AS_IT_WAS, "run it again and use the newest page alone: an old page, or someone else's, had answered")
        }
        OAuthError::Page(_) => (
            Exit::Refused,
            AS_IT_WAS,
            "see that the app in Lever has these scopes and exactly this redirect address (`redirect_uri` of the OAuth file, and --port)",
        ),
        OAuthError::NoListener(_) => (
            Exit::Usage,
            AS_IT_WAS,
            "end what listens there, or register another redirect address with the app and name its port with --port",
        ),
        OAuthError::Elsewhere => (
            Exit::Usage,
            AS_IT_WAS,
            "give access on the company's settings page there; or register http://127.0.0.1:8976/callback with the app as well, and name \
             it as `redirect_uri` in the OAuth file",
        ),
        OAuthError::CodeRefused => (Exit::Refused, AS_IT_WAS, "run it again; see that the app registered exactly this redirect address"),
        OAuthError::WrongSecret => (
            Exit::Refused,
            BADGES_STAND,
            "write the app's client id and secret (no API key) into the OAuth file, then `acquaint tenant connect NAME --lever-oauth-file FILE`",
        ),
        OAuthError::UnknownApp => (
            Exit::Refused,
            BADGES_STAND,
            "see in Lever whether the app still exists and may refresh tokens; then `acquaint tenant connect NAME --lever-oauth-file FILE`",
        ),
        OAuthError::WrongAudience => (
            Exit::Refused,
            BADGES_STAND,
            "see that the tenant's environment (production, sandbox, eu) is the app's own; where Lever told you another `audience`, \
             write it into the OAuth file; then `acquaint tenant connect NAME`",
        ),
        OAuthError::NoRefreshToken => {
            (Exit::Refused, AS_IT_WAS, "allow the scope `offline_access` for the app in Lever, then run it again")
        }
        OAuthError::NotConnected => {
            (Exit::Usage, "there are no tokens to ask Lever with; badges stand as they were", "`acquaint tenant connect NAME`")
        }
        OAuthError::Busy => (Exit::Busy, BADGES_STAND, "wait some minutes, then try again"),
        OAuthError::Store(_) => (
            Exit::Internal,
            "a token that cannot be kept is not used; badges stand as they were",
            "make room for the store and see that it is writable, then try again",
        ),
        OAuthError::Sealed(error) => {
            (Exit::Internal, "the tenant's OAuth secrets cannot be opened; badges stand as they were", error.fix())
        }
        OAuthError::TooOld => (Exit::Refused, BADGES_STAND, CONNECT),
        OAuthError::Unused => {
            (Exit::Refused, BADGES_STAND, "give access again: `acquaint tenant connect NAME`; a run a month keeps it alive")
        }
        OAuthError::Lost => (
            Exit::Refused,
            "Lever took the token that we had left for a stolen one, and ended the access; badges stand as they were",
            CONNECT,
        ),
        OAuthError::Refused => (
            Exit::Refused,
            BADGES_STAND,
            "see in Lever whether the app's access was withdrawn, and that no other program or copy of this store uses its token; \
             then `acquaint tenant connect NAME`",
        ),
    }
}

impl From<AppFileError> for Failure {
    fn from(error: AppFileError) -> Self {
        Self::new(Exit::Usage, error.to_string(), "nothing was done", error.fix())
    }
}
