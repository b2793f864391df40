//! A Lever that answers what a test says, and tells what it was asked for.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// A status and a body.
pub(super) type Answer = (u16, Vec<u8>);

/// An empty list.
pub(super) const NONE: &[u8] = br#"{"data":[],"hasNext":false}"#;

const STAGES: &[u8] = br#"{"data":{"stages":[{"id":"s-1","text":"Phone screen","pipeline":"screen"}],"archiveReasons":[]}}"#;

/// Serves until the test binary ends; returns the base URL. The answer is chosen by the path with its query.
pub(super) fn serve(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || reply(&stream, answer.as_ref()));
        }
    });
    url
}

/// Serves these opportunities, and empty lists of everything else.
pub(super) fn account(opportunities: &'static str) -> String {
    serve(move |path| match path.split('?').next() {
        Some("/v1/opportunities") => (200, format!(r#"{{"data":[{opportunities}],"hasNext":false}}"#).into_bytes()),
        Some("/v1/users") => (200, br#"{"data":[{"id":"u-1","name":"Rita Recruiter"}],"hasNext":false}"#.to_vec()),
        Some("/v1/disposition_stages") => (200, STAGES.to_vec()),
        _ => (200, NONE.to_vec()),
    })
}

fn reply(stream: &TcpStream, answer: &dyn Fn(&str) -> Answer) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    lines.take_while(|it| !it.is_empty()).for_each(drop);
    let (status, body) = answer(first.split(' ').nth(1).unwrap_or_default());
    let head =
        format!("HTTP/1.1 {status} .\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let mut stream = stream;
    // A client that went away has what it wanted.
    let _gone = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).and_then(|()| stream.flush());
    let _gone = stream.shutdown(std::net::Shutdown::Write).and_then(|()| stream.read(&mut [0]).map(drop));
}
