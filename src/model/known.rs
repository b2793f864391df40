//! What is known of words, hosts and names of organizations. The tables are data; each says where it is from.

use super::value::AsItIs;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::LazyLock;

type Words = HashSet<&'static str, BuildHasherDefault<AsItIs>>;

/// From a text to the one that is compared.
pub(super) type Map<T> = HashMap<T, T, BuildHasherDefault<AsItIs>>;

/// Legal forms and the words that stand in for them.
pub(super) static LEGAL: LazyLock<Words> = LazyLock::new(|| words(include_str!("data/legal-forms.txt")));

/// Providers of mailboxes, by the registered part of the host.
pub(super) static MAILBOXES: LazyLock<Words> = LazyLock::new(|| words(include_str!("data/mailboxes.txt")));

/// What stands before the sign in addresses that an office reads.
pub(super) static OFFICES: LazyLock<Words> = LazyLock::new(|| words(include_str!("data/office-mailboxes.txt")));

/// Parts of the hosts of addresses that are made up for a message.
pub(super) static RELAYS: LazyLock<Words> = LazyLock::new(|| words(include_str!("data/relay-hosts.txt")));

/// Words that come and go with the same organization, or that languages and habits write in different ways.
pub(super) static GENERIC: LazyLock<Map<&'static str>> = LazyLock::new(|| {
    let mut table = Map::default();
    for line in rows(include_str!("data/generic-words.txt")) {
        let mut words = line.split_whitespace();
        if let Some(short) = words.next() {
            table.extend(words.map(|long| (long, short)));
        }
    }
    table
});

/// The forms of [`GENERIC`] that are compared.
pub(super) static GENERIC_SHORT: LazyLock<Words> = LazyLock::new(|| GENERIC.values().copied().collect());

/// Forms that stand before the name.
pub(super) const BEFORE: [&str; 8] = ["ooo", "zao", "oao", "pao", "ao", "tov", "too", "pt"];

/// Legal forms in East Asian writing, where no space divides them from the name.
pub(super) const WRITTEN_TOGETHER: [&str; 9] =
    ["株式会社", "有限会社", "合同会社", "股份有限公司", "有限责任公司", "有限公司", "주식회사", "㈜", "(주)"];

/// Small words that come and go.
pub(super) const SMALL: [&str; 19] =
    ["and", "of", "the", "de", "del", "des", "du", "da", "do", "di", "der", "die", "das", "und", "et", "y", "at", "fur", "zu"];

/// Organizations by name.
#[derive(Default)]
pub(super) struct Known {
    /// Another name → the name it is known by.
    pub(super) names: Map<String>,
    /// Name → that of the organization it belongs to.
    pub(super) parents: Map<String>,
}

impl Known {
    /// Reads the table; `normal` makes the form that is compared of a name.
    pub(super) fn read(normal: impl Fn(&str) -> String) -> Self {
        let mut known = Self::default();
        for line in rows(include_str!("data/organizations.txt")) {
            if let Some((part, whole)) = line.split_once(" < ") {
                let [part, whole] = [part, whole].map(&normal).map(|it| known.names.get(&it).cloned().unwrap_or(it));
                known.parents.insert(part, whole);
            } else if let Some((name, others)) = line.split_once('|') {
                let name = normal(name);
                known.names.extend(others.split('|').map(|it| (normal(it), name.clone())));
            }
        }
        known
    }
}

/// The lines of a table, without its remarks.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|it| !it.starts_with('#'))
}

fn words(table: &'static str) -> Words {
    rows(table).flat_map(str::split_whitespace).collect()
}
