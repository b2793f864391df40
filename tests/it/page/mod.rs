//! The pages in a real browser: the demo of the real binary, walked by `tests/page/walk.mjs`. Pictures and figures of the walk stay in
//! `target/page`.

use acquaint::replica::{App, Options, Replica};
use acquaint::world::{Plan, World};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_acquaint");

/// A profile whose every text tries to be something else.
const HOSTILE: &str = r#"{"id":"p-hostile","name":"Zedekiah <img src=x onerror=alert(1)><script>alert(2)</script>","headline":"\"><svg onload=alert(3)>","location":"{{ 7*7 }}","links":["javascript:alert(4)","https://zed.example/\"><b>"],"positions":[{"organization":"<style>*{display:none}</style>","title":"</title><script>alert(5)</script>"}]}"#;

/// The walk.
const SCRIPTS: [(&str, &str); 4] = [
    ("walk.mjs", include_str!("../../page/walk.mjs")),
    ("browser.mjs", include_str!("../../page/browser.mjs")),
    ("sourcer.mjs", include_str!("../../page/sourcer.mjs")),
    ("operator.mjs", include_str!("../../page/operator.mjs")),
];

/// A demo at work; killed when dropped.
struct Demo(Child, tempfile::TempDir);

impl Drop for Demo {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _ended = self.0.wait();
    }
}

impl Demo {
    /// Starts it, and waits until it has told where its pages are.
    fn start() -> (Self, serde_json::Value) {
        let home = tempfile::tempdir().unwrap();
        let mut command = acquaint(home.path());
        let mut child = command.args(["demo", "--people", "400", "--json", "--quiet"]).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = lines.map(|it| serde_json::from_str::<serde_json::Value>(&it.unwrap()).unwrap()).find(|it| it.get("password").is_some());
        (Self(child, home), told.expect("the demo opens its pages"))
    }
}

/// A Lever whose sign-in knows an app that has its answers sent to these pages, and gives it access.
fn with_a_sign_in(pages: &str) -> Replica {
    let app = App::new("app-1", "s3cret-of-the-app").with_redirect(&format!("{pages}/oauth/callback"));
    let account = World::new(&Plan { seed: 7, contacts: 12, opportunities: 20, profiles: 12, ..Plan::default() }).account;
    Replica::start(account, Options { apps: vec![app], ..Options::default() }).unwrap()
}

fn acquaint(home: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", home).env("XDG_CONFIG_HOME", home);
    command.arg("--data-dir").arg(home.join("data"));
    command
}

/// The libraries of the walk, as pinned, in a folder of their own.
fn libraries(folder: &Path) -> Result<(), String> {
    let wanted = include_str!("../../page/package.json");
    fs::create_dir_all(folder).unwrap();
    if fs::read_to_string(folder.join("installed.json")).is_ok_and(|it| it == wanted) {
        return Ok(());
    }
    fs::write(folder.join("package.json"), wanted).unwrap();
    let npm = Command::new("npm").args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]).current_dir(folder).output();
    match npm {
        Ok(done) if done.status.success() => {
            fs::write(folder.join("installed.json"), wanted).unwrap();
            Ok(())
        }
        Ok(done) => Err(format!("npm installs nothing: {}", String::from_utf8_lossy(&done.stderr))),
        Err(error) => Err(error.to_string()),
    }
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|it| it.success())
}

/// What a machine lacks makes the walk impossible; where everything is tested, that is an error.
fn skipped(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "the pages cannot be walked: {why}");
    eprintln!("SKIPPED: the_pages_are_walked_in_a_browser ({why})");
}

/// Whom the demo does not have: those of a second company with badges of the same people, and who watches all companies, which the demo
/// makes in a place that is its own alone.
fn others(home: &Path, told: &serde_json::Value) {
    let file = |name: &str, text: &str| {
        fs::write(home.join(name), text).unwrap();
        home.join(name).to_str().unwrap().to_owned()
    };
    let said = |name: &str| told[name].as_str().unwrap();
    let (password, key, people) = (file("password", said("password")), file("lever-key", said("lever_key")), file("people.jsonl", HOSTILE));
    for line in [
        format!("profiles import {people}"),
        format!("user add inge --installation --role operator --password-file {password}"),
        format!("tenant add acme --lever-key-file {key} --lever-url {}", said("lever_url")),
        "tenant set acme resumes=none".to_owned(),
        format!("user add eve --tenant acme --role admin --password-file {password}"),
        "run acme".to_owned(),
    ] {
        let done = acquaint(home).args(line.split(' ')).output().unwrap();
        assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn the_pages_are_walked_in_a_browser() {
    if let Some(missing) = ["node", "npm", "chromium"].iter().find(|it| !is_there(it)) {
        return skipped(&format!("no {missing}"));
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/page");
    if let Err(why) = libraries(&folder) {
        return skipped(&why);
    }
    let pictures = folder.join("pictures");
    let _none_before = fs::remove_dir_all(&pictures);
    fs::create_dir_all(&pictures).unwrap();
    // Libraries are found from where the script lies.
    for (name, script) in SCRIPTS {
        fs::write(folder.join(name), script).unwrap();
    }
    let (demo, told) = Demo::start();
    others(demo.1.path(), &told);
    let said = |name: &str| told[name].as_str().unwrap().to_owned();
    let lever = with_a_sign_in(&said("url"));
    let mut walk = Command::new("node");
    walk.current_dir(&folder).arg("walk.mjs").args(["url", "password", "lever_url", "lever_key"].map(said)).arg(&pictures);
    walk.arg(told["enter"][0].as_str().unwrap()).arg(lever.base_url()).arg(lever.oauth_file().unwrap().to_string());
    let walked = walk.output().unwrap();
    let lines = String::from_utf8_lossy(&walked.stdout);
    eprintln!("{lines}");
    assert!(walked.status.success(), "{lines}\n{}", String::from_utf8_lossy(&walked.stderr));
}
