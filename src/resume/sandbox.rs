//! What the kernel keeps from the child beside its limits: files and the network (Landlock), and every system call that reading a
//! file does not need (seccomp). A kernel that has neither still gives the limits; `doctor` says which are there.

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};
use serde::{Deserialize, Serialize};
use std::io;

/// Which layers of the kernel's confinement are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    /// No file and no port can be opened.
    pub landlock: bool,
    /// No system call but for memory, the pipes and the end.
    pub seccomp: bool,
}

impl Sandbox {
    /// Confines this process for good with what the kernel has.
    pub(super) fn enter() -> Self {
        // Landlock first: its own system calls are among those that seccomp forbids.
        let landlock = no_files().is_some_and(|it| it != RulesetStatus::NotEnforced);
        Self { landlock, seccomp: few_calls().is_ok() }
    }
}

/// Forbids every access that this kernel's Landlock knows; the pipes are open already.
fn no_files() -> Option<RulesetStatus> {
    let newest = ABI::V5;
    let rules = Ruleset::default().handle_access(AccessFs::from_all(newest)).ok()?.handle_access(AccessNet::from_all(newest)).ok()?;
    Some(rules.create().ok()?.restrict_self().ok()?.ruleset)
}

/// The system calls of a single thread that has its files open: pipes, memory, clocks, its own limits, its end. Any other is
/// answered with `EPERM`, which readers take as an error like any.
const CALLS: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_restart_syscall,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_tgkill,
    libc::SYS_prlimit64,
    libc::SYS_getrusage,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

fn few_calls() -> io::Result<()> {
    let rules = CALLS.iter().map(|call| (*call, Vec::new())).collect();
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(io::Error::other)?;
    let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, refuse, SeccompAction::Allow, arch).map_err(io::Error::other)?;
    let program = BpfProgram::try_from(filter).map_err(io::Error::other)?;
    seccompiler::apply_filter(&program).map_err(io::Error::other)
}
