//! What the child may use. It sets these limits on itself before it sees a byte, and cannot raise them again but for CPU time.

use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal, set_dumpable_behavior, set_parent_process_death_signal, setrlimit};
use std::io;
use std::time::Duration;

/// CPU time a file may take.
const CPU_A_FILE: Duration = Duration::from_secs(5);

/// Hard limits: address space for both readers with a 20 MB file and its largest streams; no core that could hold a person; not a
/// byte written to a file; the pipes and a few more descriptors; no further process or thread.
const HARD: [(Resource, u64); 5] =
    [(Resource::As, 512 << 20), (Resource::Core, 0), (Resource::Fsize, 0), (Resource::Nofile, 16), (Resource::Nproc, 0)];

/// Confines this process for good, and ties its life to its parent's.
///
/// # Errors
/// What the kernel says; then no file may be read.
pub(super) fn confine() -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // A core limit of 0 does not bind a core that the kernel pipes to a collector; this does.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    for (resource, most) in HARD {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Grants the next file its CPU time. The limit counts a process's whole life, of which `spent` is what files took by the clock,
/// and so no less than they took of the CPU. Past it the kernel sends `SIGXCPU`.
///
/// # Errors
/// What the kernel says.
pub(super) fn grant_cpu(spent: Duration) -> io::Result<()> {
    let seconds = (spent + CPU_A_FILE).as_secs() + 1;
    setrlimit(Resource::Cpu, Rlimit { current: Some(seconds), maximum: None })?;
    Ok(())
}
