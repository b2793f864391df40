//! Where a click leads: the address behind it, read as what it is for.

use super::identifiers::{emails_in, phones_in, urls_in};

/// Where a click leads.
pub(super) enum Target {
    /// A page.
    Url(String),
    /// An e-mail address, from `mailto:`.
    Email(String),
    /// A phone number, from `tel:`.
    Phone(String),
}

/// Reads an address; one may hold several e-mail addresses.
pub(super) fn target(uri: &str) -> Vec<Target> {
    let uri = uri.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let scheme = uri.split_once(':').map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
    match scheme.as_ref().map(|(scheme, rest)| (scheme.as_str(), *rest)) {
        Some(("mailto", rest)) => {
            let people = rest.split('?').next().unwrap_or_default();
            emails_in(&percent_decoded(people)).into_iter().map(Target::Email).collect()
        }
        Some(("tel" | "callto", rest)) => phone(&percent_decoded(rest)).map(Target::Phone).into_iter().collect(),
        Some(("http" | "https", rest)) if rest.len() > 2 && is_clean(uri) => vec![Target::Url(uri.to_owned())],
        Some(("http" | "https", _)) => Vec::new(),
        _ => {
            let pages = urls_in(uri).into_iter().map(Target::Url);
            emails_in(uri).into_iter().map(Target::Email).chain(pages).collect()
        }
    }
}

/// The writer called it a phone number, so its digits need no further proof.
fn phone(text: &str) -> Option<String> {
    let number = text.split([';', '?']).next().unwrap_or_default().trim_matches(['/', ' ']);
    let plain = number.chars().all(|c| c.is_ascii_digit() || " +-.()/\u{a0}".contains(c));
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if plain && (7..=15).contains(&digits) { Some(number.to_owned()) } else { phones_in(text).into_iter().next() }
}

fn is_clean(uri: &str) -> bool {
    uri.len() <= 2048 && !uri.chars().any(|c| c.is_control() || c.is_whitespace() || c == char::REPLACEMENT_CHARACTER)
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).filter(|_| *first == b'%').and_then(|it| str::from_utf8(it).ok());
        let decoded = code.and_then(|it| u8::from_str_radix(it, 16).ok());
        bytes.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The address in the instruction of a Word field: `HYPERLINK "address" \o "hint"`. A place in the same file (`\l`) is none.
pub(super) fn of_field(instruction: &str) -> Option<&str> {
    let start = instruction.trim_start();
    let mut rest = start.get(..9).filter(|it| it.eq_ignore_ascii_case("HYPERLINK")).map(|it| start[it.len()..].trim_start())?;
    // A switch with an argument may stand before the address.
    while let Some(switch) = rest.strip_prefix('\\') {
        let takes = switch.starts_with(['l', 'o', 't', 's', 'L', 'O', 'T', 'S']);
        rest = switch.trim_start_matches(|c: char| !c.is_whitespace() && c != '"').trim_start();
        if takes {
            rest = argument(rest).1.trim_start();
        }
    }
    Some(argument(rest).0.trim()).filter(|it| !it.is_empty())
}

/// The first argument, in quotes or not, and what comes after it.
fn argument(text: &str) -> (&str, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => text.split_once(char::is_whitespace).unwrap_or((text, "")),
    }
}
