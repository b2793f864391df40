//! Visits to Lever's page under way: whose, for which company, until when. They are in memory alone, since what they wait with is secret
//! and soon of no use: where the server ends meanwhile, or another one is answered, access is given once more.

use crate::access::Visiting;
use crate::model::{Millis, TenantName};
use crate::store::Hash;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long an answer is waited for: as long as a code of Lever's page lasts.
const LASTS_MS: i64 = 10 * 60_000;

/// One visit.
pub(super) struct UnderWay {
    /// The company that access is given to.
    pub(super) tenant: TenantName,
    /// The address of its account that goes with the app.
    pub(super) lever_url: Option<String>,
    /// What tells the answer from any other.
    pub(super) visiting: Visiting,
}

/// The visits under way, by their sessions: the newest of each, for that is the page which somebody has before them.
#[derive(Default)]
pub(super) struct Visits(Mutex<HashMap<Hash, (UnderWay, Millis)>>);

impl Visits {
    /// Waits for the answer to a visit that begins now.
    pub(super) fn begin(&self, session: Hash, visit: UnderWay, now: Millis) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, (_, until)| *until > now);
        held.insert(session, (visit, now.plus(LASTS_MS)));
    }

    /// The visit of this session that the query answers; by that it is over. An answer with another state ends no visit: anybody can lead
    /// a browser here with one.
    pub(super) fn answered(&self, session: &Hash, query: &str, now: Millis) -> Option<UnderWay> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (visit, until) = held.get(session)?;
        if *until <= now || !visit.visiting.visit().is_answered_by(query) {
            return None;
        }
        held.remove(session).map(|it| it.0)
    }
}
