//! Words that stand for one name: pet forms, and spellings that no rule of sound joins. The tables are data; each says where it is from.

use super::known::rows;
use super::value::AsItIs;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::LazyLock;

/// How one word stands for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Another spelling of one name.
    Spelling,
    /// A pet form, or two pet forms of one name.
    Pet,
}

/// What a word stands for.
struct Entry {
    name: &'static str,
    how: How,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Itself,
    Spelling,
    Pet,
    /// From the long list, in which one pet form stands for so many names that two of them say nothing of each other.
    Listed,
}

type Table = HashMap<&'static str, Vec<Entry>, BuildHasherDefault<AsItIs>>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let files = [
        (include_str!("data/spellings.txt"), How::Spelling),
        (include_str!("data/nicknames.txt"), How::Pet),
        (include_str!("data/nicknames-en.txt"), How::Listed),
    ];
    let mut table = Table::default();
    for (text, how) in files {
        for line in rows(text) {
            let mut names = line.split_whitespace();
            let Some(name) = names.next() else { continue };
            for word in names {
                table.entry(word).or_default().push(Entry { name, how });
            }
        }
    }
    table
});

/// The names for which this word stands, and itself first; those by which a person is looked up.
pub fn roots(word: &str) -> impl Iterator<Item = &str> + Clone {
    let names = entries(word).iter().filter(|it| it.how != How::Listed).map(|it| it.name);
    std::iter::once(word).chain(names)
}

/// How one of two words that are not the same stands for the other, if it does.
#[must_use]
pub fn standing(a: &str, b: &str) -> Option<Standing> {
    let (mine, theirs) = (entries(a), entries(b));
    if mine.is_empty() && theirs.is_empty() {
        return None;
    }
    let names = |word, list: &'static [Entry]| std::iter::once((word, How::Itself)).chain(list.iter().map(|it| (it.name, it.how)));
    let pairs = names(a, mine).flat_map(|x| names(b, theirs).filter(move |y| x.0 == y.0).map(move |y| (x.1, y.1)));
    let best = pairs.filter_map(|pair| match pair {
        (How::Itself | How::Spelling, How::Itself | How::Spelling) => Some(Standing::Spelling),
        (How::Listed, How::Itself) | (How::Itself, How::Listed) => Some(Standing::Pet),
        (How::Listed, _) | (_, How::Listed) => None,
        _ => Some(Standing::Pet),
    });
    best.min_by_key(|it| *it as u8)
}

/// Most words are in no table.
fn entries(word: &str) -> &'static [Entry] {
    TABLE.get(word).map_or(&[], Vec::as_slice)
}
