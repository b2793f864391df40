//! A machine of its own for one test: every folder that a program may write to, and an invented Lever account.

use super::canaries::{Town, town};
use super::search::Needles;
use crate::polite::Polite;
use acquaint::replica::{App, Fault, Kind, Options};
use acquaint::world::profiles_jsonl;
use std::cell::Cell;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Folders by the variable that names them.
const FOLDERS: [(&str, &str); 8] = [
    ("HOME", "home"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "share"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_RUNTIME_DIR", "runtime"),
    ("TMPDIR", "tmp"),
    ("ACQUAINT_DATA_DIR", "data"),
];

/// Longer than any test waits.
const NEVER: Duration = Duration::from_secs(3_600);
/// By then every step has come to pass, or never will.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Home {
    root: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
    printed: Cell<usize>,
    pub(crate) town: Town,
    pub(crate) replica: Polite,
}

/// How a program ended, and what it printed.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    /// With profiles, and a tenant `acme` that reads some résumés whatever the verdict.
    pub(crate) fn new(more: &[(&'static str, String)]) -> Self {
        // Small pages, so that a run can end in the middle of the list.
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
        let app = App::new("replica-app", "s3cret-of-the-app").with_redirect(&format!("http://127.0.0.1:{port}/callback"));
        Self::over(town(), Options { page_limit: 20, apps: vec![app], ..Options::default() }, more)
    }

    /// The same over other people, and a replica that behaves so.
    pub(crate) fn over(town: Town, options: Options, more: &[(&'static str, String)]) -> Self {
        let root = tempfile::Builder::new().prefix("canary").tempdir().expect("a temporary folder");
        let place = |folder: &str| root.path().join(folder);
        FOLDERS.iter().map(|it| it.1).chain(["work", "printed"]).for_each(|it| fs::create_dir(place(it)).expect("a folder"));
        let mut variables: Vec<_> = FOLDERS.iter().map(|(name, folder)| (*name, place(folder).display().to_string())).collect();
        variables.extend([("ACQUAINT_LOG", "trace,acquaint=trace".to_owned()), ("RUST_BACKTRACE", "full".to_owned())]);
        variables.extend(more.iter().cloned());
        let replica = Polite::start(town.world.account.clone(), options);
        fs::write(place("profiles.jsonl"), profiles_jsonl(&town.world)).expect("a file");
        fs::write(place("lever.key"), replica.key()).expect("a file");
        let it = Self { root, variables, printed: Cell::new(0), town, replica };
        it.ends(&["profiles", "import", "../profiles.jsonl"], 0);
        it.ends(&["tenant", "add", "acme", "--lever-key-file", "../lever.key", "--lever-url", &it.replica.base_url()], 0);
        it.ends(&["tenant", "set", "acme", "resumes=all", "resume_budget=24"], 0);
        it
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Starts the real program with all logs on. What it prints goes to files, which are searched like all others.
    pub(crate) fn start(&self, args: &[&str]) -> Running<'_> {
        self.started(Command::new(env!("CARGO_BIN_EXE_acquaint")), args)
    }

    /// The same, when no file may grow beyond so many kilobytes. A write that would do it fails, and sends no signal.
    pub(crate) fn start_limited(&self, largest: u64, args: &[&str]) -> Running<'_> {
        let mut shell = Command::new("sh");
        // In blocks of 512 bytes, as POSIX has it.
        shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", largest * 2), env!("CARGO_BIN_EXE_acquaint")]);
        self.started(shell, args)
    }

    fn started(&self, mut command: Command, args: &[&str]) -> Running<'_> {
        let number = self.printed.replace(self.printed.get() + 1);
        let file = |end: &str| self.path(&format!("printed/{number}.{end}"));
        let made = |end: &str| File::create(file(end)).expect("a file");
        command.args(args).arg("-vvv").env_clear().envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.path("work")).stdin(Stdio::null()).stdout(made("out")).stderr(made("err"));
        Running { home: self, child: command.spawn().expect("the binary starts"), stdout: file("out"), stderr: file("err") }
    }

    /// Runs it to its end, which has this code; returns what it printed.
    pub(crate) fn ends(&self, args: &[&str], code: i32) -> String {
        let ended = self.start(args).end();
        assert_eq!(ended.code, Some(code), "{args:?}: {}{}", ended.stdout, ended.stderr);
        ended.stdout
    }

    /// The one JSON object that this prints.
    pub(crate) fn object(&self, args: &[&str], code: i32) -> serde_json::Value {
        let text = self.ends(&[args, &["--json"]].concat(), code);
        serde_json::from_str(text.lines().next().unwrap_or_default()).expect("an object")
    }

    /// Lets the `nth` request of this kind from now on wait for ever.
    pub(crate) fn freeze(&self, kind: Kind, nth: u64) -> Moment {
        self.stop_for(kind, nth, NEVER)
    }

    /// The same for some seconds.
    pub(crate) fn pause(&self, kind: Kind, nth: u64) -> Moment {
        self.stop_for(kind, nth, Duration::from_secs(8))
    }

    /// The same for as long as this.
    pub(crate) fn stop_for(&self, kind: Kind, nth: u64, by: Duration) -> Moment {
        (1..nth).for_each(|_| self.replica.fail_next(kind, Fault::Delay(Duration::ZERO)));
        self.replica.fail_next(kind, Fault::Delay(by));
        Moment { kind, count: self.replica.stats().of(kind) + nth }
    }

    /// From the `nth` request of this kind on, this goes wrong.
    pub(crate) fn break_from(&self, kind: Kind, nth: u64, fault: Fault) {
        (1..nth).for_each(|_| self.replica.fail_next(kind, Fault::Delay(Duration::ZERO)));
        (0..1_000).for_each(|_| self.replica.fail_next(kind, fault));
    }

    /// Nothing of a canary is in any folder, nor in anything that was printed.
    pub(crate) fn is_clean(&self, after: &str) {
        let found = self.needles().below(self.root.path());
        assert!(found.is_empty(), "after {after}:\n{}", found.join("\n"));
    }

    /// All forms of all that Lever alone knows of the canaries, which are the same for every home.
    pub(crate) fn needles(&self) -> &'static Needles {
        static NEEDLES: OnceLock<Needles> = OnceLock::new();
        NEEDLES.get_or_init(|| Needles::of(&self.town.canaries))
    }
}

