//! The browser that is opened for somebody: nothing that lets anybody in stands in an argument, and what leads it on is its owner's alone.

use super::Home;
use acquaint::replica::{self, Options, Replica};
use acquaint::world::Account;
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Stands for the desktop: writes down what it was given, who may read that, what it says, and who asked.
const OPENER: &str = r#"#!/bin/sh
printf '%s\n' "$@" > "$HOME/arguments"
stat -c %a "$1" "$(dirname "$1")" > "$HOME/modes"
echo "$PPID" > "$HOME/asker"
cp "$1" "$HOME/copy" && mv "$HOME/copy" "$HOME/page"
"#;

/// A home with such a desktop.
fn home() -> Home {
    let home = Home::new();
    let opener = home.file("desktop/xdg-open", OPENER);
    std::fs::set_permissions(opener, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("ours");
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", home.path("desktop").display());
    home.with("PATH", path).with("DISPLAY", ":9")
}

fn start(home: &Home, program: &str, args: &[&str]) -> Child {
    let mut command = Command::new(program);
    command.args(args).env_clear().envs(home.variables.iter().map(|(name, value)| (name, value)));
    command.current_dir(home.path("")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it starts")
}

/// What the desktop was asked to open, once it was: the file, and where that leads.
fn opened(home: &Home, child: &mut Child) -> (String, String) {
    let began = Instant::now();
    while !home.path("page").exists() {
        assert!(child.try_wait().expect("a child").is_none() && began.elapsed() < Duration::from_secs(300), "nothing was opened");
        std::thread::sleep(Duration::from_millis(5));
    }
    let read = |name: &str| std::fs::read_to_string(home.path(name)).expect("text");
    assert_eq!(read("modes"), "600\n700\n", "for its owner's eyes alone");
    let page = read("page");
    let url = |before: &str| page.split_once(before).and_then(|it| it.1.split_once('"')).expect("an address").0.replace("&amp;", "&");
    assert_eq!(url("content=\"0;url="), url("href=\""), "{page}");
    (read("arguments").trim_end().to_owned(), url("href=\""))
}

fn get(url: &str) -> (u16, String) {
    let (status, to, _) = get_by(url, "");
    (status, to)
}

/// By this cookie: the status, where it leads, and the cookie that comes.
fn get_by(url: &str, cookie: &str) -> (u16, String, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let browser = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let answer = browser.get(url).header("cookie", cookie).send().await.expect("an answer");
        let header = |name: &str| answer.headers().get(name).map(|it| it.to_str().expect("text").to_owned()).unwrap_or_default();
        (answer.status().as_u16(), header("location"), header("set-cookie").split(';').next().unwrap_or_default().to_owned())
    })
}

#[test]
fn a_page_of_lever_s_is_opened_by_a_file() {
    let home = home();
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
    let app = replica::App::new("app-1", "s3cret").with_redirect(&format!("http://127.0.0.1:{port}/callback"));
    let replica = Replica::start(Account::default(), Options { apps: vec![app], ..Options::default() }).expect("a replica");
    home.file("app.json", replica.oauth_file().expect("an app").to_string());
    assert_eq!(home.run(&format!("tenant add acme --lever-oauth-file ~/app.json --lever-url {}", replica.base_url()), "").code, Some(0));
    let mut child = start(&home, env!("CARGO_BIN_EXE_acquaint"), &["tenant", "connect", "acme"]);
    let (argument, url) = opened(&home, &mut child);
    assert!(Path::new(&argument).is_absolute() && !argument.contains("state") && !argument.contains("http"), "{argument}");
    assert!(url.contains("/authorize?") && url.contains("&state="), "{url}");
    let (status, back) = get(&url);
    assert_eq!((status, get(&back).0), (302, 200));
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert!(!Path::new(&argument).exists() && !Path::new(&argument).parent().expect("a folder").exists(), "it went with the command");
}

/// The demo opens a browser only for somebody who sits before it, so this gives it a terminal.
#[test]
fn the_demo_shows_nobody_its_ticket() {
    if !Command::new("script").arg("--version").stdout(Stdio::null()).status().is_ok_and(|it| it.success()) {
        assert!(std::env::var_os("CI").is_none(), "no `script`, which gives a terminal");
        return eprintln!("SKIPPED: the_demo_shows_nobody_its_ticket (no `script`)");
    }
    let home = home();
    let line = format!("{} demo --people 40", env!("CARGO_BIN_EXE_acquaint"));
    let mut child = start(&home, "script", &["--quiet", "--return", "--command", &line, "/dev/null"]);
    let (argument, url) = opened(&home, &mut child);
    assert!(Path::new(&argument).exists() && !argument.contains("ticket") && !argument.contains("once_"), "{argument}");
    assert!(url.contains("/enter?ticket=once_"), "{url}");
    let (status, to, cookie) = get_by(&url, "");
    assert_eq!((status, to.as_str()), (303, "/"), "it lets in");
    assert_eq!(get(&url), (303, "/sign-in".to_owned()), "once");
    let settings = url.split("/enter").next().expect("an address").to_owned() + "/t/demo/settings";
    assert_eq!(get_by(&settings, &cookie).0, 200, "as who sees everything");
    let asker = std::fs::read_to_string(home.path("asker")).expect("text").trim().parse().expect("an id");
    kill_process(Pid::from_raw(asker).expect("an id"), Signal::INT).expect("the demo runs");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert!(!Path::new(&argument).exists(), "it went with the demo");
}
