//! Look-ups of a hundred badges: as many as the server can, and half as many.

use super::asker::Asker;
use super::beat::{self, at, beat};
use super::{Server, pick, report, spread};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

fn body(n: u64, people: u64) -> String {
    let ids: Vec<String> = (0..100).map(|it| format!("\"p{}\"", pick(n * 100 + it, people))).collect();
    format!(r#"{{"profiles":[{}]}}"#, ids.join(","))
}

/// Tells how long the server computes for one.
pub(crate) fn at_full_load(server: &Server, people: u64) -> Duration {
    const SECONDS: u64 = 10;
    let (over, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let ask = |seed: u64| {
        let (mut asker, mut n) = (Asker::to(&server.url, &server.token), seed << 32);
        while !over.load(Ordering::Relaxed) {
            asker.ask(&body(n, people));
            count.fetch_add(1, Ordering::Relaxed);
            n += 1;
        }
    };
    thread::scope(|scope| {
        (1..=8).for_each(|seed| drop(scope.spawn(move || ask(seed))));
        thread::sleep(Duration::from_secs(1)); // Until everything is open.
        let (start, cpu, before) = (Instant::now(), server.cpu(), count.load(Ordering::Relaxed));
        thread::sleep(Duration::from_secs(SECONDS));
        let done = (count.load(Ordering::Relaxed) - before) as f64;
        let (took, spent) = (start.elapsed().as_secs_f64(), (server.cpu() - cpu).as_secs_f64());
        over.store(true, Ordering::Relaxed);
        report(&format!("look-up        {:7.0} requests a second, {:.0} a CPU-second of the server", done / took, done / spent));
        Duration::from_secs_f64(spent / done)
    })
}

/// Round after round, until enough of them were left alone.
pub(crate) fn at_half_load(server: &Server, people: u64, work: Duration, one_core: bool) {
    const ENOUGH: usize = 15;
    const MOST: u64 = 60;
    let (mut rounds, mut quiet) = (Vec::new(), Vec::new());
    let mut computing = vec![beat::of_computing(work, one_core)];
    for round in 0..MOST {
        let hand = || {
            let mut asker = Asker::to(&server.url, &server.token);
            move |n| asker.ask(&body((round << 32) + n + 7, people))
        };
        let times = beat(32, 5, hand);
        computing.push(beat::of_computing(work, one_core));
        if computing[computing.len() - 2..].iter().all(|p99| *p99 <= work * 2) {
            quiet.push(times.clone());
        }
        rounds.push(times);
        if quiet.len() == ENOUGH {
            break;
        }
    }
    told("at half load", rounds);
    computing.sort_unstable();
    let [best, middle, worst] = [0, computing.len() / 2, computing.len() - 1].map(|at| computing[at].as_secs_f64() * 1_000.0);
    let work = work.as_secs_f64() * 1_000.0;
    report(&format!("as much computing: {work:.2} ms at a time, p99 {best:.1} ms at best, {middle:.1} in the middle, {worst:.1} at worst"));
    told("at half load, left alone", quiet);
}

/// The best, the middle and the worst round.
fn told(what: &str, mut rounds: Vec<Vec<Duration>>) {
    rounds.sort_unstable_by_key(|it| at(it, 99));
    report(&format!("{what}: {} rounds", rounds.len()));
    for (name, nth) in [("best", 0), ("middle", rounds.len() / 2), ("worst", rounds.len().saturating_sub(1))] {
        if let Some(times) = rounds.get(nth) {
            report(&format!("{what:14} {}, {name} round", spread(times, 99)));
        }
    }
}
