//! No tenant sees another's: every address of the description is asked with another tenant's token, so a new one is tested by itself.

use super::*;
use reqwest::header::HeaderName;
use std::collections::BTreeSet;

/// A method and an address, with its placeholders.
type Operation = (Method, String);

/// All that the description has.
fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(serve::document()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths").clone();
    let operations = paths.into_iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("an item").keys().map(|it| it.to_uppercase()).collect::<Vec<_>>();
        methods.into_iter().map(move |it| (it.parse().expect("a method"), path.clone()))
    });
    operations.collect()
}

/// The address with what tenant `of` has in each place, and a body that fits.
fn filled(path: &str, of: &str, run: &str) -> (String, Option<Value>) {
    let filled = path.replace("{tenant}", of).replace("{run}", run).replace("{profile}", "p-active");
    assert!(!filled.contains('{'), "{path} has a place that this test does not know");
    let filled = match path.rsplit('/').next() {
        Some("search") => filled + "?q=weaver",
        Some("why") => filled + "?profile=p-active",
        _ => filled,
    };
    let body = path.ends_with("/lookup").then(|| json!({ "profiles": ["p-active"] }));
    (filled, body)
}

async fn held_run(place: &Place, of: &str) -> String {
    let claim = place.stage(of, &people()).await;
    place.store.end_run(&claim, &place.ending(RunState::Held).await, Some(NOW)).await.expect("held");
    claim.run.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_token_of_another_tenant_is_answered() {
    let place = Place::open().await;
    let run = held_run(&place, B).await;
    let before = format!("{:?}", place.store.runs(&name(B), 9).await.expect("runs"));
    let operations = operations();
    assert!(operations.len() >= 12 && operations.iter().filter(|(_, path)| path.contains("{tenant}")).count() >= 11);
    let (expired, _) = place.token_until(Grant::Tenant(name(B), Role::Admin), Some(NOW.plus(-1))).await;
    let (revoked, revoked_id) = place.token_until(Grant::Tenant(name(B), Role::Admin), None).await;
    place.store.remove_token(&revoked_id).await.expect("revoked");
    for (method, path) in &operations {
        let (address, body) = filled(path, B, &run);
        for nobody in ["", "acq_", "acq_AAAA", "nonsense", &expired, &revoked] {
            let answer = place.ask(method.clone(), &address, nobody, body.clone()).await;
            assert_eq!((answer.code(), answer.header("www-authenticate")), (401, "Bearer"), "{method} {path} with {nobody:?}");
        }
        if !path.contains("{tenant}") {
            continue;
        }
        for role in [Role::Sourcer, Role::Operator, Role::Admin] {
            let token = place.role(A, role).await;
            let other = place.ask(method.clone(), &address, &token, body.clone()).await;
            assert_eq!(other.code(), 403, "{method} {path} as {}", role.as_str());
            // Whether there is such a tenant is not said either.
            let (address, body) = filled(path, "nobody", &run);
            let none = place.ask(method.clone(), &address, &token, body).await;
            assert_eq!((none.code(), none.text), (403, other.text), "{method} {path}");
            // In one's own tenant another's run is none.
            let (address, body) = filled(path, A, &run);
            let own = place.ask(method.clone(), &address, &token, body).await;
            let refused = [403, 404].contains(&own.code());
            assert!(refused || !path.contains("{run}"), "{method} {path} as {}: {}", role.as_str(), own.text);
        }
    }
    assert_eq!(format!("{:?}", place.store.runs(&name(B), 9).await.expect("runs")), before, "nothing was done");
}

/// Which roles may do what, from the addresses' own words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_has_its_addresses() {
    let place = Place::open().await;
    let run = held_run(&place, A).await;
    for (role, grant) in [
        ("sourcer", Grant::Tenant(name(A), Role::Sourcer)),
        ("operator", Grant::Tenant(name(A), Role::Operator)),
        ("admin", Grant::Tenant(name(A), Role::Admin)),
        ("installation", Grant::Installation),
    ] {
        let token = place.token(grant).await;
        let mut allowed = BTreeSet::new();
        for (method, path) in &operations() {
            // What starts or settles is asked of a run that is not there; the other is held, so that a stream of it ends.
            let run = if *method == Method::POST { "01900000-0000-7000-8000-000000000000" } else { run.as_str() };
            let (address, body) = filled(path, A, run);
            let answer = place.ask(method.clone(), &address, &token, body).await;
            if answer.code() != 403 {
                allowed.insert(path.rsplit('/').next().expect("a word").to_owned());
            }
            if role == "installation" {
                assert!(!answer.text.contains("p-active") && !answer.text.contains("Ana"), "{path} tells of a person");
            }
        }
        let expected: &[&str] = match role {
            "sourcer" => &["lookup", "search", "tenants", "why", "{profile}"],
            "installation" => &["cancel", "events", "runs", "tenants", "{run}"],
            _ => &["cancel", "changes", "drop", "events", "lookup", "publish", "runs", "search", "tenants", "why", "{profile}", "{run}"],
        };
        assert_eq!(allowed.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{role}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tenants_are_listed_for_those_who_see_them() {
    let place = Place::open().await;
    let names = async |token: &str| {
        let list = place.get("/api/v1/tenants", token).await.json();
        list.as_array().expect("a list").iter().map(|it| it["tenant"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&place.role(A, Role::Admin).await).await, [A]);
    assert_eq!(names(&place.token(Grant::Installation).await).await, [A, B]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_that_is_removed_is_gone_at_once() {
    let place = Place::open().await;
    let (token, watcher) = (place.role(A, Role::Sourcer).await, place.token(Grant::Installation).await);
    place.user("ana", Grant::Tenant(name(A), Role::Sourcer)).await;
    let ask = async |token: &str| place.get(&format!("/api/v1/tenants/{A}/runs"), token).await.code();
    assert_eq!((ask(&token).await, ask(&watcher).await), (403, 200));
    place.store.remove_tenant(&name(A), NOW).await.expect("removed");
    assert_eq!((ask(&token).await, ask(&watcher).await), (401, 404));
    assert!(place.store.accounts().await.expect("users").is_empty());
}

/// What any page may be asked with.
const ASKED: &str = "profile=p-active&contact=c-active&id=p-active&opportunity=o-active&resume=r";
/// A form that has whatever any page asks for.
const FORM: &str = "contact=c-active&profile=p-active&ruling=not_same&list=p-active&kind=full&start_date=&resumes=none&resume_budget=1\
    &key=stolen&app=&lever_url=http%3A%2F%2F127.0.0.1%3A9&confirm=bolt&name=third&environment=production";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_of_another_tenant_is_shown_and_no_form_of_it_does_anything() {
    let place = Place::open().await;
    let run = held_run(&place, B).await;
    let state = async || {
        let (store, b) = (&place.store, name(B));
        let (runs, tenant) = (store.runs(&b, 9).await.expect("runs"), store.tenant(&b).await.expect("the tenant"));
        let (rulings, again) = (store.rulings(&b).await.expect("read"), store.asked_again(&b).await.expect("read"));
        format!("{runs:?} {:?} {:?} {rulings:?} {again:?}", tenant.settings, tenant.sealed_key)
    };
    let before = state().await;
    let pages = serve::page::addresses();
    let of_tenants = pages.iter().filter(|(_, path)| path.contains("{tenant}"));
    assert!(of_tenants.clone().count() >= 25 && of_tenants.clone().filter(|it| it.0 == Method::POST).count() >= 12);
    // By a header: a token's, or the cookie of somebody who is signed in, for some pages are shown to no token.
    let ask = async |method: &Method, path: &str, tenant: &str, who: &(HeaderName, String)| {
        let path = path.replace("{tenant}", tenant).replace("{run}", &run);
        let request = match *method {
            Method::POST => place.client.post(format!("{}{path}", place.url)).body(FORM),
            _ => place.client.get(format!("{}{path}?{ASKED}", place.url)),
        };
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").header(&who.0, &who.1);
        Answer::of(request.send().await.expect("an answer")).await
    };
    let token = async |of: &str, role: Role| (AUTHORIZATION, format!("Bearer {}", place.role(of, role).await));
    let user =
        async |of: &str, role: Role| (COOKIE, place.signed_in(&format!("{of}-{}", role.as_str()), Grant::Tenant(name(of), role)).await);
    let mut strangers = Vec::new();
    for role in [Role::Sourcer, Role::Operator, Role::Admin] {
        strangers.extend([(role, token(A, role).await), (role, user(A, role).await)]);
    }
    for (role, token) in strangers {
        for (method, path) in of_tenants.clone() {
            let other = ask(method, path, B, &token).await;
            assert_eq!(other.status.as_u16(), 403, "{method} {path} as {}", role.as_str());
            let none = ask(method, path, "nobody", &token).await;
            assert_eq!((none.status.as_u16(), none.text), (403, other.text), "whether there is such a tenant is not said");
            if path.contains("{run}") {
                let own = ask(method, path, A, &token).await.status.as_u16();
                assert!([403, 404].contains(&own), "{method} {path} with another's run as {}: {own}", role.as_str());
            }
        }
        // What is not of a tenant shows one's own alone.
        for (method, path) in pages.iter().filter(|(_, path)| !path.contains("{tenant}")) {
            let answer = ask(method, path, A, &token).await;
            assert!(!answer.text.contains("bolt"), "{method} {path} as {}: {}", role.as_str(), answer.text);
        }
    }
    assert_eq!(state().await, before, "nothing was done");
    assert_eq!(place.store.tenants().await.expect("tenants").len(), 2);
    // The same forms and pages are understood where they belong; that bolt's Lever cannot be opened is another matter.
    let own = user(B, Role::Admin).await;
    for path in ["contact", "file", "live"] {
        let answer = ask(&Method::GET, &format!("/t/{{tenant}}/{path}"), B, &own).await;
        assert_ne!(answer.status.as_u16(), 403, "{path} is for one's own people");
    }
    assert_eq!(ask(&Method::POST, "/t/{tenant}/decide", B, &own).await.status.as_u16(), 303);
    assert_eq!(ask(&Method::POST, "/t/{tenant}/runs/{run}/drop", B, &own).await.status.as_u16(), 303);
    assert_eq!(ask(&Method::POST, "/t/{tenant}/runs/{run}/drop", B, &own).await.status.as_u16(), 409, "as the interface says");
}
