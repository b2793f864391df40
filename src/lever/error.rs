//! What can go wrong with Lever, by what to do next. Nothing here quotes what Lever said: its words can be a person's.

use super::oauth::OAuthError;

/// Why Lever did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum LeverError {
    /// Stop: no request can succeed with this key (401).
    #[error("Lever does not accept this key")]
    Unauthorized,
    /// Go on without this part, or stop if all depends on it (403).
    #[error("Lever refuses {}", part_of(checkbox))]
    Forbidden {
        /// The words of Lever's check box for this permission, or its OAuth scope ([`LeverError::ungranted`] tells them apart).
        checkbox: &'static str,
    },
    /// Come back later: five answers of 429.
    #[error("Lever kept asking for fewer requests")]
    RateLimited,
    /// Come back later: no connection, no answer in time, or an error of Lever's own, five times.
    #[error("Lever cannot be reached or is out of order")]
    Unavailable {
        /// The answer, where there was one.
        status: Option<u16>,
        /// What the connection met; without the address that was asked for.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// Report it: an answer is not what Lever documents. Only its place is told.
    #[error("Lever's {what} are not what it documents, at line {line}")]
    Malformed {
        /// What was asked for.
        what: &'static str,
        /// The line of the answer, from 1; 0 where its end or its form as a whole is at fault.
        line: usize,
    },
    /// Report it: a page names itself, or one before it, as the next, so that the list would never end.
    #[error("Lever's pages of {what} go in a circle")]
    Circle {
        /// What was asked for.
        what: &'static str,
    },
    /// Report it: Lever says no to the request itself (400 and its like, or a redirect that must not be followed).
    #[error("Lever refuses the request for {what} ({status})")]
    Refused {
        /// What was asked for.
        what: &'static str,
        /// Lever's answer.
        status: u16,
    },
    /// Skip it: Lever does not have it (404, 410), or not as a file (422).
    #[error("Lever does not have this")]
    NotFound,
    /// Skip it: longer than anything we read.
    #[error("Lever's answer is longer than {limit} bytes")]
    TooLarge {
        /// The most that is read.
        limit: usize,
    },
    /// Correct the setting.
    #[error("this is no address of Lever: {0}")]
    BadUrl(&'static str),
    /// The tenant's OAuth connection gives no token.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// Repair the installation: no client for HTTPS can be made on this machine.
    #[error("HTTPS does not work on this machine")]
    NoClient(#[source] reqwest::Error),
}

fn part_of(checkbox: &str) -> String {
    let whom = if is_scope(checkbox) { "this access" } else { "this key" };
    format!("{whom} a part of the account: {}", LeverError::ungranted(checkbox))
}

/// A scope has colons, and no check box has.
fn is_scope(words: &str) -> bool {
    words.contains(':')
}

impl LeverError {
    /// What is not granted, in words for people.
    #[must_use]
    pub fn ungranted(checkbox: &str) -> String {
        if is_scope(checkbox) {
            format!("its scope \"{checkbox}\" was not granted")
        } else {
            format!("its box \"{checkbox}\" is not ticked")
        }
    }

    /// Whether the same request may succeed a moment later.
    pub(super) fn passes(&self) -> bool {
        matches!(self, Self::RateLimited | Self::Unavailable { .. } | Self::Malformed { .. })
    }
}
