//! What the child may use. It sets these limits on itself before it sees a byte, and cannot raise them again but for CPU time.

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, Signal, getrlimit, set_dumpable_behavior, set_parent_process_death_signal, setrlimit,
};
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
        // Whoever started us may allow less still, and that cannot be raised.
        let most = Some(getrlimit(resource).maximum.map_or(most, |it| it.min(most)));
        setrlimit(resource, Rlimit { current: most, maximum: most })?;
    }
    Ok(())
}

/// Grants the next file its CPU time. The limit counts a process's whole life, of which `spent` is what files took by the clock,
/// and so no less than they took of the CPU. Past it the kernel sends `SIGXCPU`.
///
/// # Errors
/// What the kernel says.
pub(super) fn grant_cpu(spent: Duration) -> io::Result<()> {
    let seconds = (spent + CPU_A_FILE).as_secs_f64().ceil() as u64;
    let maximum = getrlimit(Resource::Cpu).maximum;
    setrlimit(Resource::Cpu, Rlimit { current: Some(maximum.map_or(seconds, |it| it.min(seconds))), maximum })?;
    Ok(())
}
