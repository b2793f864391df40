//! No room, or no right to write, at any write: a clear error with the right code, the old badges whole, and a good end once there
//! is room again.

use super::site::{Badges, Place, Quiet, RUN, Site, State, are_equal};
use serde_json::Value;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// What a disk holds: more than a site ever takes.
const SIZE: &str = "size=64m";
/// Room that is left, in kilobytes: from nothing at all to more than a verb takes.
const ROOM: [u64; 14] = [0, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384];
/// The largest file that a process may write, in kilobytes, where there is room.
const LARGEST: [u64; 7] = [0, 1, 16, 64, 200, 400, 800];

/// What a verb says whose work is done, when there is no room to shorten the database's log after it.
const UNTIDY: &str = "could not be tidied";

/// A small disk of our own; given back when dropped.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// None where we may not mount.
    fn new() -> Option<Self> {
        let it = Self { folder: tempfile::Builder::new().prefix("disk").tempdir().expect("a temporary folder") };
        it.mount(&["-t", "tmpfs", "-o", SIZE, "none"]).then_some(it)
    }

    /// Closed for writing: not while a child that is just being started holds a copy of an open file.
    fn close(&self) -> bool {
        let began = Instant::now();
        while !self.mount(&["-o", "remount,ro"]) {
            if began.elapsed() > Duration::from_secs(20) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        true
    }

    fn mount(&self, args: &[&str]) -> bool {
        Command::new("mount").args(args).arg(self.folder.path()).output().is_ok_and(|it| it.status.success())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }

    /// Leaves this much room.
    fn leave(&self, bytes: u64) {
        let ballast = File::create(self.ballast()).expect("a file");
        let room = rustix::fs::statvfs(self.folder.path()).expect("a disk");
        let taken = (room.f_bavail * room.f_frsize).saturating_sub(bytes);
        if taken > 0 {
            rustix::fs::fallocate(&ballast, rustix::fs::FallocateFlags::empty(), 0, taken).expect("room for the ballast");
        }
    }

    fn empty(&self) {
        fs::remove_file(self.ballast()).expect("it is there");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("--lazy").arg(self.folder.path()).output();
    }
}

/// How a verb ended that had too little room: well, or with 1 and an error that says what to do.
fn ended(site: &Site, args: &[&str], when: &str) -> bool {
    let ended = site.home.start(args).end();
    if ended.code == Some(0) {
        return true;
    }
    let error = ended.stderr.lines().filter_map(|it| serde_json::from_str::<Value>(it).ok()).find(|it| it["error"].is_string());
    let error = error.unwrap_or_else(|| panic!("{when}: no error, but {:?}", ended.stderr));
    assert_eq!((ended.code, &error["code"]), (Some(1), &1.into()), "{when}: {error}");
    let said = error["error"].as_str().expect("text");
    if said.contains(UNTIDY) {
        return true;
    }
    assert!(said.contains("cannot be written") || said.contains("cannot be made"), "{when}: {said}");
    assert!(error["fix"].as_str().is_some_and(|it| it.contains("room")), "{when}: {error}");
    false
}

/// Runs a verb with more and more room until it ends well. Readers see the old badges until then, whatever broke off.
fn until_it_fits(site: &Site, disk: &Disk, args: &[&str], old: &Badges) {
    for (failed, room) in ROOM.into_iter().enumerate() {
        disk.leave(room << 10);
        let well = ended(site, args, &format!("{args:?} with {room} kB"));
        let now = site.badges();
        disk.empty();
        if well {
            eprintln!("{args:?} ends well with {room} kB, and failed {failed} times with less");
            assert!(failed > 2, "the disk was never full");
            return;
        }
        are_equal(&now, old, &format!("{args:?} with {room} kB"));
    }
    panic!("{args:?} wants more than any room");
}

