//! A phone number in the one form that is compared.

use std::fmt;

/// The last nine digits of a number within its country, which are the same whether or not the country and the trunk prefix are written.
/// `Debug` prints `Phone(***)`.
#[derive(PartialEq, Eq, Hash)]
pub struct Phone(String);

/// How many digits are compared.
const COMPARED: usize = 9;

/// No number within a country is shorter.
const LEAST: usize = 7;

impl Phone {
    /// Returns `None` unless the text has 7 to 15 digits (E.164), not all the same, before any extension.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let main = text.split(['x', 'X', '#', ';', ',', 'e', 'E']).find(|it| it.chars().any(char::is_numeric))?;
        let signs = main.chars().take(64).filter_map(|c| any_ascii::any_ascii_char(c).chars().next());
        let signs: String = signs.filter(|it| it.is_ascii_digit() || *it == '+').collect();
        let abroad = signs.strip_prefix('+').or_else(|| signs.strip_prefix("00"));
        let digits = signs.replace('+', "");
        let digits = digits.trim_start_matches('0');
        let varied = digits.bytes().any(|it| Some(it) != digits.bytes().next());
        if !(LEAST..=15).contains(&digits.len()) || !varied {
            return None;
        }
        let within = abroad.map_or(digits, |_| within_country(digits));
        Some(Self(within[within.len().saturating_sub(COMPARED)..].to_owned()))
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

/// The digits after the country's code (ITU-T E.164, annex D): in some countries a number has eight digits or fewer, so that the code
/// would be compared too.
fn within_country(digits: &str) -> &str {
    const OF_TWO: [u8; 44] = [
        20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66,
        81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    ];
    let code = match digits.get(..2).and_then(|it| it.parse().ok()) {
        Some(10..=19 | 70..=79) => 1,
        Some(two) if OF_TWO.contains(&two) => 2,
        _ => 3,
    };
    let rest = digits.get(code..).unwrap_or_default().trim_start_matches('0');
    if rest.len() >= LEAST { rest } else { digits }
}
