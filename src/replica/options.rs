//! How a replica behaves.

use super::{App, Faults};
use crate::world::Ms;
use std::{fmt, net::SocketAddr, time::Duration};

/// The key of a replica that was given no other.
pub const TEST_KEY: &str = "replica-test-key";
/// The app of a replica that was given no other.
const TEST_APP: (&str, &str) = ("replica-app", "replica-app-secret");

/// How a replica behaves. The default is Lever as documented, on a free port of the loopback, with one key that may read all but
/// confidential records.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Who may ask, and for what.
    pub keys: Vec<Key>,
    /// Which apps its sign-in knows.
    pub apps: Vec<App>,
    /// How fast each key may ask; none for no limit.
    pub allowance: Option<Allowance>,
    /// How long every answer takes; requests do not wait for each other.
    pub latency: Duration,
    /// The most rows that a page has, whatever `limit` asks for.
    pub page_limit: usize,
    /// What time it is.
    pub clock: Clock,
    /// Whether the lists of deleted things insist on their bounds.
    pub deleted_window: DeletedWindow,
    /// What goes wrong; of several that strike at once, the first.
    pub faults: Vec<Faults>,
    /// Which requests the faults hit.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            keys: vec![Key::new(TEST_KEY)],
            apps: vec![App::new(TEST_APP.0, TEST_APP.1)],
            allowance: Some(Allowance::LEVER),
            latency: Duration::ZERO,
            page_limit: 100,
            clock: Clock::Real,
            deleted_window: DeletedWindow::Enforced,
            faults: Vec::new(),
            seed: 0,
        }
    }
}

/// A token bucket for each key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Requests a second, in the long run.
    pub per_second: u32,
    /// Requests at once after a pause.
    pub burst: u32,
}

impl Allowance {
    /// What Lever documents: 10 a second, bursts to 20.
    pub const LEVER: Self = Self { per_second: 10, burst: 20 };
}

/// The replica's idea of the time, for `Date` and for what is snoozed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The system's.
    Real,
    /// One moment for ever.
    Fixed(Ms),
}

impl Clock {
    pub(super) fn now(self) -> Ms {
        match self {
            Self::Real => chrono::Utc::now().timestamp_millis(),
            Self::Fixed(at) => at,
        }
    }
}

/// Lever's documentation and its observed behaviour differ here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletedWindow {
    /// Both bounds are required and at most 30 days apart; else 400.
    Enforced,
    /// Bounds are optional, and any distance will do.
    Open,
}

/// A tick box of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the read permission for the endpoint that it names")]
pub enum Permission {
    Applications,
    ArchiveReasons,
    Contacts,
    Files,
    Opportunities,
    Postings,
    Resumes,
    Sources,
    Stages,
    Tags,
    Users,
}

/// An API key with what it may do.
#[derive(Clone)]
pub struct Key {
    secret: String,
    denied: Vec<Permission>,
    confidential: bool,
}

impl Key {
    /// A key that may read everything but confidential records.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self { secret: secret.into(), denied: Vec::new(), confidential: false }
    }

    /// The same without one of its permissions.
    #[must_use]
    pub fn without(mut self, permission: Permission) -> Self {
        self.denied.push(permission);
        self
    }

    /// The same with the grant for confidential records.
    #[must_use]
    pub fn with_confidential(mut self) -> Self {
        self.confidential = true;
        self
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        !self.denied.contains(&permission)
    }

    pub(super) fn sees_confidential(&self) -> bool {
        self.confidential
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(***, without {:?}, confidential {})", self.denied, self.confidential)
    }
}
