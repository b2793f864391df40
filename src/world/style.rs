//! How a name is put together and written.

use super::facts::facts;
use super::part::Part;
use super::person::{Month, Person};

/// Which of its forms a name is written in.
#[derive(Clone, Default)]
pub(super) struct Style {
    /// In the script of home; else in Latin letters.
    pub(super) native: bool,
    /// Of the Latin letters.
    pub(super) scheme: usize,
    pub(super) family_first: bool,
    pub(super) nickname: bool,
    /// Given name as its first letter.
    pub(super) initial: bool,
    /// Middle name's initial, or the patronymic.
    pub(super) middle: bool,
    pub(super) both_families: bool,
}

/// The name as it stood in that month.
pub(super) fn full_name(person: &Person, at: Month, style: &Style) -> String {
    let form = |part: &Part| if style.native { part.native.clone() } else { part.latin[style.scheme % 3].clone() };
    let mut given = match &person.nickname {
        Some(nickname) if style.nickname && !style.native => nickname.clone(),
        _ => form(&person.given),
    };
    if style.initial {
        given = format!("{}.", given.chars().next().unwrap_or('X'));
    }
    let middle = match (&person.middle, &person.patronymic) {
        (Some(middle), _) if style.middle => format!("{}.", form(middle).chars().next().unwrap_or('X')),
        (None, Some(patronymic)) if style.middle => form(patronymic),
        _ => String::new(),
    };
    let second = person.second_family.as_ref().filter(|_| style.both_families).map(form).unwrap_or_default();
    let family = form(person.family_at(at));
    let close = style.native && matches!(facts().locales[person.locale].code, "zh" | "ko" | "ja");
    let parts = match style.family_first || close {
        true => [family, second, given, middle],
        false => [given, middle, family, second],
    };
    let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    parts.join(if close { "" } else { " " })
}
