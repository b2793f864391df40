//! Text → e-mail addresses and links (phones are in [`super::phones`]).
//!
//! A wrong identifier is worse than none: an identifier that touches a character which the file's fonts did not map, or that a
//! line's end may have cut, is refused.

use super::phones;
use linkify::{LinkFinder, LinkKind};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

/// What a text holds, each once, in the order of the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Identifiers {
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Phone numbers as written.
    pub phones: Vec<String>,
    /// Addresses of pages, with or without `https://`.
    pub urls: Vec<String>,
}

/// Stands for every character that the file's fonts did not map.
const UNMAPPED: char = char::REPLACEMENT_CHARACTER;

/// Bytes of the longest address of a page.
const MAX_URL: usize = 2048;

/// Endings that name files in prose far more often than countries.
const FILES: [&str; 8] = ["py", "rs", "sh", "md", "cc", "so", "zip", "mov"];

/// Finds the identifiers in a text.
#[must_use]
pub fn identifiers(text: &str) -> Identifiers {
    let text = visible(text);
    let (emails, urls) = (email_spans(&text), url_spans(&text));
    let masked = mask(&text, emails.iter().chain(&urls));
    let each_once = |spans: Vec<Range<usize>>| once(spans.into_iter().map(|it| text[it].to_owned()));
    Identifiers { emails: each_once(emails), phones: phones::find(&masked), urls: each_once(urls) }
}

/// The e-mail addresses of a short text, such as the target of a link.
pub(super) fn emails_in(text: &str) -> Vec<String> {
    identifiers(text).emails
}

/// The phone numbers of a short text.
pub(super) fn phones_in(text: &str) -> Vec<String> {
    identifiers(text).phones
}

/// The addresses of pages in a short text.
pub(super) fn urls_in(text: &str) -> Vec<String> {
    identifiers(text).urls
}

fn once(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    texts.filter(|it| seen.insert(it.to_lowercase())).collect()
}

/// The text as people see it: ligatures and wide forms as letters, nothing of zero width, icons at the start of a word as
/// spaces; what is left of private and control characters is unmapped.
fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for c in text.nfkc() {
        let at_word = seen.chars().next_back().is_none_or(char::is_whitespace);
        match c {
            '\n' => seen.push('\n'),
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => seen.push('\n'),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            _ if c.is_whitespace() => seen.push(' '),
            '\u{e000}'..='\u{f8ff}' if at_word => seen.push(' '),
            '\u{e000}'..='\u{f8ff}' => seen.push(UNMAPPED),
            _ if c.is_control() => seen.push(UNMAPPED),
            _ => seen.push(c),
        }
    }
    seen
}

/// The text with letters in place of these spans, so that their digits are no phone numbers.
fn mask<'a>(text: &str, spans: impl Iterator<Item = &'a Range<usize>>) -> String {
    let mut masked = text.to_owned();
    for span in spans {
        masked.replace_range(span.clone(), &"x".repeat(span.len()));
    }
    masked
}

fn email_spans(text: &str) -> Vec<Range<usize>> {
    text.match_indices('@').filter_map(|(at, _)| email(text, at)).collect()
}

/// The address around an `@`. Only ASCII is taken: in what is left of other letters an address in another script is glued to a
/// word far more often than it is internationalised.
fn email(text: &str, at: usize) -> Option<Range<usize>> {
    let local = |c: &char| c.is_ascii_alphanumeric() || "._%+-'".contains(*c);
    let domain = |c: &char| c.is_ascii_alphanumeric() || ".-".contains(*c);
    let edge = at - text[..at].chars().rev().take_while(local).count();
    let end = at + 1 + text[at + 1..].chars().take_while(domain).count();
    let name = text[edge..at].rsplit("..").next()?.trim_start_matches(['.', '-', '+', '\'', '%']);
    let host = host(&text[at + 1..end])?;
    let found = at - name.len()..at + 1 + host.len();
    let sound = !name.is_empty() && name.len() <= 64 && !name.ends_with('.');
    (sound && !glued_before(&text[..edge]) && !glued_after(&text[found.end..]) && !wrapped(text, &found)).then_some(found)
}

