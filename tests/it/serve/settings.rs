//! A company's settings: what an admin may change, where its key goes, and what serves until another has shown that it works.

use super::*;
use crate::store::server::Server;
use acquaint::replica::{Key, Options, Permission, Replica};
use acquaint::store::Location;
use acquaint::world::{Plan, World};
use sqlx::Connection;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::atomic::AtomicBool;

/// An invented account, for these keys.
fn replica(keys: Vec<Key>) -> Replica {
    let account = World::new(&Plan { seed: 7, contacts: 12, opportunities: 20, profiles: 12, ..Plan::default() }).account;
    Replica::start(account, Options { keys, ..Options::default() }).expect("a replica")
}

/// What a form sends of somebody who is signed in.
async fn send(place: &Place, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = place.client.post(format!("{}{path}", place.url)).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    Answer::of(request.header(COOKIE, cookie).body(body).send().await.expect("an answer")).await
}

/// A place with the admin of acme and somebody of the installation.
async fn place() -> (Place, String, String) {
    let place = Place::open().await;
    let ada = place.signed_in("ada", Grant::Tenant(name(A), Role::Admin)).await;
    let inge = place.signed_in("inge", Grant::Installation).await;
    (place, ada, inge)
}

/// What a new way in would replace.
async fn stored(place: &Place) -> (Option<String>, Vec<u8>, bool) {
    let tenant = place.store.tenant(&name(A)).await.expect("the tenant");
    let connection = place.store.connection(&name(A)).await.expect("read");
    (tenant.settings.lever_url, tenant.sealed_key, connection.is_some_and(|it| it.sealed_tokens.is_some()))
}

const KEY: &str = "/t/acme/key";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stored_key_goes_to_no_address_that_it_was_not_given_for() {
    let (place, ada, inge) = place().await;
    let replica = replica(Options::default().keys);
    let here = replica.base_url();
    let swap = async |who: &str, key: &str, url: &str| send(&place, KEY, who, &[("key", key), ("lever_url", url)]).await.status.as_u16();
    assert_eq!(swap(&ada, replica.key(), &here).await, 422, "a company names no address that is asked from here");
    assert_eq!(stored(&place).await, (None, vec![1], false));
    assert_eq!(swap(&inge, replica.key(), &here).await, 303);
    let given = stored(&place).await;
    assert_eq!(given.0.as_deref(), Some(here.trim_end_matches("/v1")));
    assert_ne!(given.1, vec![1], "a new key, sealed");
    assert_eq!(swap(&ada, replica.key(), &here).await, 303, "the address that is there is no other one");
    assert_eq!(send(&place, KEY, &ada, &[("key", replica.key())]).await.status.as_u16(), 303, "nor is none");
    let given = (given.0, stored(&place).await.1, false);

    let evil = TcpListener::bind("127.0.0.1:0").expect("a port");
    evil.set_nonblocking(true).expect("set");
    let elsewhere = format!("http://{}", evil.local_addr().expect("an address"));
    let choices =
        [("resumes", "auto"), ("resume_budget", "5"), ("contact", "operators"), ("guard", "on"), ("lever_url", elsewhere.as_str())];
    let saved = send(&place, "/t/acme/settings", &inge, &choices).await;
    assert_eq!((saved.status.as_u16(), stored(&place).await), (303, given.clone()), "choices are saved, and no address is one");
    assert_eq!(swap(&inge, "", &elsewhere).await, 422, "nor is one taken without a key");
    assert_eq!(swap(&ada, replica.key(), &elsewhere).await, 422);
    assert_eq!(stored(&place).await, given);
    let checked = send(&place, "/t/acme/check", &ada, &[]).await;
    assert!(checked.text.contains("granted"), "Lever is asked where it was");
    assert_eq!(evil.accept().map(drop).map_err(|it| it.kind()), Err(ErrorKind::WouldBlock), "and nobody else");
    assert_eq!(swap(&inge, "another-key", &here).await, 422);
    assert_eq!(stored(&place).await, given, "a key that Lever does not know takes nobody's place");
}

