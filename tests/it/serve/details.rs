//! A person's details, live: what a page says when Lever does not.

use super::*;
use acquaint::access;
use acquaint::secrets::{MasterKey, Secret};
use std::net::TcpListener;

/// Acme's Lever is at this address, with a key that can be opened.
async fn lever_is_at(place: &Place, url: String) {
    let (acme, keys) = (name(A), MasterKey::load(&place.keys).expect("a master key"));
    let key = access::seal_lever_key(&keys, &acme, &Secret::new(b"a-key".to_vec()));
    place.store.set_key(&acme, &key, &access::seal_new_secret(&keys, &acme)).await.expect("set");
    place.store.edit_settings(&acme, &|it| it.lever_url = Some(url.clone())).await.expect("set");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lever_that_says_nothing_is_told_of() {
    let place = Place::open().await;
    // Connections are taken by the system, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    lever_is_at(&place, format!("http://{}", silent.local_addr().expect("an address"))).await;
    let olga = place.signed_in("olga", Grant::Tenant(name(A), Role::Operator)).await;
    let page = place.with_cookie(Method::GET, "/t/acme/contact?profile=p-active&contact=c-active", &olga).await;
    assert_eq!(page.status.as_u16(), 200, "{}", page.text);
    assert!(page.text.contains("Lever does not answer in time") && page.text.contains("Open in Lever"), "{}", page.text);
    let looked = place.store.views(&name(A), 9).await.expect("read");
    assert_eq!(looked.iter().map(|it| (it.who.as_str(), it.what.as_str())).collect::<Vec<_>>(), [("user olga", "details")]);
}
