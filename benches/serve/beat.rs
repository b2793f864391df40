//! Things done at a steady beat, and how late each was done.

use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Beats a second: half of the look-ups that one core should do.
const A_SECOND: u64 = 250;

/// How long after its time each beat of some seconds was done, shortest first. As many `hands` share the work, each on time or as soon as
/// it is free.
pub(crate) fn beat<F: FnMut(u64)>(hands: usize, seconds: u64, hand: impl Fn() -> F + Sync) -> Vec<Duration> {
    let (start, next) = (Instant::now() + Duration::from_millis(200), AtomicU64::new(0));
    let times = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..hands {
            scope.spawn(|| {
                let mut one = hand();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= A_SECOND * seconds {
                        break;
                    }
                    let due = start + Duration::from_micros(n * 1_000_000 / A_SECOND);
                    thread::sleep(due.saturating_duration_since(Instant::now()));
                    one(n);
                    times.lock().expect("no panic").push(due.elapsed());
                }
            });
        }
    });
    let mut times = times.into_inner().expect("no panic");
    times.sort_unstable();
    times
}

/// The p99 of two seconds of beats at which another process computes for as long as `work`, and does nothing else: what the machine
/// itself adds. On the first core alone, if so wished.
pub(crate) fn of_computing(work: Duration, one_core: bool) -> Duration {
    let this = std::env::current_exe().expect("this program");
    let mut command = Command::new(if one_core { "taskset".as_ref() } else { this.as_os_str() });
    if one_core {
        command.args(["-c", "0"]).arg(&this);
    }
    let output = command.args(["--compute", &work.as_nanos().to_string()]).output().expect("it computes");
    let p99 = String::from_utf8(output.stdout).expect("text").trim().parse().expect("nanoseconds");
    Duration::from_nanos(p99)
}

/// What the other process does: the p99 of computing for so many nanoseconds at a time.
pub(crate) fn compute(nanos: u64) -> Duration {
    at(&beat(1, 2, || |_| keep_busy(Duration::from_nanos(nanos))), 99)
}

/// Keeps the processor busy for so long. Time in which somebody else had it, a leap of the clock, is not counted.
fn keep_busy(long: Duration) {
    const LEAP: Duration = Duration::from_micros(300);
    let (mut busy, mut last) = (Duration::ZERO, Instant::now());
    while busy < long {
        let now = Instant::now();
        let step = now - last;
        if step < LEAP {
            busy += step;
        }
        last = now;
    }
}

/// The time that so many of a hundred are within; of times in order.
pub(crate) fn at(times: &[Duration], percent: usize) -> Duration {
    times[(times.len() - 1) * percent / 100]
}
