//! Which process holds a claim, and whether it still lives.
//!
//! A process is known by its id and the moment it started, which together are never reused until the machine restarts; the place
//! (host, boot and process namespace) says whether we can look. Elsewhere only the lease counts.

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};
use std::fs;

/// What stands in place of a process's start when the system does not tell.
const UNKNOWN: &str = "?";

/// This process, as it is written into a claim.
pub(super) fn this_process() -> String {
    let pid = std::process::id();
    let Life::Since(start) = life_of(pid) else { return format!("{} {pid} {UNKNOWN}", place()) };
    format!("{} {pid} {start}", place())
}

/// Whether the claim's process ran here and has ended. False when that cannot be seen from here.
pub(super) fn is_gone(owner: &str) -> bool {
    let mut words = owner.rsplitn(3, ' ');
    let (Some(start), Some(pid), Some(there)) = (words.next(), words.next(), words.next()) else { return false };
    let Ok(pid) = pid.parse::<u32>() else { return false };
    there == place()
        && start != UNKNOWN
        && match life_of(pid) {
            Life::Since(other) => other != start,
            Life::Over => true,
            Life::Hidden => false,
        }
}

/// The process for people: `host/process id`.
pub(super) fn short(owner: &str) -> String {
    let host = owner.split(' ').next().unwrap_or_default();
    let pid = owner.rsplit(' ').nth(1).unwrap_or_default();
    format!("{host}/{pid}")
}

fn place() -> String {
    let line = |path: &str| fs::read_to_string(path).map(|it| it.trim().replace(' ', "-")).unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid").map(|it| it.display().to_string()).unwrap_or_default();
    format!("{} {} {namespace}", line("/proc/sys/kernel/hostname"), line("/proc/sys/kernel/random/boot_id"))
}

/// What the system tells of a process.
enum Life {
    /// It lives since then, in clock ticks since the boot.
    Since(String),
    /// There is none, or it is a zombie.
    Over,
    /// It lives, and no more can be seen: `/proc` can be hidden from others, or not be there.
    Hidden,
}

fn life_of(pid: u32) -> Life {
    if let Some(told) = fs::read_to_string(format!("/proc/{pid}/stat")).ok().as_deref().and_then(told) {
        return told;
    }
    match i32::try_from(pid).ok().and_then(Pid::from_raw).map(test_kill_process) {
        Some(Err(Errno::SRCH)) => Life::Over,
        _ => Life::Hidden,
    }
}

/// Fields 3 and 22 of proc(5)'s `stat`, counted after the name in brackets.
fn told(stat: &str) -> Option<Life> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    match fields.next()? {
        "Z" | "X" => Some(Life::Over),
        _ => fields.nth(18).map(|it| Life::Since(it.to_owned())),
    }
}
