//! Names in Latin letters, as different offices spell them.

/// Letter, then its spelling in passports, in journals, and by French and German ears.
const CYRILLIC: &[(char, [&str; 3])] = &[
    ('а', ["a", "a", "a"]),
    ('б', ["b", "b", "b"]),
    ('в', ["v", "v", "w"]),
    ('г', ["g", "g", "g"]),
    ('ґ', ["g", "g", "g"]),
    ('д', ["d", "d", "d"]),
    ('е', ["e", "e", "e"]),
    ('ё', ["e", "yo", "jo"]),
    ('є', ["ie", "ye", "je"]),
    ('ж', ["zh", "zh", "j"]),
    ('з', ["z", "z", "z"]),
    ('и', ["i", "i", "i"]),
    ('і', ["i", "i", "i"]),
    ('ї', ["i", "yi", "ji"]),
    ('й', ["i", "y", "j"]),
    ('к', ["k", "k", "k"]),
    ('л', ["l", "l", "l"]),
    ('м', ["m", "m", "m"]),
    ('н', ["n", "n", "n"]),
    ('о', ["o", "o", "o"]),
    ('п', ["p", "p", "p"]),
    ('р', ["r", "r", "r"]),
    ('с', ["s", "s", "s"]),
    ('т', ["t", "t", "t"]),
    ('у', ["u", "u", "ou"]),
    ('ф', ["f", "f", "f"]),
    ('х', ["kh", "h", "ch"]),
    ('ц', ["ts", "c", "z"]),
    ('ч', ["ch", "ch", "tsch"]),
    ('ш', ["sh", "sh", "sch"]),
    ('щ', ["shch", "sht", "schtsch"]),
    ('ъ', ["ie", "a", ""]),
    ('ы', ["y", "y", "y"]),
    ('ь', ["", "", ""]),
    ('э', ["e", "e", "e"]),
    ('ю', ["iu", "yu", "ju"]),
    ('я', ["ia", "ya", "ja"]),
];

const GREEK: &[(char, [&str; 3])] = &[
    ('α', ["a", "a", "a"]),
    ('β', ["v", "v", "b"]),
    ('γ', ["g", "g", "y"]),
    ('δ', ["d", "d", "dh"]),
    ('ε', ["e", "e", "e"]),
    ('ζ', ["z", "z", "z"]),
    ('η', ["i", "i", "e"]),
    ('θ', ["th", "th", "th"]),
    ('ι', ["i", "i", "i"]),
    ('κ', ["k", "k", "c"]),
    ('λ', ["l", "l", "l"]),
    ('μ', ["m", "m", "m"]),
    ('ν', ["n", "n", "n"]),
    ('ξ', ["x", "x", "ks"]),
    ('ο', ["o", "o", "o"]),
    ('π', ["p", "p", "p"]),
    ('ρ', ["r", "r", "r"]),
    ('σ', ["s", "s", "s"]),
    ('ς', ["s", "s", "s"]),
    ('τ', ["t", "t", "t"]),
    ('υ', ["y", "i", "u"]),
    ('φ', ["f", "f", "ph"]),
    ('χ', ["ch", "h", "kh"]),
    ('ψ', ["ps", "ps", "ps"]),
    ('ω', ["o", "o", "o"]),
    ('ά', ["a", "a", "a"]),
    ('έ', ["e", "e", "e"]),
    ('ή', ["i", "i", "e"]),
    ('ί', ["i", "i", "i"]),
    ('ό', ["o", "o", "o"]),
    ('ύ', ["y", "i", "u"]),
    ('ώ', ["o", "o", "o"]),
];

/// Of the ends of Cyrillic words, what offices shorten.
const ENDINGS: &[(&str, [&str; 3])] =
    &[("ий", ["ii", "y", "i"]), ("ый", ["yi", "y", "y"]), ("ія", ["iia", "iya", "ija"]), ("ия", ["iia", "ia", "ija"])];

/// How many spellings there are.
pub(super) const SCHEMES: usize = 3;

/// The text in Latin letters; text in Latin letters stays as it is.
pub(super) fn latin(text: &str, scheme: usize) -> String {
    if text.chars().all(|it| !('\u{370}'..'\u{530}').contains(&it)) {
        return text.to_owned();
    }
    text.split(' ').map(|word| word_in_latin(word, scheme % SCHEMES)).collect::<Vec<_>>().join(" ")
}

fn word_in_latin(word: &str, scheme: usize) -> String {
    let lower = word.to_lowercase();
    let ending = ENDINGS.iter().find(|(end, _)| lower.ends_with(end) && lower.len() > end.len());
    let stem = ending.map_or(lower.as_str(), |(end, _)| &lower[..lower.len() - end.len()]);
    let mut out: String = stem.chars().map(|it| letter(it, scheme)).collect();
    out.push_str(ending.map_or("", |(_, spellings)| spellings[scheme]));
    capitalised(&out)
}

fn letter(it: char, scheme: usize) -> String {
    let found = CYRILLIC.iter().chain(GREEK).find(|row| row.0 == it);
    found.map_or_else(|| it.to_string(), |row| row.1[scheme].to_owned())
}

/// The first letter of each part as a capital.
pub(super) fn capitalised(text: &str) -> String {
    let mut start = true;
    let raise = |it: char| {
        let raised = if start { it.to_uppercase().collect::<String>() } else { it.to_string() };
        start = it == '-' || it == ' ' || it == '\'';
        raised
    };
    text.chars().map(raise).collect()
}

/// Without diacritics, lower case, letters and digits only: what goes into addresses.
pub(super) fn plain(text: &str) -> String {
    any_ascii::any_ascii(text).chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}