/// Whoever reads the company at whatever moment, as a run does that begins, finds each key with one address.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_and_its_address_are_stored_together() {
    let (place, _, inge) = place().await;
    let replicas = [replica(Options::default().keys), replica(Options::default().keys)];
    let (store, swapped) = (Arc::clone(&place.store), Arc::new(AtomicBool::new(false)));
    let done = Arc::clone(&swapped);
    let reading = tokio::spawn(async move {
        let mut addresses = HashMap::new();
        while !done.load(Ordering::Relaxed) {
            let it = store.tenant(&name(A)).await.expect("the tenant");
            let address = it.settings.lever_url;
            let before = addresses.insert(it.sealed_key, address.clone());
            assert!(before.is_none_or(|it| it == address), "a key stood beside another's address");
        }
    });
    for it in replicas.iter().cycle().take(10) {
        let here = it.base_url();
        assert_eq!(send(&place, KEY, &inge, &[("key", it.key()), ("lever_url", &here)]).await.status.as_u16(), 303);
        assert_eq!(stored(&place).await.0.as_deref(), Some(here.trim_end_matches("/v1")));
    }
    swapped.store(true, Ordering::Relaxed);
    reading.await.expect("no key stood beside another's address");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_serves_until_an_app_has_shown_that_it_works() {
    let (place, ada, inge) = place().await;
    let replica = replica(Options::default().keys);
    let here = replica.base_url();
    assert_eq!(send(&place, KEY, &inge, &[("key", replica.key()), ("lever_url", &here)]).await.status.as_u16(), 303);
    let given = stored(&place).await;
    let app = replica.oauth_file().expect("an app");
    let with = |token: &str| {
        let mut app = app.clone();
        app["refresh_token"] = token.into();
        app.to_string()
    };
    let useless = replica.give("offline_access postings:read:admin");
    for (who, app, says) in [
        (&inge, app.to_string(), "Nobody has given this app access yet"),
        (&inge, with("never-given"), "role=\"alert\""),
        (&inge, with(&useless), "opportunities:read:admin"),
        (&ada, with(&replica.give("offline_access opportunities:read:admin")), "Only Lever&#39;s own addresses"),
    ] {
        let answer = send(&place, KEY, who, &[("app", &app)]).await;
        assert!(answer.status.as_u16() == 422 && answer.text.contains(says), "{says}: {}", answer.text);
        assert_eq!(stored(&place).await, given, "{says}: what was there serves on");
    }
    let token = replica.give("offline_access opportunities:read:admin applications:read:admin");
    let swapped = send(&place, KEY, &inge, &[("app", &with(&token))]).await;
    assert_eq!(swapped.status.as_u16(), 303, "{}", swapped.text);
    assert_eq!(stored(&place).await, (given.0, Vec::new(), true));
    assert_eq!(replica.sign_ins().reused, 0, "the token that was tried is not used again");
    let page = place.with_cookie(Method::GET, swapped.header("location"), &inge).await.text;
    assert!(page.contains("“List users”") && !page.contains("“List applications”"), "what it lacks is told: {page}");
    let checked = send(&place, "/t/acme/check", &ada, &[]).await;
    assert!(checked.text.contains("granted"), "and it goes on by what came for the token: {}", checked.text);
    assert_eq!(send(&place, KEY, &ada, &[("app", &app.to_string())]).await.status.as_u16(), 422, "nor does an app take an app's place so");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_chosen_is_kept_and_what_a_key_lacks_is_told() {
    let (place, _, inge) = place().await;
    let replica = replica(vec![Key::new("lean").without(Permission::Users).without(Permission::Resumes)]);
    let here = replica.base_url();
    for (company, chosen, contact, attachments, lacks) in [
        ("all", vec![("resumes", "on"), ("contact_view", "on"), ("attachments", "on")], "operators", true, 2),
        ("few", vec![], "nobody", false, 1),
    ] {
        let fields = [("name", company), ("environment", "production"), ("lever_url", &here), ("key", "lean")];
        let connected = send(&place, "/connect", &inge, &[fields.as_slice(), &chosen].concat()).await;
        assert_eq!(connected.status.as_u16(), 303, "{}", connected.text);
        let settings = place.store.tenant(&name(company)).await.expect("the tenant").settings;
        assert_eq!(
            (settings.contact.as_str(), settings.attachments, settings.resumes.as_str() == "auto"),
            (contact, attachments, attachments)
        );
        let page = place.with_cookie(Method::GET, connected.header("location"), &inge).await.text;
        assert_eq!(page.matches("</code>): without it").count(), lacks, "{company}: {page}");
        assert!(page.contains("“List users”"), "{company}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_saves_over_what_they_have_not_seen() {
    let (place, ada, inge) = place().await;
    let stamp = async |who: &str| {
        let page = place.with_cookie(Method::GET, "/t/acme/settings", who).await.text;
        page.split("name=\"stamp\" value=\"").nth(1).and_then(|it| it.split('"').next()).expect("a stamp").to_owned()
    };
    let save = async |who: &str, stamp: &str, budget: &str| {
        let fields = [("resumes", "auto"), ("resume_budget", budget), ("contact", "operators"), ("stamp", stamp)];
        let answer = send(&place, "/t/acme/settings", who, &fields).await;
        (answer.status.as_u16(), place.store.tenant(&name(A)).await.expect("the tenant").settings.resume_budget, answer.text)
    };
    let (one, other) = (stamp(&ada).await, stamp(&inge).await);
    assert_eq!(save(&ada, &one, "5").await.0, 303);
    let late = save(&inge, &other, "7").await;
    assert_eq!((late.0, late.1), (422, 5), "{}", late.2);
    assert!(late.2.contains("Somebody has changed these choices") && late.2.contains("value=\"5\""), "with what there is now: {}", late.2);
    let seen = stamp(&inge).await;
    place.store.edit_settings(&name(A), &|it| it.lever_url = Some("https://lever.example".into())).await.expect("set");
    assert_eq!(save(&inge, &seen, "7").await.0, 303, "an address is none of the choices");
    assert_eq!(place.store.tenant(&name(A)).await.expect("the tenant").settings.lever_url.as_deref(), Some("https://lever.example"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_more_than_needed_is_told() {
    let (place, ada, inge) = place().await;
    let replica = replica(Options::default().keys);
    let here = replica.base_url();
    let enough = "offline_access opportunities:read:admin resumes:read:admin";
    for (scopes, told) in [(enough.to_owned(), false), (format!("{enough} notes:write:admin"), true)] {
        let mut app = replica.oauth_file().expect("an app");
        app["refresh_token"] = replica.give(&scopes).into();
        let swapped = send(&place, KEY, &inge, &[("app", &app.to_string()), ("lever_url", &here)]).await;
        assert_eq!(swapped.status.as_u16(), 303, "{}", swapped.text);
        for page in [
            place.with_cookie(Method::GET, swapped.header("location"), &inge).await,
            place.with_cookie(Method::GET, "/t/acme/settings", &ada).await,
            send(&place, "/t/acme/check", &ada, &[]).await,
        ] {
            assert_eq!(page.text.contains("Lever allows more than is needed"), told, "{scopes}: {}", page.text);
            assert_eq!(page.text.contains("<li><code>notes:write:admin</code></li>"), told, "{scopes}: {}", page.text);
            assert!(!page.text.contains("<li><code>resumes"), "what is needed is not too much: {}", page.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_connected_a_company_is_told_what_comes_next() {
    let (place, _, inge) = place().await;
    let replica = replica(Options::default().keys);
    let here = replica.base_url();
    let fields = [("name", "new"), ("environment", "production"), ("lever_url", &here), ("key", replica.key())];
    let connected = send(&place, "/connect", &inge, &fields).await;
    let page = place.with_cookie(Method::GET, connected.header("location"), &inge).await.text;
    for part in ["nothing that was chosen was found missing", "name=\"dry_run\"", "acquaint user add NAME --tenant new", "#schedule"] {
        assert!(page.contains(part), "no {part:?} in {page}");
    }
    assert_eq!(send(&place, "/t/new/runs", &inge, &[("kind", "full"), ("dry_run", "yes")]).await.status.as_u16(), 303, "the button works");
    let choices = [("resumes", "auto"), ("resume_budget", "5"), ("contact", "operators")];
    let saved = send(&place, "/t/new/settings", &inge, &choices).await;
    for page in [
        place.with_cookie(Method::GET, "/t/new/settings", &inge).await,
        place.with_cookie(Method::GET, saved.header("location"), &inge).await,
        send(&place, "/t/new/check", &inge, &[]).await,
    ] {
        assert!(page.text.contains("What comes next"), "the first step is not the last: {}", page.text);
        assert!(!page.text.contains("found missing"), "only what was just tried is known: {}", page.text);
    }
    let begun = place.store.claim_run(i64::MAX, &[], NOW).await.expect("asked").expect("the dry run").claim;
    place.store.publish(&begun, &place.ending(RunState::Published).await, NOW).await.expect("published");
    let page = place.with_cookie(Method::GET, "/t/new/settings", &inge).await.text;
    assert!(!page.contains("What comes next"), "it has begun: {page}");
    let swapped = send(&place, KEY, &inge, &[("lever_url", &here), ("key", replica.key())]).await;
    let page = place.with_cookie(Method::GET, swapped.header("location"), &inge).await.text;
    assert!(!page.contains("What comes next"), "acme has long begun: {page}");
}

/// A store that is busy is told as that, and not as somebody's changes. Only PostgreSQL has settings that let it give up early.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_saves_while_the_store_is_busy_is_told_so() {
    let Some(server) = Server::start() else {
        return eprintln!("SKIPPED: who_saves_while_the_store_is_busy_is_told_so (no initdb and pg_ctl in PATH or /usr/lib/postgresql)");
    };
    server.make("busy").await;
    let url = format!("{}?options=-c%20lock_timeout%3D200ms", server.url("busy"));
    let store = store::open(&Location::Postgres(url)).await.expect("a store");
    let busy = Arc::clone(&store);
    let place = Place { store, ..Place::with(|it| it.store = busy).await };
    place.store.add_tenant(&tenant(A)).await.expect("added");
    let ada = place.signed_in("ada", Grant::Tenant(name(A), Role::Admin)).await;
    let choices = [("resumes", "auto"), ("resume_budget", "5"), ("contact", "operators")];
    let mut other = sqlx::PgConnection::connect(&server.url("busy")).await.expect("a connection");
    let mut writer = other.begin().await.expect("begun");
    sqlx::query("SELECT 1 FROM tenant WHERE name = 'acme' FOR UPDATE").execute(&mut *writer).await.expect("held");
    let refused = send(&place, "/t/acme/settings", &ada, &choices).await;
    assert!(refused.status.as_u16() == 503 && refused.text.contains("Another program is writing; try again."), "{}", refused.text);
    writer.rollback().await.expect("let go");
    assert_eq!(send(&place, "/t/acme/settings", &ada, &choices).await.status.as_u16(), 303);
}

/// Where a company's data comes from, and whether it stays, is for somebody to decide who is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_token_connects_or_disconnects() {
    let place = Place::open().await;
    let monitor = place.token(Grant::Installation).await;
    let (token, somebody) = (place.role(A, Role::Admin).await, place.signed_in("ivo", Grant::Installation).await);
    let disconnect = "confirm=acme";
    for (path, token) in [("/t/acme/disconnect", &monitor), ("/t/acme/disconnect", &token), ("/t/acme/key", &token), ("/connect", &monitor)]
    {
        assert_eq!(place.form(path, token, "confirm=acme&key=k&app=&name=new&environment=production").await.status.as_u16(), 403, "{path}");
    }
    for (path, token) in [("/connect", &monitor), ("/t/acme/settings", &token), ("/t/acme/settings", &monitor)] {
        assert_eq!(place.get(path, token).await.status.as_u16(), 403, "{path}");
    }
    assert_eq!(place.get("/t/acme/runs", &monitor).await.status.as_u16(), 200, "it is for watching");
    assert_eq!(place.with_cookie(Method::GET, "/connect", &somebody).await.status.as_u16(), 200);
    assert_eq!(place.form_with_cookie("/t/acme/disconnect", &somebody, disconnect).await.status.as_u16(), 303);
    assert_eq!(place.store.tenants().await.expect("tenants").len(), 1);
}
