//! An app's secret and every code and token of a connection lie nowhere in the clear: not on disk, not in logs, not in errors.

use super::canaries::town;
use super::forms;
use super::home::{Home, until};
use super::process;
use super::search::Needles;
use acquaint::replica::{App, Consent, Fault, Kind, Options};
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, REFRESH, SET_COOKIE};
use rustix::process::Signal;
use std::time::Duration;

const SCOPES: &str = "offline_access opportunities:read:admin applications:read:admin stages:read:admin archive_reasons:read:admin \
                      users:read:admin postings:read:admin";

/// Connects `acme` by a file that is gone afterwards.
fn connect(home: &Home) {
    let mut file = home.replica.oauth_file().expect("an app");
    file["refresh_token"] = home.replica.give(SCOPES).into();
    let path = home.path("app.json");
    std::fs::write(&path, file.to_string()).expect("a file");
    home.ends(&["tenant", "set", "acme", "oauth_file=../app.json", "resumes=none"], 0);
    std::fs::remove_file(path).expect("ours");
}

/// Gives access on the page, as a person with a browser does.
fn visit(home: &Home) {
    let running = home.start(&["tenant", "connect", "acme", "--no-browser"]);
    assert!(until(|| !running.lines().is_empty()), "no page is named");
    let page = running.lines().remove(0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let opened = runtime.block_on(async { reqwest::Client::builder().no_proxy().build()?.get(page).send().await });
    assert_eq!(opened.expect("an answer").status().as_u16(), 200);
    assert_eq!(running.end().code, Some(0));
}

/// Nothing that the sign-in handed out so far, and not the app's secret, is in any folder or in anything that was printed.
fn is_clean(home: &Home, after: &str) {
    let file = home.replica.oauth_file().expect("an app");
    let secret = file["client_secret"].as_str().expect("text").to_owned();
    let all = home.replica.handed_out().into_iter().chain([secret]);
    let needles = Needles::new(all.flat_map(|it| forms::of_text(&it)).collect());
    let found = needles.below(&home.path("."));
    assert!(found.is_empty(), "after {after}:\n{}", found.join("\n"));
    home.is_clean(after);
}

#[test]
fn tokens_are_nowhere_in_the_clear() {
    let home = Home::new(&[]);
    connect(&home);
    is_clean(&home, "a file with a token");
    home.ends(&["run", "acme", "--json"], 0);
    home.ends(&["tenant", "check", "acme", "--json"], 0);
    home.ends(&["tenant", "show", "acme"], 0);
    home.ends(&["doctor"], 0);
    is_clean(&home, "a run");
    // Killed while new tokens are on their way, and while they are used for the first time.
    for (kind, code) in [(Kind::Opportunities, 0), (Kind::Token, 3)] {
        home.replica.end_access_tokens();
        home.replica.fail_next(kind, Fault::Delay(Duration::from_secs(3_600)));
        // The list is refused once before.
        let wanted = home.replica.stats().of(kind) + if kind == Kind::Token { 1 } else { 2 };
        let running = home.start(&["tenant", "check", "acme"]);
        assert!(until(|| home.replica.stats().of(kind) >= wanted), "nobody came to {kind:?}");
        process::is_discreet(running.id(), home.needles());
        process::send(running.id(), Signal::KILL);
        running.end();
        is_clean(&home, &format!("a kill at {kind:?}"));
        home.ends(&["tenant", "check", "acme"], code);
        is_clean(&home, &format!("a check after a kill at {kind:?}"));
    }
    home.ends(&["run", "acme"], 3);
    is_clean(&home, "an access that ended");
    visit(&home);
    home.ends(&["tenant", "check", "acme"], 0);
    is_clean(&home, "a visit to Lever's page");
    assert_eq!(home.replica.handed_out().len(), 1 + 3 * 2 + 3, "one that was given, three renewals, and a code for two");
    home.ends(&["tenant", "remove", "acme", "--purge"], 0);
    is_clean(&home, "a tenant that was removed");
}

/// Goes from the settings to Lever's page and back with somebody's cookie, as a browser does; returns the state, and the answer's status.
async fn give(client: &reqwest::Client, pages: &str, cookie: &str) -> (String, u16) {
    let left = client.post(format!("{pages}/t/acme/give")).header(COOKIE, cookie).send().await.expect("an answer");
    let url = left.headers()[REFRESH].to_str().expect("text").trim_start_matches("0;url=").to_owned();
    let state = url::Url::parse(&url).expect("an address").query_pairs().find(|it| it.0 == "state").expect("a state").1.into_owned();
    let allowed = client.get(url).send().await.expect("an answer");
    let back = allowed.headers()[LOCATION].to_str().expect("text").to_owned();
    let answer = async |cookie: &str| client.get(&back).header(COOKIE, cookie).send().await.expect("an answer").status().as_u16();
    let nobody = answer("acquaint_session=nobody").await;
    let status = answer(cookie).await;
    assert_eq!((nobody, answer(cookie).await), (303, 422), "of nobody, and once more");
    (state, status)
}

#[test]
fn a_visit_from_the_pages_leaves_nothing_in_the_clear() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
    let pages = format!("http://127.0.0.1:{port}");
    let app = App::new("replica-app", "s3cret-of-the-app").with_redirect(&format!("{pages}/oauth/callback"));
    let home = Home::over(town(), Options { apps: vec![app], ..Options::default() }, &[]);
    let path = home.path("app.json");
    std::fs::write(&path, home.replica.oauth_file().expect("an app").to_string()).expect("a file");
    home.ends(&["tenant", "set", "acme", "oauth_file=../app.json"], 0);
    std::fs::remove_file(path).expect("ours");
    let password = home.ends(&["user", "add", "ada", "--tenant", "acme", "--role", "admin"], 0).trim().to_owned();
    let serving = home.start(&["serve", "--listen", &format!("127.0.0.1:{port}")]);
    assert!(until(|| !serving.lines().is_empty()), "no pages are served");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let states = runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let body = format!("name=ada&password={password}");
        let request = client.post(format!("{pages}/sign-in")).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        let entered = request.send().await.expect("an answer");
        let cookie = entered.headers()[SET_COOKIE].to_str().expect("text").split(';').next().expect("a cookie").to_owned();
        home.replica.consent(Consent::Denied);
        let (refused, no) = give(&client, &pages, &cookie).await;
        home.replica.consent(Consent::Given);
        home.replica.fail_next(Kind::Token, Fault::Status(503));
        let (down, unavailable) = give(&client, &pages, &cookie).await;
        let (given, yes) = give(&client, &pages, &cookie).await;
        assert_eq!((no, unavailable, yes), (422, 422, 303));
        [refused, down, given]
    });
    process::send(serving.id(), Signal::TERM);
    assert_eq!(serving.end().code, Some(0));
    home.ends(&["tenant", "check", "acme"], 0);
    assert_eq!(home.replica.handed_out().len(), 4, "two codes, and two tokens for one of them");
    is_clean(&home, "visits from the pages");
    let found = Needles::new(states.iter().flat_map(|it| forms::of_text(it)).collect()).below(&home.path("."));
    assert!(found.is_empty(), "states of visits:\n{}", found.join("\n"));
}
