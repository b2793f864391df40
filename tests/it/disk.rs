//! The index on disk: what it gives is what was committed, whoever wrote before and however that ended.

use super::index::frequencies;
use acquaint::index::{DiskIndex, DiskWriter, Entry, Hits, Index, IndexError, IndexWriter, Memory, Row, SearchText};
use acquaint::model::ProfileId;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where an index is to be: a folder in one that goes with it, for its lock lies beside it.
struct Folder {
    index: PathBuf,
    _around: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        let around = tempfile::tempdir().unwrap();
        Self { index: around.path().join("index"), _around: around }
    }

    fn path(&self) -> &Path {
        &self.index
    }
}

fn id(text: &str) -> ProfileId {
    ProfileId::new(text).expect("a short id")
}

fn entry(name: &str, keys: &[u64]) -> Entry {
    Entry { id: id(name), keys: keys.to_vec(), values: vec![], compact: name.into() }
}

/// Found by its keys alone.
fn row(entry: Entry) -> Row {
    Row::new(entry, &SearchText::default())
}

/// Writes entries as one commit.
fn write(dir: &Path, revision: i64, entries: Vec<Entry>) {
    let mut writer = DiskWriter::open(dir).expect("nobody else writes");
    entries.into_iter().for_each(|it| writer.put(row(it)).expect("room"));
    writer.commit(revision).expect("room");
    Box::new(writer).finish().expect("room");
}

fn near(index: &DiskIndex, keys: &[u64], limit: usize) -> Vec<String> {
    let found = index.near(&[keys.to_vec()], limit).expect("readable").remove(0);
    found.iter().map(|it| it.id().to_owned()).collect()
}

#[test]
fn nearest_first_by_the_rarity_of_what_is_shared() {
    let folder = Folder::new();
    write(folder.path(), 7, vec![entry("a", &[1, 2, 5]), entry("b", &[1]), entry("c", &[1, 3]), entry("d", &[1, 2, 3, 4, 5])]);
    let index = DiskIndex::open(folder.path()).unwrap();
    let check = |keys: &[u64], limit, expected: &[&str]| assert_eq!(near(&index, keys, limit), expected, "{keys:?}");
    check(&[4], 9, &["d"]);
    check(&[2, 4], 9, &["d"]); // The other shares less than half of that.
    check(&[2, 4, 5], 9, &["d", "a"]);
    check(&[2, 4, 5], 1, &["d"]);
    check(&[2, 4, 5], 0, &[]);
    check(&[9], 9, &[]);
    check(&[], 9, &[]);
    assert_eq!((index.len(), index.revision()), (4, 7));
    assert_eq!(frequencies(&index, &[1, 2, 9, 4]), [4, 2, 0, 1]);
    assert_eq!(index.near(&[vec![4]], 1).unwrap()[0][0].compact(), b"d");
}

#[test]
fn a_key_of_very_many_is_never_dropped() {
    let folder = Folder::new();
    let many: Vec<_> = (0..6_000_u64).map(|n| entry(&format!("p{n}"), &[1, 2 + n % 2, 1_000 + n])).collect();
    write(folder.path(), 1, many);
    let index = DiskIndex::open(folder.path()).unwrap();
    assert_eq!(near(&index, &[1], 6_001).len(), 6_000, "the only key is read whole");
    assert_eq!(near(&index, &[1, 1_005, 1_006], 9).len(), 2, "a common key finds nobody new");
    assert_eq!(near(&index, &[1_005, 1_006, 3], 1), ["p5"], "but it counts for those who are found");
}

#[test]
fn a_newer_version_replaces_the_older_and_a_removed_profile_is_gone() {
    let folder = Folder::new();
    write(folder.path(), 1, vec![entry("a", &[1]), entry("b", &[1])]);
    write(folder.path(), 2, vec![entry("a", &[2]), entry("a", &[3])]);
    let before = DiskIndex::open(folder.path()).unwrap();
    let mut writer = DiskWriter::open(folder.path()).unwrap();
    assert_eq!(writer.revision(), 2);
    writer.remove(&id("b")).unwrap();
    writer.commit(3).unwrap();
    assert_eq!(writer.count().unwrap(), 1);
    let index = DiskIndex::open(folder.path()).unwrap();
    assert_eq!((near(&index, &[1, 2], 9), near(&index, &[3], 9)), (vec![], vec!["a".to_owned()]));
    assert_eq!((near(&before, &[1], 9), before.len()), (vec!["b".to_owned()], 2), "a snapshot stays as it was");
}

