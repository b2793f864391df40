//! Access that a person gives: from the settings to Lever's page and back, every step as a browser takes it.

use super::*;
use acquaint::replica::{App, Consent, Fault, Faults, Kind, Options, Replica};
use acquaint::world::{Plan, World};
use std::collections::HashMap;
use url::Url;

const CORP: &str = "corp";
const SECRET: &str = "s3cret-of-the-app";

/// A place with a company whose app has its answers sent there, and that waits for somebody to give access.
struct Town {
    place: Place,
    replica: Replica,
    inge: String,
    cora: String,
}

impl Town {
    async fn open() -> Self {
        Self::with(|it| it).await
    }

    async fn with(change: impl FnOnce(App) -> App) -> Self {
        let place = Place::open().await;
        let app = change(App::new("app-1", SECRET).with_redirect(&format!("{}/oauth/callback", place.url)));
        let account = World::new(&Plan { seed: 7, contacts: 12, opportunities: 20, profiles: 12, ..Plan::default() }).account;
        let replica = Replica::start(account, Options { apps: vec![app], ..Options::default() }).expect("a replica");
        let inge = place.signed_in("inge", Grant::Installation).await;
        let it = Self { place, replica, inge, cora: String::new() };
        let connected = it.connect(&it.app()).await;
        assert_eq!(connected.header("location"), "/t/corp/settings?new=yes", "{}", connected.text);
        let cora = it.place.signed_in("cora", Grant::Tenant(name(CORP), Role::Admin)).await;
        Self { cora, ..it }
    }

    fn app(&self) -> String {
        self.replica.oauth_file().expect("an app").to_string()
    }

    async fn connect(&self, app: &str) -> Answer {
        let lever_url = self.replica.base_url();
        self.send(
            "/connect",
            &self.inge,
            &[("name", CORP), ("environment", "production"), ("lever_url", &lever_url), ("app", app), ("resumes", "on")],
        )
        .await
    }

    async fn send(&self, path: &str, who: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.place.form_with_cookie(path, who, &body).await
    }

    async fn get(&self, path: &str, who: &str) -> Answer {
        self.place.with_cookie(Method::GET, path, who).await
    }

    /// The button, and where it leads.
    async fn leaves(&self, who: &str) -> Url {
        left(&self.send("/t/corp/give", who, &[]).await)
    }

    /// What Lever's page has the browser ask here, once somebody has answered it.
    async fn allowed(&self, page: &Url) -> String {
        let answer = self.place.client.get(page.clone()).send().await.expect("an answer");
        let back = answer.headers()["location"].to_str().expect("text").to_owned();
        back.strip_prefix(&self.place.url).expect("an address of ours").to_owned()
    }

    /// Whether somebody's access is stored, and when it was given.
    async fn stored(&self) -> Option<Option<Millis>> {
        let connection = self.place.store.connection(&name(CORP)).await.expect("read").expect("an app");
        connection.sealed_tokens.map(|_| connection.granted_at)
    }
}

/// Where a page that leads away leads to, by itself and by its link.
fn left(page: &Answer) -> Url {
    let url = page.header("refresh").strip_prefix("0;url=").unwrap_or_else(|| panic!("no way on: {page:?}"));
    assert!(page.text.contains(&format!("href=\"{}\"", url.replace('&', "&#38;"))), "{}", page.text);
    assert_eq!((page.status.as_u16(), page.header("cache-control"), page.header("referrer-policy")), (200, "no-store", "same-origin"));
    url.parse().expect("an address")
}

