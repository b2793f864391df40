//! The figures of `/metrics`: how runs of all processes ended, how old badges are, what Lever answered; nobody's name but companies'.

use super::*;
use acquaint::lever::{Lever, LeverError, base_url};
use acquaint::model::Environment;
use acquaint::secrets::Secret;
use acquaint::store::Store;

/// What is told under this name and these labels; none when nothing is.
async fn figure(place: &Place, name: &str) -> Option<i64> {
    let text = place.get("/metrics", "").await.text;
    let line = text.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(' '));
    line.map(|it| it.parse().expect("a number"))
}

async fn end(store: &dyn Store, kind: RunKind, lasts: i64, state: RunState) {
    let claim = store.start_run(&name(A), &order(kind), NOW.plus(-HOUR - lasts)).await.expect("a claim");
    let tally = Tally { requests: 40, rate_limited: 2, ..Tally::default() };
    let it = Ending { tally, ..ending(store, state, NOW.plus(-HOUR)).await };
    store.end_run(&claim, &it, None).await.expect("ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_of_a_day_are_told_by_how_they_ended() {
    let place = Place::open().await;
    for lasts in [HOUR, 3 * HOUR] {
        end(place.store.as_ref(), RunKind::Recent, lasts, RunState::Failed).await;
    }
    end(place.store.as_ref(), RunKind::Full, HOUR, RunState::Failed).await;
    for (figure_of, value) in
        [("", 2), ("_seconds", 14_400), ("_longest_seconds", 10_800), ("_lever_requests", 80), ("_lever_rate_limited", 4)]
    {
        let name = format!("acquaint_ended_runs{figure_of}{{kind=\"recent\",outcome=\"failed\"}}");
        assert_eq!(figure(&place, &name).await, Some(value), "{name}");
    }
    assert_eq!(figure(&place, "acquaint_ended_runs{kind=\"full\",outcome=\"published\"}").await, Some(2), "one of each company");
    assert_eq!(figure(&place, "acquaint_ended_runs{kind=\"full\",outcome=\"failed\"}").await, Some(1));
    place.now_is(NOW.plus(DAY));
    assert_eq!(figure(&place, "acquaint_ended_runs{kind=\"full\",outcome=\"failed\"}").await, None, "that was before today");
}

/// Figures that come from the store are set anew for whoever asks, and half of them to nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_ask_at_once_are_told_all() {
    let place = Place::open().await;
    end(place.store.as_ref(), RunKind::Recent, HOUR, RunState::Failed).await;
    for _ in 0..10 {
        for answer in futures::future::join_all((0..20).map(|_| place.get("/metrics", ""))).await {
            for told in [
                "acquaint_tenant_checked_timestamp_seconds{tenant=\"acme\"}",
                "acquaint_tenant_checked_timestamp_seconds{tenant=\"bolt\"}",
                "acquaint_ended_runs{kind=\"full\",outcome=\"published\"} 2",
                "acquaint_ended_runs_lever_requests{kind=\"recent\",outcome=\"failed\"} 40",
            ] {
                assert_eq!(answer.text.matches(told).count(), 1, "{told}: {}", answer.text);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stalest_company_is_told_as_an_age() {
    let place = Place::open().await;
    let age = async || figure(&place, "acquaint_stalest_badges_seconds").await;
    assert_eq!(age().await, Some(0), "nobody has a schedule");
    place.store.edit_settings(&name(B), &|it| it.schedule = Some("nightly".into())).await.expect("set");
    assert_eq!(age().await, Some(3_600));
    place.now_is(NOW.plus(2 * DAY));
    publish(place.store.as_ref(), A, &people(), NOW.plus(2 * DAY)).await;
    assert_eq!(age().await, Some(2 * 86_400 + 3_600), "of the one that has waited longest");
    place.store.edit_settings(&name(B), &|it| it.paused = true).await.expect("set");
    assert_eq!(age().await, Some(0), "who is paused is as old as somebody wants");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lever_answers_is_counted() {
    let place = Place::open().await;
    let app = axum::Router::new().fallback(async || StatusCode::FORBIDDEN);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let refused = async || figure(&place, "acquaint_lever_requests_total{outcome=\"refused\"}").await.expect("it is told");
    let before = refused().await;
    let base = base_url(Environment::Production, Some(&url)).expect("an address");
    let asked = Lever::connect(base, Secret::new(b"figures".to_vec())).expect("a client").check().await;
    assert!(matches!(asked, Err(LeverError::Forbidden { .. })));
    assert!(refused().await > before);
    let text = place.get("/metrics", "").await.text;
    for outcome in ["served", "rate_limited", "failed", "unanswered"] {
        assert!(text.contains(&format!("acquaint_lever_requests_total{{outcome=\"{outcome}\"}}")), "{text}");
    }
    assert!(text.contains("# HELP acquaint_lever_requests Requests to Lever of this process alone"), "{text}");
}
