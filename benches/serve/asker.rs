//! Who asks for badges, and nothing else.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection that asks for badges, as bare as can be: whoever asks lives on the same machine as the server, and takes from it.
pub(crate) struct Asker {
    stream: TcpStream,
    head: String,
    answer: Vec<u8>,
}

impl Asker {
    /// To badges of the tenant whose interface is at `url`.
    pub(crate) async fn to(url: &str, token: &str) -> Self {
        let (host, path) = url.trim_start_matches("http://").split_once('/').expect("an address");
        let stream = TcpStream::connect(host).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let head = format!(
            "POST /{path}/badges/lookup HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n"
        );
        Self { stream, head, answer: Vec::with_capacity(1 << 18) }
    }

    /// How long the answer's body is, all of which was read.
    pub(crate) async fn ask(&mut self, body: &str) -> usize {
        let request = format!("{}content-length: {}\r\n\r\n{body}", self.head, body.len());
        self.stream.write_all(request.as_bytes()).await.expect("a connection");
        self.answer.clear();
        let mut whole = None;
        while whole.is_none_or(|(head, length)| self.answer.len() < head + length) {
            assert_ne!(self.stream.read_buf(&mut self.answer).await.expect("an answer"), 0, "the rest of an answer");
            whole = whole.or_else(|| parts(&self.answer));
        }
        whole.map_or(0, |(_, length)| length)
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
