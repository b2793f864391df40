//! OAuth: files of apps, the page and its answer, tokens and what each refusal means, and scopes.

use acquaint::lever::limiter::Pace;
use acquaint::lever::oauth::{App, AppFileError, Difference, Listener, OAuth, OAuthError, Tokens, wanted};
use acquaint::lever::{LeverError, base_url};
use acquaint::model::{Environment, Millis, ResumePolicy, Settings};
use acquaint::replica::{self, Consent, Fault, Kind, Options, Replica};
use acquaint::secrets::Secret;
use acquaint::world::Account;
use std::collections::HashMap;
use std::time::Duration;
use url::Url;

const NOW: Millis = Millis(1_795_305_600_000);
const SECRET: &str = "s3cret-of-the-app";
const PACE: Pace = Pace { rate: 100, burst: 100, unit: Duration::from_millis(2), patience: Duration::from_secs(10) };

fn parse(text: &str) -> Result<(App, Option<Secret>), AppFileError> {
    App::parse(&Secret::new(text.into()))
}

/// A free address of this machine for an answer.
fn redirect() -> String {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}/callback")
}

/// A replica with one app, as a client knows both.
fn sign_in(change: impl FnOnce(replica::App) -> replica::App) -> (Replica, OAuth) {
    let redirect = redirect();
    let app = change(replica::App::new("app-1", SECRET).with_redirect(&redirect));
    let replica = Replica::start(Account::default(), Options { apps: vec![app], ..Options::default() }).unwrap();
    let client = client(&replica, &redirect, |_| ());
    (replica, client)
}

fn client(replica: &Replica, redirect: &str, change: impl FnOnce(&mut serde_json::Value)) -> OAuth {
    let mut file = replica.oauth_file().unwrap_or_default();
    file["redirect_uri"] = redirect.into();
    change(&mut file);
    let base = base_url(Environment::Production, Some(&replica.base_url())).unwrap();
    OAuth::new(parse(&file.to_string()).unwrap().0, Environment::Production, &base, PACE).unwrap()
}

fn browser() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// What a person does: opens the page, answers it, and the browser follows its redirect.
async fn visit(oauth: &OAuth, change: impl FnOnce(Url) -> Url) -> Result<Tokens, LeverError> {
    let listener = Listener::bind(oauth.app().redirect()).await?;
    let visit = oauth.visit(&wanted(&Settings::default()));
    let page = change(visit.url().clone());
    let opened = tokio::spawn(async move { browser().get(page).send().await.map(|it| it.status().as_u16()) });
    let code = listener.answer(&visit, Duration::from_secs(10)).await?;
    assert_eq!(opened.await.unwrap().unwrap(), 200, "the person sees a page");
    oauth.exchange(code, &visit, NOW).await
}

