//! Files of other people's programs against what two other readers agree on. `ACQUAINT_RESUMES` names a folder with
//! `manifest.tsv`, `reference.json` and `files/`; without it the test says so and ends.

use super::{plain, readers};
use acquaint::model::{RawResume, RawText};
use acquaint::resume::{Reading, Where};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::time::Duration;
use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

/// Digits that both other tools take for phone numbers and that are none: a book's number, a row of amounts, an article's number.
const NO_PHONES: [&str; 3] = ["978160558392", "5000050000", "331969626"];

#[derive(Deserialize)]
struct Reference {
    emails: Vec<String>,
    urls: Vec<String>,
    phones: Vec<String>,
    link_annotations: Vec<String>,
    words_poppler: Vec<String>,
    words_pdfium: Vec<String>,
}

/// Counts of one kind of identifier: in the reference, found of them, and found besides.
#[derive(Default, Clone, Copy)]
struct Hits {
    due: usize,
    found: usize,
    more: usize,
}

impl Hits {
    fn of(due: &BTreeSet<String>, found: &BTreeSet<String>) -> Self {
        Self { due: due.len(), found: due.intersection(found).count(), more: found.difference(due).count() }
    }

    fn add(&mut self, other: Self) {
        *self = Self { due: self.due + other.due, found: self.found + other.found, more: self.more + other.more };
    }
}

impl std::fmt::Display for Hits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("{}/{}+{}", self.found, self.due, self.more))
    }
}

/// One file's measure. The kinds: e-mails, links of annotations, phones, links in the text.
struct Score {
    hits: [Hits; 4],
    recall: Option<f64>,
}

#[tokio::test]
async fn files_of_others_are_read_as_two_other_readers_read_them() {
    let Some(folder) = std::env::var_os("ACQUAINT_RESUMES") else {
        eprintln!("skipped: ACQUAINT_RESUMES names no folder of sample files");
        return;
    };
    let folder = Path::new(&folder);
    let reference = fs::read(folder.join("reference.json")).expect("reference.json");
    let reference: BTreeMap<String, Reference> = serde_json::from_slice(&reference).expect("the shape above");
    let pool = readers(1);
    let (mut totals, mut recalls, mut times) = ([Hits::default(); 4], Vec::new(), Vec::new());
    eprintln!(
        "{:24}{:>12}{:>7}{:>8}{:>10}{:>10}{:>8}{:>8}{:>8}",
        "file", "status", "pages", "CPU ms", "e-mails", "behind", "phones", "links", "words"
    );
    for (file, due) in &reference {
        let bytes = fs::read(folder.join("files").join(file)).expect("a file of the reference");
        let before = cpu();
        let reading = pool.read(RawResume::new(bytes)).await;
        let took = cpu().saturating_sub(before);
        let (status, pages) = (reading.status.as_str(), reading.pages);
        let score = score(due, reading);
        let [emails, behind, phones, urls] = score.hits;
        let words = score.recall.map_or("-".to_owned(), |it| format!("{it:.3}"));
        let ms = took.as_millis();
        eprintln!("{file:24}{status:>12}{pages:>7}{ms:>8}{emails:>10}{behind:>10}{phones:>8}{urls:>8}{words:>8}");
        totals.iter_mut().zip(score.hits).for_each(|(total, hits)| total.add(hits));
        recalls.extend(score.recall);
        times.push(took);
    }
    times.sort();
    let mean = recalls.iter().sum::<f64>() / recalls.len() as f64;
    let [emails, behind, phones, urls] = totals;
    let (p50, p95) = (times[times.len() / 2].as_millis(), times[times.len() * 95 / 100].as_millis());
    eprintln!(
        "mean word recall {mean:.3} of {} files; e-mails {emails}, behind {behind}, phones {phones}, links {urls}; CPU p50 {p50} ms, p95 {p95} ms",
        recalls.len()
    );
    assert!(mean >= 0.97, "mean word recall");
    assert_eq!((emails.due - emails.found, emails.more), (0, 0), "every e-mail and no other");
    assert_eq!(behind.due - behind.found, 0, "every link of an annotation");
    assert_eq!((phones.due - phones.found, phones.more), (0, 0), "every phone and no other");
    assert_eq!(urls.due - urls.found, 0, "every link in the text");
}

