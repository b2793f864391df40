//! Customs of names: what women's surnames look like, and what the father's name adds.

use super::dice::Dice;
use super::facts::Locale;
use super::part::Part;

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
