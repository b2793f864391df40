//! Profiles on their way in: every kind of file and of bad line, ends at any moment, and an index that follows.

mod edits;

use acquaint::index::{DiskIndex, DiskWriter, Index, IndexError, ProfileIndex};
use acquaint::model::{Millis, ProfileId};
use acquaint::profiles::{Imported, ProfilesError, Progress, import, open_index, remove};
use acquaint::store::{self, Location, Store};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

const NOW: Millis = Millis(1_700_000_000_000);

/// A data folder with its store, and files beside it.
struct House {
    folder: TempDir,
    store: Arc<dyn Store>,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store::open(&Location::Embedded(folder.path().join("data"))).await.unwrap();
        Self { folder, store }
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join("data/index")
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        file
    }

    async fn import(&self, files: &[PathBuf]) -> Result<Imported, ProfilesError> {
        import(&*self.store, &self.index(), files, NOW, &mut |_| {}).await
    }

    async fn open(&self) -> ProfileIndex {
        open_index(&*self.store, &self.index(), &mut |_| {}).await.unwrap()
    }

    /// Ids that the search finds, sorted.
    async fn search(&self, query: &str) -> Vec<String> {
        let mut found: Vec<_> = self.open().await.search(query, 100, 0).unwrap().profiles.iter().map(ToString::to_string).collect();
        found.sort();
        found
    }
}

fn id(text: &str) -> ProfileId {
    ProfileId::new(text).unwrap()
}

