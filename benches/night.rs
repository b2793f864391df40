//! Times a whole run of the real program, and watches its memory: 50,000 invented opportunities in a replica without a rate limit
//! (so that Lever's allowance does not hide the work), 100,000 profiles and more, résumés off. What is timed: `acquaint run`, from
//! start to exit, as wall and CPU time of the process; its greatest anonymous memory (RssAnon, read every 10 ms) and that memory
//! over 200 MB by opportunity. Children that read résumés are not part of it.
//!
//! cargo bench --bench night

use acquaint::{
    replica::{Options, Replica, TEST_KEY},
    world::{Plan, World},
};
use std::{
    io::Write as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const OPPORTUNITIES: usize = 50_000;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let plan = Plan { profiles: 85_000, ..Plan::for_opportunities(OPPORTUNITIES) };
    let World { profiles, account, .. } = World::new(&plan);
    let file = folder.path().join("profiles.jsonl");
    let lines: Vec<String> = profiles.iter().map(|it| serde_json::to_string(it).expect("a profile is JSON")).collect();
    std::fs::write(&file, lines.join("\n")).expect("room for the profiles");
    let replica = Replica::start(account, Options { allowance: None, ..Options::default() }).expect("a free port");
    done(start(folder.path(), &["profiles", "import", &file.to_string_lossy()]));
    let mut added = start(folder.path(), &["tenant", "add", "bench", "--lever-key-file", "-", "--lever-url", &replica.base_url()]);
    added.stdin.take().expect("a pipe").write_all(TEST_KEY.as_bytes()).expect("the key is taken");
    done(added);

    let began = Instant::now();
    let (peak, cpu) = watch(start(folder.path(), &["run", "bench", "--resumes", "none"]));
    let over = (peak.saturating_sub(200_000_000)) as f64 / OPPORTUNITIES as f64;
    let report = format!(
        "{OPPORTUNITIES} opportunities, {} profiles: {:.1} s wall, {cpu:.1} s CPU, at most {} MB anonymous ({over:.0} bytes an opportunity over 200 MB)",
        profiles.len(),
        began.elapsed().as_secs_f64(),
        peak / 1_000_000,
    );
    writeln!(std::io::stdout(), "{report}").expect("stdout");
}

fn start(folder: &Path, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
    command.args(args).arg("--data-dir").arg(folder).env("ACQUAINT_KEY_FILE", key(folder));
    command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the program starts")
}

fn key(folder: &Path) -> std::path::PathBuf {
    let file = folder.join("master.key");
    if !file.exists() {
        std::fs::write(&file, "07".repeat(32)).expect("room for a key");
    }
    file
}

fn done(mut child: Child) {
    drop(child.stdin.take());
    assert!(child.wait().expect("it ends").success(), "the preparation failed");
}

/// The greatest anonymous memory in bytes, and the CPU seconds at the last look.
fn watch(mut child: Child) -> (u64, f64) {
    let (mut peak, mut cpu) = (0, 0.0);
    while child.try_wait().expect("it is ours").is_none() {
        peak = peak.max(anonymous(child.id()).unwrap_or_default());
        cpu = seconds(child.id()).unwrap_or(cpu);
        std::thread::sleep(Duration::from_millis(10));
    }
    (peak, cpu)
}

fn anonymous(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("RssAnon:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

/// User and system time in hundredths of a second, as Linux counts them.
fn seconds(process: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<f64>().ok());
    Some((ticks(11)? + ticks(12)?) / 100.0)
}
