//! All indexes pass one suite.

mod postgres;
mod slots;

use acquaint::index::{DiskIndex, DiskWriter, Entry, Found, Index, IndexError, IndexWriter, Memory, Row, SearchText};
use acquaint::model::ProfileId;

fn item(id: &str, keys: &[u64], values: &[u64]) -> Entry {
    let id = ProfileId::new(id).unwrap();
    Entry { compact: id.as_str().as_bytes().to_vec(), id, keys: keys.to_vec(), values: values.to_vec() }
}

fn near(index: &dyn Index, keys: &[u64], limit: usize) -> String {
    let found = index.near(&[keys.to_vec()], limit).unwrap().remove(0);
    assert!(found.iter().all(|it| it.compact() == it.id().as_bytes()));
    found.iter().map(Found::id).collect::<Vec<_>>().join(" ")
}

/// How many profiles have each of these keys or values.
pub(super) fn frequencies(index: &dyn Index, hashes: &[u64]) -> Vec<u32> {
    hashes.iter().map(|it| index.frequency(*it).unwrap()).collect()
}

/// What any index must do, whatever it is made of.
fn suite(make: impl Fn(Vec<Entry>) -> Box<dyn Index>) {
    let empty = make(Vec::new());
    assert!(empty.is_empty());
    assert_eq!(near(&*empty, &[1], 5), "");
    assert_eq!(frequencies(&*empty, &[1, 2]), [0, 0]);

    let people =
        || vec![item("a", &[1, 2, 5, 9], &[100]), item("b", &[1, 5, 9], &[100, 101]), item("c", &[1, 3, 9], &[]), item("d", &[4], &[100])];
    let index = make(people());
    assert_eq!(index.len(), 4);
    assert_eq!(near(&*index, &[1, 9], 1), "b", "ties by a hash of the id");
    assert_eq!(near(&*index, &[1, 2, 5], 5), "a b", "the rarest key counts most, and who shares less than half of it all is far");
    assert_eq!(near(&*index, &[1, 2, 5], 1), "a", "the limit cuts the least near");
    assert_eq!(near(&*index, &[4], 5), "d");
    assert_eq!(near(&*index, &[77], 5), "");
    assert_eq!(near(&*index, &[], 5), "");
    assert_eq!(frequencies(&*index, &[100, 1, 4, 55, 101]), [3, 3, 1, 0, 1]);
    let batch = index.near(&[vec![4], vec![], vec![3]], 5).unwrap();
    assert_eq!(batch.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 1]);

    let mut turned = people();
    turned.reverse();
    assert_eq!(near(&*make(turned), &[9, 1], 5), near(&*index, &[1, 9], 5), "the order of import changes nothing");

    let crowd = (0..6_000).map(|it| item(&format!("p{it:04}"), &[7, 8, 10_000 + it], &[])).collect();
    let crowd = make(crowd);
    assert_eq!(near(&*crowd, &[7, 8, 10_042], 1), "p0042", "a key of everybody is not dropped, and does not hide a rare one");
    assert_eq!(near(&*crowd, &[7, 8], 2), "p0012 p3591", "nor is it dropped when it is all there is");
}

/// An index that outlives its process is read when it is whole: not while it is filled for the first time, nor anew, nor when whoever
/// filled it has died. What is added to a whole one is read as it comes.
fn half_an_index_is_not_read(writer: &dyn Fn() -> Box<dyn IndexWriter>, open: &dyn Fn() -> Result<Box<dyn Index>, IndexError>) {
    let row = |id: &str| Row::new(item(id, &[1], &[]), &SearchText::default());
    let is_filled = || matches!(open(), Err(IndexError::Busy));
    let mut first = writer();
    assert!(is_filled(), "it was never filled");
    first.put(row("a")).unwrap();
    first.keep(1).unwrap();
    assert!(is_filled() && !first.is_whole());
    first.finish().unwrap();
    assert!(is_filled(), "nobody fills it any more");
    let mut second = writer();
    assert_eq!((second.revision(), second.is_whole()), (1, false), "and who comes next goes on");
    second.put(row("b")).unwrap();
    second.commit(2).unwrap();
    let whole = open().unwrap();
    assert_eq!((whole.len(), near(&*whole, &[1], 5).len(), whole.revision()), (2, "a b".len(), 2));
    second.put(row("c")).unwrap();
    second.keep(3).unwrap();
    assert_eq!(open().unwrap().revision(), 3);
    second.clear().unwrap();
    assert!(is_filled(), "it is filled anew");
    second.commit(0).unwrap();
    assert!(open().unwrap().is_empty());
    second.finish().unwrap();
}

#[test]
fn half_an_index_on_disk_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("index");
    half_an_index_is_not_read(&|| Box::new(DiskWriter::open(&place).unwrap()), &|| Ok(Box::new(DiskIndex::open(&place)?)));
}

#[test]
fn memory_passes_the_suite() {
    suite(|entries| Box::new(Memory::build(entries).unwrap()));
}

#[test]
fn of_one_id_the_first_counts() {
    let index = Memory::build(vec![item("a", &[1], &[5]), item("a", &[2], &[5])]).unwrap();
    assert_eq!(index.len(), 1);
    assert_eq!(near(&index, &[2, 1], 5), "a");
    assert_eq!(frequencies(&index, &[2, 5]), [0, 1]);
}
