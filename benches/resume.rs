//! Times reading résumés through the pool of contained children, as a run does: CPU time of the child for each file (p50, p95), files
//! a second through two children, and the greatest memory of a child. The files are the invented world's, of every kind, and those
//! of the folder that `ACQUAINT_RESUMES` names, if it names one. Making the files is not timed; a child's start is, as a part of
//! the first file that it reads. Run it on an idle machine: the throughput is by the clock.
//!
//! cargo bench --bench resume

use acquaint::model::RawResume;
use acquaint::resume::Readers;
use acquaint::world::{Document, Fault, Plan, World, render};
use futures::StreamExt;
use std::io::Write as _;
use std::time::{Duration, Instant};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let world = world();
    report("invented", &world).await;
    if let Some(folder) = std::env::var_os("ACQUAINT_RESUMES") {
        let files = std::fs::read_dir(std::path::Path::new(&folder).join("files")).expect("a folder with files");
        let mut paths: Vec<_> = files.flatten().map(|it| it.path()).collect();
        paths.sort();
        report("of others", &paths.iter().map(|it| std::fs::read(it).expect("a file")).collect::<Vec<_>>()).await;
    }
}

/// Six hundred files.
fn world() -> Vec<Vec<u8>> {
    let plan = Plan { seed: 3, contacts: 800, opportunities: 1_400, profiles: 10, ..Plan::default() };
    let account = World::new(&plan).account;
    let documents = account.opportunities.iter().flat_map(|it| &it.resumes).map(|it| &it.document);
    let whole = documents.filter_map(|it| match it {
        Document::File(spec) if spec.fault == Fault::None => Some(render(spec)),
        _ => None,
    });
    whole.take(600).collect()
}

async fn report(what: &str, files: &[Vec<u8>]) {
    let pool = |children| Readers::new(env!("CARGO_BIN_EXE_acquaint").into(), children);
    let one = pool(1);
    let (mut times, mut memory) = (Vec::new(), 0);
    let mut before = (0, Duration::ZERO);
    for bytes in files {
        let reading = one.read(RawResume::new(bytes.clone())).await;
        drop(reading);
        let Some((child, spent, peak)) = child() else { continue };
        // Another child has taken over: all that it spent is this file's.
        let took = if child == before.0 { spent.saturating_sub(before.1) } else { spent };
        (before, memory) = ((child, spent), memory.max(peak));
        times.push(took);
    }
    drop(one);
    times.sort();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    let two = pool(2);
    let began = Instant::now();
    let read = futures::stream::iter(files).map(|it| two.read(RawResume::new(it.clone()))).buffer_unordered(4).count().await;
    let rate = read as f64 / began.elapsed().as_secs_f64();
    let report = format!(
        "{} files {what}: CPU p50 {:.1} ms, p95 {:.1} ms, most {:.1} ms a file; {rate:.0} a second through two children; at most {memory} MB a child",
        files.len(),
        at(50),
        at(95),
        at(100),
    );
    writeln!(std::io::stdout(), "{report}").expect("stdout");
}

/// The child that this thread has: its id, CPU time so far, greatest memory in MB.
fn child() -> Option<(u32, Duration, u64)> {
    let listed = std::fs::read_to_string("/proc/thread-self/children").ok()?;
    let child: u32 = listed.split_whitespace().next_back()?.parse().ok()?;
    let spent = std::fs::read_to_string(format!("/proc/{child}/schedstat")).ok()?;
    let status = std::fs::read_to_string(format!("/proc/{child}/status")).ok()?;
    let peak = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB").parse::<u64>().ok()?;
    Some((child, Duration::from_nanos(spent.split(' ').next()?.parse().ok()?), peak / 1024))
}