#[test]
fn a_full_disk_is_told_and_harms_nothing() {
    let Some(disk) = Disk::new() else {
        return eprintln!("SKIPPED: a_full_disk_is_told_and_harms_nothing (only root may mount a small disk)");
    };
    let quiet = Quiet::new();
    let site = Site::new(Place::In(&disk.data()));
    site.home.ends(&RUN, 0);
    site.account(State::Other);
    until_it_fits(&site, &disk, &RUN, &quiet.first);
    site.home.ends(&RUN, 0);
    are_equal(&site.badges(), &quiet.other_account, "once there was room");
    site.account(State::First);
    site.home.ends(&RUN, 0);
    until_it_fits(&site, &disk, &["profiles", "import", "../other.jsonl", "--json"], &quiet.first);
    site.home.ends(&["profiles", "import", "../other.jsonl"], 0);
    assert_eq!(site.home.object(&["profiles", "stats"], 0)["in_step"], true);
    site.home.ends(&RUN, 0);
    are_equal(&site.badges(), &quiet.other_profiles, "once there was room");
    site.is_clean("a full disk");
}

#[test]
fn a_disk_that_takes_no_writes_is_told_and_harms_nothing() {
    let Some(disk) = Disk::new() else {
        return eprintln!("SKIPPED: a_disk_that_takes_no_writes_is_told_and_harms_nothing (only root may mount a small disk)");
    };
    let quiet = Quiet::new();
    let site = Site::new(Place::In(&disk.data()));
    site.home.ends(&RUN, 0);
    site.account(State::Other);
    // The reader of this process holds files open for writing.
    let Site { home, runtime, store, .. } = site;
    drop((store, runtime));
    assert!(disk.close(), "the disk is closed");
    for args in [&RUN[..], &["profiles", "import", "../other.jsonl", "--json"], &["tenant", "set", "acme", "guard=false", "--json"]] {
        let ended = home.start(args).end();
        assert_eq!(ended.code, Some(1), "{args:?}: {}", ended.stderr);
        let error: Value = serde_json::from_str(ended.stderr.lines().last().unwrap_or_default()).expect("an error");
        assert!(error["error"].as_str().is_some_and(|it| it.contains("read-only") || it.contains("cannot be")), "{error}");
    }
    assert!(disk.mount(&["-o", "remount,rw"]), "the disk is open");
    let shown = home.ends(&["badges", "acme", "--json"], 0);
    assert_eq!(shown.lines().filter(|it| !it.contains("\"profile-")).count(), quiet.first.lines().count());
    home.ends(&RUN, 0);
    let shown = home.ends(&["badges", "acme", "--json"], 0);
    assert_eq!(shown.lines().filter(|it| !it.contains("\"profile-")).count(), quiet.other_account.lines().count());
}

/// The same for any user: a process whose files may not grow beyond a size.
#[test]
fn a_file_that_may_not_grow_is_told_and_harms_nothing() {
    let quiet = Quiet::new();
    let site = Site::new(Place::Embedded);
    site.home.ends(&RUN, 0);
    for (verb, state, args) in
        [("run", State::Other, &RUN[..]), ("import", State::First, &["profiles", "import", "../other.jsonl", "--json"])]
    {
        site.account(state);
        let old = site.badges();
        let mut failed = 0;
        for largest in LARGEST {
            let when = format!("{verb} with files of {largest} kB");
            let limited = site.home.start_limited(largest, args).end();
            failed += u32::from(limited.code == Some(1));
            assert!(matches!(limited.code, Some(0 | 1)), "{when}: {:?} {}", limited.code, limited.stderr);
            let now = site.badges();
            let done = limited.code == Some(0) || limited.stderr.contains(UNTIDY);
            assert!(now == old || done, "{when} changed badges: {}", limited.stderr);
        }
        assert!(failed > 2, "{verb} never failed");
        site.home.ends(args, 0);
        site.home.ends(&RUN, 0);
    }
    are_equal(&site.badges(), &quiet.other_profiles, "without a limit");
    site.is_clean("files that may not grow");
}
