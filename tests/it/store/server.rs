//! A PostgreSQL server of our own in a temporary folder, reached by a socket in that folder alone.

use super::Home;
use acquaint::index::Place;
use acquaint::secrets::Secret;
use acquaint::store::Location;
use sqlx::{AssertSqlSafe, Connection};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Says where the server is, to the homes of a child.
const SERVER: &str = "ACQUAINT_TEST_SERVER";

/// The store of a home: inside its folder, or a new database on the server that the parent started ([`Server::passes`]).
pub(crate) async fn location(folder: &Path) -> Location {
    static HOMES: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var(SERVER) else { return Location::Embedded(folder.to_owned()) };
    let name = format!("home_{}", HOMES.fetch_add(1, Ordering::Relaxed));
    let mut it = sqlx::PgConnection::connect(&server).await.expect("a connection");
    let make = AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0"));
    sqlx::query(make).execute(&mut it).await.expect("a database");
    Location::Postgres(server.replace("/postgres", &format!("/{name}")))
}

/// The index of a home: beside its store, or in its database, so that whatever such a child does has an index in PostgreSQL too.
pub(crate) fn place(store: &Location, folder: &Path) -> Place {
    match store {
        Location::Embedded(_) => Place::Folder(folder.join("index")),
        Location::Postgres(url) => Place::Database { url: url.clone(), key: Arc::new(Secret::new(vec![7; 32])) },
    }
}

pub(crate) struct Server {
    binaries: PathBuf,
    folder: tempfile::TempDir,
    owner: (u32, u32),
    settings: String,
}

impl Server {
    /// None where PostgreSQL is not installed, which is an error where `CI` is set.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with("")
    }

    /// The same with more settings, as `-c name=value`.
    pub(crate) fn start_with(more: &str) -> Option<Self> {
        let Some(binaries) = binaries() else {
            assert!(std::env::var_os("CI").is_none(), "there is no PostgreSQL: no initdb and pg_ctl in PATH or /usr/lib/postgresql");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("pg").tempdir().expect("a temporary folder");
        let owner = unprivileged(folder.path());
        chown(folder.path(), Some(owner.0), Some(owner.1)).expect("the folder changes hands");
        let settings = format!("-c listen_addresses= -c fsync=off -c unix_socket_directories={} {more}", folder.path().display());
        let it = Self { binaries, folder, owner, settings };
        it.run("initdb", &["--no-sync", "-A", "trust", "-U", "acquaint", "-E", "UTF8", "--locale=C"]);
        it.resume();
        Some(it)
    }

    /// A database of its own for each check.
    pub(super) async fn home(&self, name: &str) -> Home {
        self.make(name).await;
        Home { location: Location::Postgres(self.url(name)), raw_url: self.url(name), _folder: None }
    }

    /// Has this test binary do these tests once more, in a child whose homes take a database each on this server.
    pub(crate) fn passes(&self, tests: &[&str]) {
        let binary = std::env::current_exe().expect("a test binary");
        let output = Command::new(binary).args(tests).env(SERVER, self.url("postgres")).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && !said.contains("running 0 tests"), "{said}");
    }

    /// Makes an empty database.
    pub(crate) async fn make(&self, name: &str) {
        let mut it = sqlx::PgConnection::connect(&self.url("postgres")).await.expect("a connection");
        let make = AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0"));
        sqlx::query(make).execute(&mut it).await.expect("a database");
    }

    /// All of a database as `pg_dump` writes it; none where that is not installed, which is an error where `CI` is set.
    pub(crate) fn dump(&self, database: &str) -> Option<PathBuf> {
        let file = self.folder.path().join("dump");
        let names = format!("--dbname={}", self.url(database));
        if !self.binaries.join("pg_dump").exists() {
            assert!(std::env::var_os("CI").is_none(), "there is no pg_dump in {}", self.binaries.display());
            return None;
        }
        self.tool("pg_dump", &["--format=custom", &names, &format!("--file={}", file.display())]);
        Some(file)
    }

    /// Brings a dump back into a database.
    pub(crate) fn bring_back(&self, dump: &Path, database: &str, more: &[&str]) {
        let names = format!("--dbname={}", self.url(database));
        self.tool("pg_restore", &[more, &["--exit-on-error", "--single-transaction", &names, &dump.display().to_string()]].concat());
    }

    fn tool(&self, binary: &str, args: &[&str]) {
        let status = Command::new(self.binaries.join(binary)).args(args).status().expect("the program starts");
        assert!(status.success(), "{binary} failed");
    }

    /// The address of one of its databases; `postgres` is there from the start.
    pub(crate) fn url(&self, database: &str) -> String {
        let socket = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://acquaint@{socket}/{database}")
    }

    /// Ends all its processes at once, as a crash would.
    pub(crate) fn crash(&self) {
        self.run("pg_ctl", &["-m", "immediate", "stop"]);
    }

    /// Kills its first process, as nobody else but the system would; the others find out by themselves.
    pub(crate) fn kill(&self) {
        let file = self.folder.path().join("data/postmaster.pid");
        let text = std::fs::read_to_string(file).expect("the server runs");
        let process = text.lines().next().and_then(|it| it.parse().ok()).and_then(rustix::process::Pid::from_raw).expect("a process");
        rustix::process::kill_process(process, rustix::process::Signal::KILL).expect("it lives");
        // Until they have, their memory keeps a new server from starting.
        let began = std::time::Instant::now();
        while self.has_processes() {
            assert!(began.elapsed().as_secs() < 60, "the server's processes do not end");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        // Its number may be taken for that of a server at work, as long as nobody has asked how it ended.
        for file in ["data/postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"] {
            let _may_be_gone = std::fs::remove_file(self.folder.path().join(file));
        }
    }

    /// Whether any process works in its folder.
    fn has_processes(&self) -> bool {
        let data = self.folder.path().join("data");
        let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        all.filter_map(|it| std::fs::read_link(it.path().join("cwd")).ok()).any(|it| it == data)
    }

    /// Starts it again after a crash, with the settings that it had.
    pub(crate) fn resume(&self) {
        self.run("pg_ctl", &["-w", "-o", &self.settings, "start"]);
    }

    /// Everything that it writes: all databases, and its log where it keeps one.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, binary: &str, args: &[&str]) {
        assert!(self.ends_well(binary, args), "{binary} failed");
    }

    fn ends_well(&self, binary: &str, args: &[&str]) -> bool {
        let data = self.folder.path().join("data");
        let mut command = Command::new(self.binaries.join(binary));
        command.arg("-D").arg(data).args(args).current_dir(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        if rustix::process::geteuid().is_root() {
            command.uid(self.owner.0).gid(self.owner.1);
        }
        command.status().expect("the program starts").success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be down already.
        let _ended = self.ends_well("pg_ctl", &["-m", "immediate", "stop"]);
    }
}

fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|it| it.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions.chain(std::env::split_paths(&path)).find(|it| it.join("initdb").exists() && it.join("pg_ctl").exists())
}

/// The server refuses to run as root: then it runs as `nobody`, and else as ourselves.
fn unprivileged(ours: &Path) -> (u32, u32) {
    const NOBODY: u32 = 65_534;
    let us = std::fs::metadata(ours).expect("the folder is there");
    if us.uid() == 0 { (NOBODY, NOBODY) } else { (us.uid(), us.gid()) }
}
