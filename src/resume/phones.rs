//! Phone numbers in text: 7 to 15 digits with the usual separators that are no date, no range of years and no id.

/// Fewest and most digits of a number with its country code (ITU-T E.164 allows 15).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Words right before a number which say that it is none, or that it is one of something else.
const NOT_PHONES: [&str; 14] = ["isbn", "issn", "doi", "orcid", "arxiv", "id", "no", "nr", "ref", "iban", "ssn", "vat", "pmid", "patent"];

/// Words right before a number which say that it is one.
const PHONES: [&str; 14] =
    ["phone", "tel", "telephone", "mobile", "mob", "cell", "fax", "whatsapp", "telefon", "téléphone", "teléfono", "handy", "m", "t"];

/// The numbers of a text, as written, each once by its digits.
pub(super) fn find(text: &str) -> Vec<String> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let mut rest = 0;
        while let Some(start) = line[rest..].find(|c: char| c.is_ascii_digit() || "+(".contains(c)).map(|it| rest + it) {
            let end = start + run(&line[start..]);
            let number = line[start..end].trim_matches([' ', '-', '.', '/', ')', '·']).trim_start_matches(['(', ' ']);
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            if is_phone(line, start..end, number) && found.iter().all(|(known, _)| *known != digits) {
                found.push((digits, restored(&line[start..end], number)));
            }
            rest = end.max(start + 1);
        }
    }
    found.into_iter().map(|(_, number)| number).collect()
}

/// Bytes of digits and single separators from the start.
fn run(text: &str) -> usize {
    let (mut end, mut separators) = (0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => (separators, end) = (0, at + 1),
            '+' if at == 0 || text[..at].ends_with('(') => {}
            // Two numbers on a line have two spaces or a slash among spaces between them.
            ' ' | '/' if text[..at].ends_with(' ') => break,
            '(' | ')' | ' ' | '-' | '.' | '/' | '·' | '‐' | '‑' | '‒' | '–' | '−' if separators < 3 => separators += 1,
            _ => break,
        }
    }
    end
}

/// The number with the bracket or plus that trimming took from its front.
fn restored(run: &str, number: &str) -> String {
    let head = run.len() - run.trim_start_matches(['(', ' ']).len();
    let opened = head > 0 && number.contains(')');
    format!("{}{number}", if opened { "(" } else { "" })
}

fn is_phone(line: &str, span: std::ops::Range<usize>, number: &str) -> bool {
    let groups: Vec<&str> = number.split(|c: char| !c.is_ascii_digit()).filter(|it| !it.is_empty()).collect();
    let digits = groups.concat();
    let (before, after) = (&line[..span.start], &line[span.end..]);
    let label = label(before);
    let free = !before.ends_with(is_glue) && !after.starts_with(is_glue) && !joined(before, after);
    let repeated = digits.bytes().all(|it| it == digits.as_bytes()[0]);
    if !DIGITS.contains(&digits.len()) || !free || repeated || NOT_PHONES.contains(&label.as_str()) {
        return false;
    }
    let international = number.starts_with('+') || digits.starts_with("00");
    international || PHONES.contains(&label.as_str()) || is_national(number, &groups, &digits)
}

/// A letter, a sign of money or a part of another token at a number's edge.
fn is_glue(c: char) -> bool {
    c.is_alphabetic() || c == char::REPLACEMENT_CHARACTER || "@_#=$€£¥+&\\<".contains(c)
}

/// Whether the digits are a part of a percentage, a longer number or an id with a hyphen.
fn joined(before: &str, after: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let part = before.strip_suffix('-').is_some_and(|it| it.ends_with(char::is_alphanumeric));
    let tail = after.strip_prefix(',').is_some_and(|it| it.starts_with(digit));
    part || tail || after.starts_with('%') || before.strip_suffix(',').is_some_and(|it| it.ends_with(digit))
}

/// The last word before the number, in small letters, if nothing but punctuation stands between.
fn label(before: &str) -> String {
    let words = before.trim_end_matches(|c: char| " :.#-([/".contains(c));
    let word = words.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    word.to_lowercase()
}

/// Whether a number without a country code is a phone number by its shape.
fn is_national(number: &str, groups: &[&str], digits: &str) -> bool {
    if is_date(groups) || is_amounts(number, groups) || digits.starts_with("978") || digits.starts_with("979") {
        return false;
    }
    let lengths: Vec<usize> = groups.iter().map(|it| it.len()).collect();
    match lengths[..] {
        [4, 4] => number.contains(' ') && !is_year(groups[0]),
        [2, 2, 2, 2] => true,
        [_] => (9..=12).contains(&digits.len()),
        _ => digits.len() >= 9 && (lengths.len() >= 4 || lengths.iter().any(|it| *it >= 3)),
    }
}

/// Amounts in a row: decimals apart by spaces, round numbers with spaces at the thousands, the four parts of an IP address.
fn is_amounts(number: &str, groups: &[&str]) -> bool {
    let has = |c: char| number.contains(c);
    let decimals = has('.') && has(' ') && !has('(');
    let round = has(' ') && groups.iter().all(|it| it.ends_with('0'));
    let address = number.chars().all(|c| c.is_ascii_digit() || c == '.') && groups.len() == 4 && groups.iter().all(|it| it.len() <= 3);
    decimals || round || address
}

/// Years, months and days only, with a year among them.
fn is_date(groups: &[&str]) -> bool {
    let day = |it: &str| it.len() <= 2 && it.parse().is_ok_and(|it: u32| it <= 31);
    let compact = |it: &&str| it.len() == 8 && is_year(&it[..4]) && it[4..6].parse().is_ok_and(|it: u32| it <= 12) && day(&it[6..]);
    let dated = groups.iter().any(|it| is_year(it)) && groups.iter().all(|it| is_year(it) || day(it));
    dated || groups.iter().all(compact)
}

fn is_year(group: &str) -> bool {
    group.len() == 4 && group.parse().is_ok_and(|it: u32| (1900..=2100).contains(&it))
}
