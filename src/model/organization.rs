//! The name of an employer or a school in the one form that is compared.

use super::fold::{MAX_CHARS, folded};
use super::known::{BEFORE, GENERIC, GENERIC_SHORT, Known, LEGAL, MAILBOXES, SMALL, WRITTEN_TOGETHER};
use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

/// Folded words without legal forms, by the name that the organization is known by. `Debug` prints `Organization(***)`.
#[derive(PartialEq, Eq, Hash)]
pub struct Organization(String);

static KNOWN: LazyLock<Known> = LazyLock::new(|| Known::read(|it| normal(it).unwrap_or_default()));

impl Organization {
    /// Returns `None` when no word is left.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let normal = normal(text)?;
        Some(Self(KNOWN.names.get(&normal).cloned().unwrap_or(normal)))
    }

    /// The organization whose mailboxes are at this host (`mail.northwind.com` → northwind); `None` for providers of mailboxes and for
    /// hosts that are no name.
    #[must_use]
    pub fn of_host(host: &str) -> Option<Self> {
        let label = label(host).filter(|it| !MAILBOXES.contains(it))?;
        // A host writes as one word what the name writes as two.
        let (mut rest, mut words) = (label, Vec::new());
        while let Some((before, long)) = GENERIC.keys().filter_map(|it| Some((rest.strip_suffix(it)?, *it))).max_by_key(|it| it.1.len()) {
            if before.len() < 3 {
                break;
            }
            (rest, words) = (before, [&[long], words.as_slice()].concat());
        }
        Self::parse(&[&[rest], words.as_slice()].concat().join(" ").replace('-', " "))
    }

    /// Whether the host is a school's.
    #[must_use]
    pub fn is_school(host: &str) -> bool {
        host.rsplit('.').take(3).any(|it| matches!(it, "edu" | "ac"))
    }

    /// What this organization belongs to, where that is common knowledge.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        KNOWN.parents.get(&self.0).map(|it| Self(it.clone()))
    }

    /// The normal form: words with one space between.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the normal form has no word of its own: `univ`, `tech`, `intl bank`.
#[must_use]
pub fn says_nothing(normal: &str) -> bool {
    /// Words that begin or end the names of many organizations, in the form that is compared.
    const COMMON: [&str; 14] = [
        "bank", "company", "national", "american", "college", "school", "hospital", "group", "global", "first", "city", "state", "data",
        "new",
    ];
    normal.split(' ').all(|it| COMMON.contains(&it) || GENERIC_SHORT.contains(it) || it.bytes().all(|it| it.is_ascii_digit()))
}

/// Whether two texts are one but for spaces, as `Cedar Data` and `Cedardata`.
#[must_use]
pub fn unspaced(a: &str, b: &str) -> bool {
    a.bytes().filter(|it| *it != b' ').eq(b.bytes().filter(|it| *it != b' '))
}

fn normal(text: &str) -> Option<String> {
    const MAX_BYTES: usize = 60;
    let folded = folded(&plain(text));
    let mut words: Vec<&str> = folded.split(' ').collect();
    while words.len() > 1 && words.last().is_some_and(|it| LEGAL.contains(it)) {
        words.pop();
    }
    if words.len() > 1 && BEFORE.contains(&words[0]) {
        words.remove(0);
    }
    if words.iter().any(|it| !is_small(it)) {
        words.retain(|it| !is_small(it));
    }
    words.iter_mut().for_each(|it| *it = GENERIC.get(it).unwrap_or(it));
    let mut text = words.join(" ");
    text.truncate(MAX_BYTES); // ASCII: every byte is a character.
    text.truncate(text.trim_end().len());
    (!text.is_empty()).then_some(text)
}

/// Most words are longer than any small one, which is quicker to see than to look for.
fn is_small(word: &str) -> bool {
    word.len() <= 3 && SMALL.contains(&word)
}

/// Without forms that are written together with the name; an address is read as its name (`northwind.com`, `Northwind.com, Inc.`).
fn plain(text: &str) -> Cow<'_, str> {
    let text = &text[..text.floor_char_boundary(4 * MAX_CHARS)];
    let together = !text.is_ascii() && WRITTEN_TOGETHER.iter().any(|it| text.contains(it));
    if !together && !text.contains('.') {
        return Cow::Borrowed(text);
    }
    let text = WRITTEN_TOGETHER.iter().fold(text.to_owned(), |text, it| text.replace(it, " "));
    let word = |it: &'_ str| label(it.trim_end_matches([',', '/'])).unwrap_or(it).to_owned();
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ").into()
}

/// The part of a host that was registered, without what is above it: `northwind` of `www.northwind.co.uk`.
fn label(host: &str) -> Option<&str> {
    let host = host.split_once("://").map_or(host, |it| it.1).split('/').next()?;
    let named = host.contains('.') && host.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-'));
    let lower = if named { host.to_ascii_lowercase() } else { return None };
    let suffix = psl::suffix(lower.as_bytes()).filter(|it| it.is_known())?.as_bytes().len();
    let label = host.get(..host.len().checked_sub(suffix + 1)?)?.rsplit('.').next()?;
    (label.len() > 1 && !LEGAL.contains(label.to_ascii_lowercase().as_str())).then_some(label)
}

impl fmt::Debug for Organization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Organization(***)")
    }
}
