//! Runs by the interface: queued, watched, cancelled, settled.

use super::*;
use acquaint::model::{Change, LeftOut, Outcome, Progress, RunStep, Status};
use reqwest::header::HeaderName;

const RUNS: &str = "/api/v1/tenants/acme/runs";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_queued_once_and_cancelled() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let answer = place.post(RUNS, &token, json!({ "kind": "recent", "resumes": "none", "dry_run": true })).await;
    assert_eq!(answer.code(), 202, "{}", answer.text);
    let run = answer.json();
    assert_eq!((&run["state"], &run["kind"], &run["tenant"]), (&json!("queued"), &json!("recent"), &json!(A)));
    assert_eq!(run["queued"]["attempt"], 1, "{run}");
    let address = answer.header("location").to_owned();
    assert_eq!(address, format!("{RUNS}/{}", run["run"].as_str().expect("an id")));
    assert_eq!(place.ask(Method::POST, RUNS, &token, None).await.code(), 409);
    assert_eq!(place.get(&address, &token).await.json()["run"], run["run"]);
    assert_eq!(place.get(RUNS, &token).await.json()["runs"][0]["run"], run["run"]);
    let cancelled = place.post(&format!("{address}/cancel"), &token, json!(null)).await;
    assert_eq!((cancelled.code(), &cancelled.json()["state"]), (202, &json!("cancelled")));
    assert_eq!(place.post(&format!("{address}/cancel"), &token, json!(null)).await.code(), 409);
    assert_eq!(place.ask(Method::POST, RUNS, &token, None).await.code(), 202);
    for (expected, body) in [(422, json!({ "kind": "sideways" })), (422, json!({ "unknown": 1 })), (422, json!([1]))] {
        assert_eq!(place.post(RUNS, &token, body).await.code(), expected);
    }
    for (expected, path) in
        [(404, "nonsense"), (404, "01900000-0000-7000-8000-000000000000"), (422, "?limit=0"), (422, "?limit=1001"), (400, "?limit=x")]
    {
        let path = if path.starts_with('?') { format!("{RUNS}{path}") } else { format!("{RUNS}/{path}") };
        assert_eq!(place.get(&path, &token).await.code(), expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_run_is_published_or_dropped() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let held = async || {
        let claim = place.stage(A, &[person("absent", Decision::Match, vec![opportunity("absent")])]).await;
        place.store.end_run(&claim, &place.ending(RunState::Held).await, Some(NOW)).await.expect("held");
        format!("{RUNS}/{}", claim.run)
    };
    let badge = async || place.get("/api/v1/tenants/acme/profiles/p-absent", &token).await.json()["badge"].clone();
    let dropped = held().await;
    assert_eq!(place.get(&format!("{dropped}/changes"), &token).await.code(), 200);
    let answer = place.post(&format!("{dropped}/drop"), &token, json!(null)).await;
    assert_eq!((answer.code(), &answer.json()["state"]), (200, &json!("cancelled")));
    assert!(badge().await.is_null());
    let published = held().await;
    let answer = place.post(&format!("{published}/publish"), &token, json!(null)).await;
    assert_eq!((answer.code(), &answer.json()["state"]), (200, &json!("published")));
    assert_eq!(badge().await["status"], "active");
    for again in ["publish", "drop"] {
        assert_eq!(place.post(&format!("{published}/{again}"), &token, json!(null)).await.code(), 409);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_watched_to_its_end() {
    let place = Place::open().await;
    let token = place.token(Grant::Installation).await;
    let claim = place.stage(A, &people()).await;
    let address = format!("{RUNS}/{}/events", claim.run);
    let request = place.client.get(format!("{}{address}", place.url)).header(AUTHORIZATION, format!("Bearer {token}"));
    let mut stream = request.send().await.expect("an answer");
    assert_eq!(stream.headers()[CONTENT_TYPE], "text/event-stream");
    let first = String::from_utf8(stream.chunk().await.expect("a stream").expect("an event").to_vec()).expect("text");
    assert!(first.starts_with("event: run\ndata: {") && first.contains(r#""state":"running""#), "{first}");
    place.store.publish(&claim, &place.ending(RunState::Published).await, NOW).await.expect("published");
    let rest = rest(stream).await;
    assert!(rest.contains(r#""state":"published""#), "{rest}");
    assert!(rest.matches("event: run").count() == 1, "{rest}");
}

/// Who is let in no more is told nothing more, and the stream ends; who still is listens on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_with_the_right_to_it() {
    let place = Place::open().await;
    let operator = || Grant::Tenant(name(A), Role::Operator);
    let claim = place.stage(A, &people()).await;
    let (revoked, token) = place.token_until(operator(), None).await;
    let (ended, _) = place.token_until(operator(), Some(NOW.plus(1_000))).await;
    let (removed, out) = (place.signed_in("gone", operator()).await, place.signed_in("olga", operator()).await);
    let watch = async |header: HeaderName, value: String| {
        let request = place.client.get(format!("{}{RUNS}/{}/events", place.url, claim.run)).header(header, value);
        let mut stream = request.send().await.expect("an answer");
        assert!(stream.chunk().await.expect("a stream").expect("an event").starts_with(b"event: run"));
        stream
    };
    let bearer = |token: &str| format!("Bearer {token}");
    let streams = [
        ("a token that was revoked", watch(AUTHORIZATION, bearer(&revoked)).await),
        ("a token that ended", watch(AUTHORIZATION, bearer(&ended)).await),
        ("a user who was removed", watch(COOKIE, removed).await),
        ("a user who signed out", watch(COOKIE, out.clone()).await),
    ];
    let stays = watch(AUTHORIZATION, bearer(&place.token(operator()).await)).await;
    place.store.remove_token(&token).await.expect("revoked");
    place.store.remove_account(&AccountName::new("gone").expect("a name")).await.expect("removed");
    assert_eq!(place.with_cookie(Method::POST, "/sign-out", &out).await.status.as_u16(), 303);
    place.now_is(NOW.plus(1_000));
    let progress = Progress { step: RunStep::Listing, done: 7, of: 0, pulled: 7, requests: 1 };
    place.store.beat(&claim, Some(&progress), NOW).await.expect("alive");
    for (who, stream) in streams {
        let rest = tokio::time::timeout(Duration::from_secs(10), rest(stream)).await;
        let rest = rest.unwrap_or_else(|_| panic!("{who} still listens"));
        assert!(!rest.contains("event: run"), "{who} is told: {rest}");
    }
    place.store.publish(&claim, &place.ending(RunState::Published).await, NOW).await.expect("published");
    assert!(rest(stays).await.contains(r#""state":"published""#));
}

/// What is still to come of a stream.
async fn rest(mut stream: Response) -> String {
    let mut text = String::new();
    while let Some(chunk) = stream.chunk().await.expect("a stream") {
        text += std::str::from_utf8(&chunk).expect("text");
    }
    text
}

/// Who watches the installation learns of nobody, not even by an opportunity's id; whose tenant it is sees which.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_left_out_is_named_to_its_tenant_alone() {
    let place = Place::open().await;
    let claim = place.stage(A, &people()).await;
    let left = |kind: &str, id: &str| LeftOut { kind: kind.into(), id: id.into(), reason: "it broke".into() };
    let mut ending = place.ending(RunState::Published).await;
    ending.tally.left_out = vec![left("opportunity", "o-one"), left("resume", "o-two"), left("resumes", "resumes")];
    place.store.publish(&claim, &ending, NOW).await.expect("published");
    let address = format!("{RUNS}/{}", claim.run);
    for (grant, expected) in
        [(Grant::Installation, ["", "", "resumes"]), (Grant::Tenant(name(A), Role::Operator), ["o-one", "o-two", "resumes"])]
    {
        let token = place.token(grant).await;
        let run = place.get(&address, &token).await.json();
        let ids: Vec<_> = run["left_out"].as_array().expect("a list").iter().map(|it| it["id"].as_str().expect("text")).collect();
        assert_eq!(ids, expected);
        for path in [RUNS.to_owned(), format!("{address}/events")] {
            assert_eq!(place.get(&path, &token).await.text.contains("o-two"), expected[1] == "o-two", "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_come_in_parts() {
    let place = Place::open().await;
    let token = place.role(A, Role::Operator).await;
    let claim = place.stage(A, &people()).await;
    let mut ending = place.ending(RunState::Published).await;
    let change = |profile: &str| Change { profile: id(profile), outcome: Outcome::Added, before: None, after: Some(Status::Active) };
    ending.changes = ["p-1", "p-2", "p-3"].map(change).into();
    place.store.publish(&claim, &ending, NOW).await.expect("published");
    let part = async |query: &str| {
        let answer = place.get(&format!("{RUNS}/{}/changes?{query}", claim.run), &token).await.json();
        let ids: Vec<_> = answer["changes"].as_array().expect("a list").iter().map(|it| it["profile"].clone()).collect();
        (ids, answer["next"].clone())
    };
    assert_eq!(part("").await, (vec![json!("p-1"), json!("p-2"), json!("p-3")], json!(null)));
    assert_eq!(part("limit=2").await, (vec![json!("p-1"), json!("p-2")], json!("p-2")));
    assert_eq!(part("limit=2&after=p-2").await, (vec![json!("p-3")], json!(null)));
    assert_eq!(place.get(&format!("{RUNS}/{}/changes?limit=0", claim.run), &token).await.code(), 422);
}
