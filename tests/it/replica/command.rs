//! `acquaint replica` as a program.

use super::client;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
    command.args(["replica", "--opportunities", "30"]).args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn lines(child: &mut Child) -> impl Iterator<Item = String> {
    BufReader::new(child.stdout.take().expect("a pipe")).lines().map(|it| it.expect("text"))
}

fn end(child: Child, signal: Signal) -> Output {
    kill_process(Pid::from_child(&child), signal).expect("it runs");
    child.wait_with_output().expect("it ends")
}

#[tokio::test]
async fn it_prints_where_it_serves_and_stops_when_told() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut child = command(&[]).spawn().expect("it starts");
        let printed: Vec<String> = lines(&mut child).take(2).collect();
        let url = format!("{}/opportunities?limit=1", printed[0]);
        let answer = client().get(url).basic_auth(&printed[1], Some("")).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        assert_eq!(end(child, signal).status.code(), Some(0));
    }
}

#[test]
fn it_exports_the_world_that_it_serves() {
    let directory = tempfile::tempdir().expect("room");
    let path = directory.path().join("new");
    let mut child = command(&["--json", "--export", path.to_str().expect("text")]).spawn().expect("it starts");
    let line = lines(&mut child).next().expect("a line");
    let printed: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert!(printed["base_url"].is_string() && printed["key"].is_string());
    end(child, Signal::TERM);
    for (file, least) in [("profiles.jsonl", 1), ("truth.jsonl", 18)] {
        let text = std::fs::read_to_string(path.join(file)).expect("a file");
        assert!(text.lines().count() >= least, "{file}");
    }
}

#[test]
fn what_cannot_be_done_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let file = tempfile::NamedTempFile::new().expect("room");
    let check = |args: &[&str], expected: &str| {
        let output = command(args).output().expect("it ends");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(expected), "{told}");
    };
    check(&["--listen", &address], "cannot listen on");
    check(&["--export", file.path().to_str().expect("text")], "cannot write into");
    check(&["--faults", "plague"], "rate-limit");
    check(&["--opportunities", "0"], "--opportunities");
}