fn asked(page: &Url) -> HashMap<String, String> {
    page.query_pairs().into_owned().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_gives_access_wholly_in_the_browser() {
    let town = Town::open().await;
    let waiting = town.get("/t/corp/settings?new=yes", &town.inge).await.text;
    for words in ["Give access in Lever", "One step is left", "nobody has given access yet"] {
        assert!(waiting.contains(words), "{words}: {waiting}");
    }
    assert!(!waiting.contains("What comes next"), "that is the way in: {waiting}");
    let page = town.leaves(&town.cora).await;
    let (first, again) = (asked(&page), asked(&town.leaves(&town.cora).await));
    assert!(first["state"].len() >= 43 && first["state"] != again["state"] && first["code_challenge"] != again["code_challenge"]);
    assert_eq!(first["redirect_uri"], format!("{}/oauth/callback", town.place.url));
    assert!(first["scope"].contains("resumes:read:admin") && !first["scope"].contains("files:read:admin"), "what was chosen: {first:?}");
    assert_eq!(town.stored().await, None);

    let page = town.leaves(&town.cora).await;
    let back = town.allowed(&page).await;
    let given = town.get(&back, &town.cora).await;
    assert_eq!((given.status.as_u16(), given.header("location")), (303, "/t/corp/settings?given=yes"), "{}", given.text);
    assert_eq!(town.stored().await, Some(Some(NOW)));
    let settings = town.get(given.header("location"), &town.cora).await.text;
    for words in ["Lever has given access", "Give access anew", "What comes next"] {
        assert!(settings.contains(words), "{words}: {settings}");
    }
    let checked = town.send("/t/corp/check", &town.cora, &[]).await.text;
    assert!(checked.contains("granted") && !checked.contains("missing"), "{checked}");
    assert_eq!((town.replica.sign_ins().exchanged, town.replica.sign_ins().reused), (1, 0));

    let reused = town.get(&back, &town.cora).await;
    assert!(reused.status.as_u16() == 422 && reused.text.contains("belongs to no visit of yours"), "{}", reused.text);
    assert_eq!(town.replica.sign_ins().exchanged, 1, "Lever is not even asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_of_use_to_nobody_else_and_not_for_long() {
    let town = Town::open().await;
    let place = &town.place;
    let back = town.allowed(&town.leaves(&town.cora).await).await;
    let bea = place.signed_in("bea", Grant::Tenant(name(B), Role::Admin)).await;
    let dan = place.signed_in("dan", Grant::Tenant(name(CORP), Role::Admin)).await;
    // Dan and bea have visits of their own, or none.
    town.leaves(&dan).await;
    for stranger in [&bea, &dan, &town.inge] {
        let answer = town.get(&back, stranger).await;
        assert!(answer.status.as_u16() == 422 && !answer.text.contains(CORP), "{}", answer.text);
    }
    let nobody = place.get(&back, "").await;
    assert_eq!((nobody.status.as_u16(), nobody.header("location")), (303, "/sign-in"), "no address keeps the code");
    let token = place.role(A, Role::Admin).await;
    assert_eq!(place.get(&back, &token).await.status.as_u16(), 422);
    for (from, to) in [("state=", "state=x"), ("state=", "other="), ("?", "?state=&")] {
        assert_eq!(town.get(&back.replace(from, to), &town.cora).await.status.as_u16(), 422, "{from} for {to}");
    }
    assert_eq!(town.get("/oauth/callback", &town.cora).await.status.as_u16(), 422);
    assert_eq!(place.with_cookie(Method::HEAD, &back, &town.cora).await.status.as_u16(), 405, "who only asks ends no visit");
    assert_eq!((town.stored().await, town.replica.sign_ins().exchanged), (None, 0));
    assert_eq!(place.store.connection(&name(B)).await.expect("read").map(drop), None);
    assert_eq!(town.get(&back, &town.cora).await.status.as_u16(), 303, "none of them has ended the visit");

    let late = town.allowed(&town.leaves(&town.cora).await).await;
    place.now_is(NOW.plus(10 * 60_000));
    assert_eq!(town.get(&late, &town.cora).await.status.as_u16(), 422);
    let early = town.allowed(&town.leaves(&town.cora).await).await;
    town.leaves(&town.cora).await;
    assert_eq!(town.get(&early, &town.cora).await.status.as_u16(), 422, "the newest page counts");
    assert_eq!(town.replica.sign_ins().exchanged, 1);
    for (who, status) in [(&bea, 403), (&town.inge, 200)] {
        assert_eq!(town.send("/t/corp/give", who, &[]).await.status.as_u16(), status, "by right");
    }
}

/// Somebody whose user was removed meanwhile has nothing to give any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_to_somebody_who_is_gone_stores_nothing() {
    let town = Town::open().await;
    let back = town.allowed(&town.leaves(&town.cora).await).await;
    town.place.store.remove_account(&AccountName::new("cora").expect("a name")).await.expect("removed");
    assert_eq!(town.get(&back, &town.cora).await.header("location"), "/sign-in");
    assert_eq!((town.stored().await, town.replica.sign_ins().exchanged), (None, 0));
    let removed = town.allowed(&town.leaves(&town.inge).await).await;
    town.place.store.remove_tenant(&name(CORP), NOW).await.expect("removed");
    assert_eq!(town.get(&removed, &town.inge).await.status.as_u16(), 404);
    assert_eq!(town.replica.sign_ins().exchanged, 0);
}

/// What goes wrong on the way, in words, with nothing stored and nothing of the answer repeated.
async fn check(town: &Town, says: &str) {
    let back = town.allowed(&town.leaves(&town.cora).await).await;
    let answer = town.get(&back, &town.cora).await;
    assert!(
        answer.status.as_u16() == 422 && answer.text.contains(says) && answer.text.contains("Nothing was stored"),
        "{says}: {answer:?}"
    );
    for (_, secret) in url::form_urlencoded::parse(back.split_once('?').expect("a query").1.as_bytes()) {
        assert!(secret == "access_denied" || !answer.text.contains(&*secret), "{says}: {secret} is repeated");
    }
    assert!(!answer.text.contains(SECRET));
    assert_eq!(town.stored().await, None, "{says}");
    assert_eq!(town.get(&back, &town.cora).await.status.as_u16(), 422, "{says}: the visit is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_wrong_is_told_and_stores_nothing() {
    let town = Town::open().await;
    town.replica.consent(Consent::Denied);
    check(&town, "Access was refused on Lever&#39;s page").await;
    town.replica.consent(Consent::Given);
    for (kind, fault, says) in [
        (Kind::Token, Fault::Status(503), "Lever is up"),
        (Kind::Token, Fault::Reset, "Lever is up"),
        (Kind::Token, Fault::Status(429), "try again in a minute"),
        (Kind::Token, Fault::Truncate, "Lever is up"),
    ] {
        town.replica.fail_next(kind, fault);
        check(&town, says).await;
    }
    town.replica.misbehave(&[Faults::Without(Kind::Opportunities)]);
    check(&town, "wrong audience or environment").await;
    town.replica.misbehave(&[]);
    let back = town.allowed(&town.leaves(&town.cora).await).await;
    town.replica.pass(11 * 60_000);
    let old = town.get(&back, &town.cora).await.text;
    assert!(old.contains("does not accept the code") && town.stored().await.is_none(), "{old}");
    let back = town.allowed(&town.leaves(&town.cora).await).await;
    town.replica.forget_apps();
    let unknown = town.get(&back, &town.cora).await.text;
    assert!(unknown.contains("does not know this app") && town.stored().await.is_none(), "{unknown}");

    let wrong = Town::open().await;
    let app = wrong.app().replace(SECRET, "another-secret");
    let page = left(&wrong.send("/t/corp/key", &wrong.cora, &[("app", &app)]).await);
    let answer = wrong.get(&wrong.allowed(&page).await, &wrong.cora).await;
    assert!(answer.status.as_u16() == 422 && answer.text.contains("does not accept the app&#39;s client secret"), "{}", answer.text);
    assert!(!answer.text.contains("another-secret"), "{}", answer.text);
    assert_eq!(wrong.stored().await, None);
    check(&Town::with(|it| it.with_scopes(&["offline_access", "users:read:admin"])).await, "opportunities:read:admin").await;
    check(&Town::with(|it| it.with_scopes(&["opportunities:read:admin"])).await, "offline_access").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn less_than_was_asked_for_is_stored_and_told() {
    let town = Town::with(|it| it.with_scopes(&["offline_access", "opportunities:read:admin", "resumes:read:admin"])).await;
    let back = town.allowed(&town.leaves(&town.cora).await).await;
    let given = town.get(&back, &town.cora).await;
    assert_eq!(given.status.as_u16(), 303, "{}", given.text);
    assert_eq!(town.stored().await, Some(Some(NOW)));
    let page = town.get(given.header("location"), &town.cora).await.text;
    assert!(page.contains("“List users”") && page.contains("users:read:admin") && !page.contains("resumes:read:admin"), "{page}");
}

/// A company that has a key gives access to an app: the key serves until Lever has said yes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_takes_a_key_s_place_only_once_access_is_given() {
    let town = Town::open().await;
    let store = &town.place.store;
    let here = town.replica.base_url();
    let fields = [("app", town.app()), ("lever_url", here.clone())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|it| (it.0, it.1.as_str())).collect();
    let acme = async || {
        let tenant = store.tenant(&name(A)).await.expect("the tenant");
        let tokens = store.connection(&name(A)).await.expect("read").is_some_and(|it| it.sealed_tokens.is_some());
        (tenant.sealed_key, tenant.settings.lever_url, tokens)
    };
    assert_eq!(town.send("/t/acme/give", &town.inge, &[]).await.status.as_u16(), 422, "there is no app yet");
    town.replica.consent(Consent::Denied);
    let page = left(&town.send("/t/acme/key", &town.inge, &fields).await);
    assert_eq!(town.get(&town.allowed(&page).await, &town.inge).await.status.as_u16(), 422);
    assert_eq!(acme().await, (vec![1], None, false), "the key serves on");
    town.replica.consent(Consent::Given);
    let page = left(&town.send("/t/acme/key", &town.inge, &fields).await);
    assert_eq!(acme().await, (vec![1], None, false));
    assert_eq!(town.get(&town.allowed(&page).await, &town.inge).await.status.as_u16(), 303);
    assert_eq!(acme().await, (Vec::new(), Some(here.trim_end_matches("/v1").to_owned()), true));
}

/// An app whose answers go to a terminal is given access there; the page says so, and how it can be done here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_answers_elsewhere_is_told_of() {
    let town = Town::open().await;
    let mut app: Value = serde_json::from_str(&town.app()).expect("JSON");
    app["redirect_uri"] = "http://127.0.0.1:8976/callback".into();
    let swapped = town.send("/t/corp/key", &town.inge, &[("app", &app.to_string())]).await;
    let page = town.get(swapped.header("location"), &town.cora).await.text;
    for words in ["acquaint tenant connect corp", "https://HOST/oauth/callback", "One step is left"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("/t/corp/give"), "{page}");
    let answer = town.send("/t/corp/give", &town.cora, &[]).await;
    assert!(answer.status.as_u16() == 422 && answer.text.contains("sent elsewhere"), "{}", answer.text);
}
