//! What profiles cost at 100 thousand, 1 million and 10 million: import, room, matching, memory; embedded or in PostgreSQL.
//!
//! `cargo bench --bench scale [-- --sizes 100000,1000000,10000000] [--people N]`. With `ACQUAINT_DATABASE_URL`, the URL of an empty
//! database, profiles and index are there, and a size after the first adds to the one before; without it each size is a data
//! directory of its own, 0.9 KB a profile, under `TMPDIR`.
//!
//! People are invented: a world of 100,000 profiles, and for larger stores copies of it in which everybody has another's life
//! (places, employers, schools) and pages of their own, so that every name has as many more bearers. Told for each size:
//! - `import`: the whole command `acquaint profiles import`, from compressed JSONL: wall time, processor time of the command (not of a
//!   PostgreSQL server), its peak of anonymous memory;
//! - `room`: bytes of index, and of records, a profile;
//! - `match`: the candidates of that world, judged as a night does it, on all processors: candidates a second of wall time, which with
//!   PostgreSQL on the same machine includes the server, and a second of this process's processor time; the peak of its anonymous memory.

use acquaint::index::{Index, Place, ProfileIndex};
use acquaint::link::Linker;
use acquaint::matching::{Counts, Matcher};
use acquaint::model::{Decision, Person, Profile, RawPerson};
use acquaint::secrets::{KeySource, MasterKey};
use acquaint::world::{Plan, World, candidates_jsonl};
use rayon::prelude::*;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Profiles of the world that is copied.
const WORLD: usize = 100_000;

/// The master key, which hides keys from the database's log.
const KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// Lines that are written together.
const AT_ONCE: usize = 20_000;

/// Contacts that a night judges together.
const CHUNK: usize = 2_000;

fn main() {
    let option = |name: &str| std::env::args().skip_while(|it| it != name).nth(1);
    let sizes = option("--sizes").unwrap_or_else(|| "100000,1000000".into());
    let people = option("--people").and_then(|it| it.parse().ok()).unwrap_or(20_000);
    let database = std::env::var("ACQUAINT_DATABASE_URL").ok();
    let world = World::new(&Plan { profiles: WORLD, ..Plan::for_contacts(people) });
    let candidates = candidates_jsonl(&world.account);
    let candidates: Vec<Person> =
        candidates.lines().map(|it| Person::of_candidate(&serde_json::from_str::<RawPerson>(it).expect("person JSONL"))).collect();
    for size in sizes.split(',').map(|it| it.trim().parse().expect("sizes are numbers")) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        report(&format!("{size} profiles, {}", if database.is_some() { "PostgreSQL" } else { "embedded" }));
        let file = written(&world.profiles, size, folder.path());
        import(&file, folder.path());
        fs::remove_file(&file).expect("our own file");
        let place = database.as_ref().map_or_else(|| Place::Folder(folder.path().join("data/index")), |it| database_place(it));
        let index = ProfileIndex::open(&place).expect("the index just made");
        let records = fs::metadata(folder.path().join("data/acquaint.sqlite")).map_or(0, |it| it.len());
        let space = index.disk_use().expect("readable files");
        report(&format!(
            "  room    {} bytes of index a profile in {} segments, {} bytes of records",
            space.bytes / index.len(),
            space.segments,
            records / index.len()
        ));
        judge(&index, &candidates);
    }
}

/// So many profiles in a file: those of the world, and copies with others' lives.
fn written(world: &[Profile], size: usize, folder: &Path) -> PathBuf {
    let path = folder.join("profiles.jsonl.zst");
    let mut file = zstd::Encoder::new(File::create(&path).expect("room on the disk"), 1).expect("memory");
    let numbers: Vec<usize> = (0..size).collect();
    for some in numbers.chunks(AT_ONCE) {
        let lines: Vec<Vec<u8>> = some.par_iter().map(|number| line(world, *number)).collect();
        file.write_all(&lines.concat()).expect("room on the disk");
    }
    file.finish().expect("room on the disk");
    path
}

