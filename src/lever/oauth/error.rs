//! What can go wrong between an app, its user and Lever, by what to do next. Nothing here quotes what Lever said.

use crate::secrets::SecretsError;
use std::io;

/// Why there is no token. (Lever's sign-in gives one answer for all refresh tokens that it does not take, so whoever keeps the
/// tokens says which of the last four it is, by what it remembers.)
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// Ask whoever refused.
    #[error("access was refused on Lever's page")]
    Denied,
    /// Try again, and answer the page.
    #[error("nobody answered Lever's page in time")]
    NoAnswer,
    /// Try again: the answer is not for the page that we opened.
    #[error("the answer that came back belongs to another request")]
    WrongState,
    /// Correct the app: Lever's page refuses the request itself.
    #[error("Lever's page refuses this app's request ({0})")]
    Page(&'static str),
    /// Free the address, or choose another.
    #[error("Lever's answer cannot be received on this machine ({0})")]
    NoListener(io::ErrorKind),
    /// Give access there, or register an address of this machine too.
    #[error("this app has Lever's answer sent to another address than this machine's own")]
    Elsewhere,
    /// Try again: the code of the answer was used, or is too old.
    #[error("Lever does not accept the code that its page gave")]
    CodeRefused,
    /// Correct the file.
    #[error("Lever does not accept the app's client secret")]
    WrongSecret,
    /// Ask Lever, or register the app again.
    #[error("Lever does not know this app any more, or has withdrawn it")]
    UnknownApp,
    /// Correct the environment or the audience.
    #[error("Lever's tokens are not for this account's API: wrong audience or environment")]
    WrongAudience,
    /// Correct the app: without `offline_access` an access ends within the hour.
    #[error("Lever gave no refresh token")]
    NoRefreshToken,
    /// Connect.
    #[error("this tenant is not connected with Lever yet")]
    NotConnected,
    /// Wait: another process renews the token.
    #[error("another process has been renewing the OAuth token for too long")]
    Busy,
    /// Report: the tokens could not be read or kept. The text is the store's own.
    #[error("the OAuth tokens cannot be read or kept: {0}")]
    Store(String),
    /// Report: the tokens cannot be sealed or opened.
    #[error(transparent)]
    Sealed(#[from] SecretsError),
    /// Connect again: Lever ends every access after a year.
    #[error("the access to Lever is over a year old, and Lever has ended it")]
    TooOld,
    /// Connect again: Lever ends an access that nobody used for 90 days.
    #[error("the access to Lever was not used for 90 days, and Lever has ended it")]
    Unused,
    /// Connect again: a renewal broke off before its answer was kept, and Lever takes the token before it for a stolen one.
    #[error("a renewal of the access to Lever broke off, and the new token is lost")]
    Lost,
    /// Connect again: withdrawn in Lever, or the refresh token was used by someone else.
    #[error("Lever does not accept the refresh token: the access was withdrawn, or the token was used twice")]
    Refused,
}
