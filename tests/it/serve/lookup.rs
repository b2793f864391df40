//! Look-ups: what may be asked, and what comes back.

use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LOOKUP: &str = "/api/v1/tenants/acme/badges/lookup";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn badges_come_by_id_and_by_address() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let by_id = place.post(LOOKUP, &token, json!({ "profiles": ["p-active", "p-absent", "nobody", "p-active", ""] })).await.json();
    let badges = by_id["badges"].as_object().expect("badges");
    assert_eq!(badges.len(), 4);
    assert_eq!((&badges["p-absent"], &badges["nobody"], &badges[""]), (&json!(null), &json!(null), &json!(null)));
    let badge = &badges["p-active"];
    assert_eq!(
        (&badge["status"], &badge["stage"]["text"], &badge["recruiter"]["name"]),
        (&json!("active"), &json!("On site"), &json!("Kim Berg"))
    );
    assert_eq!(badge["opportunities"][0]["url"], "https://hire.example/active");
    assert_eq!((&by_id["checked_at"], &by_id["stale"]), (&json!("2026-11-21T23:00:00Z"), &json!(false)));

    let written = [
        "https://es.linkedin.com/in/P-Active/?trk=x",
        "linkedin.com/in/p-active",
        "https://www.linkedin.com/in/stranger",
        "not a page",
        "",
    ];
    let by_url = place.post(LOOKUP, &token, json!({ "urls": written })).await.json();
    let found: Vec<bool> = written.iter().map(|it| !by_url["badges"][it].is_null()).collect();
    assert_eq!(found, [true, true, false, false, false]);
    assert_eq!(by_url["badges"][written[0]], *badge);
}

/// A look-up is written by hand, field by field; what it says is what every other answer says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_badge_is_the_same_wherever_it_is_asked_for() {
    let place = Place::open().await;
    let awkward = "\"\\\u{8}\n\u{7f}\u{e9}\u{540d}\u{2028}</script>";
    let odd = Opportunity {
        stage: Some(id(awkward)),
        stages_seen: vec![id(awkward), id("s-lead")],
        posting: Some(id("unlisted")),
        url: Some(awkward.into()),
        snoozed_until: Some(NOW.plus(DAY + 7)),
        updated_at: None,
        last_interaction_at: Some(NOW.plus(-DAY)),
        ..opportunity("absent")
    };
    let mut one = person("absent", Decision::Match, vec![odd, Opportunity { id: id("o-2"), owner: None, ..opportunity("absent") }]);
    let evidence = &mut one.pairing.as_mut().expect("a pairing").evidence;
    evidence.push(Evidence { feature: Feature::Email, level: Level::Differs, bits: -0.03, on: None });
    place.publish(A, people().into_iter().chain([one]).collect()).await;
    for role in [Role::Sourcer, Role::Operator, Role::Admin] {
        let token = place.role(A, role).await;
        let mut keys: Vec<String> = profiles().iter().map(|it| it.id.to_string()).collect();
        keys.push(awkward.to_owned());
        let found = place.post(LOOKUP, &token, json!({ "profiles": keys })).await.json();
        assert_eq!(found["badges"].as_object().expect("badges").len(), keys.len());
        assert_eq!((found["badges"][awkward].clone(), found["not_yet_checked"].clone()), (json!(null), json!([])));
        for key in keys.iter().filter(|it| *it != awkward) {
            let alone = place.get(&format!("/api/v1/tenants/acme/profiles/{key}"), &token).await.json();
            assert_eq!(found["badges"][key], alone["badge"], "{key}");
            assert_eq!((&found["checked_at"], &found["stale"]), (&alone["checked_at"], &alone["stale"]));
        }
        assert_eq!(found["badges"]["p-absent"]["stage"], json!({ "id": awkward, "text": null }));
        assert_eq!(found["badges"]["p-absent"]["evidence"][1], json!({ "feature": "email", "level": "differs", "bits": -0.03 }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_meant_is_said() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    let many = |count: usize| (0..count).map(|it| format!("p-{it}")).collect::<Vec<_>>();
    for (expected, body) in [
        (200, json!({ "profiles": [] })),
        (200, json!({ "profiles": many(100) })),
        (200, json!({ "urls": many(100) })),
        (200, json!({ "profiles": ["x".repeat(5_000), "'; DROP TABLE run; --", "\u{0}", "\u{202e}"] })),
        (422, json!({ "profiles": many(101) })),
        (422, json!({ "urls": many(101) })),
        (422, json!({ "profiles": ["p-1"], "urls": ["x"] })),
        (422, json!({})),
        (422, json!({ "profiles": [1] })),
        (422, json!({ "profiles": null, "sql": "x" })),
        (422, json!([])),
        (413, json!({ "profiles": ["x".repeat(2 << 20)] })),
    ] {
        let answer = place.post(LOOKUP, &token, body.clone()).await;
        assert_eq!(answer.code(), expected, "{:.80}", body.to_string());
        assert!(!answer.text.contains("DROP") || expected == 200, "quoted");
    }
    let raw = async |kind: &str, body: &'static str| {
        let request = place.client.post(format!("{}{LOOKUP}", place.url)).header(AUTHORIZATION, format!("Bearer {token}"));
        Answer::of(request.header(CONTENT_TYPE, kind).body(body).send().await.expect("an answer")).await
    };
    assert_eq!(raw("application/json", "{\"profiles\": [\"secret-looking").await.code(), 400);
    assert!(!raw("application/json", "{\"profiles\": \"secret-looking\"}").await.text.contains("secret-looking"));
    assert_eq!(raw("text/plain", "{}").await.code(), 415);
    assert_eq!(place.get(LOOKUP, &token).await.code(), 405);
    assert_eq!(place.get(LOOKUP, &token).await.header("allow"), "POST");
    assert_eq!(place.get("/api/v1/nothing", &token).await.code(), 404);
    assert_eq!(place.get("/api/v1/tenants/acme/profiles/nobody", &token).await.code(), 404);
    assert_eq!(place.get("/api/v1/tenants/acme/why", &token).await.code(), 422);
    assert_eq!(place.get("/api/v1/tenants/acme/why?url=https://x.example/nobody", &token).await.code(), 404);
    assert_eq!(place.get("/api/v1/tenants/%FF/runs", &token).await.code(), 403);
}

/// A body that does not say how long it is is counted as it comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_without_a_length_is_counted() {
    let place = Place::open().await;
    let token = place.role(A, Role::Sourcer).await;
    let host = place.url.trim_start_matches("http://");
    for (length, expected) in [(100, "200"), (500_000, "200"), (2 << 20, "413")] {
        let body = json!({ "profiles": ["x".repeat(length)] }).to_string();
        let request = format!(
            "POST {LOOKUP} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(host).await.expect("connected");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected}")), "{length}: {answer:.80}");
    }
}
