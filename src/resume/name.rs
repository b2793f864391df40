//! The person's name. A line at the top of the page is taken only where an address of the person agrees with it: a heading or a
//! job title that is taken for a name would be matched as one.

use super::Where;
use any_ascii::any_ascii;

/// Lines from the top that may hold the name.
const TOP: usize = 15;

/// The line at the top with most words in an address; none when no line has one.
pub(super) fn name(text: &str, emails: &[String], links: &[(String, Where)]) -> Option<String> {
    let locals = emails.iter().filter_map(|it| it.split('@').next());
    let pages = links.iter().filter_map(|(it, _)| it.trim_end_matches('/').rsplit('/').next());
    let addresses: Vec<String> = locals.chain(pages).map(folded).collect();
    let agreeing = |line: &str| words(line).filter(|word| addresses.iter().any(|it| it.contains(word))).count();
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty()).take(TOP).filter(|it| is_shaped(it));
    // Of equals the first: a name stands above what follows from it.
    let best = lines.map(|it| (agreeing(it), it)).filter(|(count, _)| *count > 0).reduce(|a, b| if b.0 > a.0 { b } else { a });
    best.map(|(_, line)| line.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Two to five words of letters, each with a capital if its script has them.
fn is_shaped(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let letter = |c: char| c.is_alphabetic() || "'’.-‐".contains(c);
    let capital = |it: &&str| it.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
    (2..=5).contains(&words.len())
        && line.chars().count() <= 60
        && words.iter().all(|it| it.chars().all(letter))
        && words.iter().filter(|it| capital(it)).count() >= 2
}

/// Words that are long enough to prove something, in plain letters.
fn words(line: &str) -> impl Iterator<Item = String> {
    line.split([' ', '-', '‐']).map(folded).filter(|it| it.len() >= 3)
}

fn folded(text: &str) -> String {
    any_ascii(text).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
