//! `token`, `user` and `serve` as programs: what they print, and that what they print works.

use acquaint::store::Location;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// Runs the binary on a data directory; nothing of the caller's environment.
pub(super) fn acquaint(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
    command.env_clear().env("HOME", home).env("ACQUAINT_DATA_DIR", home.join("data")).current_dir(home);
    command
}

pub(super) fn run(home: &Path, line: &str) -> Output {
    acquaint(home).args(line.split_whitespace()).stdin(Stdio::null()).output().expect("it ends")
}

pub(super) fn printed(home: &Path, line: &str) -> String {
    let output = run(home, line);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

/// A server of its own, with its address; it ends when it is dropped.
pub(super) struct Served {
    child: Child,
    pub(super) url: String,
}

impl Served {
    pub(super) fn start(home: &Path, more: &[&str]) -> Self {
        let mut command = acquaint(home);
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(more).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let mut url = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut url).expect("a line");
        Self { child, url: url.trim().to_owned() }
    }

    /// Asks it to stop; returns its code.
    pub(super) fn stop(mut self) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it runs");
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// A data directory with the people of these tests.
pub(super) async fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = acquaint::store::open(&Location::Embedded(home.path().join("data"))).await.expect("a store");
    store.put_profiles(&super::profiles(), super::NOW).await.expect("put");
    store.add_tenant(&super::tenant(super::A)).await.expect("added");
    super::publish(store.as_ref(), super::A, &super::people(), super::NOW).await;
    home
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_was_printed_works_until_it_is_revoked() {
    let home = home().await;
    let home = home.path();
    let token = printed(home, "token create acme --role sourcer --expires 30d");
    assert!(token.starts_with("acq_") && token.len() == 47 && !token.contains(char::is_whitespace), "printed alone");
    let watcher = printed(home, "token create --installation --role operator");
    let served = Served::start(home, &[]);
    let client = reqwest::Client::new();
    let ask = async |path: &str, token: &str| {
        client.get(format!("{}{path}", served.url)).bearer_auth(token).send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(ask("/api/v1/tenants/acme/profiles/p-active", &token).await, 200);
    assert_eq!(ask("/api/v1/tenants/acme/profiles/p-active", &watcher).await, 403);
    assert_eq!(ask("/api/v1/tenants/acme/runs", &watcher).await, 200);
    let list = printed(home, "token list --json");
    let first: serde_json::Value = serde_json::from_str(list.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["tenant"], &first["role"]), (&"acme".into(), &"sourcer".into()));
    assert!(first["last_used"].is_string() && first["expires_at"].is_string() && !list.contains(&token[4..]));
    printed(home, &format!("token revoke {}", first["id"].as_str().expect("an id")));
    assert_eq!(ask("/api/v1/tenants/acme/profiles/p-active", &token).await, 401);
    let kept = std::fs::read(home.join("data/acquaint.sqlite")).expect("a file");
    assert!(!kept.windows(43).any(|it| it == &token.as_bytes()[4..]), "the token itself is kept");
    assert_eq!(served.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_who_was_added_signs_in() {
    let home = home().await;
    let home = home.path();
    let password = printed(home, "user add ana@acme.example --tenant acme --role admin");
    assert_eq!(password.len(), 24);
    let served = Served::start(home, &["--no-runs"]);
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let sign_in = async |password: &str| {
        let form = format!("name=ana%40acme.example&password={password}");
        let request = client.post(format!("{}/sign-in", served.url)).header("content-type", "application/x-www-form-urlencoded");
        request.body(form).send().await.expect("an answer").status().as_u16()
    };
    assert_eq!((sign_in(&password).await, sign_in("wrong").await), (303, 401));
    let other = printed(home, "user password ana@acme.example");
    assert_eq!((sign_in(&password).await, sign_in(&other).await), (401, 303));
    assert!(printed(home, "user list").starts_with("ana@acme.example\tacme\tadmin\t"));
    printed(home, "user remove ana@acme.example");
    assert_eq!(sign_in(&other).await, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_given_is_told() {
    let home = home().await;
    let home = home.path();
    std::fs::write(home.join("short.txt"), "short").expect("a file");
    for (line, told) in [
        ("token create nobody --role sourcer", "no such tenant"),
        ("token create acme --role king", "sourcer, operator or admin"),
        ("token create --role operator", "no tenant was named"),
        ("token create acme --installation --role operator", "exclude each other"),
        ("token create --installation --role admin", "operators alone"),
        ("token create acme --role sourcer --expires 2020-01-01", "ended already"),
        ("token create acme --role sourcer --expires soon", "a number of days"),
        ("token revoke nothing", "no such token"),
        ("user add ana --tenant nobody --role sourcer", "no such tenant"),
        ("user add ana --tenant acme --role sourcer --password-file short.txt", "at least 15"),
        ("user remove nobody", "no such user"),
        ("user password nobody", "no such user"),
        ("serve --listen nowhere", "--listen"),
        ("serve --rate 0", "--rate"),
        ("serve --connections 0", "--connections"),
        ("serve --proxy nowhere", "--proxy"),
    ] {
        let output = run(home, line);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{line}: {said}");
        assert!(said.contains(told), "{line}: {said}");
    }
    printed(home, "user add ana --tenant acme --role sourcer");
    assert!(String::from_utf8_lossy(&run(home, "user add ana --tenant acme --role sourcer").stderr).contains("already such a user"));
}