#[test]
fn what_was_not_committed_is_not_there() {
    let folder = Folder::new();
    write(folder.path(), 1, vec![entry("a", &[1])]);
    let mut writer = DiskWriter::open(folder.path()).unwrap();
    writer.put(row(entry("b", &[1]))).unwrap();
    drop(writer);
    let index = DiskIndex::open(folder.path()).unwrap();
    assert_eq!((near(&index, &[1], 9), index.revision()), (vec!["a".to_owned()], 1));
    assert_eq!(DiskWriter::open(folder.path()).unwrap().revision(), 1);
}

/// The moment before a commit: its files are there, and the one that names them is still the older.
#[test]
fn what_a_killed_writer_left_is_not_in_the_way() {
    let folder = Folder::new();
    let dir = folder.path();
    let ten: Vec<_> = (0..10).map(|it| entry(&format!("p{it}"), &[1, 10 + it])).collect();
    write(dir, 1, ten);
    let meta = fs::read(dir.join("meta.json")).unwrap();
    write(dir, 2, vec![entry("p0", &[9])]);
    assert!(fs::read_dir(dir).unwrap().any(|it| it.unwrap().path().extension().is_some_and(|it| it == "del")), "a deletion is a file");
    fs::write(dir.join("meta.json"), meta).unwrap();
    write(dir, 2, vec![entry("p0", &[9])]);
    assert_eq!(near(&DiskIndex::open(dir).unwrap(), &[9], 9), ["p0"]);
}

#[test]
fn a_second_writer_waits_and_readers_do_not() {
    let folder = Folder::new();
    write(folder.path(), 1, vec![entry("a", &[1])]);
    let first = DiskWriter::open(folder.path()).unwrap();
    assert!(matches!(DiskWriter::open(folder.path()), Err(IndexError::Busy)));
    assert_eq!(DiskIndex::open(folder.path()).unwrap().len(), 1);
    drop(first);
    assert!(DiskWriter::open(folder.path()).is_ok());
}

#[test]
fn what_cannot_be_trusted_is_begun_anew() {
    let each = |dir: &Path, ends: &str, harm: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let mut hit = 0;
        for file in fs::read_dir(dir).unwrap().map(|it| it.unwrap().path()).filter(|it| it.to_string_lossy().ends_with(ends)) {
            fs::write(&file, harm(fs::read(&file).unwrap())).unwrap();
            hit += 1;
        }
        assert!(hit > 0, "no file ends with {ends}");
    };
    let check = |what: &str, harm: &dyn Fn(&Path)| {
        let folder = Folder::new();
        let dir = folder.path();
        write(dir, 5, vec![entry("a", &[1, 2, 3]), entry("b", &[1])]);
        harm(dir);
        assert!(matches!(DiskIndex::open(dir), Err(IndexError::Unusable(_))), "{what}");
        let writer = DiskWriter::open(dir).unwrap();
        assert_eq!((writer.revision(), writer.count().unwrap()), (0, 0), "{what}");
        drop(writer);
        write(dir, 6, vec![entry("a", &[1])]);
        assert_eq!(near(&DiskIndex::open(dir).unwrap(), &[1], 9), ["a"], "{what}");
    };
    check("missing", &|dir| fs::remove_dir_all(dir).unwrap());
    check("empty folder", &|dir| {
        fs::remove_dir_all(dir).unwrap();
        fs::create_dir(dir).unwrap();
    });
    for ends in [".keys", ".values", ".records", ".term", ".idx", "meta.json", ".managed.json"] {
        check(&format!("{ends} cut"), &|dir| each(dir, ends, &|bytes| bytes[..bytes.len() / 2].to_vec()));
        check(&format!("{ends} emptied"), &|dir| each(dir, ends, &|_| vec![]));
        check(&format!("{ends} garbage"), &|dir| each(dir, ends, &|bytes| vec![0xa5; bytes.len()]));
    }
    for ends in [".keys", ".values", ".records", ".term", ".idx"] {
        check(&format!("{ends} one bit"), &|dir| {
            each(dir, ends, &|mut bytes| {
                bytes[0] ^= 1;
                bytes
            });
        });
        check(&format!("{ends} gone"), &|dir| {
            for file in fs::read_dir(dir).unwrap().map(|it| it.unwrap().path()).filter(|it| it.to_string_lossy().ends_with(ends)) {
                fs::remove_file(file).unwrap();
            }
        });
    }
    check("older version", &|dir| {
        let meta = dir.join("meta.json");
        let text = fs::read_to_string(&meta).unwrap();
        let (before, after) = text.split_once("\"payload\": \"").expect("a payload");
        fs::write(&meta, format!("{before}\"payload\": \"0.{after}")).unwrap();
    });
}

