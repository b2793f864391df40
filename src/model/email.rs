//! An e-mail address in the one form that is compared.

use super::known::{OFFICES, RELAYS};
use std::fmt;

/// An address in the one form we compare: trimmed, lower case, without a `+tag`, and without Gmail's meaningless dots.
/// `Debug` prints `Email(***)`.
#[derive(PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Returns `None` unless the text has a local part and a dotted domain.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const MAX_BYTES: usize = 254; // RFC 5321, 4.5.3.1.3
        let text = text.trim().trim_start_matches(['<', '"']).trim_end_matches(['>', '"']);
        if text.len() > MAX_BYTES + "mailto:".len() || text.chars().any(char::is_whitespace) {
            return None;
        }
        let text = text.to_lowercase();
        let (local, domain) = text.strip_prefix("mailto:").unwrap_or(&text).rsplit_once('@')?;
        let domain = match domain.trim_end_matches('.') {
            "googlemail.com" => "gmail.com",
            other => other,
        };
        let untagged = local.split_once('+').map_or(local, |(before, _)| before);
        let local = if domain == "gmail.com" { untagged.replace('.', "") } else { untagged.to_owned() };
        let dotted = domain.split('.').count() > 1 && domain.split('.').all(|it| !it.is_empty());
        (!local.is_empty() && dotted && !local.contains('@')).then(|| Self(format!("{local}@{domain}")))
    }

    /// The normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it names one person: an office's address (`jobs2@`) and one that a job board made up (`@relay.`) do not.
    pub(super) fn names_somebody(&self) -> bool {
        let local = self.local().trim_end_matches(|it: char| it.is_ascii_digit()).trim_end_matches(['-', '_', '.']);
        !OFFICES.contains(local) && !self.host().split('.').any(|it| RELAYS.contains(it))
    }

    /// What stands before the sign.
    pub(super) fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |it| it.0)
    }

    /// What stands after it.
    pub(super) fn host(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |it| it.1)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(***)")
    }
}
