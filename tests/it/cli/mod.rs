//! The real binary, as people and programs call it: codes, stdout, stderr.

mod backup;
mod browser;
mod chain;
mod check;
mod connect;
mod doctor;
mod hostile;
mod reach;
mod settings;
mod start;
mod steady;
mod stub;
mod tenant;
mod transfer;
mod usage;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A place of its own for one test: home, data and keys; nothing of the caller's environment.
struct Home {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let variables = vec![("HOME", folder.path().display().to_string())];
        Self { folder, variables }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the home; its folders are made.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("inside the home")).expect("a writable home");
        std::fs::write(&path, content).expect("a writable home");
        path.display().to_string()
    }

    /// Runs `acquaint` with the words of `line`; `~` stands for the home.
    fn run(&self, line: &str, stdin: &str) -> Ended {
        let home = self.folder.path().display().to_string();
        let args = line.split_whitespace().map(|it| it.replace('~', &home));
        let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
        command.args(args).env_clear().envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(&home).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        // A child that reads no stdin closes it early, which is no concern of the test.
        let _unread = child.stdin.take().expect("piped").write_all(stdin.as_bytes());
        let output = child.wait_with_output().expect("the binary ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&home, "~");
        Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// What a person sees: the code, then stdout, then stderr.
    fn see(&self, line: &str) -> String {
        self.see_with(line, "")
    }

    fn see_with(&self, line: &str, stdin: &str) -> String {
        let ended = self.run(line, stdin);
        format!("exit {}\n{}{}", ended.code.unwrap_or(-1), ended.stdout, ended.stderr)
    }
}

struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}