/// A request at which a run stands still.
pub(crate) struct Moment {
    kind: Kind,
    count: u64,
}

/// The program at work; killed when dropped.
pub(crate) struct Running<'a> {
    home: &'a Home,
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Running<'_> {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed so far, in whole lines.
    pub(super) fn lines(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.stdout).unwrap_or_default();
        text.split_inclusive('\n').filter_map(|it| it.strip_suffix('\n')).map(str::to_owned).collect()
    }

    /// What it has told so far.
    pub(crate) fn errors(&self) -> String {
        fs::read_to_string(&self.stderr).unwrap_or_default()
    }

    /// Waits until the run stands still.
    pub(crate) fn reaches(&mut self, moment: &Moment) {
        let reached = until(|| {
            assert!(self.child.try_wait().expect("a child").is_none(), "the run ended before {:?} {}", moment.kind, moment.count);
            self.home.replica.stats().of(moment.kind) >= moment.count
        });
        assert!(reached, "no run came to {:?} {}", moment.kind, moment.count);
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_some()
    }

    pub(crate) fn end(mut self) -> Ended {
        assert!(until(|| self.child.try_wait().expect("a child").is_some()), "the program does not end");
        let code = self.child.wait().expect("a child").code();
        let text = |file| fs::read_to_string(file).expect("text");
        Ended { code, stdout: text(&self.stdout), stderr: text(&self.stderr) }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let _ended = (self.child.kill(), self.child.wait());
    }
}

/// Asks until it is so, or patience ends.
pub(crate) fn until(mut is_so: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > PATIENCE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}
