//! What is asked again, how often, and what the end of it is.

use super::server::{Fake, LISTING, broken, json, page, status};
use acquaint::lever::LeverError;
use acquaint::lever::limiter::Pace;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

type Answer = fn() -> Response;

const GOOD: Answer = || page("");
const HTML: Answer = || "<html>We are down</html>".into_response();
const CUT: Answer = || json(r#"{"data":[{"id":"#);
const LATER: Answer = || ([("retry-after", "86400")], status(429)).into_response();
const SOON: Answer = || (axum::http::StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")], "").into_response();

fn kind(result: &Result<(), LeverError>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(error) => {
            let all = format!("{error} {error:?}");
            assert!(!all.contains("Quux") && !all.contains("/v1") && !all.contains("html"), "an error quotes nothing: {all}");
            format!("{error:?}").split([' ', '{', '(']).next().unwrap().to_owned()
        }
    }
}

/// Gives these answers in turn, the last one for ever.
async fn check(answers: &'static [Answer], expected: &str, attempts: usize) {
    let fake = Fake::serve(move |_, before| answers[before.min(answers.len() - 1)]()).await;
    let lever = fake.client();
    let result = lever.check().await;
    assert_eq!((kind(&result).as_str(), fake.heard().len()), (expected, attempts));
    assert_eq!(lever.usage().requests, attempts as u64, "every attempt counts");
}

#[tokio::test]
async fn answers_that_may_pass_are_asked_for_again() {
    check(&[GOOD], "ok", 1).await;
    check(&[|| status(429), || status(500), || status(502), || status(503), GOOD], "ok", 5).await;
    check(&[|| status(504), broken, HTML, CUT, GOOD], "ok", 5).await;
    check(&[SOON, SOON, GOOD], "ok", 3).await;
    check(&[|| status(429)], "RateLimited", 5).await;
    check(&[|| status(503)], "Unavailable", 5).await;
    check(&[broken], "Unavailable", 5).await;
    check(&[HTML], "Malformed", 5).await;
    check(&[LATER], "RateLimited", 1).await;
}

#[tokio::test]
async fn answers_that_stay_are_not() {
    check(&[|| status(400)], "Refused", 1).await;
    check(&[|| status(401)], "Unauthorized", 1).await;
    check(&[|| status(403)], "Forbidden", 1).await;
    check(&[|| status(404)], "NotFound", 1).await;
    check(&[|| json("{}")], "Malformed", 1).await;
    check(&[|| json("17")], "Malformed", 1).await;
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let fake = Fake::serve(|_, _| page("")).await;
    let pace = Pace { rate: 100, burst: 100, unit: Duration::from_millis(1), patience: Duration::from_millis(200) };
    let gone = acquaint::lever::base_url(acquaint::model::Environment::Eu, Some("http://127.0.0.1:1/v1/")).unwrap();
    let lever = acquaint::lever::Lever::paced(gone, "k".into(), pace).unwrap();
    assert_eq!(kind(&lever.check().await), "Unavailable");
    assert_eq!(lever.usage().requests, 5);
    assert!(fake.heard().is_empty());
}

#[tokio::test]
async fn a_429_stops_every_client_of_the_key() {
    let fake = Fake::serve(|_, before| {
        if before == 0 { (axum::http::StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")], "").into_response() } else { page("") }
    })
    .await;
    let (one, other) = (fake.client(), fake.client());
    let first = tokio::spawn(async move { one.check().await });
    while fake.heard().is_empty() {
        tokio::task::yield_now().await;
    }
    let answered = tokio::spawn(async move {
        // The pause begins when the answer has arrived: ask until a request had to wait.
        while other.list(&LISTING, &|_| ()).await.is_ok_and(|_| other.usage().requests < 2) {}
        other
    });
    first.await.unwrap().unwrap();
    answered.await.unwrap();
    let heard = fake.heard();
    let paused = heard.windows(2).any(|it| it[1].at - it[0].at >= Duration::from_millis(990));
    assert!(paused, "nobody asks during the pause");
}
