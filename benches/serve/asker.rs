//! Who asks for badges, and nothing else.

use std::io::{Read, Write};
use std::net::TcpStream;

/// One connection that asks for badges, as bare as can be: whoever asks lives on the same machine as the server, and takes from it.
pub(crate) struct Asker {
    stream: TcpStream,
    head: String,
    answer: Vec<u8>,
}

impl Asker {
    /// To badges of the tenant whose interface is at `url`.
    pub(crate) fn to(url: &str, token: &str) -> Self {
        let (host, path) = url.trim_start_matches("http://").split_once('/').expect("an address");
        let stream = TcpStream::connect(host).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let head = format!(
            "POST /{path}/badges/lookup HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n"
        );
        Self { stream, head, answer: vec![0; 1 << 20] }
    }

    /// Asks for a hundred badges, and reads the answer to its end.
    pub(crate) fn ask(&mut self, body: &str) {
        let request = format!("{}content-length: {}\r\n\r\n{body}", self.head, body.len());
        self.stream.write_all(request.as_bytes()).expect("a connection");
        let (mut read, mut whole) = (0, None);
        while whole.is_none_or(|(head, length)| read < head + length) {
            let more = self.stream.read(&mut self.answer[read..]).expect("an answer");
            assert_ne!(more, 0, "the rest of an answer");
            read += more;
            whole = whole.or_else(|| parts(&self.answer[..read]));
        }
        assert!(read > 10_000, "badges");
    }
}

/// How long the head of an answer and its body are; none while the head is not all there.
fn parts(answer: &[u8]) -> Option<(usize, usize)> {
    let head = answer.windows(4).position(|it| it == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&answer[..head]).expect("a head");
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    let length = text.lines().filter_map(|it| it.split_once(": ")).find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    Some((head, length.and_then(|(_, it)| it.parse().ok()).expect("its length")))
}
