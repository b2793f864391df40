//! What lines of a PDF's text need to be words: no hyphens of the line's end, letters in place of the forms they are drawn in,
//! numbers of right-to-left lines the right way round.

use super::spans::is_rtl;
use unicode_normalization::UnicodeNormalization;

/// Puts a page's text right.
pub(super) fn mend(text: &str) -> String {
    let text = forms(text);
    let turned = text.contains(is_rtl);
    let mut mended = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let line = if turned { upright(line) } else { line.to_owned() };
        if let Some(kept) = before_hyphen(&mended, &line) {
            mended.truncate(kept);
        }
        mended.push_str(&line);
    }
    mended
}

/// Letters for ligatures, for the forms of Arabic letters, and for the radicals and doubles of Han characters that fonts map
/// their signs to.
fn forms(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2e80}'..='\u{2fdf}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fb00}'..='\u{fb4f}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}' => {
                letters.extend(std::iter::once(c).nfkc());
            }
            _ => letters.push(c),
        }
    }
    letters
}

/// Where the text before must end so that the line goes on in its last word; none when no hyphen divides one.
fn before_hyphen(before: &str, line: &str) -> Option<usize> {
    let end = before.trim_end_matches(['\n', ' ']);
    let hyphen = end.chars().next_back().filter(|c| "\u{ad}\u{2010}-".contains(*c))?;
    let head = &end[..end.len() - hyphen.len_utf8()];
    let word = head.rsplit(char::is_whitespace).next()?;
    let next = line.split(char::is_whitespace).next()?;
    let goes_on = word.ends_with(char::is_alphanumeric) && next.starts_with(char::is_alphanumeric);
    // A hyphen that can be typed may belong to an address or a name: only plain words lose it.
    let plain = word.chars().all(char::is_alphabetic)
        && next.starts_with(char::is_lowercase)
        && next.trim_end_matches(|c: char| ".,;:)!?".contains(c)).chars().all(char::is_lowercase);
    let broken = goes_on && before.ends_with('\n') && !before.ends_with("\n\n");
    (broken && (hyphen == '\u{ad}' || (hyphen == '\u{2010}' && next.starts_with(char::is_lowercase)) || plain)).then_some(head.len())
}

/// A number with its country code at the wrong end, as the rules of right-to-left lines show it: groups in reverse, the plus last.
fn upright(line: &str) -> String {
    let body = line.trim();
    let numbers = body.strip_suffix('+').filter(|it| it.chars().all(|c| c.is_ascii_digit() || " -.()".contains(c)));
    match numbers {
        Some(numbers) if numbers.split(' ').count() > 1 => {
            let groups: Vec<&str> = numbers.split(' ').rev().collect();
            line.replace(body, &format!("+{}", groups.join(" ")))
        }
        _ => line.to_owned(),
    }
}
