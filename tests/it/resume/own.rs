//! The files of `fixtures/resumes`, which several real programs wrote in seven scripts, against what their manifest says.

use super::reference::{last_digits, recall, words};
use super::{links, plain, readers};
use acquaint::model::{RawResume, RawText, ResumeStatus};
use acquaint::resume::{Reading, Where};
use futures::StreamExt;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The share of files of each format whose name must be found.
const NAMES: f64 = 0.97;

/// What a reader must find in a file.
#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) file: String,
    pub(super) format: String,
    producer: String,
    name: String,
    emails: Vec<String>,
    phones: Vec<String>,
    /// Links in the text.
    seen: Vec<String>,
    /// Links behind a place to click.
    behind: Vec<String>,
    /// All text, in order.
    text: String,
}

/// Shares of a format: of words, of names, and the number of files.
#[derive(Default)]
struct Shares {
    words: f64,
    names: usize,
    files: usize,
}

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/resumes")
}

pub(super) fn manifest() -> Vec<Entry> {
    let manifest = fs::read(folder().join("manifest.json")).expect("the manifest");
    serde_json::from_slice(&manifest).expect("the shape above")
}

pub(super) fn bytes(file: &str) -> Vec<u8> {
    fs::read(folder().join("files").join(file)).expect("a file of the manifest")
}

/// Compares a reading with its entry; gives the share of words, whether the name is right, and what is wrong.
fn compare(due: &Entry, reading: Reading) -> (f64, bool, Vec<String>) {
    let mut wrong = Vec::new();
    let mut same = |what: &str, found: BTreeSet<String>, expected: BTreeSet<String>| {
        if found != expected {
            wrong.push(format!("{what}: {found:?} in place of {expected:?}"));
        }
    };
    let set = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    let digits = |list: &[String]| list.iter().map(|it| last_digits(it)).collect::<BTreeSet<String>>();
    let bare = |it: &String| it.trim_start_matches("https://").trim_start_matches("www.").trim_end_matches('/').to_owned();
    same("status", [reading.status.as_str().to_owned()].into(), ["ok".to_owned()].into());
    same("format", [reading.format.as_str().to_owned()].into(), [due.format.clone()].into());
    same("e-mails", plain(reading.emails).into_iter().collect(), set(&due.emails));
    same("phones", digits(&plain(reading.phones)), digits(&due.phones));
    let mut found = [Where::Text, Where::Annotation].map(|_| Vec::new());
    reading.links.into_iter().for_each(|it| found[usize::from(it.1 == Where::Annotation)].push(it));
    let [seen, behind] = found;
    same("links behind", links(behind, Where::Annotation).iter().map(bare).collect(), due.behind.iter().map(bare).collect());
    same("links in the text", links(seen, Where::Text).iter().map(bare).collect(), due.seen.iter().map(bare).collect());
    let named = reading.name.map(RawText::reveal).is_some_and(|it| it.replace(' ', "") == due.name.replace(' ', ""));
    let expected: Vec<String> = words(&due.text).into_iter().flat_map(|(word, count)| std::iter::repeat_n(word, count)).collect();
    (recall(&expected, &words(&reading.text.reveal())), named, wrong)
}

#[tokio::test]
async fn our_own_files_say_what_their_manifest_says() {
    let pool = readers(2);
    let entries = manifest();
    let pool = &pool;
    let read = |due| async move {
        let due: &Entry = due;
        (due, pool.read(RawResume::new(bytes(&due.file))).await)
    };
    let readings: Vec<_> = futures::stream::iter(&entries).map(read).buffered(2).collect().await;
    let mut formats: BTreeMap<String, Shares> = BTreeMap::new();
    let mut all = Vec::new();
    for (due, reading) in readings {
        let (share, named, wrong) = compare(due, reading);
        eprintln!("{:30}{:>12}{share:>7.3}  {}", due.file, due.producer, if named { "" } else { "no name" });
        all.extend(wrong.into_iter().map(|it| format!("{}: {it}", due.file)));
        all.extend((share < 0.8).then(|| format!("{}: {share:.3} of the words", due.file)));
        let sum = formats.entry(due.format.clone()).or_default();
        (sum.words, sum.names, sum.files) = (sum.words + share, sum.names + usize::from(named), sum.files + 1);
    }
    for (format, Shares { words, names, files }) in &formats {
        eprintln!("{format:10}{files:>4} files, words {:.3}, names {names}", words / *files as f64);
        assert!(words / *files as f64 >= 0.97, "words of {format}");
        assert!(*names as f64 >= NAMES * *files as f64, "names of {format}");
    }
    assert!(all.is_empty(), "{} differences:\n{}", all.len(), all.join("\n"));
}

#[tokio::test]
async fn a_scan_is_told() {
    let reading = readers(1).read(RawResume::new(bytes("scan-chromium.pdf"))).await;
    assert_eq!((reading.status, reading.pages), (ResumeStatus::NoText, 1));
}
