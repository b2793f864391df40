//! The parent's side: a few children, each with a file at a time, and an outcome whatever becomes of them.

use super::child::MAX_ANSWER;
use super::{Format, MAX_BYTES, Reading, Sandbox};
use crate::model::{RawResume, RawText, ResumeStatus};
use rustix::process::Signal;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// Clock time a file may take, the child's start included.
const WALL: Duration = Duration::from_secs(10);

/// How long a child that closed its pipe may take to be gone.
const GRACE: Duration = Duration::from_secs(1);

/// Files a child reads before a fresh one takes over, so that nothing adds up.
const BATCH: u32 = 50;

/// Children a file may have when each is killed by somebody else: one that was dead before it was asked, one that was not, and a
/// last one.
const ATTEMPTS: u32 = 3;

/// A pool of contained children that read résumés. Children start when they are needed and die with the pool.
pub struct Readers {
    program: PathBuf,
    turns: Semaphore,
    idle: Mutex<Vec<Reader>>,
}

/// Why a file has no answer.
enum Loss {
    /// The file is to blame.
    Of(ResumeStatus),
    /// Somebody else killed the child; the file deserves another.
    Bystander,
}

impl Readers {
    /// A pool of at most `children` (at least one) that run `program resume-child`: this very program.
    #[must_use]
    pub fn new(program: PathBuf, children: usize) -> Self {
        Self { program, turns: Semaphore::new(children.max(1)), idle: Mutex::default() }
    }

    /// Reads one résumé as soon as a child is free. Every outcome is in [`Reading::status`].
    pub async fn read(&self, mut resume: RawResume) -> Reading {
        let length = resume.len();
        let name = Zeroizing::new(resume.take_name().map(RawText::reveal).unwrap_or_default());
        let bytes = Zeroizing::new(resume.reveal());
        let format = Format::of(&bytes);
        if length as u64 > MAX_BYTES {
            return Reading::failed(ResumeStatus::TooLarge, format);
        }
        let _turn = self.turns.acquire().await;
        for _ in 0..ATTEMPTS {
            match self.attempt(&name, &bytes).await {
                Ok(reading) => return reading,
                Err(Loss::Of(status)) => return Reading::failed(status, format),
                Err(Loss::Bystander) => {}
            }
        }
        Reading::failed(ResumeStatus::Crashed, format)
    }

    /// Which layers of confinement a child of this pool has; none when no child answers.
    pub async fn sandbox(&self) -> Option<Sandbox> {
        let mut command = Command::new(&self.program);
        command.args(["resume-child", "--sandbox"]).env_clear().stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let output = timeout(WALL, command.output()).await.ok()?.ok()?;
        serde_json::from_slice(&output.stdout).ok()
    }

    async fn attempt(&self, name: &str, bytes: &[u8]) -> Result<Reading, Loss> {
        let waiting = self.idle().pop();
        let mut reader = waiting.map_or_else(|| Reader::start(&self.program), Ok)?;
        match timeout(WALL, reader.ask(name, bytes)).await {
            Ok(Ok(reading)) => {
                reader.left -= 1;
                if reader.left > 0 {
                    self.idle().push(reader);
                }
                Ok(reading)
            }
            Ok(Err(_broken)) => Err(reader.loss().await),
            Err(_elapsed) => Err(Loss::Of(ResumeStatus::Timeout)),
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One child; killed when dropped.
struct Reader {
    process: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    left: u32,
}

impl Reader {
    /// Starts a child that knows nothing of this process: no environment, no directory, and nobody hears what it says on stderr,
    /// which could quote a person.
    fn start(program: &PathBuf) -> Result<Self, Loss> {
        let mut command = Command::new(program);
        command.arg("resume-child").env_clear().current_dir("/").kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().map_err(|error| {
            tracing::warn!(error = %error.kind(), "no child could be started to read a résumé");
            Loss::Bystander
        })?;
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else { return Err(Loss::Bystander) };
        Ok(Self { process, stdin, stdout, left: BATCH })
    }

    /// Hands over a file and takes the answer.
    async fn ask(&mut self, name: &str, bytes: &[u8]) -> std::io::Result<Reading> {
        for frame in [name.as_bytes(), bytes] {
            let length = u32::try_from(frame.len()).map_err(std::io::Error::other)?;
            self.stdin.write_all(&length.to_be_bytes()).await?;
            self.stdin.write_all(frame).await?;
        }
        self.stdin.flush().await?;
        let length = self.stdout.read_u32().await?;
        if length > MAX_ANSWER {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let mut answer = Zeroizing::new(vec![0; length as usize]);
        self.stdout.read_exact(&mut answer).await?;
        serde_json::from_slice(&answer).map_err(|_quotes| std::io::ErrorKind::InvalidData.into())
    }

    /// What a child died of.
    async fn loss(mut self) -> Loss {
        match timeout(GRACE, self.process.wait()).await {
            Ok(Ok(status)) => verdict(status),
            _ => Loss::Of(ResumeStatus::Crashed),
        }
    }
}

/// Nothing a file does ends in `SIGKILL`: that comes from outside, be it the kernel short of memory or a person.
fn verdict(status: ExitStatus) -> Loss {
    match status.signal() {
        Some(signal) if signal == Signal::KILL.as_raw() => Loss::Bystander,
        Some(signal) if signal == Signal::XCPU.as_raw() => Loss::Of(ResumeStatus::Timeout),
        _ => Loss::Of(ResumeStatus::Crashed),
    }
}
