//! `acquaint resume` as people run it.

use super::pdfs::{ana, locked};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Output};

fn acquaint(args: &[&OsStr]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_acquaint")).args(args).output().expect("the program of this crate")
}

/// Reads these files of a fresh folder with `--json`; gives the exit code, stdout's objects and stderr's.
fn check(files: &[(&str, &[u8])], asked: &[&str]) -> (Option<i32>, Vec<Value>, Vec<Value>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    files.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).expect("a small file"));
    let paths: Vec<_> = asked.iter().map(|it| folder.path().join(it)).collect();
    let mut args = vec![OsStr::new("resume"), OsStr::new("--json")];
    args.extend(paths.iter().map(|it| it.as_os_str()));
    let output = acquaint(&args);
    let object = |line: &str| serde_json::from_str(line).expect("an object a line");
    let objects = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(object).collect();
    (output.status.code(), objects(&output.stdout), objects(&output.stderr))
}

#[test]
fn a_line_has_every_field() {
    let (code, lines, errors) = check(&[("cv.dat", &ana())], &["cv.dat"]);
    assert_eq!((code, errors.len()), (Some(0), 0));
    let mut line = lines[0].clone();
    assert!(line["file"].as_str().is_some_and(|it| it.ends_with("/cv.dat")));
    line["file"] = Value::Null;
    line["text"] = Value::Null;
    let due = serde_json::json!({
        "file": null, "format": "pdf", "status": "ok", "pages": 1, "truncated": false, "text": null, "name": "Ana Ruiz",
        "emails": ["ana.ruiz@example.com"], "phones": ["+34600555123"],
        "links": [{"url": "https://github.com/anaruiz", "where": "text"}, {"url": "https://www.linkedin.com/in/ana-ruiz", "where": "annotation"}],
        "positions": [{"organization": "Northwind", "title": "Staff Engineer", "start": "2018", "end": "2021"}], "schools": [],
    });
    assert_eq!(line, due);
}

#[test]
fn what_cannot_be_read_or_opened_is_told() {
    let (ana, secret) = (ana(), locked("secret"));
    let files: [(&str, &[u8]); 3] = [("a.pdf", &ana), ("b.pdf", &secret), ("c.pdf", &ana)];
    let (code, lines, errors) = check(&files, &["c.pdf", "b.pdf", "none.pdf", "a.pdf"]);
    let statuses: Vec<_> = lines.iter().filter_map(|it| it["status"].as_str()).collect();
    assert_eq!((code, statuses, errors.len()), (Some(4), vec!["ok", "encrypted", "ok"], 1));
    assert!(errors[0]["error"].as_str().is_some_and(|it| it.contains("none.pdf")));
    assert_eq!(check(&files, &["none.pdf", "nor.this"]).0, Some(2));
    // A folder stands for its files, and a pattern for those that it fits.
    let (code, lines, _) = check(&files, &[".", "[ac].pdf", "none.pdf"]);
    assert_eq!((code, lines.len()), (Some(4), 5));
}

#[test]
fn a_huge_file_is_refused_by_its_size() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("huge.pdf");
    fs::File::create(&path).and_then(|it| it.set_len(500_000_000)).expect("a hole in a file");
    let output = acquaint(&[OsStr::new("resume"), path.as_os_str()]);
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stdout).contains("\ttoo_large\tunknown\t"));
}

#[test]
fn the_child_is_not_in_the_help_and_ends_with_its_pipe() {
    let help = acquaint(&[OsStr::new("--help")]);
    assert!(!String::from_utf8_lossy(&help.stdout).contains("resume-child"));
    assert_eq!(acquaint(&[OsStr::new("resume-child")]).status.code(), Some(0));
}