fn told<T>(result: Result<T, LeverError>) -> Option<OAuthError> {
    match result {
        Ok(_) => None,
        Err(LeverError::OAuth(error)) => Some(error),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn a_file_of_an_app_is_read_or_told() {
    let (app, token) = parse(r#"{"client_id":"c","client_secret":"s","refresh_token":"r"}"#).unwrap();
    assert_eq!((app.id(), app.redirect().as_str()), ("c", "http://127.0.0.1:8976/callback"));
    assert_eq!(token.unwrap().expose(), b"r");
    assert!(parse(r#"{"client_id":"c","client_secret":"s"}"#).unwrap().1.is_none());
    assert_eq!(app.answered_at(81).redirect().as_str(), "http://127.0.0.1:81/callback");
    let full = r#"{"client_id":"c","client_secret":"s","audience":"a","redirect_uri":"http://localhost:9/x","token_url":"https://l.example/oauth/token"}"#;
    let again = parse(parse(full).unwrap().0.to_secret().expose_text().unwrap()).unwrap().0;
    assert_eq!(again.redirect().as_str(), "http://localhost:9/x", "what is sealed is read again");
    let check = |text: &str, expected: AppFileError| {
        let error = parse(text).map(drop).unwrap_err();
        assert_eq!(error, expected, "{text}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    };
    check("s3cret", AppFileError::Form { line: 1 });
    check("{\n\"client_secret\":\"s3cret\",\n\"s3crets\":1}", AppFileError::Form { line: 3 });
    check(r#"{"client_id":"c","client_secret":7}"#, AppFileError::Form { line: 1 });
    check(r#"{"client_secret":"s3cret"}"#, AppFileError::Lacks("client_id"));
    check(r#"{"client_id":"c","client_secret":""}"#, AppFileError::Lacks("client_secret"));
    for bad in ["http://lever.example/oauth/token", "https://l.example/token", "https://u@l.example/oauth/token", "s3cret"] {
        check(&full.replace("https://l.example/oauth/token", bad), AppFileError::Address("token_url"));
    }
    let pages = full.replace("http://localhost:9/x", "https://pages.example/oauth/callback");
    assert_eq!(parse(&pages).unwrap().0.redirect().as_str(), "https://pages.example/oauth/callback");
    for bad in [
        "https://127.0.0.1/x",
        "http://company.example/x",
        "http://localhost:9/x?y=1",
        "https://company.example/x?y=1",
        "https://u@company.example/x",
        "callback",
    ] {
        check(&full.replace("http://localhost:9/x", bad), AppFileError::Address("redirect_uri"));
    }
}

#[test]
fn the_page_is_lever_s_own_for_each_environment() {
    let check = |environment, more: &str, expected: [&str; 2]| {
        let app = parse(&format!(r#"{{"client_id":"app 1","client_secret":"{SECRET}"{more}}}"#)).unwrap().0;
        let oauth = OAuth::new(app, environment, &base_url(environment, None).unwrap(), Pace::default()).unwrap();
        let visit = oauth.visit(&wanted(&Settings { resumes: ResumePolicy::None, ..Settings::default() }));
        let asked: HashMap<_, _> = visit.url().query_pairs().into_owned().collect();
        assert_eq!([visit.url().as_str().split('?').next().unwrap(), asked["audience"].as_str()], expected);
        assert_eq!(
            (asked["client_id"].as_str(), asked["response_type"].as_str(), asked["code_challenge_method"].as_str()),
            ("app 1", "code", "S256")
        );
        assert_eq!(asked["redirect_uri"], "http://127.0.0.1:8976/callback");
        assert_eq!(
            asked["scope"],
            "offline_access opportunities:read:admin applications:read:admin stages:read:admin archive_reasons:read:admin users:read:admin \
             postings:read:admin"
        );
        assert!(asked["state"].len() == 43 && asked["code_challenge"].len() == 43 && asked["state"] != asked["code_challenge"]);
        let again: HashMap<_, _> = oauth.visit(&[]).url().query_pairs().into_owned().collect();
        assert!(again["state"] != asked["state"] && again["code_challenge"] != asked["code_challenge"]);
        assert!(!visit.url().as_str().contains(SECRET) && !format!("{oauth:?}").contains(SECRET));
    };
    check(Environment::Production, "", ["https://auth.lever.co/authorize", "https://api.lever.co/v1/"]);
    check(Environment::Sandbox, "", ["https://sandbox-lever.auth0.com/authorize", "https://api.sandbox.lever.co/v1/"]);
    check(Environment::Eu, r#","audience":"https://api.lever.co/v1/""#, ["https://auth.lever.co/authorize", "https://api.lever.co/v1/"]);
    let other = r#","token_url":"https://l.example/eu/oauth/token""#;
    check(Environment::Eu, other, ["https://l.example/eu/authorize", "https://api.eu.lever.co/v1/"]);
}

#[test]
fn only_what_is_wanted_is_asked_for() {
    let badges = wanted(&Settings { resumes: ResumePolicy::None, ..Settings::default() });
    let more = |it: &acquaint::lever::oauth::Scope| !badges.contains(it);
    let names = |settings: &Settings| wanted(settings).into_iter().filter(more).map(|it| it.scope).collect::<Vec<_>>();
    let choose = |resumes, confidential| Settings { resumes, confidential, ..Settings::default() };
    assert_eq!(names(&choose(ResumePolicy::None, false)), Vec::<&str>::new());
    assert_eq!(names(&choose(ResumePolicy::Auto, false)), ["resumes:read:admin"]);
    assert_eq!(names(&choose(ResumePolicy::All, true)), ["confidential:access:admin", "resumes:read:admin"]);
    assert!(wanted(&choose(ResumePolicy::All, true)).iter().all(|it| !it.scope.contains(":write:")));
    let settings = choose(ResumePolicy::All, false);
    let check = |change: &dyn Fn(&mut Vec<String>), missing: &[&str], too_many: &[&str], useless: bool| {
        let mut granted: Vec<String> = wanted(&settings).iter().map(|it| it.scope.to_owned()).collect();
        change(&mut granted);
        let it = Difference::between(&granted, &wanted(&settings));
        assert_eq!(it.missing.iter().map(|it| it.scope).collect::<Vec<_>>(), missing);
        assert_eq!(
            (it.too_many.as_slice(), it.is_useless()),
            (too_many.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>().as_slice(), useless)
        );
    };
    check(&|_| (), &[], &[], false);
    check(&|it| it.retain(|it| !it.starts_with("resumes")), &["resumes:read:admin"], &[], false);
    check(&|it| it.retain(|it| !it.starts_with("opportunities")), &["opportunities:read:admin"], &[], true);
    let writes = |it: &mut Vec<String>| it.iter_mut().for_each(|it| *it = it.replace("users:read", "users:write"));
    check(&writes, &[], &["users:write:admin"], false);
    check(&|it| it.push("confidential:access:admin".into()), &[], &["confidential:access:admin"], false);
}

#[tokio::test]
async fn access_is_given_and_renewed() {
    let (replica, oauth) = sign_in(|it| it);
    let tokens = visit(&oauth, |it| it).await.unwrap();
    assert_eq!(tokens.scopes().unwrap().len(), 8);
    assert!(tokens.usable(None, NOW).is_some() && tokens.usable(None, NOW.plus(3_600_000 - 60_000)).is_none(), "a minute before its end");
    assert!(tokens.usable(tokens.usable(None, NOW).as_ref(), NOW).is_none(), "not the one that was refused");
    let renewed = oauth.refresh(&Tokens::parse(&tokens.to_secret()).unwrap(), NOW).await.unwrap();
    assert_ne!(renewed.usable(None, NOW), tokens.usable(None, NOW));
    assert_eq!(told(oauth.refresh(&tokens, NOW).await), Some(OAuthError::Refused), "a refresh token is used once");
    assert_eq!(told(oauth.refresh(&renewed, NOW).await), Some(OAuthError::Refused), "and its second use ends the access");
    let counts = replica.sign_ins();
    assert_eq!((counts.exchanged, counts.renewed, counts.reused), (1, 1, 1));
    assert!(!format!("{tokens:?} {:?}", tokens.usable(None, NOW)).contains("access-"));
}

#[tokio::test]
async fn a_denial_is_told() {
    let (replica, oauth) = sign_in(|it| it);
    replica.consent(Consent::Denied);
    assert_eq!(told(visit(&oauth, |it| it).await), Some(OAuthError::Denied));
    replica.consent(Consent::Given);
    visit(&oauth, |it| it).await.unwrap();
}

#[tokio::test]
async fn a_wrong_audience_is_told() {
    let (replica, oauth) = sign_in(|it| it);
    let other = client(&replica, oauth.app().redirect().as_str(), |it| it["audience"] = "https://api.sandbox.lever.co/v1/".into());
    assert_eq!(told(visit(&other, |it| it).await), Some(OAuthError::WrongAudience));
}

#[tokio::test]
async fn a_wrong_client_secret_is_told() {
    let (replica, oauth) = sign_in(|it| it);
    let tokens = visit(&oauth, |it| it).await.unwrap();
    let wrong = client(&replica, oauth.app().redirect().as_str(), |it| it["client_secret"] = "an API key".into());
    assert_eq!(told(wrong.refresh(&tokens, NOW).await), Some(OAuthError::WrongSecret));
    assert_eq!(told(visit(&wrong, |it| it).await), Some(OAuthError::WrongSecret));
    oauth.refresh(&tokens, NOW).await.unwrap();
}

#[tokio::test]
async fn a_revoked_app_is_told() {
    let (replica, oauth) = sign_in(|it| it);
    let tokens = visit(&oauth, |it| it).await.unwrap();
    replica.forget_apps();
    assert_eq!(told(oauth.refresh(&tokens, NOW).await), Some(OAuthError::UnknownApp));
}

#[tokio::test]
async fn an_app_without_offline_access_is_told() {
    let (_replica, oauth) = sign_in(|it| it.with_scopes(&["opportunities:read:admin"]));
    assert_eq!(told(visit(&oauth, |it| it).await), Some(OAuthError::NoRefreshToken));
}

#[tokio::test]
async fn a_code_counts_once_and_for_its_own_visit() {
    let (replica, oauth) = sign_in(|it| it);
    // The code of another visit, with the state of this one: its verifier does not fit.
    let other = oauth.visit(&[]);
    let challenge = other.url().query_pairs().find(|it| it.0 == "code_challenge").unwrap().1.into_owned();
    let swapped = |mut url: Url| {
        let pairs: Vec<_> =
            url.query_pairs().filter(|it| it.0 != "code_challenge").map(|it| (it.0.into_owned(), it.1.into_owned())).collect();
        url.query_pairs_mut().clear().extend_pairs(pairs).append_pair("code_challenge", &challenge);
        url
    };
    assert_eq!(told(visit(&oauth, swapped).await), Some(OAuthError::CodeRefused));
    assert_eq!(replica.sign_ins().exchanged, 0);
}

#[tokio::test]
async fn no_answer_within_the_time_is_told() {
    let (_replica, oauth) = sign_in(|it| it);
    let listener = Listener::bind(oauth.app().redirect()).await.unwrap();
    assert!(matches!(Listener::bind(oauth.app().redirect()).await, Err(OAuthError::NoListener(std::io::ErrorKind::AddrInUse))));
    let visit = oauth.visit(&[]);
    assert_eq!(listener.answer(&visit, Duration::from_millis(50)).await.err(), Some(OAuthError::NoAnswer));
    assert!(Listener::bind(oauth.app().redirect()).await.is_ok(), "the address is free again");
}

/// Sends this query to the address of the answer, `STATE` standing for the right state.
async fn answered(query: &str) -> Option<OAuthError> {
    let (_replica, oauth) = sign_in(|it| it);
    let listener = Listener::bind(oauth.app().redirect()).await.unwrap();
    let visit = oauth.visit(&[]);
    let state = visit.url().query_pairs().find(|it| it.0 == "state").unwrap().1.into_owned();
    let here = oauth.app().redirect().clone();
    let (icon, page) = (here.join("/favicon.ico").unwrap(), format!("{here}?{}", query.replace("STATE", &state)));
    let opened = tokio::spawn(async move {
        let icon = browser().get(icon).send().await.unwrap().status().as_u16();
        let shown = browser().get(page).send().await.unwrap().text().await.unwrap();
        (icon, shown)
    });
    let answer = listener.answer(&visit, Duration::from_secs(10)).await;
    let (icon, shown) = opened.await.unwrap();
    assert!(icon == 404 && shown.contains("close this page") && !shown.contains("c0de") && !shown.contains(&state), "{shown}");
    answer.err()
}

#[tokio::test]
async fn an_answer_with_another_state_is_told() {
    for query in ["code=c0de", "code=c0de&state=other", "state=&code=c0de", "error=access_denied", "error=access_denied&state=other"] {
        assert_eq!(answered(query).await, Some(OAuthError::WrongState), "{query}");
    }
    assert_eq!(answered("state=STATE&code=c0de").await, None);
}

#[tokio::test]
async fn an_error_of_the_page_is_told() {
    assert_eq!(answered("state=STATE&error=access_denied&error_description=Zoë+Quux").await, Some(OAuthError::Denied));
    assert_eq!(answered("state=STATE&error=unauthorized_client").await, Some(OAuthError::UnknownApp));
    assert_eq!(answered("state=STATE&error=invalid_scope").await, Some(OAuthError::Page("invalid_scope")));
    assert_eq!(answered("state=STATE&error=Zoë+Quux").await, Some(OAuthError::Page("invalid_request")));
    assert_eq!(answered("state=STATE").await, Some(OAuthError::Page("neither a code nor an error")));
    assert_eq!(answered("state=STATE&code=").await, Some(OAuthError::Page("neither a code nor an error")));
}

#[tokio::test]
async fn troubles_of_the_sign_in_are_told_apart() {
    let (replica, oauth) = sign_in(|it| it);
    let tokens = visit(&oauth, |it| it).await.unwrap();
    for (fault, expected) in [
        (Fault::Status(429), "RateLimited"),
        (Fault::Status(503), "Unavailable"),
        (Fault::Status(400), "Refused"),
        (Fault::Truncate, "Unavailable"),
    ] {
        replica.fail_next(Kind::Token, fault);
        let error = oauth.refresh(&tokens, NOW).await.unwrap_err();
        let shown = format!("{error:?} {error}");
        assert!(shown.starts_with(expected) && !shown.contains("refresh-") && !shown.contains(SECRET), "{fault:?}: {shown}");
    }
}