fn lines(count: usize) -> String {
    (0..count).map(|n| format!("{{\"id\":\"p{n}\",\"name\":\"Ana Ruiz\",\"headline\":\"Engineer {n}\"}}\n")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_lines_are_counted_and_left_out() {
    let long_id = "x".repeat(201);
    let deep = "[".repeat(100_000);
    let huge = format!("{{\"id\":\"p\",\"name\":\"{}\"}}", "n".repeat(17 << 20));
    let ten_megabytes = format!("{{\"id\":\"p\",\"name\":\"Ana {}\"}}", "n".repeat(10 << 20));
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("no JSON", b"Ana Ruiz, Madrid".to_vec(), "not JSON at column 1"),
        ("cut", br#"{"id":"p","name":"Ana"#.to_vec(), "not JSON at column 21"),
        ("a page", b"<html><body>502</body></html>".to_vec(), "not JSON at column 1"),
        ("two objects", br#"{"id":"p","name":"A"}{"id":"q","name":"B"}"#.to_vec(), "not JSON at column 22"),
        ("not UTF-8", b"{\"id\":\"p\",\"name\":\"An\xff\"}".to_vec(), "not UTF-8"),
        ("a NUL", b"\0".to_vec(), "not JSON at column 1"),
        ("half a surrogate pair", br#"{"id":"p","name":"\ud83d"}"#.to_vec(), "not JSON at column 25"),
        ("a list", br#"["p"]"#.to_vec(), "not a JSON object"),
        ("a number", b"7".to_vec(), "not a JSON object"),
        ("null", b"null".to_vec(), "not a JSON object"),
        ("no id", br#"{"name":"Ana"}"#.to_vec(), "no id"),
        ("null id", br#"{"id":null,"name":"Ana"}"#.to_vec(), "no id"),
        ("a number for an id", br#"{"id":7,"name":"Ana"}"#.to_vec(), "no id"),
        ("empty id", br#"{"id":"","name":"Ana"}"#.to_vec(), "an id must not be empty"),
        ("long id", format!("{{\"id\":\"{long_id}\",\"name\":\"Ana\"}}").into_bytes(), "an id has at most 200 bytes"),
        ("no name", br#"{"id":"p"}"#.to_vec(), "no name"),
        ("null name", br#"{"id":"p","name":null}"#.to_vec(), "no name"),
        ("a text for a list", br#"{"id":"p","name":"Ana","emails":"a@b.c"}"#.to_vec(), "a field of another form at column 39"),
        ("id twice", br#"{"id":"p","id":"q","name":"Ana"}"#.to_vec(), "a field of another form at column 14"),
        ("very deep", deep.into_bytes(), "not JSON at column 100000"),
        ("too long", huge.into_bytes(), "the line is too long"),
        ("fine: 10 MB of a name", ten_megabytes.into_bytes(), ""),
        ("fine: nulls and strangers", br#"{"id":"p","name":"Ana","emails":null,"x":{"y":[1]},"location":null}"#.to_vec(), ""),
        ("fine: right to left", "{\"id\":\"p\",\"name\":\"\u{202e}محمد e\u{301}\"}".as_bytes().to_vec(), ""),
        ("fine: year 0", br#"{"id":"p","name":"Ana","positions":[{"start":"0000-00","end":"9999-99"}]}"#.to_vec(), ""),
        ("fine: end of line as in DOS", b"{\"id\":\"p\",\"name\":\"Ana\"}\r".to_vec(), ""),
        ("fine: a blank line", b" \t\r".to_vec(), "blank"),
    ];
    for (what, line, expected) in cases {
        let house = House::new().await;
        let text =
            [b"\xef\xbb\xbf{\"id\":\"first\",\"name\":\"Bea\"}\n\n", line.as_slice(), b"\n{\"id\":\"last\",\"name\":\"Cid\"}"].concat();
        let imported = house.import(&[house.file("in.jsonl", text)]).await.unwrap();
        let told: Vec<_> = imported.samples.iter().map(|it| (it.line, it.defect.to_string())).collect();
        let bad = !expected.is_empty() && expected != "blank";
        assert_eq!(told, if bad { vec![(3, expected.to_owned())] } else { vec![] }, "{what}");
        let good = 2 + u64::from(expected.is_empty());
        assert_eq!((imported.added, imported.bad, imported.lines), (good, u64::from(bad), good + u64::from(bad)), "{what}");
        assert_eq!(house.open().await.len(), good, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_bad_lines_are_named_and_all_are_counted() {
    let house = House::new().await;
    let files = [house.file("a.jsonl", "x\n".repeat(3)), house.file("b.jsonl", format!("{}{}", "y\n".repeat(5_000), lines(1)))];
    let imported = house.import(&files).await.unwrap();
    assert_eq!((imported.bad, imported.added, imported.lines), (5_003, 1, 5_004));
    let named: Vec<_> = imported.samples.iter().map(|it| (it.file.clone(), it.line)).collect();
    let [a, b] = files;
    assert_eq!(named, [(a.clone(), 1), (a.clone(), 2), (a, 3), (b.clone(), 1), (b, 2)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_gzip_and_zstd_are_one() {
    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }
    fn zstd_of(text: &[u8]) -> Vec<u8> {
        zstd::encode_all(text, 1).unwrap()
    }
    let text = lines(5_000).into_bytes();
    let (one, two) = text.split_at(text.len() / 2);
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4];
    let cases = [
        ("plain", text.clone()),
        ("no last end of line", text[..text.len() - 1].to_vec()),
        ("gzip", gzip(&text)),
        ("gzip of two members", [gzip(one), gzip(two)].concat()),
        ("zstd", zstd_of(&text)),
        ("zstd of two frames", [skippable.to_vec(), zstd_of(one), zstd_of(two)].concat()),
    ];
    for (what, bytes) in cases {
        let house = House::new().await;
        let imported = house.import(&[house.file("profiles", bytes)]).await.unwrap();
        assert_eq!(imported, Imported { lines: 5_000, added: 5_000, ..Imported::default() }, "{what}");
        assert_eq!(house.search("4999").await, ["p4999"], "{what}");
    }
    for (what, bytes, kept) in [("cut gzip", gzip(&text), 1..4_999), ("cut zstd", zstd_of(&text), 0..4_999)] {
        let house = House::new().await;
        let file = house.file("profiles", &bytes[..bytes.len() * 2 / 3]);
        assert!(matches!(house.import(&[file]).await, Err(ProfilesError::File { .. })), "{what}");
        let (count, _) = house.store.profile_count().await.unwrap();
        assert!(kept.contains(&count), "{what}: {count}");
        assert_eq!(house.open().await.len(), count, "{what}: what was read is found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_opened_stops_before_anything_is_written() {
    let house = House::new().await;
    let good = house.file("good.jsonl", lines(3));
    for bad in [house.folder.path().join("missing"), house.folder.path().to_owned()] {
        let failed = house.import(&[good.clone(), bad.clone()]).await;
        assert!(matches!(failed, Err(ProfilesError::File { file, .. }) if file == bad));
        assert_eq!(house.store.profile_count().await.unwrap(), (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_again_changes_nothing_and_the_last_record_counts() {
    let house = House::new().await;
    let file = house.file("a.jsonl", lines(3_000));
    house.import(std::slice::from_ref(&file)).await.unwrap();
    let before = house.store.profile_count().await.unwrap();
    let again = house.import(&[file]).await.unwrap();
    assert_eq!(again, Imported { lines: 3_000, same: 3_000, ..Imported::default() });
    assert_eq!(house.store.profile_count().await.unwrap(), before);

    let twice = "{\"id\":\"p1\",\"name\":\"Old Version\"}\n{\"id\":\"p1\",\"name\":\"Newer Record\"}\n";
    let imported = house.import(&[house.file("b.jsonl", twice)]).await.unwrap();
    assert_eq!((imported.lines, imported.added, imported.bad), (2, 0, 0));
    assert_eq!(house.store.profiles(&[id("p1")]).await.unwrap()[0].name, "Newer Record");
    assert_eq!((house.search("newer record").await, house.search("old version").await), (vec!["p1".to_owned()], vec![]));
    assert_eq!(house.open().await.len(), 3_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_ended_between_store_and_index_is_taken_up() {
    let house = House::new().await;
    let first = house.file("a.jsonl", lines(10));
    house.import(&[first]).await.unwrap();
    // What a killed import leaves: rows in the store that the index has not heard of.
    let late = serde_json::from_str(r#"{"id":"late","name":"Late Comer"}"#).unwrap();
    house.store.put_profiles(&[late], NOW).await.unwrap();
    house.store.remove_profiles(&[id("p3")], NOW).await.unwrap();
    assert_eq!(DiskIndex::open(&house.index()).unwrap().len(), 10);
    assert_eq!((house.search("late comer").await, house.search("ruiz").await.len()), (vec!["late".to_owned()], 9));
    let index = DiskIndex::open(&house.index()).unwrap();
    assert_eq!((index.len(), index.revision()), house.store.profile_count().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_not_of_this_store_is_built_anew() {
    let house = House::new().await;
    house.import(&[house.file("a.jsonl", lines(20))]).await.unwrap();
    let other = House::new().await;
    let check = |what: &'static str, harm: Box<dyn Fn(&Path)>| {
        harm(&house.index());
        let house = &house;
        async move {
            let mut steps = 0;
            let index = open_index(&*house.store, &house.index(), &mut |_| steps += 1).await.unwrap();
            assert_eq!((index.len(), index.search("ruiz", 1, 0).unwrap().total), (20, 20), "{what}");
            assert!(steps > 0, "{what}");
        }
    };
    check("missing", Box::new(|dir| fs::remove_dir_all(dir).unwrap())).await;
    check("damaged", Box::new(|dir| fs::write(dir.join("meta.json"), "{").unwrap())).await;
    other.import(&[other.file("more.jsonl", lines(21))]).await.unwrap();
    let theirs = other.index();
    let swap = move |dir: &Path| {
        fs::remove_dir_all(dir).unwrap();
        fs::create_dir(dir).unwrap();
        for file in fs::read_dir(&theirs).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), dir.join(file.file_name())).unwrap();
        }
    };
    check("of a larger store", Box::new(swap.clone())).await;
    house.store.remove_profiles(&[id("p19")], NOW).await.unwrap();
    house.import(&[house.file("b.jsonl", "{\"id\":\"p19\",\"name\":\"Ana Ruiz\"}")]).await.unwrap();
    check("of another store of the same age", Box::new(swap)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_writer_at_a_time() {
    let house = House::new().await;
    let file = house.file("a.jsonl", lines(2));
    let empty = DiskWriter::open(&house.index()).unwrap();
    let unfilled = open_index(&*house.store, &house.index(), &mut |_| {}).await;
    assert!(matches!(unfilled, Err(ProfilesError::Index(IndexError::Busy))), "nobody reads what another has only begun");
    drop(empty);
    drop(house.open().await);
    let writer = DiskWriter::open(&house.index()).unwrap();
    assert!(matches!(house.import(std::slice::from_ref(&file)).await, Err(ProfilesError::Index(IndexError::Busy))));
    assert!(matches!(remove(&*house.store, &house.index(), &[id("p1")], NOW).await, Err(ProfilesError::Index(IndexError::Busy))));
    assert_eq!(house.store.profile_count().await.unwrap(), (0, 0), "nothing was written");
    house.store.put_profiles(&[serde_json::from_str(r#"{"id":"p","name":"A"}"#).unwrap()], NOW).await.unwrap();
    assert_eq!(house.open().await.len(), 0, "the last committed state serves while another writes");
    drop(writer);
    assert_eq!(house.open().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_profiles_are_found_no_more() {
    let house = House::new().await;
    house.import(&[house.file("a.jsonl", lines(4))]).await.unwrap();
    let removed = remove(&*house.store, &house.index(), &[id("p1"), id("p2"), id("stranger")], NOW).await.unwrap();
    assert_eq!((removed, house.search("ruiz").await), (2, vec!["p0".to_owned(), "p3".to_owned()]));
    assert_eq!(house.store.profile_count().await.unwrap().0, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_goes_up_to_the_end() {
    let house = House::new().await;
    let file = house.file("a.jsonl", lines(9_000));
    let size = fs::metadata(&file).unwrap().len();
    let mut told = Vec::new();
    import(&*house.store, &house.index(), &[file], NOW, &mut |it| told.push(it)).await.unwrap();
    // An import hands its profiles on to the index as it goes; one that is lost is made from the store.
    fs::remove_dir_all(house.index()).unwrap();
    open_index(&*house.store, &house.index(), &mut |it| told.push(it)).await.unwrap();
    let reading: Vec<_> = told
        .iter()
        .filter_map(|it| if let Progress::Reading { lines, bytes, of } = *it { Some((lines, bytes, of)) } else { None })
        .collect();
    let indexing: Vec<_> =
        told.iter().filter_map(|it| if let Progress::Indexing { done, of } = *it { Some((done, of)) } else { None }).collect();
    assert!(reading.is_sorted() && indexing.is_sorted());
    assert_eq!(reading.last(), Some(&(9_000, size, size)));
    assert_eq!(indexing.last(), Some(&(9_000, 9_000)));
}
