//! Customs of names: what women's surnames look like, what the father's name adds, how a name is put together.

use super::dice::Dice;
use super::facts::{Locale, facts};
use super::person::{Month, Part, Person};

/// Whether women's surnames differ from men's.
pub(super) fn is_gendered(code: &str) -> bool {
    matches!(code, "ru" | "uk" | "bg" | "cs" | "pl" | "el")
}

/// The surname of a man's daughter or wife.
pub(super) fn feminine(code: &str, name: &str) -> String {
    let swap = |end: &str, with: &str| name.strip_suffix(end).map(|stem| format!("{stem}{with}"));
    let changed = match code {
        "ru" | "bg" | "uk" => swap("ий", "ая")
            .filter(|_| code == "ru")
            .or_else(|| swap("ий", "а"))
            .or_else(|| ["ов", "ев", "ёв", "ин", "їн"].iter().any(|end| name.ends_with(end)).then(|| format!("{name}а"))),
        "cs" => swap("ý", "á")
            .or_else(|| swap("ek", "ková"))
            .or_else(|| swap("ec", "cová"))
            .or_else(|| swap("a", "ová"))
            .or(Some(format!("{name}ová"))),
        "pl" => swap("ski", "ska").or_else(|| swap("cki", "cka")).or_else(|| swap("dzki", "dzka")),
        "el" => swap("όπουλος", "οπούλου").or_else(|| swap("ης", "η")).or_else(|| swap("ας", "α")).or_else(|| swap("ος", "ου")),
        _ => None,
    };
    changed.unwrap_or_else(|| name.to_owned())
}

/// The father's name with its ending, where people have one.
pub(super) fn patronymic(names: &Locale, woman: bool, dice: &mut Dice) -> Option<Part> {
    if !matches!(names.code, "ru" | "uk" | "bg") {
        return None;
    }
    let father = names.men[dice.rank(names.men.len(), 20.0)].text;
    let hard = father.ends_with(|it: char| "бвгджзклмнпрстфхцчшщ".contains(it));
    let ends = match (names.code, woman) {
        ("bg", true) => "ова",
        ("bg", false) => "ов",
        ("ru", true) => "овна",
        ("uk", true) => "івна",
        _ => "ович",
    };
    hard.then(|| Part::of_text(&format!("{father}{ends}")))
}

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