#[test]
fn search_finds_each_field_and_forgives_typing_errors() {
    let folder = Folder::new();
    let person = |it: &str, [name, company, title, place]: [&str; 4]| {
        let search = SearchText { name: name.into(), company: company.into(), title: title.into(), place: place.into() };
        (entry(it, &[]), search)
    };
    let people = [
        person("ana", ["Ana Ruíz Calderón", "Northwind Traders", "Staff Engineer", "Madrid, Spain"]),
        person("ivan", ["Иван Петров", "Northwind", "Accountant", "Sofia"]),
        person("madrid", ["Madrid Jones", "Contoso", "Engineer (Platform)", "Boston"]),
        person("odd", [&"x".repeat(10_000_000), "\u{202e}Contoso\u{0301}", "", ""]),
    ];
    let mut writer = DiskWriter::open(folder.path()).unwrap();
    people.into_iter().for_each(|(it, search)| writer.put(Row::new(it, &search)).unwrap());
    writer.commit(1).unwrap();
    let index = DiskIndex::open(folder.path()).unwrap();
    let check = |query: &str, expected: &[&str]| {
        let hits = index.search(query, 10, 0).unwrap();
        assert_eq!(hits, Hits { profiles: expected.iter().map(|it| id(it)).collect(), total: expected.len() as u64 }, "{query}");
    };
    check("calderon", &["ana"]);
    check("Calderon RUIZ", &["ana"]);
    check("claderon", &["ana"]);
    check("petrov", &["ivan"]);
    check("иван", &["ivan"]);
    check("ana northwnd", &["ana"]);
    check("accontant", &["ivan"]);
    check("platform", &["madrid"]);
    check("madrid", &["madrid", "ana"]);
    check("madird engineer", &["madrid", "ana"]);
    check("spain contoso", &[]);
    check("rui", &[]);
    check("  ,;( ", &[]);
    let page = index.search("engineer", 1, 1).unwrap();
    assert_eq!((page.profiles.len(), page.total), (1, 2));
    assert_eq!(index.search("engineer", 0, 0).unwrap(), Hits { profiles: vec![], total: 2 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However writes are cut into commits, the index holds the last version of each profile.
    #[test]
    fn commits_do_not_matter(writes in proptest::collection::vec((0..12_u8, proptest::option::of(proptest::collection::vec(0..6_u64, 0..4)), any::<bool>()), 1..40)) {
        let folder = Folder::new();
        let mut writer = DiskWriter::open(folder.path()).unwrap();
        let mut truth: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for (revision, (who, keys, commit)) in writes.into_iter().enumerate() {
            let who = format!("p{who}");
            match keys {
                Some(keys) => {
                    writer.put(row(entry(&who, &keys))).unwrap();
                    truth.insert(who, keys);
                }
                None => {
                    writer.remove(&id(&who)).unwrap();
                    truth.remove(&who);
                }
            }
            if commit {
                writer.commit(revision as i64).unwrap();
            }
        }
        writer.commit(99).unwrap();
        let index = DiskIndex::open(folder.path()).unwrap();
        prop_assert_eq!(index.len(), truth.len() as u64);
        for key in 0..6 {
            let mut found = near(&index, &[key], 100);
            found.sort();
            let expected: Vec<_> = truth.iter().filter(|(_, keys)| keys.contains(&key)).map(|(who, _)| who.clone()).collect();
            prop_assert_eq!(found, expected);
        }
    }

    /// Both indexes give the same profiles in the same order, however the one on disk is cut into segments.
    #[test]
    fn disk_and_memory_agree(
        people in proptest::collection::vec(proptest::collection::vec(0..9_u64, 0..5), 1..60),
        commit_every in 1..30_usize,
        asked in proptest::collection::vec(proptest::collection::vec(0..10_u64, 0..5), 1..8),
        limit in 0..12_usize,
    ) {
        let of = |(at, keys): (usize, &Vec<u64>)| Entry { values: vec![100 + at as u64 % 3], ..entry(&format!("p{at}"), keys) };
        let folder = Folder::new();
        let mut writer = DiskWriter::open(folder.path()).unwrap();
        for (at, keys) in people.iter().enumerate() {
            writer.put(row(of((at, keys)))).unwrap();
            if at % commit_every == 0 {
                writer.commit(1).unwrap();
            }
        }
        writer.commit(2).unwrap();
        let disk = DiskIndex::open(folder.path()).unwrap();
        let memory = Memory::build(people.iter().enumerate().rev().map(of)).unwrap();
        let ids = |index: &dyn Index| -> Vec<Vec<(String, Vec<u8>)>> {
            let found = index.near(&asked, limit).unwrap();
            found.iter().map(|one| one.iter().map(|it| (it.id().to_owned(), it.compact().to_vec())).collect()).collect()
        };
        prop_assert_eq!(ids(&disk), ids(&memory));
        let hashes: Vec<u64> = (0..10).chain(100..104).collect();
        prop_assert_eq!(frequencies(&disk, &hashes), frequencies(&memory, &hashes));
    }
}