/// The domain at the start of a text; a word that follows without a space is cut off where a capital begins it.
fn host(text: &str) -> Option<&str> {
    let text = text.trim_end_matches(['.', '-']);
    let (rest, last) = text.rsplit_once('.')?;
    let fits = |it: &str| !it.is_empty() && it.len() <= 63 && !it.starts_with('-') && !it.ends_with('-');
    let glue = last.as_bytes().array_windows().position(|[a, b]| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    let last = &last[..glue.map_or(last.len(), |it| it + 1)];
    let sound = last.len() >= 2 && last.bytes().all(|it| it.is_ascii_alphabetic()) && rest.split('.').all(fits);
    sound.then(|| &text[..rest.len() + 1 + last.len()])
}

/// Whether the address goes on to the left of what was taken.
fn glued_before(before: &str) -> bool {
    let mut left = before.chars().rev();
    match left.next() {
        None => false,
        Some('’' | '&' | '=' | '#' | '^' | '~' | '!' | '$' | '`') => left.next().is_some_and(char::is_alphanumeric),
        // `@ana@example.com` is an address of a person too; whoever knows one may know the other.
        Some('@') => left.next().is_some_and(|c| !c.is_whitespace()),
        Some(c) => touches(c),
    }
}

fn glued_after(after: &str) -> bool {
    after.chars().next().is_some_and(|c| c == '@' || c == '_' || touches(c))
}

/// Unmapped, or a letter or accent that belongs to the Latin word beside it.
fn touches(c: char) -> bool {
    let accent = matches!(c.script(), Script::Inherited);
    c == UNMAPPED || accent || (!c.is_ascii() && c.is_alphabetic() && c.script() == Script::Latin)
}

/// Whether a line's end may have cut the address: the line before is one word that ends like the middle of an address, or the
/// address ends so and the next line goes on in small letters.
fn wrapped(text: &str, found: &Range<usize>) -> bool {
    let middle = |c: char| matches!(c, '.' | '-' | '_');
    let line_before = text[..found.start].strip_suffix('\n').and_then(|it| it.lines().next_back()).unwrap_or_default().trim();
    let word_before = line_before.strip_suffix(middle).filter(|it| it.ends_with(char::is_alphanumeric) && !it.contains(' '));
    let (rest, next_line) = text[found.end..].split_once('\n').unwrap_or((&text[found.end..], ""));
    let open = rest.trim_end().chars().all(middle) && (!rest.trim().is_empty() || text[..found.end].ends_with(middle));
    word_before.is_some() || (open && next_line.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

fn url_spans(text: &str) -> Vec<Range<usize>> {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    // The finder knows schemes in small letters only; every place stays where it was.
    let text =
        &["HTTPS://", "Https://", "HTTP://", "Http://"].iter().fold(text.to_owned(), |text, it| text.replace(it, &it.to_lowercase()));
    let links = finder.links(text).filter(|it| *it.kind() == LinkKind::Url);
    links.filter_map(|it| url(text, it.start()..it.end())).collect()
}

/// The page's address in what looks like one.
fn url(text: &str, found: Range<usize>) -> Option<Range<usize>> {
    let candidate = &text[found.clone()];
    let scheme = candidate.find("://").map_or(0, |it| it + 3);
    let host_end = candidate[scheme..].find(['/', '?', '#', ':']).map_or(candidate.len(), |it| scheme + it);
    // A word of another script that is glued to the front is not part of the host.
    let foreign = candidate[..host_end].rfind(|c: char| !c.is_ascii() && !touches(c)).filter(|_| scheme == 0);
    let skip = foreign.map_or(0, |it| it + candidate[it..].chars().next().map_or(0, char::len_utf8));
    let found = found.start + skip..found.end;
    let (candidate, host) = (&text[found.clone()], &candidate[scheme.max(skip)..host_end]);
    let known = match &text[found.start..found.start + scheme.saturating_sub(skip)] {
        "" => is_bare_page(host, candidate),
        scheme => ["http://", "https://"].contains(&scheme.to_ascii_lowercase().as_str()) && host.contains('.'),
    };
    let foreign = |c: char| c == UNMAPPED || (!c.is_ascii() && c.is_alphabetic() && c.script() != Script::Latin);
    let sound = candidate.len() <= MAX_URL && !candidate.contains(foreign);
    let before = text[..found.start].chars().next_back().is_some_and(|c| c == '@' || c == UNMAPPED || touches(c));
    let after = text[found.end..].chars().next().is_some_and(|c| c == '@' || touches(c) || foreign(c));
    (known && sound && !before && !after && !wrapped(text, &found)).then_some(found)
}

/// Whether a text without a scheme names a page. A domain alone must look like nothing else: `Node.js`, `B.Tech`, `ASP.NET`,
/// `main.py`, a sentence without a space after its end.
fn is_bare_page(host: &str, candidate: &str) -> bool {
    let lower = host.to_ascii_lowercase();
    let known = psl::suffix(lower.as_bytes()).is_some_and(|it| it.is_known() && it.as_bytes().len() < lower.len());
    let alone = candidate.len() <= host.len() + 1 && !lower.starts_with("www.");
    let labels = || lower.split('.');
    let odd = || lower != host || labels().any(|it| it.len() < 2) || labels().next_back().is_some_and(|it| FILES.contains(&it));
    known && !(alone && odd())
}