/// One profile, of the world or with another's life.
fn line(world: &[Profile], number: usize) -> Vec<u8> {
    let (copy, at) = (number / world.len(), number % world.len());
    let mut it = world[at].clone();
    if copy > 0 {
        let life = &world[(at + copy * 7_919) % world.len()];
        it.id = format!("{}x{copy}", it.id).parse().expect("a short id");
        (it.location, it.headline) = (life.location.clone(), life.headline.clone());
        (it.positions, it.schools) = (life.positions.clone(), life.schools.clone());
        for own in it.emails.iter_mut().chain(&mut it.links).chain(&mut it.phones) {
            own.push_str(&copy.to_string());
        }
    }
    let mut line = serde_json::to_vec(&it).expect("lists and texts have JSON");
    line.push(b'\n');
    line
}

fn database_place(url: &str) -> Place {
    let key = MasterKey::load(&KeySource::shared(|name| (name == "ACQUAINT_KEY").then(|| KEY.into()))).expect("a key");
    Place::Database { url: url.to_owned(), key: Arc::new(key.index_key()) }
}

/// The command as people run it; the database, if any, is in the environment.
fn import(file: &Path, folder: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
    command.args(["--quiet", "--data-dir"]).arg(folder.join("data")).args(["profiles", "import"]).arg(file);
    if std::env::var_os("ACQUAINT_DATABASE_URL").is_some() {
        command.env("ACQUAINT_INDEX", "database").env("ACQUAINT_KEY", KEY);
    }
    let (start, before) = (Instant::now(), processor_time(13));
    let mut child = command.env("XDG_CONFIG_HOME", folder).stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the program");
    let mut peak = 0;
    while child.try_wait().expect("a child of this process").is_none() {
        peak = peak.max(anonymous(&child.id().to_string()));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(child.wait().is_ok_and(|it| it.success()), "every line is good");
    let spent = processor_time(13) - before;
    report(&format!("  import  {:.1} s, {:.1} CPU-seconds, {peak} MB", start.elapsed().as_secs_f64(), spent.as_secs_f64()));
}

fn judge(index: &ProfileIndex, candidates: &[Person]) {
    let matcher = Matcher::shipped();
    let linker = Linker::new(index, &matcher);
    let people: Vec<_> = candidates.iter().map(Person::view).collect();
    let mut counts = Counts::default();
    people.iter().for_each(|it| counts.add(it));
    let prior = linker.estimate_prior(&people[..CHUNK.min(people.len())], &counts).expect("readable files");
    let (start, before) = (Instant::now(), processor_time(11));
    let (mut peak, mut badges) = (0, 0);
    for chunk in people.chunks(CHUNK) {
        let judged = linker.judge(chunk, &counts, Some(prior)).expect("readable files");
        badges += judged.iter().filter(|it| it.verdict.decision == Decision::Match).count();
        peak = peak.max(anonymous("self"));
    }
    let rate = |time: Duration| people.len() as f64 / time.as_secs_f64();
    let spent = processor_time(11) - before;
    let (seconds, processor) = (rate(start.elapsed()), rate(spent));
    report(&format!(
        "  match   {seconds:.0} candidates a second, {processor:.0} a CPU-second, {peak} MB; {badges} badges of {}",
        people.len()
    ));
}

/// Anonymous memory of a process in MB; 0 once it has ended.
fn anonymous(process: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kilobytes = text.lines().find_map(|it| it.strip_prefix("RssAnon:")?.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}

/// User and system time, to a hundredth of a second: of this process from field 11 on, of the children that ended from field 13 on
/// (proc(5), counted after the name).
fn processor_time(from: usize) -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(from).take(2).map(|it| it.parse::<u64>().expect("a number of ticks")).sum();
    Duration::from_millis(ticks * 10)
}

#[expect(clippy::print_stdout, reason = "a benchmark's output is its purpose")]
fn report(line: &str) {
    println!("{line}");
}
