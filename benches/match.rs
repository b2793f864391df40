//! Times matching alone: CPU seconds of `Linker::judge` over all candidates of a workload, less those of one candidate, over the
//! candidates less one. Normal forms are made before the clock starts; look-ups in the index are timed. Also prints peak memory.
//!
//! `ACQUAINT_WORKLOAD=FOLDER cargo bench --bench match`, where `dev-200k` in FOLDER holds `profiles.jsonl.zst` and
//! `candidates.jsonl.zst`.

use acquaint::index::{Memory, entry};
use acquaint::link::Linker;
use acquaint::matching::{Counts, Matcher};
use acquaint::model::{Person, Profile, RawPerson};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let Some(folder) = std::env::var_os("ACQUAINT_WORKLOAD") else {
        writeln!(out, "match: skipped, ACQUAINT_WORKLOAD names no folder")?;
        return Ok(());
    };
    let folder = &Path::new(&folder).join("dev-200k");
    let before = cpu_seconds();
    let index = Memory::build(lines::<Profile>(&folder.join("profiles.jsonl.zst"))?.map(|it| entry(&it)))?;
    writeln!(out, "profiles: {:.1} CPU-s to read and index", cpu_seconds() - before)?;
    let people: Vec<Person> = lines::<RawPerson>(&folder.join("candidates.jsonl.zst"))?.map(|it| Person::of_candidate(&it)).collect();
    let mut counts = Counts::default();
    people.iter().for_each(|it| counts.add(it));
    let matcher = Matcher::shipped();
    let linker = Linker::new(&index, &matcher);
    let time = |people: &[Person]| -> Result<f64, Box<dyn std::error::Error>> {
        let before = cpu_seconds();
        linker.judge(people, &counts, Some(0.5))?;
        Ok(cpu_seconds() - before)
    };
    time(&people[..1.min(people.len())])?; // Tables are made once.
    let one = time(&people[..1.min(people.len())])?;
    let each = (time(&people)? - one) / (people.len().saturating_sub(1).max(1)) as f64;
    writeln!(out, "candidates: {}, {:.0} per CPU-second of matching", people.len(), 1.0 / each)?;
    writeln!(out, "peak memory: {} MB", peak_megabytes())?;
    Ok(())
}

fn lines<T: serde::de::DeserializeOwned>(path: &Path) -> std::io::Result<impl Iterator<Item = T>> {
    let reader = BufReader::new(zstd::Decoder::new(std::fs::File::open(path)?)?);
    Ok(reader.lines().map_while(Result::ok).filter_map(|it| serde_json::from_str(&it).ok()))
}

/// User and system time of all threads of this process, which Linux counts in hundredths of a second (proc(5), fields 14 and 15).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |it| it.1);
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// What the system counted as this process's largest memory.
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|it| it.strip_prefix("VmHWM:")?.trim().split(' ').next()?.parse::<u64>().ok());
    peak.unwrap_or_default() / 1024
}
