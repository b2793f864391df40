//! A person's details, live: what a page says when Lever does not.

use super::*;
use acquaint::access;
use acquaint::model::{Lookers, Viewed};
use acquaint::replica::{Key, Options, Permission, Replica};
use acquaint::secrets::{MasterKey, Secret};
use acquaint::world::Account;
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
    let looked = place.store.views(&name(A), 9, NOW).await.expect("read");
    assert_eq!(looked.iter().map(|it| (it.who.as_str(), it.what.as_str())).collect::<Vec<_>>(), [("user olga", "details")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_a_page_is_a_page_for_whoever_follows_its_link() {
    let place = Place::open().await;
    let empty = Replica::start(Account::default(), Options { keys: vec![Key::new("a-key")], ..Options::default() }).expect("a replica");
    lever_is_at(&place, empty.base_url()).await;
    let olga = place.signed_in("olga", Grant::Tenant(name(A), Role::Operator)).await;
    let address = format!("{}/t/acme/live?profile=p-review&contact=c-review", place.url);
    for (part, framed) in [(None, true), (Some("yes"), false)] {
        let request = place.client.get(&address).header(COOKIE, &olga);
        let request = part.into_iter().fold(request, |request, it| request.header("x-acquaint-part", it));
        let answer = Answer::of(request.send().await.expect("an answer")).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        assert!(answer.text.contains("Nothing to show from Lever"), "{}", answer.text);
        assert_eq!((answer.text.contains("<title>"), answer.text.contains("Back to the question")), (framed, framed), "{}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_the_key_may_not_fetch_says_which_box_it_lacks() {
    let place = Place::open().await;
    let keys = vec![Key::new("a-key").without(Permission::Opportunities)];
    let replica = Replica::start(Account::default(), Options { keys, ..Options::default() }).expect("a replica");
    lever_is_at(&place, replica.base_url()).await;
    let olga = place.signed_in("olga", Grant::Tenant(name(A), Role::Operator)).await;
    let address = "/t/acme/file?profile=p-active&contact=c-active&opportunity=o-active&resume=r";
    let answer = place.with_cookie(Method::GET, address, &olga).await;
    assert_eq!(answer.status.as_u16(), 409, "{}", answer.text);
    for part in ["the key&#39;s box “List opportunities” is not ticked", "Open in Lever", "/t/acme/contact?contact=c-active"] {
        assert!(answer.text.contains(part), "no {part:?} in {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_looks_are_in_a_file_for_admins_of_the_company() {
    let place = Place::open().await;
    let ada = place.signed_in("ada", Grant::Tenant(name(A), Role::Admin)).await;
    for at in 0..60 {
        let what = if at == 0 { "=1+1" } else { "details" };
        let look = Viewed { at: NOW.plus(at), who: "user olga".into(), subject: format!("{at:04x}"), what: what.into() };
        place.store.note_view(&name(A), &look).await.expect("noted");
    }
    let page = place.with_cookie(Method::GET, "/t/acme/settings", &ada).await.text;
    assert_eq!(page.matches(">user olga</td>").count(), 50);
    assert!(page.contains("href=\"/t/acme/looks.csv\""), "the way on: {page}");
    let file = place.with_cookie(Method::GET, "/t/acme/looks.csv", &ada).await;
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!((file.header("content-type"), lines.len(), lines[0]), ("text/csv; charset=utf-8", 61, "at,who,what,whose"));
    assert!(lines[1].ends_with(",\"user olga\",\"details\",\"003b\""), "the newest first: {}", lines[1]);
    assert!(lines[60].contains("\"'=1+1\""), "no formula: {}", lines[60]);
    for (who, grant) in [("inge", Grant::Installation), ("olga", Grant::Tenant(name(A), Role::Operator))] {
        let cookie = place.signed_in(who, grant).await;
        assert_eq!(place.with_cookie(Method::GET, "/t/acme/looks.csv", &cookie).await.status.as_u16(), 403, "{who}");
    }
    let token = place.role(A, Role::Admin).await;
    assert_eq!(place.get("/t/acme/looks.csv", &token).await.status.as_u16(), 403, "nor by a program");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_may_look_nobody_is_offered_a_look() {
    let place = Place::open().await;
    let olga = place.signed_in("olga", Grant::Tenant(name(A), Role::Operator)).await;
    for (contact, offered) in [(Lookers::Operators, true), (Lookers::Nobody, false)] {
        place.store.edit_settings(&name(A), &|it| it.contact = contact).await.expect("set");
        let page = async |path: &str| place.with_cookie(Method::GET, path, &olga).await;
        assert_eq!(page("/t/acme/review").await.text.contains("data-load"), offered);
        assert_eq!(page("/t/acme/profile?id=p-active").await.text.contains("Show contact"), offered);
        for path in ["contact?profile=p-active&contact=c-active", "live?profile=p-review&contact=c-review"] {
            assert_eq!(page(&format!("/t/acme/{path}")).await.status.as_u16() == 403, !offered, "{path}");
        }
    }
}
