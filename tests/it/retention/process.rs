//! What others see of a running program and its children, and what a crash would leave of them.

use super::home::until;
use super::search::Needles;
use rustix::process::{Pid, Signal, kill_process};
use std::fs;

/// What the child that reads résumés is given of an environment.
const ENVIRONMENT: [&str; 2] = ["TOKIO_WORKER_THREADS=1", "MALLOC_ARENA_MAX=1"];

/// Looks at a program that stands still in the middle of a run.
pub(crate) fn is_discreet(process: u32, needles: &Needles) {
    check(process, needles);
    for child in children(process) {
        check(child, needles);
    }
}

/// Waits until a child that reads résumés is there, and looks at it; returns it.
pub(crate) fn reader(process: u32, needles: &Needles) -> u32 {
    let reader = || children(process).into_iter().find(|it| about(*it, "cmdline").ends_with(b"\0resume-child\0"));
    assert!(until(|| reader().is_some()), "no child reads résumés");
    let child = reader().expect("it waits for its next file");
    check(child, needles);
    // Only a privileged user may look at the environment of a process that cannot be dumped.
    let environment = String::from_utf8(about(child, "environ")).expect("text");
    assert!(environment.split_terminator('\0').all(|it| ENVIRONMENT.contains(&it)), "a variable of the parent is handed down");
    child
}

/// Whether a process is gone, or at least holds nothing any more.
pub(crate) fn is_gone(process: u32) -> bool {
    about(process, "cmdline").is_empty()
}

/// Sends a signal that ends a process, and would make it dump its memory where that is not prevented.
pub(crate) fn send(process: u32, signal: Signal) {
    let pid = Pid::from_raw(process.cast_signed()).expect("a process");
    kill_process(pid, signal).expect("it lives");
}

fn check(process: u32, needles: &Needles) {
    let limits = String::from_utf8(about(process, "limits")).expect("text");
    let core = limits.lines().find_map(|it| it.strip_prefix("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().take(2).collect::<Vec<_>>(), ["0", "0"], "no core can be written");
    for file in ["cmdline", "environ", "comm"] {
        assert!(needles.within(&about(process, file)).is_empty(), "{file} tells of a person");
    }
    for file in fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten() {
        // Files that were deleted while they are open have no name any more. Pipes would block.
        if fs::metadata(file.path()).is_ok_and(|it| it.is_file()) {
            let found = needles.within(&fs::read(file.path()).unwrap_or_default()).into_iter().map(str::to_owned).collect::<Vec<_>>();
            assert!(found.is_empty(), "an open file: {}", found.join("; "));
        }
    }
}

fn about(process: u32, file: &str) -> Vec<u8> {
    fs::read(format!("/proc/{process}/{file}")).unwrap_or_default()
}

fn children(process: u32) -> Vec<u32> {
    let parent = |id: &u32| {
        let status = String::from_utf8_lossy(&about(*id, "status")).into_owned();
        status.lines().find_map(|it| it.strip_prefix("PPid:")).and_then(|it| it.trim().parse().ok()) == Some(process)
    };
    let names = fs::read_dir("/proc").into_iter().flatten().flatten().map(|it| it.file_name());
    names.filter_map(|it| it.to_str()?.parse().ok()).filter(parent).collect()
}
