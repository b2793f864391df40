//! The search of everything that is left: files with their names, and what is packed inside them.

use super::canaries::Canary;
use super::forms;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::BTreeSet;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// No packed part is opened beyond this.
const MAX_UNPACKED: u64 = 32 << 20;

/// What to look for.
pub(crate) struct Needles {
    names: Vec<String>,
    automaton: AhoCorasick,
}

impl Needles {
    pub(crate) fn of(canaries: &[Canary]) -> Self {
        Self::new(canaries.iter().flat_map(forms::of).collect())
    }

    pub(crate) fn new(mut forms: Vec<forms::Form>) -> Self {
        forms.sort_by(|a, b| a.1.cmp(&b.1));
        forms.dedup_by(|a, b| a.1 == b.1);
        let (names, bytes): (Vec<_>, Vec<_>) = forms.into_iter().unzip();
        let builder = AhoCorasick::builder().match_kind(MatchKind::Standard).kind(Some(AhoCorasickKind::ContiguousNFA)).build(bytes);
        Self { names, automaton: builder.expect("needles make an automaton") }
    }

    /// The names of those that are in these bytes, as they are or packed by zstd, gzip or zlib.
    pub(crate) fn within(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let mut found = self.plainly_within(bytes);
        for packed in unpacked(bytes) {
            found.extend(self.plainly_within(&packed));
            found.extend(unpacked(&packed).iter().flat_map(|it| self.plainly_within(it)));
        }
        found
    }

    fn plainly_within(&self, bytes: &[u8]) -> BTreeSet<&str> {
        self.automaton.find_overlapping_iter(bytes).map(|it| self.names[it.pattern().as_usize()].as_str()).collect()
    }

    /// `file: what` for all that is found below a folder, in names or contents.
    pub(crate) fn below(&self, folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for path in files(folder) {
            let content = std::fs::read(&path).unwrap_or_default();
            let name = path.as_os_str().as_bytes();
            for what in self.within(&content).into_iter().chain(self.within(name)) {
                found.push(format!("{}: {what}", path.strip_prefix(folder).unwrap_or(&path).display()));
            }
        }
        found
    }
}

/// Every file and every link below a folder, hidden ones too.
pub(crate) fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&entry.path())),
            Ok(kind) if kind.is_file() || kind.is_symlink() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}

/// What unpacks from any place where a frame seems to begin.
fn unpacked(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for at in 0..bytes.len() {
        let rest = &bytes[at..];
        let text = match rest {
            [0x28, 0xb5, 0x2f, 0xfd, ..] => zstd::Decoder::new(rest).map(|it| all(it.single_frame())).unwrap_or_default(),
            [0x1f, 0x8b, 8, ..] => all(flate2::read::GzDecoder::new(rest)),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => all(flate2::read::ZlibDecoder::new(rest)),
            _ => continue,
        };
        found.push(text);
    }
    found.retain(|it| !it.is_empty());
    found
}

/// As much as can be read; the end of a broken frame is no news.
fn all(mut from: impl Read) -> Vec<u8> {
    let (mut bytes, mut part) = (Vec::new(), vec![0; 64 << 10]);
    while let Ok(read @ 1..) = from.read(&mut part) {
        bytes.extend_from_slice(&part[..read]);
        if bytes.len() as u64 >= MAX_UNPACKED {
            break;
        }
    }
    bytes
}
