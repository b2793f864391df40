//! How fast profiles come in, how much room the index takes, and how long one look-up lasts.
//!
//! Timed, each alone, in processor time of the whole process (all threads, user and system):
//! - `read`: lines of a file → profiles;
//! - `prepare`: profiles → normal forms, keys and compact records;
//! - `index`: those → files, with the merges and the commit;
//! - `import`: all of it as `acquaint profiles import` does it, with the store (SQLite in a temporary folder) between.
//!
//! Then the bytes of index a profile, and the wall time of one look-up (the keys of one profile, 50 profiles asked, records read) at
//! the median and at the 99th percentile over 10,000 profiles. Files are in the page cache; nothing else ran.
//!
//! `ACQUAINT_WORKLOAD=FOLDER cargo bench --bench import` reads `dev-200k/profiles.jsonl.zst` there; without it 100,000 profiles are made.

use acquaint::index::{DiskIndex, DiskWriter, Index, IndexWriter, Row, keys};
use acquaint::model::{Millis, PersonView, Profile, compact};
use acquaint::profiles;
use acquaint::store::{self, Location};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = std::env::var_os("ACQUAINT_WORKLOAD")
        .map_or_else(|| generated(folder.path()), |it| PathBuf::from(it).join("dev-200k/profiles.jsonl.zst"));
    let profiles = timed("read", || read(&file));
    let rows = timed("prepare", || profiles.iter().map(Row::of).collect::<Vec<_>>());
    let dir = folder.path().join("index");
    timed("index", || {
        let mut writer = DiskWriter::open(&dir).expect("a new index");
        let done = rows.into_iter().map(|it| writer.put(it).expect("room on the disk")).collect();
        writer.commit(1).expect("room on the disk");
        Box::new(writer).finish().expect("room on the disk");
        done
    });
    timed("import", || import(folder.path(), &file));
    let index = DiskIndex::open(&dir).expect("the index just made");
    let space = index.disk_use().expect("readable files");
    report(&format!("index    {:6} bytes a profile, {} segments", space.bytes / index.len(), space.segments));
    look_up(&index, &profiles);
}

/// Runs one stage and tells how many items it took a second of processor time.
fn timed<T>(stage: &str, work: impl FnOnce() -> Vec<T>) -> Vec<T> {
    let before = cpu_time();
    let items = work();
    let spent = (cpu_time() - before).as_secs_f64();
    report(&format!("{stage:8} {:6.0} profiles a CPU-second ({} in {spent:.2} s)", items.len() as f64 / spent, items.len()));
    items
}

/// The keys of a profile, asked as if it were a candidate.
fn own_keys(profile: &Profile) -> Vec<u64> {
    keys(&PersonView::read(&compact::encode(profile)).expect("written just now"))
}

fn look_up(index: &DiskIndex, profiles: &[Profile]) {
    let batches: Vec<_> = profiles.iter().step_by((profiles.len() / 10_000).max(1)).map(|it| vec![own_keys(it)]).collect();
    let mut times: Vec<Duration> = Vec::with_capacity(batches.len());
    for batch in &batches {
        let start = Instant::now();
        let found = index.near(batch, 50).expect("readable files");
        times.push(start.elapsed());
        assert!(!found[0].is_empty(), "a profile finds itself");
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_micros();
    report(&format!("look-up  {:6} µs at the median, {} µs at p99", at(0.5), at(0.99)));
    let keys: Vec<_> = batches.into_iter().flatten().collect();
    timed("near", || keys.chunks(256).flat_map(|batch| index.near(batch, 50).expect("readable files")).collect());
}

fn read(file: &Path) -> Vec<Profile> {
    let bytes = std::fs::read(file).expect("the profiles of the workload");
    let bytes = zstd::decode_all(bytes.as_slice()).expect("a file of zstd");
    bytes.split(|byte| *byte == b'\n').filter(|it| !it.is_empty()).map(|it| serde_json::from_slice(it).expect("person JSONL")).collect()
}

/// All of it, with the store; one item for each profile.
fn import(folder: &Path, file: &Path) -> Vec<()> {
    let data = folder.join("data");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    let done = runtime.block_on(async {
        let store = store::open(&Location::Embedded(data.clone())).await.expect("a new store");
        profiles::import(&*store, &data.join("index"), &[file.to_owned()], Millis(0), &mut |_| {}).await.expect("a whole file")
    });
    vec![(); usize::try_from(done.added).expect("a number that fits")]
}

/// Invented people whose names, employers and places come as often as in life: a few everywhere, most seldom.
fn generated(folder: &Path) -> PathBuf {
    let mut text = String::new();
    for n in 0..100_000_u64 {
        let pick = |salt: u64, of: u64| {
            let draw = xxhash_rust::xxh3::xxh3_64_with_seed(&n.to_le_bytes(), salt) as f64 / u64::MAX as f64;
            ((of as f64).powf(draw) - 1.0) as u64
        };
        let (first, last, employer, city) = (pick(1, 2_000), pick(2, 20_000), pick(3, 30_000), pick(4, 500));
        let _infallible = writeln!(
            text,
            r#"{{"id":"p{n}","name":"Fir{first} Las{last}","headline":"Maker at Works {employer}","location":"City{city}, XY","links":["https://www.linkedin.com/in/fir-las-{n}"],"positions":[{{"organization":"Works {employer}","title":"Maker"}}],"schools":[{{"organization":"School {city}"}}]}}"#
        );
    }
    let file = folder.join("profiles.jsonl.zst");
    std::fs::write(&file, zstd::encode_all(text.as_bytes(), 1).expect("memory")).expect("room on the disk");
    file
}

/// User and system time of this process, to a hundredth of a second.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).map(|it| it.parse::<u64>().expect("a number of ticks")).sum();
    Duration::from_millis(ticks * 10)
}

#[expect(clippy::print_stdout, reason = "a benchmark's output is its purpose")]
fn report(line: &str) {
    println!("{line}");
}
