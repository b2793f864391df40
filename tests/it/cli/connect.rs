//! `tenant connect` and what follows: the real program, a browser that is a client, the sign-in of the replica; and processes that meet
//! or die at a renewal.

use super::{Ended, Home};
use acquaint::replica::{self, Consent, Fault, Kind, Options, Replica};
use acquaint::world::Account;
use insta::assert_snapshot;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SECRET: &str = "s3cret-of-the-app";
const ALL: &str = "offline_access opportunities:read:admin applications:read:admin stages:read:admin archive_reasons:read:admin users:read:admin \
                   postings:read:admin resumes:read:admin";

/// A home with the tenant `acme`, whose app is registered with the replica at a free port.
struct Town {
    home: Home,
    replica: Replica,
    port: u16,
}

impl Town {
    fn new(change: impl FnOnce(replica::App) -> replica::App) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let app = change(replica::App::new("app-1", SECRET).with_redirect(&format!("http://127.0.0.1:{port}/callback")));
        let replica = Replica::start(Account::default(), Options { apps: vec![app], ..Options::default() }).expect("a replica");
        let it = Self { home: Home::new(), replica, port };
        it.file(|_| ());
        let added = it.home.run(&format!("tenant add acme --lever-oauth-file ~/app.json --lever-url {}", it.replica.base_url()), "");
        assert_eq!(added.code, Some(0), "{}", added.stderr);
        it
    }

    /// A town whose tenant came with a refresh token.
    fn connected() -> Self {
        let it = Self::new(|it| it);
        it.file(|file| file["refresh_token"] = it.replica.give(ALL).into());
        assert_eq!(it.home.run("tenant set acme oauth_file=~/app.json", "").code, Some(0));
        it
    }

    fn file(&self, change: impl FnOnce(&mut serde_json::Value)) {
        let mut file = self.replica.oauth_file().expect("an app");
        change(&mut file);
        self.home.file("app.json", file.to_string());
    }

    fn start(&self, line: &str) -> Child {
        let home = self.home.folder.path().display().to_string();
        let args = line.split_whitespace().map(|it| it.replace('~', &home));
        let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint"));
        command.args(args).env_clear().envs(self.home.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts")
    }

    /// `tenant connect`, with a person who opens the page that it prints, and whose browser then goes where `answer` says.
    fn connect(&self, more: &str, answer: impl FnOnce(String) -> String) -> Ended {
        let mut child = self.start(&format!("tenant connect acme --no-browser --port {} {more}", self.port));
        let mut printed = BufReader::new(child.stdout.take().expect("piped"));
        let mut url = String::new();
        printed.read_line(&mut url).expect("text");
        if url.starts_with("http") {
            open(url.trim(), answer);
        }
        let mut stdout = url;
        printed.read_to_string(&mut stdout).expect("text");
        let ended = child.wait_with_output().expect("the binary ends");
        Ended { code: ended.status.code(), stdout, stderr: String::from_utf8_lossy(&ended.stderr).into_owned() }
    }

    /// The code, and what is said, without addresses and times.
    fn said(&self, ended: &Ended) -> String {
        let text = format!("exit {}\n{}", ended.code.unwrap_or(-1), ended.stderr);
        text.replace(&self.port.to_string(), "PORT")
    }

    fn see(&self, line: &str) -> String {
        self.said(&self.home.run(line, ""))
    }

    /// Moves what we remember of the access into the past.
    fn remember(&self, change: &str) {
        let file = self.home.path(".local/share/acquaint/acquaint.sqlite");
        runtime().block_on(async {
            use sqlx::Connection;
            let mut it = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a store");
            let change = sqlx::AssertSqlSafe(format!("UPDATE oauth SET {change}"));
            sqlx::query(change).execute(&mut it).await.expect("a row");
            it.close().await.expect("closed");
        });
    }

    /// Starts a check, and kills it as soon as this has been asked for once more.
    fn killed_at(&self, kind: Kind) {
        self.replica.fail_next(kind, Fault::Delay(Duration::from_secs(3_600)));
        let (before, began) = (self.replica.stats().of(kind), Instant::now());
        let mut child = self.start("tenant check acme");
        while self.replica.stats().of(kind) == before {
            assert!(began.elapsed() < Duration::from_secs(60), "nobody came to {kind:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill().expect("it runs");
        child.wait().expect("it ended");
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// What a browser does: opens the page, and goes where it is sent.
fn open(url: &str, answer: impl FnOnce(String) -> String) {
    runtime().block_on(async {
        let browser = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let page = browser.get(url).send().await.expect("a page");
        let Some(target) = page.headers().get("location") else { return };
        let target = answer(target.to_str().expect("text").to_owned());
        assert_eq!(browser.get(target).send().await.expect("an answer").status().as_u16(), 200);
    });
}

#[test]
fn a_person_gives_access_and_the_tenant_works() {
    let town = Town::new(|it| it);
    assert_snapshot!(town.see("tenant check acme"), @r"
    exit 2
    error: this tenant is not connected with Lever yet
      this means: there are no tokens to ask Lever with; badges stand as they were
      what to do: `acquaint tenant connect NAME`
    ");
    assert!(town.home.run("tenant show acme", "").stdout.contains("access\tOAuth, not connected yet"));
    let ended = town.connect("", |it| it);
    assert_snapshot!(town.said(&ended), @r"
    exit 0
    open this page as a Super Admin of Lever; its answer is awaited at http://127.0.0.1:PORT/callback for 300 s
    acme is connected; `acquaint tenant check acme` asks Lever whether it works
    ");
    assert!(
        ended.stdout.lines().count() == 1 && ended.stdout.contains("scope=offline_access+opportunities%3Aread%3Aadmin"),
        "{}",
        ended.stdout
    );
    let checked = town.home.run("tenant check acme", "");
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), "acme: the OAuth access lists opportunities\n"));
    assert!(checked.stderr.contains("it ends at 20") && checked.stderr.contains("not visible from outside"), "{}", checked.stderr);
    let shown: serde_json::Value = serde_json::from_str(&town.home.run("tenant show acme --json", "").stdout).expect("an object");
    assert!(shown["oauth"]["connected"] == true && shown["oauth"]["granted_at"].is_string(), "{shown}");
    assert_eq!(town.home.run("run acme --quiet", "").code, Some(0));
    assert!(town.home.run("doctor", "").stdout.contains("ok\tLever keys"));
    assert_eq!((town.replica.sign_ins().exchanged, town.replica.sign_ins().renewed), (1, 0), "one hour, one token");
    // Connecting once more needs no file: the app is stored, with its address.
    assert_eq!(town.connect("--quiet", |it| it).code, Some(0));
    assert_eq!(town.replica.sign_ins().exchanged, 2);
}

#[test]
fn programs_read_objects() {
    let town = Town::new(|it| it);
    let mut child = town.start(&format!("tenant connect acme --json --quiet --port {}", town.port));
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map(|it| it.expect("text"));
    let page: serde_json::Value = serde_json::from_str(&lines.next().expect("a line")).expect("an object");
    assert_eq!(page["redirect_uri"], format!("http://127.0.0.1:{}/callback", town.port));
    open(page["authorize_url"].as_str().expect("an address"), |it| it);
    let told: serde_json::Value = serde_json::from_str(&lines.next().expect("a line")).expect("an object");
    assert_eq!(told["granted"].as_array().map(Vec::len), Some(8));
    assert!(told["missing"].as_array().is_some_and(Vec::is_empty) && told["too_many"].as_array().is_some_and(Vec::is_empty), "{told}");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let told: serde_json::Value = serde_json::from_str(&town.home.run("tenant check acme --json", "").stdout).expect("an object");
    assert!(told["lists_opportunities"] == true && told["ends_at"].is_string() && told["unseen"].is_array(), "{told}");
}

#[test]
fn scopes_that_are_missing_or_too_many_are_named() {
    let less = ALL.split(' ').filter(|it| !it.starts_with("resumes")).chain(["notes:write:admin"]).collect::<Vec<_>>();
    let town = Town::new(|it| it.with_scopes(&less));
    let ended = town.connect("--quiet", |it| it);
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    let check = town.home.run("tenant check acme --quiet", "");
    let expected = "missing\tresumes:read:admin\twithout it: no résumés as evidence\n\
                    too much\tnotes:write:admin\tno choice of this tenant needs it: take it from the app in Lever, then `tenant connect`\n";
    assert_eq!(ended.stdout.split_once('\n').map(|it| it.1), Some(expected));
    assert_eq!((check.code, check.stdout.split_once('\n').map(|it| it.1)), (Some(4), Some(expected)));
    assert_eq!(town.home.run("tenant set acme resumes=none", "").code, Some(0));
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0), "what nobody wants is not missing");
    let useless = Town::new(|it| it.with_scopes(&["offline_access", "users:read:admin"]));
    assert_snapshot!(useless.said(&useless.connect("--quiet", |it| it)), @r#"
    exit 3
    error: Lever refuses this access a part of the account: its scope "opportunities:read:admin" was not granted
      this means: badges stand as they were
      what to do: allow the scope for the app in Lever, then `acquaint tenant connect NAME`; `tenant check NAME` says what was granted
    "#);
    assert!(useless.home.run("tenant show acme", "").stdout.contains("not connected yet"), "nothing was stored");
}

#[test]
fn a_denial_ends_with_three() {
    let town = Town::new(|it| it);
    town.replica.consent(Consent::Denied);
    assert_snapshot!(town.said(&town.connect("--quiet", |it| it)), @r"
    exit 3
    error: access was refused on Lever's page
      this means: nothing was stored: the tenant's connection and its badges are as they were
      what to do: ask a Super Admin of the Lever account to open the page and allow it; the page lists what is asked for
    ");
}

#[test]
fn another_state_ends_with_two() {
    let town = Town::new(|it| it);
    let swap = |it: String| it.replace("state=", "state=x");
    assert_snapshot!(town.said(&town.connect("--quiet", swap)), @r"
    exit 2
    error: the answer that came back belongs to another request
      this means: nothing was stored: the tenant's connection and its badges are as they were
      what to do: run it again and use the newest page alone: an old page, or someone else's, had answered
    ");
    assert_eq!(town.replica.sign_ins().exchanged, 0);
}

#[test]
fn no_answer_ends_with_six() {
    let town = Town::new(|it| it.with_redirect("http://127.0.0.1:1/other"));
    assert_snapshot!(town.said(&town.connect("--quiet --timeout 1", |it| it)), @r"
    exit 6
    error: nobody answered Lever's page in time
      this means: nothing was stored: the tenant's connection and its badges are as they were
      what to do: run it again, open the page on this machine and answer it; --timeout gives more time, --port another port of this machine
    ");
}

#[test]
fn a_port_that_is_taken_ends_with_two() {
    let town = Town::new(|it| it);
    let _taken = std::net::TcpListener::bind(("127.0.0.1", town.port)).expect("free");
    assert_snapshot!(town.said(&town.connect("--quiet", |it| it)), @r"
    exit 2
    error: Lever's answer cannot be received on this machine (address in use)
      this means: nothing was stored: the tenant's connection and its badges are as they were
      what to do: end what listens there, or register another redirect address with the app and name its port with --port
    ");
}

#[test]
fn a_wrong_secret_ends_with_three() {
    let town = Town::new(|it| it);
    town.file(|it| it["client_secret"] = "an-api-key".into());
    assert_snapshot!(town.said(&town.connect("--quiet --lever-oauth-file ~/app.json", |it| it)), @r"
    exit 3
    error: Lever does not accept the app's client secret
      this means: badges stand as they were, and this access cannot renew them
      what to do: write the app's client id and secret (no API key) into the OAuth file, then `acquaint tenant connect NAME --lever-oauth-file FILE`
    ");
}

#[test]
fn a_wrong_audience_ends_with_three() {
    let town = Town::new(|it| it);
    town.file(|it| it["audience"] = "https://api.sandbox.lever.co/v1/".into());
    assert_snapshot!(town.said(&town.connect("--quiet --lever-oauth-file ~/app.json", |it| it)), @r"
    exit 3
    error: Lever's tokens are not for this account's API: wrong audience or environment
      this means: badges stand as they were, and this access cannot renew them
      what to do: see that the tenant's environment (production, sandbox, eu) is the app's own; where Lever told you another `audience`, write it into the OAuth file; then `acquaint tenant connect NAME`
    ");
}

#[test]
fn a_revoked_app_ends_with_three() {
    let town = Town::connected();
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0));
    town.replica.end_access_tokens();
    town.replica.forget_apps();
    assert_snapshot!(town.see("tenant check acme"), @r"
    exit 3
    error: Lever does not know this app any more, or has withdrawn it
      this means: badges stand as they were, and this access cannot renew them
      what to do: see in Lever whether the app still exists and may refresh tokens; then `acquaint tenant connect NAME --lever-oauth-file FILE`
    ");
}

#[test]
fn an_access_that_ended_says_why_and_ends_with_three() {
    let town = Town::connected();
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0));
    town.replica.end_access_tokens();
    town.replica.withdraw();
    assert_snapshot!(town.see("tenant check acme"), @r"
    exit 3
    error: Lever does not accept the refresh token: the access was withdrawn, or the token was used twice
      this means: badges stand as they were, and this access cannot renew them
      what to do: see in Lever whether the app's access was withdrawn, and that no other program or copy of this store uses its token; then `acquaint tenant connect NAME`
    ");
    town.remember("renewed_at = renewed_at - 7776000000");
    assert_snapshot!(town.see("tenant check acme"), @r"
    exit 3
    error: the access to Lever was not used for 90 days, and Lever has ended it
      this means: badges stand as they were, and this access cannot renew them
      what to do: give access again: `acquaint tenant connect NAME`; a run a month keeps it alive
    ");
    town.remember("granted_at = renewed_at - 31536000000");
    assert_snapshot!(town.see("run acme --quiet"), @r"
    exit 3
    error: the access to Lever is over a year old, and Lever has ended it
      this means: badges stand as they were, and this access cannot renew them
      what to do: give access again: `acquaint tenant connect NAME`
    ");
    assert_eq!(town.connect("", |it| it).code, Some(0));
    assert_eq!(town.home.run("run acme --quiet", "").code, Some(0));
}

#[test]
fn processes_that_meet_renew_once() {
    let town = Town::connected();
    for renewed in 1..=2 {
        town.replica.fail_next(Kind::Token, Fault::Delay(Duration::from_millis(300)));
        let children: Vec<_> = (0..4).map(|_| town.start("tenant check acme")).collect();
        for child in children {
            let ended = child.wait_with_output().expect("it ends");
            assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        assert_eq!((town.replica.sign_ins().renewed, town.replica.sign_ins().reused), (renewed, 0));
        town.replica.end_access_tokens();
    }
}

#[test]
fn a_kill_between_keeping_and_using_loses_nothing() {
    let town = Town::connected();
    town.killed_at(Kind::Opportunities);
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0));
    assert_eq!((town.replica.sign_ins().renewed, town.replica.sign_ins().reused), (1, 0));
}

/// Lever's answer was on its way: nobody has the new token, and Lever takes the old one for stolen. It cannot be mended, only told.
#[test]
fn a_kill_before_the_answer_is_told_as_it_is() {
    let town = Town::connected();
    town.killed_at(Kind::Token);
    assert_snapshot!(town.see("tenant check acme"), @r"
    exit 3
    error: a renewal of the access to Lever broke off, and the new token is lost
      this means: Lever took the token that we had left for a stolen one, and ended the access; badges stand as they were
      what to do: give access again: `acquaint tenant connect NAME`
    ");
    assert_eq!(town.connect("", |it| it).code, Some(0));
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0));
}

#[test]
fn a_key_and_an_app_take_each_other_s_place() {
    let town = Town::connected();
    town.home.file("acme.key", replica::TEST_KEY);
    assert_eq!(town.home.run("tenant set acme key_file=~/acme.key", "").code, Some(0));
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0));
    assert_eq!(town.replica.stats().of(Kind::Token), 0);
    assert_snapshot!(town.see("tenant connect acme --no-browser"), @r"
    exit 2
    error: acme has no app to connect with
      this means: nothing was done
      what to do: register an app in Lever, then `acquaint tenant connect acme --lever-oauth-file FILE`
    ");
    assert_snapshot!(town.see("tenant set acme key_file=~/acme.key oauth_file=~/app.json"), @r"
    exit 2
    error: a tenant has a key or an OAuth app, not both
      this means: nothing was changed
      what to do: write one of key_file and oauth_file
    ");
    assert_eq!(town.connect("--lever-oauth-file ~/app.json", |it| it).code, Some(0));
    assert_eq!(town.home.run("tenant check acme", "").code, Some(0));
    assert_eq!(town.replica.sign_ins().exchanged, 1);
}

#[test]
fn an_oauth_file_that_cannot_be_used_is_told() {
    let town = Town::new(|it| it);
    town.home.file("bad.json", format!("{{\"client_id\":\"a\",\n\"client_secrets\":\"{SECRET}\"}}"));
    town.home.file("empty.json", "");
    assert_snapshot!(town.see("tenant add other --lever-oauth-file ~/bad.json"), @r#"
    exit 2
    error: the OAuth file is not of the form that it must have, at line 2
      this means: nothing was done
      what to do: write JSON: {"client_id":"…","client_secret":"…","refresh_token":"…"}; refresh_token, redirect_uri, token_url and audience may be left out
    "#);
    let both = town.home.run("tenant add other --lever-oauth-file ~/app.json --lever-key-file ~/app.json", "");
    let neither = town.home.run("tenant add other", "");
    let missing = town.home.run("tenant add other --lever-oauth-file ~/absent.json", "");
    let empty = town.home.run("tenant add other --lever-oauth-file ~/empty.json", "");
    for (ended, words) in [(both, "cannot be used with"), (neither, "--lever-key-file"), (missing, "no such key file"), (empty, "is empty")]
    {
        assert!(ended.code == Some(2) && ended.stderr.contains(words) && !ended.stderr.contains(SECRET), "{}", ended.stderr);
    }
    assert_eq!(town.home.run("tenant list", "").stdout.lines().count(), 1);
}
