//! The network between workers and the server, which can be cut, or swallow what is sent over it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

const OPEN: u8 = 0;
const CUT: u8 = 1;
const SWALLOWING: u8 = 2;

/// While it is cut, connections end and no new ones come about; while it swallows, they stay, and nothing comes through.
pub(super) struct Network {
    port: u16,
    state: Arc<AtomicU8>,
    ends: Arc<Mutex<Vec<(TcpStream, UnixStream)>>>,
}

impl Network {
    pub(super) fn to(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (state, ends) = (Arc::new(AtomicU8::new(OPEN)), Arc::new(Mutex::new(Vec::new())));
        let it = Self { port, state: Arc::clone(&state), ends: Arc::clone(&ends) };
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A server that is down refuses, and so does a network that is cut.
                let server = (state.load(Ordering::Relaxed) != CUT).then(|| UnixStream::connect(&socket).ok()).flatten();
                let Some(server) = server else { continue };
                let (one, other) = (client.try_clone().expect("a handle"), server.try_clone().expect("a handle"));
                ends.lock().expect("not poisoned").push((client.try_clone().expect("a handle"), server.try_clone().expect("a handle")));
                let (here, there) = (Arc::clone(&state), Arc::clone(&state));
                std::thread::spawn(move || pump(client, server, &here, |to| drop(to.shutdown(Shutdown::Both))));
                std::thread::spawn(move || pump(other, one, &there, |to| drop(to.shutdown(Shutdown::Both))));
            }
        });
        it
    }

    /// Its address of a database that trusts everybody.
    pub(super) fn url(&self, database: &str) -> String {
        format!("postgres://acquaint@127.0.0.1:{}/{database}", self.port)
    }

    pub(super) fn cut(&self) {
        self.state.store(CUT, Ordering::Relaxed);
        self.end_all();
    }

    pub(super) fn swallow(&self) {
        self.state.store(SWALLOWING, Ordering::Relaxed);
    }

    /// What was swallowed does not come back: its connections end.
    pub(super) fn mend(&self) {
        self.end_all();
        self.state.store(OPEN, Ordering::Relaxed);
    }

    fn end_all(&self) {
        for (client, server) in self.ends.lock().expect("not poisoned").drain(..) {
            let _may_be_closed = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
        }
    }
}

fn pump<A: Read, B: Write>(mut from: A, mut to: B, state: &AtomicU8, end: impl Fn(&B)) {
    let mut bytes = vec![0; 64 << 10];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let is_sent = state.load(Ordering::Relaxed) == SWALLOWING || to.write_all(&bytes[..count]).is_ok();
        if !is_sent {
            break;
        }
    }
    end(&to);
}
