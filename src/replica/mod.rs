//! Lever's Data API, imitated: a server in this process that answers for a [`world::Account`](crate::world::Account).
//!
//! It writes Lever's JSON itself and shares no types with the client, so that a mistake on either side shows. A request goes
//! through `route` (which resource), `server` (key, allowance, latency) and `resources` (what the account says). `faults` says what
//! goes wrong with it, `changes` what people do meanwhile, `quirks` how else Lever may tell the same.

mod allowance;
mod book;
mod changes;
mod faults;
mod filter;
mod json;
mod oauth;
mod options;
mod query;
mod quirks;
mod reply;
mod resources;
mod route;
mod server;
mod shared;
mod sign_in;
mod stats;
mod wire;

pub use changes::Change;
pub use faults::{Asks, Fault, Faults};
pub use oauth::{App, Consent, SignIns};
pub use options::{Allowance, Clock, DeletedWindow, Key, Options, Permission, TEST_KEY};
pub use quirks::Quirk;
pub use route::Kind;
pub use stats::{Seen, Stats};

use crate::world::Account;
use faults::Edit;
use shared::Shared;
use std::sync::{Arc, mpsc};
use std::{io, net::SocketAddr, thread};
use tokio::sync::oneshot;

/// A running imitation of Lever; stops when dropped.
///
/// It has a thread and a runtime of its own, so that callers need none and cannot slow it down.
pub struct Replica {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Replica {
    /// Begins to serve the account.
    ///
    /// # Errors
    /// When the address cannot be bound ([`io::ErrorKind::AddrInUse`]), or the system gives no thread.
    pub fn start(account: Account, options: Options) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(options.listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(account, options));
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&shared);
        let (ready, started) = mpsc::channel();
        let thread = thread::Builder::new().name("replica".into()).spawn(move || server::run(listener, serving, stopped, &ready))?;
        started.recv().map_err(io::Error::other)??;
        Ok(Self { shared, address, stop: Some(stop), thread: Some(thread) })
    }

    /// The base to give to a client, with Lever's `/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The first of the keys it was started with; empty when there was none.
    #[must_use]
    pub fn key(&self) -> &str {
        self.shared.first_key()
    }

    /// The app that its sign-in knows, as an OAuth file; none once it was forgotten.
    #[must_use]
    pub fn oauth_file(&self) -> Option<serde_json::Value> {
        let token_url = format!("http://{}/oauth/token", self.address);
        let file = |app: &App| {
            let (id, secret, redirect) = (app.id(), app.secret(), app.redirect());
            serde_json::json!({ "client_id": id, "client_secret": secret, "token_url": token_url, "redirect_uri": redirect })
        };
        self.shared.oauth().apps().first().map(file)
    }

    /// A refresh token for the first app with these scopes, as if a person had given access elsewhere.
    #[must_use]
    pub fn give(&self, scopes: &str) -> String {
        self.shared.oauth().give(scopes, self.shared.now())
    }

    /// Every code and token that its sign-in has handed out.
    #[must_use]
    pub fn handed_out(&self) -> Vec<String> {
        self.shared.oauth().handed_out()
    }

    /// What the person on the page of the sign-in does from now on.
    pub fn consent(&self, consent: Consent) {
        self.shared.oauth().set_consent(consent);
    }

    /// Lets time pass for the sign-in and its tokens, in milliseconds.
    pub fn pass(&self, time: i64) {
        self.shared.oauth().pass(time);
    }

    /// Ends every access token before its time; refresh tokens stay good.
    pub fn end_access_tokens(&self) {
        self.shared.oauth().end_access_tokens();
    }

    /// Withdraws all access that was given.
    pub fn withdraw(&self) {
        self.shared.oauth().withdraw();
    }

    /// The sign-in knows no app any more.
    pub fn forget_apps(&self) {
        self.shared.oauth().forget_apps();
    }

    /// How often the sign-in did what.
    #[must_use]
    pub fn sign_ins(&self) -> SignIns {
        self.shared.oauth().counts()
    }

    /// What it has been asked so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// The latest requests (up to 10,000), oldest first.
    #[must_use]
    pub fn log(&self) -> Vec<Seen> {
        self.shared.log()
    }

    /// Changes the account between two answers; what `change` returns is handed on.
    pub fn edit<R>(&self, change: impl FnOnce(&mut Account) -> R) -> R {
        self.shared.edit(change)
    }

    /// Lets the next request of this kind, and no other, go wrong. Several calls wait in line.
    pub fn fail_next(&self, kind: Kind, fault: Fault) {
        self.shared.fail_next(kind, fault);
    }

    /// Changes the account just before the `nth` request of this kind from now on, counted from 1, is answered.
    pub fn edit_at(&self, kind: Kind, nth: u64, change: impl FnOnce(&mut Account) + Send + 'static) {
        self.shared.edit_at(Edit { kind, left: nth, change: Box::new(|account, _| change(account)) });
    }

    /// Goes over to other faults from the next request on.
    pub fn misbehave(&self, faults: &[Faults]) {
        self.shared.misbehave(faults);
    }

    /// Stops at once: connections break, and the port is free when this returns.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _gone = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
