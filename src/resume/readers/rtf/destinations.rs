//! Which groups of a file hold text that people see.

/// Destinations whose text nobody sees. One with `\*` before it is unseen unless it is in [`SEEN`].
const UNSEEN: [&str; 22] = [
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "objdata",
    "listtable",
    "listoverridetable",
    "filetbl",
    "revtbl",
    "nonshppict",
    "sp",
    "shprslt",
    "annotation",
    "atnid",
    "atnauthor",
    "themedata",
    "datastore",
    "xmlnstbl",
    "bkmkstart",
    "bkmkend",
    "fontemb",
    "xe",
];

/// Destinations that old programs may ignore and that hold text all the same.
const SEEN: [&str; 4] = ["fldinst", "shpinst", "shptxt", "shppict"];

/// Whether nobody sees the text of this destination, which old programs may ignore where it is `optional`.
pub(super) fn is_unseen(word: &str, optional: bool) -> bool {
    UNSEEN.contains(&word) || (optional && !SEEN.contains(&word))
}
