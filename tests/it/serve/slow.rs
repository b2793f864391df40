//! Those who send slowly, or nothing: how long they are listened to, and whom they keep waiting.

use super::*;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr};
use std::process::Stdio;
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
    let place = Place::with(|it| it.head = Duration::from_millis(200)).await;
    for begin in ["", "GET /health HT", "GET /health HTTP/1.1\r\nhost: x\r\nx-a: "] {
        assert_eq!(heard(connect(&place, begin.as_bytes()).await).await, "", "{begin:?}");
    }
    let whole = heard(connect(&place, b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await).await;
    assert!(whole.starts_with("HTTP/1.1 200 OK\r\n") && whole.ends_with("ok\n"), "answered, then closed: {whole}");
}

/// Who comes when all connections are taken is heard once one of them has ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_many_connections_are_open_at_once() {
    let head = Duration::from_millis(500);
    let place = Place::with(|it| (it.connections, it.head) = (3, head)).await;
    let began = std::time::Instant::now();
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(connect(&place, b"").await);
    }
    assert_eq!(place.get("/health", "").await.status, StatusCode::OK);
    assert!(began.elapsed() >= head, "while three are open, nobody else is let in");
}

/// The address of this machine that others know, by which it comes as one of them. Nothing is sent for it.
fn own_address() -> Option<IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|it| it.ip()).filter(|it| !it.is_loopback() && !it.is_unspecified())
}

/// Opens the same site where others find it.
async fn another_door(place: &Place, address: IpAddr, proxies: Vec<IpAddr>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((address, 0)).await.expect("a port");
    let there = listener.local_addr().expect("an address");
    let site = Arc::clone(&place.site);
    tokio::spawn(async move { serve::run(serve::Door { listener, proxies }, &site, std::future::pending()).await });
    there
}

/// So many connections that say nothing.
async fn hold(there: SocketAddr, count: usize) -> Vec<TcpStream> {
    let mut held = Vec::new();
    for _ in 0..count {
        held.push(TcpStream::connect(there).await.expect("a connection"));
    }
    held
}

/// Whether one more is let in, for whomever it says that it speaks; one that is turned away hears nothing.
async fn lets_in(there: SocketAddr) -> bool {
    let client = Client::builder().pool_max_idle_per_host(0).build().expect("a client");
    let request = client.get(format!("http://{there}/health")).header("x-forwarded-for", "192.0.2.1");
    request.send().await.is_ok_and(|it| it.status() == StatusCode::OK)
}

/// One address holds a third of all connections, and this machine, where a proxy may be, as many as there are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_holds_all_connections() {
    let place = Place::with(|it| it.connections = 6).await;
    let mut silent = Vec::new();
    for _ in 0..4 {
        silent.push(connect(&place, b"").await);
    }
    assert_eq!(place.get("/health", "").await.status, StatusCode::OK, "more than a third come from this machine");
    let Some(address) = own_address() else {
        return eprintln!("SKIPPED: no_address_holds_all_connections (no address but loopback)");
    };
    let there = another_door(&place, address, Vec::new()).await;
    let held = hold(there, 2).await;
    assert!(!lets_in(there).await, "the third is turned away");
    assert_eq!(place.get("/health", "").await.status, StatusCode::OK, "and others are not");
    drop(held);
    // That they are gone is noticed at some time.
    let mut tries = 0;
    while !lets_in(there).await {
        tries += 1;
        assert!(tries < 10_000, "a share comes back");
    }
}

/// A proxy on another machine brings everybody. Which machines are proxies the operator says, and nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_was_named_holds_more_than_a_third() {
    let Some(address) = own_address() else {
        return eprintln!("SKIPPED: a_proxy_that_was_named_holds_more_than_a_third (no address but loopback)");
    };
    let other = IpAddr::from([192, 0, 2, 1]);
    for (proxies, expected) in [(vec![], false), (vec![other], false), (vec![other, address], true)] {
        let place = Place::with(|it| it.connections = 6).await;
        let there = another_door(&place, address, proxies.clone()).await;
        let _held = hold(there, 4).await;
        assert_eq!(lets_in(there).await, expected, "{proxies:?}");
    }
}

/// Whether a server lets in the sixth connection of an address, and what its log says of them all.
async fn check_log(address: IpAddr, more: &str, expected: bool, says: &str) {
    let home = tokens::home().await;
    let mut command = tokens::acquaint(home.path());
    command.args(["serve", "--no-runs", "--connections", "6", "--listen", &format!("{address}:0")]).args(more.split_whitespace());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut url = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut url).expect("a line");
    let there = url.trim().trim_start_matches("http://").parse().expect("an address");
    let held = hold(there, 5).await;
    assert_eq!(lets_in(there).await, expected, "{more}");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("it runs");
    drop(held);
    let ended = child.wait_with_output().expect("it ends");
    let log = String::from_utf8_lossy(&ended.stderr).into_owned();
    let said: Vec<&str> = log.lines().filter(|it| it.contains("acquaint::serve::connections")).collect();
    assert!(said.len() == 1 && said[0].contains("WARN") && said[0].contains(says), "{more}: {log}");
}

/// The log says it once, not for each of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_without_room_are_told_of_once() {
    let Some(address) = own_address() else {
        return eprintln!("SKIPPED: connections_without_room_are_told_of_once (no address but loopback)");
    };
    check_log(address, "", false, "connections are turned away").await;
    check_log(address, &format!("--proxy {address}"), true, "as many connections are open as may be").await;
}

/// What a proxy brings is counted by whom it brings.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_holds_all_that_a_proxy_brings() {
    let place = Place::with(|it| it.connections = 6).await;
    let begin = b"POST /sign-in HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 192.0.2.1\r\ncontent-length: 9\r\n\r\n";
    let mut open = Vec::new();
    for _ in 0..2 {
        open.push(connect(&place, begin).await);
    }
    let ask = async |from: &str| {
        let request = place.client.get(format!("{}/health", place.url)).header("x-forwarded-for", from);
        request.send().await.expect("an answer").status().as_u16()
    };
    let mut codes = Vec::new();
    // The two are heard at some time.
    while !codes.contains(&429) && codes.len() < 10_000 {
        codes.push(ask("192.0.2.1").await);
    }
    assert!(codes.contains(&429), "two wait, and a third is heard");
    assert_eq!((ask("192.0.2.2").await, place.get("/health", "").await.status.as_u16()), (200, 200), "others have their own");
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
