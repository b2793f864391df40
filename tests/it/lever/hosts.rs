//! Where the key goes, and where it never goes; and how much of an answer is read.

use super::server::{Fake, LISTING, page, status};
use acquaint::lever::{LeverError, base_url};
use acquaint::model::{Environment, OpportunityId, RawText, ResumeId};
use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn to(url: &str) -> Response {
    (axum::http::StatusCode::FOUND, [("location", url)]).into_response()
}

fn ids() -> (OpportunityId, ResumeId) {
    (OpportunityId::new("o").unwrap(), ResumeId::new("r").unwrap())
}

async fn download(fake: &Fake) -> Result<Option<Vec<u8>>, LeverError> {
    let (of, resume) = ids();
    Ok(fake.client().download(&of, &resume, None).await?.map(|it| it.reveal()))
}

#[test]
fn a_base_is_https_or_this_machine() {
    let good = |given: Option<&str>, expected: &str| assert_eq!(base_url(Environment::Production, given).unwrap().as_str(), expected);
    good(None, "https://api.lever.co/v1");
    good(Some("https://lever.example/"), "https://lever.example/v1");
    good(Some(" https://lever.example/v1 "), "https://lever.example/v1");
    good(Some("https://lever.example/v1/"), "https://lever.example/v1");
    good(Some("http://localhost:8080/x"), "http://localhost:8080/x/v1");
    good(Some("http://127.3.2.1"), "http://127.3.2.1/v1");
    good(Some("http://[::1]:9/v1"), "http://[::1]:9/v1");
    for bad in [
        "http://lever.example",
        "http://127.0.0.1.example",
        "ftp://localhost",
        "lever",
        "",
        "https://key:@lever.example",
        "https://l.example?x",
        "https://l.example#x",
    ] {
        assert!(matches!(base_url(Environment::Production, Some(bad)), Err(LeverError::BadUrl(_))), "{bad}");
    }
    for (environment, host) in [(Environment::Sandbox, "api.sandbox.lever.co"), (Environment::Eu, "api.eu.lever.co")] {
        assert_eq!(base_url(environment, None).unwrap().host_str(), Some(host));
    }
}

#[tokio::test]
async fn the_key_goes_to_lever_alone() {
    let other = Fake::serve(|_, _| "bytes".into_response()).await;
    let url = other.url.clone();
    let fake = Fake::serve(move |heard, _| match heard.path.as_str() {
        "/v1/opportunities/o/resumes/r/download" => to("/v1/moved"),
        _ => to(&url),
    })
    .await;
    assert!(matches!(fake.client().list(&LISTING, &|_| ()).await, Err(LeverError::Refused { status: 302, .. })));
    assert!(other.heard().is_empty(), "a list follows no redirect");
    assert_eq!(download(&fake).await.unwrap().as_deref(), Some(b"bytes".as_slice()));
    assert!(fake.heard().iter().all(|it| it.key.as_deref() == Some("Basic YS10ZXN0LWtleTo=")));
    let heard = other.heard();
    assert_eq!((heard.len(), heard[0].key.as_deref()), (1, None), "a file's host is told no key");
    let debug = format!("{:?}", fake.client());
    assert!(!debug.contains("a-test-key") && !debug.contains("YS10"), "{debug}");
}

#[tokio::test]
async fn some_redirects_are_not_followed() {
    for target in ["http://files.example/r", "ftp://127.0.0.1/r", "file:///etc/passwd", "/v1/opportunities/o/resumes/r/download"] {
        let fake = Fake::serve(move |_, _| to(target)).await;
        assert!(matches!(download(&fake).await, Err(LeverError::Refused { .. })), "{target}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_handed_out_is_none() {
    for code in [404, 410, 422] {
        let fake = Fake::serve(move |_, _| status(code)).await;
        assert_eq!(download(&fake).await.unwrap(), None, "{code}");
    }
    let other = Fake::serve(|_, _| status(403)).await;
    let url = other.url.clone();
    let fake = Fake::serve(move |_, _| to(&url)).await;
    assert_eq!(download(&fake).await.unwrap(), None, "another host's 403 says nothing of the key");
    let fake = Fake::serve(|_, _| status(403)).await;
    assert!(matches!(download(&fake).await, Err(LeverError::Forbidden { .. })));
}

#[tokio::test]
async fn a_web_page_in_place_of_a_file_is_asked_again() {
    let page = || ([("content-type", "text/html; charset=utf-8")], "<html>").into_response();
    let (of, resume) = ids();
    let check = async |name: Option<&str>, pages: usize, expected: Option<&[u8]>| {
        let fake = Fake::serve(move |_, nth| if nth < pages { page() } else { "bytes".into_response() }).await;
        let name = name.map(|it| RawText::new(it.to_owned()));
        let found = fake.client().download(&of, &resume, name.as_ref()).await.unwrap();
        assert_eq!(found.map(|it| it.reveal()).as_deref(), expected, "{pages} pages");
    };
    check(Some("cv.pdf"), 2, Some(b"bytes")).await;
    check(Some("cv.pdf"), 99, None).await;
    for own in [Some("cv.HTML"), Some("cv.doc"), None] {
        check(own, 99, Some(b"<html>")).await;
    }
}

#[tokio::test]
async fn a_file_of_500_mb_is_not_read() {
    const CHUNK: usize = 1 << 20;
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let fake = Fake::serve(move |_, _| {
        let count = Arc::clone(&count);
        let chunks = (0..500).map(move |_| {
            count.fetch_add(CHUNK, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; CHUNK]))
        });
        Body::from_stream(futures::stream::iter(chunks)).into_response()
    })
    .await;
    assert!(matches!(download(&fake).await, Err(LeverError::TooLarge { limit: 20_971_520 })));
    assert!(sent.load(Ordering::Relaxed) < 60 * CHUNK, "it is left where the bound is passed");
    assert_eq!(fake.heard().len(), 1, "and not asked for again");
    let told = Fake::serve(|_, _| {
        ([("content-length", "524288000")], Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>())).into_response()
    })
    .await;
    assert!(matches!(download(&told).await, Err(LeverError::TooLarge { .. })), "a length that is told is believed at once");
    let fits = Fake::serve(|_, _| vec![b'x'; 20 << 20].into_response()).await;
    assert_eq!(download(&fits).await.unwrap().map(|it| it.len()), Some(20 << 20));
}

#[tokio::test]
async fn the_check_is_one_request() {
    let fake = Fake::serve(|_, _| page("")).await;
    let lever = fake.client();
    lever.check().await.unwrap();
    lever.interactive().check().await.unwrap();
    assert_eq!(lever.usage().requests, 1, "an interactive client counts by itself");
    assert_eq!(fake.heard()[0].get("limit"), Some("1"));
}
