//! Which process holds a claim, and whether it still lives.
//!
//! A process is known by its id and the moment it started, which together are never reused until the machine restarts; the place
//! (host, boot and process namespace) says whether we can look. Elsewhere only the lease counts.

use std::fs;

/// What stands in place of a process's start when the system does not tell.
const UNKNOWN: &str = "?";

/// This process, as it is written into a claim.
pub(super) fn this_process() -> String {
    let pid = std::process::id();
    format!("{} {pid} {}", place(), start_of(pid).unwrap_or_else(|| UNKNOWN.into()))
}

/// Whether the claim's process ran here and has ended. False when that cannot be seen from here.
pub(super) fn is_gone(owner: &str) -> bool {
    let mut words = owner.rsplitn(3, ' ');
    let (Some(start), Some(pid), Some(there)) = (words.next(), words.next(), words.next()) else { return false };
    let Ok(pid) = pid.parse::<u32>() else { return false };
    there == place() && start != UNKNOWN && start_of(pid).as_deref() != Some(start)
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

/// The start of a live process in clock ticks since the boot: field 22 of proc(5)'s `stat`, counted after the name in brackets.
/// A zombie has ended.
fn start_of(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    fields.nth(18).map(str::to_owned)
}
