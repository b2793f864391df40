//! What proves who somebody is: tokens, cookies and passwords, and the hashes that are kept of them.

use crate::secrets::Secret;
use crate::store::Hash;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// How a token begins: so that one in the wrong place is noticed for what it is.
const PREFIX: &str = "acq_";
/// A password has as many characters at least (NIST SP 800-63B-4, for a password that is the only proof, asks for 15).
pub const SHORTEST: usize = 15;
/// And as many bytes at most, so that nobody keeps us busy with one.
const LONGEST: usize = 1_024;

/// 256 random bits in letters, and the hash that is kept of them.
fn fresh() -> (String, Hash) {
    let text = BASE64_URL_SAFE_NO_PAD.encode(Secret::random().expose());
    let hash = hash(&text);
    (text, hash)
}

/// A new token as its owner is shown it once, and the hash that is kept.
#[must_use]
pub fn token() -> (String, Hash) {
    let (text, hash) = fresh();
    (format!("{PREFIX}{text}"), hash)
}

/// What people call the token with this hash: its first 48 bits in hexadecimal digits.
#[must_use]
pub fn token_id(hash: &Hash) -> String {
    hash[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash by which a token is found.
#[must_use]
pub fn token_hash(token: &str) -> Option<Hash> {
    token.strip_prefix(PREFIX).map(hash)
}

/// A new cookie's value, and the hash that is kept.
pub(super) fn cookie() -> (String, Hash) {
    fresh()
}

/// The hash by which a session is found; a ticket is none.
pub(super) fn cookie_hash(value: &str) -> Option<Hash> {
    (!value.starts_with(TICKET)).then(|| hash(value))
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

/// How a ticket begins, which no cookie does: neither is taken for the other.
const TICKET: &str = "once_";

/// A new ticket, which lets its user in once in place of a password, and the hash that is kept as a session's until then.
#[must_use]
pub fn ticket() -> (String, Hash) {
    let text = format!("{TICKET}{}", fresh().0);
    let hash = hash(&text);
    (text, hash)
}

/// The hash by which a ticket is found.
pub(super) fn ticket_hash(ticket: &str) -> Option<Hash> {
    ticket.starts_with(TICKET).then(|| hash(ticket))
}

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Report.
    #[error("a password has at least {SHORTEST} characters")]
    Short,
    /// Report.
    #[error("a password has at most {LONGEST} bytes")]
    Long,
}

/// The text that is kept of a password: Argon2id with the library's parameters (OWASP's: 19 MiB, 2 passes), and a salt of its own.
///
/// # Errors
/// [`BadPassword`].
pub fn password(password: &str) -> Result<String, BadPassword> {
    if password.chars().count() < SHORTEST {
        return Err(BadPassword::Short);
    }
    if password.len() > LONGEST {
        return Err(BadPassword::Long);
    }
    Ok(hashed(password))
}

/// A password of 24 characters, for somebody who has none yet.
#[must_use]
pub fn new_password() -> String {
    fresh().0.chars().filter(char::is_ascii_alphanumeric).take(24).collect()
}

fn hashed(password: &str) -> String {
    Argon2::default().hash_password(password.as_bytes()).expect("the parameters are the library's own").to_string()
}

/// Whether it is the password; takes as long when there is no such user. Blocks for some tens of milliseconds.
pub(super) fn is_password(given: &str, kept: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hashed("nobody has this password"));
    let Ok(parsed) = PasswordHash::new(kept.unwrap_or(&NOBODY)) else { return false };
    let fits = given.len() <= LONGEST && Argon2::default().verify_password(given.as_bytes(), &parsed).is_ok();
    fits && kept.is_some()
}
