//! E-mail addresses that are written against robots (`ana (at) example (dot) com`), where there is no doubt of what they mean.

use super::super::identifiers::identifiers;

/// Signs that stand for an at and for a dot, as people put them in brackets.
const AT: [&str; 7] = ["[at]", "(at)", "{at}", "<at>", "[@]", "(@)", "_at_"];
const DOT: [&str; 7] = ["[dot]", "(dot)", "{dot}", "<dot>", "[.]", "(.)", "_dot_"];

/// The addresses of a line that are written so, under a public suffix.
pub(super) fn emails(line: &str) -> Vec<String> {
    if line.len() > 300 || !(line.contains(['[', '(', '{', '<', '_']) || line.contains(" dot ") || line.contains(" DOT ")) {
        return Vec::new();
    }
    let lower = line.to_lowercase();
    let bracketed = AT.iter().any(|it| lower.contains(it));
    if !bracketed && !lower.contains(" dot ") {
        return Vec::new();
    }
    let mut plain = lower;
    for (signs, sign) in [(AT, "@"), (DOT, ".")] {
        for it in signs {
            plain = joined(&plain, it, sign);
        }
    }
    let plain = spoken(&plain).unwrap_or(plain);
    let found = identifiers(&plain).emails;
    found.into_iter().filter(|it| !line.contains(it.as_str()) && is_public(it)).collect()
}

/// `ana at example dot com`, with nothing else in the line but a label.
fn spoken(line: &str) -> Option<String> {
    let words: Vec<&str> = line.rsplit(':').next()?.split_whitespace().collect();
    let [local, "at", host, rest @ ..] = words.as_slice() else { return None };
    let pairs = rest.as_chunks::<2>();
    let dotted = !rest.is_empty() && pairs.1.is_empty() && pairs.0.iter().all(|[dot, _]| *dot == "dot");
    dotted.then(|| format!("{local}@{host}{}", pairs.0.iter().map(|[_, part]| format!(".{part}")).collect::<String>()))
}

/// The text with one sign for another, without blanks around it.
fn joined(text: &str, from: &str, to: &str) -> String {
    let parts: Vec<&str> = text.split(from).collect();
    let last = parts.len() - 1;
    let trimmed = parts.into_iter().enumerate().map(|(at, it)| {
        let it = if at > 0 { it.trim_start() } else { it };
        if at < last { it.trim_end() } else { it }
    });
    trimmed.collect::<Vec<_>>().join(to)
}

fn is_public(email: &str) -> bool {
    let host = email.rsplit('@').next().unwrap_or_default();
    psl::suffix(host.as_bytes()).is_some_and(|it| it.is_known() && it.as_bytes().len() < host.len())
}
