//! How many candidates `acquaint link` matches a second of processor time, and how much memory it takes.
//!
//! Timed is the whole command, as people run it: processor time (all threads, user and system) with all candidates less that with
//! one, over the candidates less one. Reading lines, normal forms, look-ups, comparisons and output count; reading and indexing the
//! profiles cancels out, and is told apart. The list comes eight times over, for with it once the difference is lost in how the machine
//! sways; the median of three such pairs counts. Peak memory is what the system counted for the process.
//!
//! `ACQUAINT_WORKLOAD=FOLDER cargo bench --bench match`, where `dev-200k` in FOLDER holds `profiles.jsonl.zst` and
//! `candidates.jsonl.zst`. A store of five times as many is made of the same profiles: each copy keeps the names and gives every
//! person another's life (places, employers, schools) and pages of their own, so that every name has five times as many bearers.

use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Pairs of commands.
const ROUNDS: usize = 3;

/// How often the list of candidates comes.
const TIMES: usize = 8;

/// Copies of the profiles in the larger store.
const COPIES: usize = 5;

fn main() {
    let Some(workload) = std::env::var_os("ACQUAINT_WORKLOAD") else {
        return report("match: skipped, ACQUAINT_WORKLOAD names no folder");
    };
    let workload = Path::new(&workload).join("dev-200k");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [profiles, candidates] = ["profiles", "candidates"].map(|it| workload.join(format!("{it}.jsonl.zst")));
    let lines = unpacked(&candidates).repeat(TIMES);
    let candidates = folder.path().join("candidates.jsonl");
    fs::write(&candidates, &lines).expect("room on the disk");
    let one = folder.path().join("one.jsonl");
    fs::write(&one, lines.lines().next().expect("a candidate")).expect("room on the disk");
    let count = lines.lines().count();
    for profiles in [profiles.clone(), multiplied(&profiles, folder.path())] {
        let mut rounds: Vec<Round> = (0..ROUNDS).map(|_| Round::of(&profiles, [&one, &candidates], folder.path())).collect();
        rounds.sort_by(|a, b| a.matching.total_cmp(&b.matching));
        let Round { fixed, matching, peak } = rounds[ROUNDS / 2];
        let [least, most] = [ROUNDS - 1, 0].map(|it| (count - 1) as f64 / rounds[it].matching);
        let name = profiles.file_name().unwrap_or_default().display();
        report(&format!(
            "{name}: {:.0} candidates a CPU-second at the median of {ROUNDS} rounds ({least:.0} to {most:.0}; {count} in {matching:.2} s), after \
             {fixed:.2} s for the profiles; peak memory {peak} MB",
            (count - 1) as f64 / matching,
        ));
    }
}

/// Two commands, one after the other, so that a machine whose speed sways does so for both.
#[derive(Clone, Copy)]
struct Round {
    /// Processor seconds with one candidate.
    fixed: f64,
    /// Of all candidates, less those.
    matching: f64,
    /// Megabytes.
    peak: u64,
}

impl Round {
    fn of(profiles: &Path, [one, all]: [&Path; 2], folder: &Path) -> Self {
        let [(fixed, _), (whole, peak)] = [one, all].map(|it| linked(profiles, it, folder));
        // To a hundredth of a second, which is what the system counts.
        Self { fixed: fixed.as_secs_f64(), matching: whole.saturating_sub(fixed).as_secs_f64().max(0.01), peak }
    }
}

/// Processor time and peak memory (MB) of one run of the command.
fn linked(profiles: &Path, candidates: &Path, folder: &Path) -> (Duration, u64) {
    let before = children_time();
    let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
    command.arg("link").arg("--profiles").arg(profiles).arg("--candidates").arg(candidates).arg("--out").arg(folder.join("matches.jsonl"));
    let child = command.env("XDG_CONFIG_HOME", folder).env("XDG_DATA_HOME", folder).stdin(Stdio::null()).spawn().expect("the program");
    let peak = watched(child);
    (children_time() - before, peak)
}

/// Waits for the end, and looks at the peak until then: the system forgets it with the process.
fn watched(mut child: Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("a child of this process").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let kilobytes = text.lines().find_map(|it| it.strip_prefix("VmHWM:")?.trim().split(' ').next()?.parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or_default() / 1024);
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(child.wait().is_ok_and(|it| it.success()), "every line is good");
    peak
}

/// The larger store as a file.
fn multiplied(profiles: &Path, folder: &Path) -> PathBuf {
    let people: Vec<Value> = unpacked(profiles).lines().map(|it| serde_json::from_str(it).expect("person JSONL")).collect();
    let path = folder.join(format!("{COPIES} times as many"));
    let mut file = zstd::Encoder::new(fs::File::create(&path).expect("room on the disk"), 1).expect("memory");
    for copy in 0..COPIES {
        let mut text = String::new();
        for (at, person) in people.iter().enumerate() {
            let life = &people[(at + copy * 7_919) % people.len()];
            let _infallible = writeln!(text, "{}", if copy == 0 { person.clone() } else { moved(person, life, copy) });
        }
        std::io::Write::write_all(&mut file, text.as_bytes()).expect("room on the disk");
    }
    file.finish().expect("room on the disk");
    path
}

/// A namesake with another's life.
fn moved(person: &Value, life: &Value, copy: usize) -> Value {
    let mut it = person.clone();
    let text = |key: &str| person[key].as_str().unwrap_or_default();
    it["id"] = format!("{}x{copy}", text("id")).into();
    for key in ["location", "positions", "schools", "headline"] {
        it[key] = life[key].clone();
    }
    for key in ["emails", "links", "phones"] {
        let own =
            |value: &Value| Value::from(format!("{}{copy}", value.as_str().unwrap_or_default().split('?').next().unwrap_or_default()));
        it[key] = person[key].as_array().into_iter().flatten().map(own).collect();
    }
    it
}

fn unpacked(file: &Path) -> String {
    let bytes = zstd::decode_all(fs::File::open(file).expect("the workload")).expect("a file of zstd");
    String::from_utf8(bytes).expect("lines of text")
}

/// User and system time of the children that ended, to a hundredth of a second (proc(5), fields 16 and 17).
fn children_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(13).take(2).map(|it| it.parse::<u64>().expect("a number of ticks")).sum();
    Duration::from_millis(ticks * 10)
}

#[expect(clippy::print_stdout, reason = "a benchmark's output is its purpose")]
fn report(line: &str) {
    println!("{line}");
}
