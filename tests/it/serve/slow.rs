//! Those who send slowly, or nothing: how long they are listened to, and whom they keep waiting.

use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn connect(place: &Place, begin: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(place.url.trim_start_matches("http://")).await.expect("a connection");
    stream.write_all(begin).await.expect("written");
    stream
}

/// What is answered before the connection is closed.
async fn heard(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await.expect("it ends");
    String::from_utf8(text).expect("text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let place = Place::with(serve::A_SECOND.get(), Duration::from_millis(200)).await;
    for begin in ["", "GET /health HT", "GET /health HTTP/1.1\r\nhost: x\r\nx-a: "] {
        assert_eq!(heard(connect(&place, begin.as_bytes()).await).await, "", "{begin:?}");
    }
    let whole = heard(connect(&place, b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await).await;
    assert!(whole.starts_with("HTTP/1.1 200 OK\r\n") && whole.ends_with("ok\n"), "answered, then closed: {whole}");
}

/// Large bodies wait for their turn; who holds many turns gets none of those that are others'.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_bodies_of_one_address_leave_turns_to_others() {
    let place = Place::open().await;
    let begin = b"POST /sign-in HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 192.0.2.1\r\ncontent-length: 900000\r\n\r\n";
    let begin = [begin.as_slice(), &[b'a'; 100_000]].concat();
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(connect(&place, &begin).await);
    }
    let send = async |from: &str| {
        let request = place.client.post(format!("{}/sign-in", place.url)).header("x-forwarded-for", from).body(vec![b'a'; 100_000]);
        request.send().await.expect("an answer").status().as_u16()
    };
    let mut codes = Vec::new();
    // The eight are heard at some time.
    while !codes.contains(&429) && codes.len() < 200 {
        codes.push(send("192.0.2.1").await);
    }
    assert!(codes.contains(&429), "whole bodies wait for slow ones, or were all taken: {codes:?}");
    assert_ne!(send("192.0.2.2").await, 429, "another address has its own");
}