/// CPU time of this thread's children, which read on their main threads.
fn cpu() -> Duration {
    let children = fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    let nanos = children.split_whitespace().filter_map(|child| {
        let times = fs::read_to_string(format!("/proc/{child}/schedstat")).ok()?;
        times.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

fn score(due: &Reference, reading: Reading) -> Score {
    let schemes =
        |scheme: &str| due.link_annotations.iter().filter_map(|it| Some(it.strip_prefix(scheme)?.to_lowercase())).collect::<Vec<_>>();
    let text = reading.text.reveal();
    let mut found = [Where::Text, Where::Annotation].map(|_| BTreeSet::new());
    for (url, place) in reading.links {
        found[usize::from(place == Where::Annotation)].insert(url.reveal());
    }
    let [seen, behind] = found;
    let lower = |list: &[String]| list.iter().map(|it| it.to_lowercase()).collect::<BTreeSet<_>>();
    // However the country is written, the last nine digits are the same.
    let digits = |list: &[String]| list.iter().map(|it| last_digits(it)).collect::<BTreeSet<String>>();
    let emails: BTreeSet<_> = lower(&due.emails).into_iter().chain(schemes("mailto:")).collect();
    let phones: Vec<_> = due.phones.iter().filter(|it| !NO_PHONES.contains(&it.as_str())).cloned().chain(schemes("tel:")).collect();
    let bare = |it: &String| {
        it.to_lowercase()
            .trim_start_matches("https://")
            .trim_start_matches("http://")
            .trim_start_matches("www.")
            .trim_end_matches('/')
            .to_owned()
    };
    let pages = due.link_annotations.iter().filter(|it| it.starts_with("http")).map(bare).collect();
    let hits = [
        Hits::of(&emails, &lower(&plain(reading.emails))),
        Hits::of(&pages, &behind.iter().map(bare).collect()),
        Hits::of(&digits(&phones), &digits(&plain(reading.phones))),
        Hits::of(&due.urls.iter().map(bare).collect(), &seen.iter().map(bare).collect()),
    ];
    let words = words(&RawText::new(text).reveal());
    let enough = due.words_poppler.len().min(due.words_pdfium.len()) >= 20;
    let recall = enough.then(|| recall(&due.words_poppler, &words).max(recall(&due.words_pdfium, &words)));
    Score { hits, recall }
}

pub(super) fn last_digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(9)..].to_owned()
}

/// Words in small letters: runs of letters and digits, but each sign alone in scripts without spaces.
pub(super) fn words(text: &str) -> HashMap<String, usize> {
    let (mut counts, mut word) = (HashMap::new(), String::new());
    for c in text.nfkc().flat_map(char::to_lowercase).chain([' ']) {
        let alone = matches!(c.script(), Script::Han | Script::Hiragana | Script::Katakana);
        if (alone || !c.is_alphanumeric()) && !word.is_empty() {
            *counts.entry(std::mem::take(&mut word)).or_insert(0) += 1;
        }
        if alone {
            *counts.entry(c.to_string()).or_insert(0) += 1;
        } else if c.is_alphanumeric() {
            word.push(c);
        }
    }
    counts
}

/// The share of the expected words that are there, each as often as it is expected.
pub(super) fn recall(expected: &[String], words: &HashMap<String, usize>) -> f64 {
    let mut due = HashMap::new();
    expected.iter().for_each(|it| *due.entry(it).or_insert(0) += 1);
    let there: usize = due.into_iter().map(|(word, count)| words.get(word).copied().unwrap_or(0).min(count)).sum();
    there as f64 / expected.len() as f64
}
