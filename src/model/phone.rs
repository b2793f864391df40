//! A phone number in the one form that is compared.

use std::fmt;

/// The last nine digits of a number, which are the same however the country and the trunk prefix are written.
/// `Debug` prints `Phone(***)`.
#[derive(PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Returns `None` unless the text has 7 to 15 digits (E.164), not all the same, before any extension.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const COMPARED: usize = 9;
        let main = text.split(['x', 'X', '#', ';', ',', 'e', 'E']).find(|it| it.chars().any(char::is_numeric))?;
        let digits: String =
            main.chars().take(64).filter_map(|c| any_ascii::any_ascii_char(c).chars().next()).filter(char::is_ascii_digit).collect();
        let digits = digits.trim_start_matches('0');
        let varied = digits.bytes().any(|it| Some(it) != digits.bytes().next());
        if !(7..=15).contains(&digits.len()) || !varied {
            return None;
        }
        Some(Self(digits[digits.len().saturating_sub(COMPARED)..].to_owned()))
    }

    /// The normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(***)")
    }
}
