//! The pool and its children: limits, deaths and children that misbehave.

use super::pdfs::ana;
use super::readers;
use acquaint::model::{RawResume, ResumeStatus};
use acquaint::resume::Readers;
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::process::Command;

/// The children that this thread started and has not buried; the pool starts its own on the thread that asks.
fn children() -> Vec<Pid> {
    let listed = fs::read_to_string("/proc/thread-self/children").expect("Linux lists a thread's children");
    listed.split_whitespace().filter_map(|it| Pid::from_raw(it.parse().ok()?)).collect()
}

fn about(child: Pid, file: &str) -> String {
    fs::read_to_string(format!("/proc/{}/{file}", child.as_raw_nonzero())).unwrap_or_default()
}

#[tokio::test]
async fn a_killed_child_costs_nothing() {
    let readers = readers(1);
    for round in 0..3 {
        let reading = readers.read(RawResume::new(ana())).await;
        assert_eq!(reading.status, ResumeStatus::Ok, "round {round}");
        let child = children()[0];
        kill_process(child, Signal::KILL).expect("it lives");
    }
    // Killed in the middle of its work.
    let killer = async {
        loop {
            // The last one killed may not be buried yet; it has no command line any more.
            if let Some(child) = children().into_iter().find(|it| !about(*it, "cmdline").is_empty()) {
                return kill_process(child, Signal::KILL);
            }
            tokio::task::yield_now().await;
        }
    };
    let (reading, killed) = tokio::join!(readers.read(RawResume::new(ana())), killer);
    assert_eq!((reading.status, killed), (ResumeStatus::Ok, Ok(())));
}

#[tokio::test]
async fn a_child_is_confined_and_dies_with_the_pool() {
    let readers = readers(1);
    readers.read(RawResume::new(ana())).await;
    let child = children()[0];
    let limits = about(child, "limits");
    for (name, most) in [("Max address space", "536870912"), ("Max core file size", "0"), ("Max file size", "0"), ("Max open files", "16")]
    {
        let line = limits.lines().find(|it| it.starts_with(name)).unwrap_or_default();
        assert_eq!(line[name.len()..].split_whitespace().next(), Some(most), "{name}");
    }
    assert_eq!(about(child, "environ"), "", "no variable");
    let sandbox = readers.sandbox().await.expect("a child that answers");
    let status = about(child, "status");
    let line = |name: &str| status.lines().find_map(|it| it.strip_prefix(name)).map(str::trim).unwrap_or_default().to_owned();
    assert_eq!((line("Seccomp:") == "2", line("NoNewPrivs:").as_str()), (sandbox.seccomp, "1"));
    assert_eq!(line("Threads:"), "1");
    drop(readers);
    while !about(child, "cmdline").is_empty() {
        tokio::task::yield_now().await;
    }
}

/// Reads with a script in place of the program.
async fn check(script: &str, status: ResumeStatus) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("child");
    // Written by another process: a file that this one has open for writing, or has just forked with, cannot be run.
    let write = "printf '#!/bin/sh\\n%s\\n' \"$2\" > \"$1\" && chmod +x \"$1\"";
    let written = Command::new("sh").args(["-c", write, "sh"]).arg(&program).arg(script).status();
    assert!(written.is_ok_and(|it| it.success()), "a small file");
    assert_eq!(Readers::new(program, 1).read(RawResume::new(ana())).await.status, status, "{script}");
}

#[tokio::test]
async fn a_child_that_misbehaves_costs_one_file() {
    check("exit 3", ResumeStatus::Crashed).await;
    check("kill -SEGV $$", ResumeStatus::Crashed).await;
    check("kill -KILL $$", ResumeStatus::Crashed).await;
    check("kill -XCPU $$", ResumeStatus::Timeout).await;
    check("printf '\\377\\377\\377\\377'; exec cat >&2", ResumeStatus::Crashed).await;
    check("printf '\\0\\0\\0\\5hello'; exec cat >&2", ResumeStatus::Crashed).await;
    let nowhere = Readers::new("/nonexistent".into(), 1).read(RawResume::new(ana())).await;
    assert_eq!(nowhere.status, ResumeStatus::Crashed);
}

#[tokio::test]
async fn a_child_that_hangs_is_stopped_by_the_clock() {
    check("exec cat 3>&1 >&2", ResumeStatus::Timeout).await;
}
