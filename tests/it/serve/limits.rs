//! How much may be asked, and who sees the figures.

use super::*;
use acquaint::store::{Rival, StoreError};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_waits_and_another_does_not() {
    let place = Place::with(|it| it.rate = 5.try_into().expect("not zero")).await;
    let (one, other) = (place.role(A, Role::Sourcer).await, place.role(A, Role::Sourcer).await);
    let ask = async |token: &str| {
        let answer = place.get("/api/v1/tenants", token).await;
        (answer.code(), answer.header("retry-after").to_owned())
    };
    let (let_in, waits) = ((200, String::new()), (429, "1".to_owned()));
    for expected in [&let_in; 5].into_iter().chain([&waits; 2]) {
        assert_eq!(ask(&one).await, *expected);
    }
    assert_eq!(ask(&other).await, let_in);
    place.pass(Duration::from_millis(199));
    assert_eq!(ask(&one).await, waits);
    place.pass(Duration::from_millis(1));
    assert_eq!((ask(&one).await, ask(&one).await), (let_in, waits), "a fifth of a second brings one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_for_those_who_watch() {
    let place = Place::open().await;
    let (sourcer, watcher) = (place.role(A, Role::Admin).await, place.token(Grant::Installation).await);
    place.get("/api/v1/tenants/acme/profiles/p-active", &sourcer).await;
    let ask = async |token: &str, headers: &[(&str, &str)]| {
        let mut request = place.client.get(format!("{}/metrics", place.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        Answer::of(request.send().await.expect("an answer")).await
    };
    // From this machine, unless it relays for another, or a page pretends.
    let local = ask("", &[]).await;
    assert_eq!(local.code(), 200);
    assert_eq!(ask("", &[("x-forwarded-for", "192.0.2.1")]).await.code(), 401);
    assert_eq!(ask("", &[("host", "evil.example")]).await.code(), 401);
    assert_eq!(ask(&sourcer, &[("x-forwarded-for", "192.0.2.1")]).await.code(), 403);
    assert_eq!(ask(&watcher, &[("x-forwarded-for", "192.0.2.1")]).await.code(), 200);
    assert!(
        local
            .text
            .contains(r#"acquaint_http_requests_total{route="/api/v1/tenants/{tenant}/profiles/{profile}",method="GET",status="200"} 1"#),
        "{}",
        local.text
    );
    assert!(local.text.contains(r#"acquaint_tenant_checked_timestamp_seconds{tenant="acme"} 1795302000"#), "{}", local.text);
    assert!(!local.text.contains("p-active"));
    place.store.remove_tenant(&name(A), NOW).await.expect("removed");
    let later = ask("", &[]).await.text;
    assert!(!later.contains("acme\"") && later.contains(r#"{tenant="bolt"}"#), "one that is gone is named no more: {later}");
    assert_eq!(place.get("/health", "").await.code(), 200);
}

/// They wait for one another, and are answered all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_searches_of_one_viewer_are_all_answered() {
    let place = Place::open().await;
    let (one, other) = (place.role(A, Role::Sourcer).await, place.role(B, Role::Sourcer).await);
    let ask = async |tenant: &str, token: &str| place.get(&format!("/api/v1/tenants/{tenant}/search?q=weaver"), token).await.code();
    let many = futures::future::join_all((0..100).map(|_| ask(A, &one)));
    let (codes, beside) = futures::join!(many, ask(B, &other));
    assert_eq!((codes, beside), (vec![200; 100], 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_viewer_watches_so_many_runs_at_once() {
    let place = Place::open().await;
    let (one, other) = (place.role(A, Role::Operator).await, place.role(A, Role::Operator).await);
    let address = format!("{}/api/v1/tenants/{A}/runs/{}/events", place.url, place.stage(A, &people()).await.run);
    let watch = async |token: &str| {
        let request = place.client.get(&address).header(AUTHORIZATION, format!("Bearer {token}"));
        request.send().await.expect("an answer")
    };
    let mut open = Vec::new();
    for _ in 0..12 {
        open.push(watch(&one).await);
    }
    assert!(open.iter().all(|it| it.status() == StatusCode::OK));
    assert_eq!((watch(&one).await.status().as_u16(), watch(&other).await.status().as_u16()), (429, 200));
}

/// What somebody is told whom the store does not answer now, a reason a row.
#[test]
fn whoever_is_not_answered_now_is_told_why() {
    for (busy, status, detail) in [
        (Rival::Run, 409, "a run of this tenant is at work or waits for its turn"),
        (Rival::Settings, 409, "somebody else has changed the settings meanwhile; look at them, and try again"),
        (Rival::Reader, 503, "too many ask at once; try again"),
        (Rival::Writer, 503, "another program is writing; try again"),
        (Rival::Renewal, 503, "another program is writing; try again"),
    ] {
        let problem = serve::Problem::from(StoreError::Busy(busy));
        assert_eq!((problem.status.as_u16(), problem.detail), (status, detail), "{busy}");
    }
}
