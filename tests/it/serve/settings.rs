//! A company's settings: what an admin may change, and where its key goes.

use super::*;
use acquaint::replica::{Options, Replica};
use acquaint::world::{Plan, World};
use std::io::ErrorKind;
use std::net::TcpListener;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stored_key_goes_to_no_address_that_it_was_not_given_for() {
    let place = Place::open().await;
    let account = World::new(&Plan { seed: 7, contacts: 12, opportunities: 20, profiles: 12, ..Plan::default() }).account;
    let replica = Replica::start(account, Options::default()).expect("a replica");
    let admin = place.signed_in("ada", Grant::Tenant(name(A), Role::Admin)).await;
    let stored = async || {
        let tenant = place.store.tenant(&name(A)).await.expect("the tenant");
        (tenant.settings.lever_url, tenant.sealed_key)
    };
    let here = replica.base_url();
    let swap = async |key: &str, url: &str| {
        let body = format!("key={key}&app=&lever_url={}", url.replace(':', "%3A").replace('/', "%2F"));
        place.form_with_cookie("/t/acme/key", &admin, &body).await.status.as_u16()
    };
    assert_eq!(swap(replica.key(), &here).await, 303);
    let given = stored().await;
    assert_eq!(given.0.as_deref(), Some(here.trim_end_matches("/v1")));
    assert_ne!(given.1, vec![1], "a new key, sealed");

    let evil = TcpListener::bind("127.0.0.1:0").expect("a port");
    evil.set_nonblocking(true).expect("set");
    let elsewhere = format!("http://{}", evil.local_addr().expect("an address"));
    let form = "start_date=&resumes=auto&resume_budget=5&contact=operators&guard=on";
    let saved = place.form_with_cookie("/t/acme/settings", &admin, &format!("{form}&lever_url={elsewhere}")).await;
    assert_eq!((saved.status.as_u16(), stored().await), (303, given.clone()), "choices are saved, and no address is one");
    assert_eq!(swap("", &elsewhere).await, 422, "nor is one taken without a key");
    assert_eq!(stored().await, given);
    let checked = place.form_with_cookie("/t/acme/check", &admin, "").await;
    assert!(checked.text.contains("granted"), "Lever is asked where it was");
    assert_eq!(evil.accept().map(drop).map_err(|it| it.kind()), Err(ErrorKind::WouldBlock), "and nobody else");
    assert_eq!(swap("another-key", &here).await, 422);
    assert_eq!(stored().await, given, "a key that Lever does not know takes nobody's place");
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
