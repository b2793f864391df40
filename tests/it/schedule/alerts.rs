//! What operators are told: once, signed, with counts and no ids of people.

use super::due::{ending, name, with_tenant};
use crate::store::hand::order;
use acquaint::model::{Change, LeftOut, Millis, Order, Outcome, Publication, ResumePolicy, RunKind, RunState, Status, Tally};
use acquaint::schedule::{AlertError, Alerts};
use acquaint::secrets::{Secret, sign};
use acquaint::store::{self, Again, Ending, Location, Store};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::sync::{Arc, Mutex};

const NOW: Millis = Millis(1_795_305_600_000);
const SECRET: &[u8] = b"a secret of thirty-two bytes, or";
const ORDER: Order = Order { kind: RunKind::Full, resumes: ResumePolicy::None, publication: Publication::Guarded };

/// What came in: its id, and its body when the signature fits; and what is answered.
#[derive(Clone)]
struct Inbox {
    taken: Arc<Mutex<Vec<(String, Value)>>>,
    answer: Arc<Mutex<StatusCode>>,
}

async fn receive(State(inbox): State<Inbox>, headers: HeaderMap, body: String) -> StatusCode {
    let header = |name: &str| headers[name].to_str().expect("text").to_owned();
    let signed = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
    let signature = STANDARD.encode(sign(&Secret::new(SECRET.to_vec()), signed.as_bytes()));
    assert_eq!(header("webhook-signature"), format!("v1,{signature}"));
    let answer = *inbox.answer.lock().expect("not poisoned");
    if answer.is_success() {
        inbox.taken.lock().expect("not poisoned").push((header("webhook-id"), serde_json::from_str(&body).expect("JSON")));
    }
    answer
}

async fn receiver() -> (Inbox, Alerts) {
    let inbox = Inbox { taken: Arc::default(), answer: Arc::new(Mutex::new(StatusCode::OK)) };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/alerts", listener.local_addr().expect("an address")).parse().expect("a URL");
    let app = axum::Router::new().route("/alerts", axum::routing::post(receive)).with_state(inbox.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let secret = Secret::new([b"whsec_", STANDARD.encode(SECRET).as_bytes()].concat());
    (inbox, Alerts::new(url, &secret).expect("a client"))
}

async fn told(store: &dyn Store, alerts: &Alerts, inbox: &Inbox, at: Millis) -> Vec<(String, Value)> {
    alerts.send_waiting(store, at).await.expect("sent");
    std::mem::take(&mut *inbox.taken.lock().expect("not poisoned"))
}

#[tokio::test]
async fn each_end_of_a_queued_run_is_told_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store::open(&Location::Embedded(folder.path().join("data"))).await.expect("the store");
    with_tenant(store.as_ref(), "acme", "nightly").await;
    let (inbox, alerts) = receiver().await;
    for (state, again, event) in [
        (RunState::Published, Again::No, Some("run.finished")),
        (RunState::Held, Again::No, Some("run.held")),
        (RunState::Failed, Again::No, Some("run.failed")),
        (RunState::Cancelled, Again::No, None),
        (RunState::Failed, Again::Later, None),
    ] {
        store.queue_run(&name("acme"), &ORDER, NOW).await.expect("queued");
        let it = store.claim_run(i64::MAX, &[], NOW).await.expect("read").expect("it waits");
        let left_out = vec![LeftOut { kind: "resume".into(), id: "opportunity-of-somebody".into(), reason: "403".into() }];
        let change =
            |profile: &str, before, after| Change { profile: profile.parse().expect("an id"), outcome: Outcome::Changed, before, after };
        let changes = vec![
            change("p-1", None, Some(Status::Active)),
            change("p-2", None, Some(Status::Active)),
            change("p-3", Some(Status::Hired), None),
        ];
        let tally = Tally { pulled: 7, left_out, ..Tally::default() };
        let end = Ending { tally, changes, again, ..ending(state, NOW) };
        match state {
            RunState::Published => store.publish(&it.claim, &end, NOW).await.expect("published"),
            _ => store.end_run(&it.claim, &end, None).await.expect("ended"),
        }
        let came = told(store.as_ref(), &alerts, &inbox, NOW.plus(1)).await;
        assert_eq!(came.iter().map(|it| it.1["type"].as_str()).collect::<Vec<_>>(), event.map(Some).into_iter().collect::<Vec<_>>());
        let Some((id, body)) = came.first() else { continue };
        assert_eq!(*id, format!("{}.{}", it.claim.run, event.expect("it was told")));
        assert_eq!(
            (&body["data"]["pulled"], &body["data"]["tenant"], &body["data"]["left_out_count"]),
            (&7.into(), &"acme".into(), &1.into())
        );
        assert_eq!(body["data"]["changes"], serde_json::json!({"none>active": 2, "hired>none": 1}));
        assert!(!body.to_string().contains("somebody") && !body.to_string().contains("p-1"), "nobody is named");
        assert_eq!(told(store.as_ref(), &alerts, &inbox, NOW.plus(3_600_000)).await, []);
    }
    // The last one waits again; nobody takes it up, and an hour after it was due it is late.
    assert_eq!(told(store.as_ref(), &alerts, &inbox, NOW.plus(3_599_999)).await, []);
    let came = told(store.as_ref(), &alerts, &inbox, NOW.plus(3_600_000)).await;
    assert_eq!(came.iter().map(|it| it.1["type"].as_str()).collect::<Vec<_>>(), [Some("run.late")]);
    // What a person began at a terminal is told there.
    store.cancel_run(&name("acme"), store.runs(&name("acme"), 1).await.expect("runs")[0].run, NOW).await.expect("cancelled");
    let own = store.start_run(&name("acme"), &order(RunKind::Full), NOW).await.expect("a claim");
    store.end_run(&own, &ending(RunState::Failed, NOW), None).await.expect("ended");
    assert_eq!(told(store.as_ref(), &alerts, &inbox, NOW.plus(3_700_000)).await, []);
}

#[tokio::test]
async fn an_alert_that_is_not_taken_is_sent_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store::open(&Location::Embedded(folder.path().join("data"))).await.expect("the store");
    with_tenant(store.as_ref(), "acme", "nightly").await;
    let (inbox, alerts) = receiver().await;
    store.queue_run(&name("acme"), &ORDER, NOW).await.expect("queued");
    let it = store.claim_run(i64::MAX, &[], NOW).await.expect("read").expect("it waits");
    store.publish(&it.claim, &ending(RunState::Published, NOW), NOW).await.expect("published");
    *inbox.answer.lock().expect("not poisoned") = StatusCode::BAD_GATEWAY;
    let refused = alerts.send_waiting(store.as_ref(), NOW).await;
    assert!(matches!(refused, Err(AlertError::Refused(502))));
    *inbox.answer.lock().expect("not poisoned") = StatusCode::NO_CONTENT;
    assert_eq!(told(store.as_ref(), &alerts, &inbox, NOW.plus(59_000)).await, [], "somebody else may be at it");
    assert_eq!(told(store.as_ref(), &alerts, &inbox, NOW.plus(61_000)).await.len(), 1);
    assert_eq!(told(store.as_ref(), &alerts, &inbox, NOW.plus(200_000)).await, []);
}
