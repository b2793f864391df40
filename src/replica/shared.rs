//! The account behind the replica, with its keys and allowances, what is to go wrong, and what was asked.

use super::allowance::Bucket;
use super::book::Book;
use super::faults::{Edit, Plan, Trouble};
use super::oauth::OAuth;
use super::query::Query;
use super::reply::{Refusal, Reply};
use super::resources::Ask;
use super::route::Route;
use super::stats::{Log, Seen};
use super::{Fault, Faults, Key, Kind, Options, Quirk, Stats};
use crate::world::{Account, Ms};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

/// What all requests share.
pub(super) struct Shared {
    pub(super) options: Options,
    book: RwLock<Book>,
    pub(super) counts: Mutex<Counts>,
    pub(super) plan: Mutex<Plan>,
    oauth: Mutex<OAuth>,
}

pub(super) struct Counts {
    /// One a key, in the order of the keys; none without an allowance.
    buckets: Vec<Bucket>,
    pub(super) stats: Stats,
    log: Log,
}

/// What is known of a request before it is answered.
pub(super) struct Call {
    pub(super) route: Route,
    pub(super) path: String,
    pub(super) query: String,
    /// Whether it asks for a page after the first.
    pub(super) paged: bool,
    pub(super) authorization: Option<String>,
}

impl Shared {
    pub(super) fn new(account: Account, options: Options) -> Self {
        let now = Instant::now();
        let buckets = options.allowance.map(|it| options.keys.iter().map(|_| Bucket::new(it, now)).collect());
        let counts = Counts { buckets: buckets.unwrap_or_default(), stats: Stats::default(), log: Log::default() };
        let plan = Plan::new(&options.faults, options.seed);
        let oauth = OAuth::new(options.apps.clone(), options.allowance);
        let (book, counts, plan) = (RwLock::new(Book::new(account)), Mutex::new(counts), Mutex::new(plan));
        Self { book, counts, plan, oauth: Mutex::new(oauth), options }
    }

    pub(super) fn oauth(&self) -> MutexGuard<'_, OAuth> {
        locked(&self.oauth)
    }

    pub(super) fn first_key(&self) -> &str {
        self.options.keys.first().map_or("", Key::secret)
    }

    pub(super) fn stats(&self) -> Stats {
        locked(&self.counts).stats.clone()
    }

    pub(super) fn log(&self) -> Vec<Seen> {
        locked(&self.counts).log.all()
    }

    pub(super) fn edit<R>(&self, change: impl FnOnce(&mut Account) -> R) -> R {
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        let mut account = std::mem::take(&mut book.account);
        let result = change(&mut account);
        *book = Book::new(account);
        result
    }

    pub(super) fn fail_next(&self, kind: Kind, fault: Fault) {
        locked(&self.plan).hook(kind, fault);
    }

    pub(super) fn edit_at(&self, edit: Edit) {
        locked(&self.plan).edit(edit);
    }

    pub(super) fn misbehave(&self, faults: &[Faults]) {
        locked(&self.plan).change(faults);
    }

    /// Counts the request and says under which key it goes on, and what is to go wrong with it.
    fn admit(&self, call: &Call) -> Result<(Key, Trouble), Refusal> {
        let mut counts = locked(&self.counts);
        counts.stats.attempts += 1;
        *counts.stats.by_kind.entry(call.route.kind).or_default() += 1;
        counts.stats.violations.extend(call.route.violation.clone());
        let secret = call.authorization.as_deref().and_then(secret_of).ok_or(Refusal::Unauthorized)?;
        let (key, taken) = match self.options.keys.iter().position(|it| it.secret() == secret) {
            Some(place) => (self.options.keys[place].clone(), counts.buckets.get_mut(place).map(|it| it.take(Instant::now()))),
            None => self.oauth().admit(&secret, self.now()).ok_or(Refusal::Unauthorized)?,
        };
        if let Some(taken) = taken {
            counts.stats.beyond_allowance = counts.stats.beyond_allowance.max(taken.beyond);
            if !taken.granted {
                return Err(Refusal::Status(429));
            }
        }
        Ok((key, locked(&self.plan).next(call.route.kind, call.paged)))
    }

    /// The time by Lever's clock.
    pub(super) fn now(&self) -> Ms {
        self.options.clock.now() + locked(&self.plan).ahead()
    }

    fn read(&self, call: &Call, key: &Key, quirks: &[Quirk]) -> Reply {
        let now = self.now();
        let book = self.book.read().unwrap_or_else(PoisonError::into_inner);
        let query = Query::parse(call.route.kind, &call.query);
        let ask = Ask { book: &book, options: &self.options, key, quirks, now, route: &call.route, query: &query, path: &call.path };
        ask.reply().unwrap_or_else(Reply::from)
    }

    fn note(&self, call: Call, status: u16) {
        let mut counts = locked(&self.counts);
        counts.stats.rate_limited += u64::from(status == 429);
        counts.stats.downloads += u64::from(status == 200 && call.route.kind == Kind::ResumeDownload);
        counts.log.add(Seen { kind: call.route.kind, query: call.query, status });
    }

    /// Everything but the waiting and the wire.
    pub(super) fn answer(&self, call: Call) -> (Reply, Option<Fault>) {
        let (key, trouble) = match self.admit(&call) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                let reply = Reply::from(refusal);
                self.note(call, reply.status);
                return (reply, None);
            }
        };
        for edit in trouble.edits {
            let now = self.now();
            self.edit(|account| (edit.change)(account, now));
        }
        let reply = match trouble.fault {
            Some(Fault::Status(status)) => Refusal::Status(status).into(),
            Some(Fault::RetryAfter(seconds)) => Reply { retry_after: Some(seconds), ..Refusal::Status(429).into() },
            Some(Fault::Html) => Reply::web_page(),
            Some(Fault::BadOffset) => Refusal::unknown_token().into(),
            Some(Fault::Circle) => {
                self.read(&call, &key, &trouble.quirks).with_next(Query::parse(call.route.kind, &call.query).first("offset"))
            }
            _ => self.read(&call, &key, &trouble.quirks),
        };
        self.note(call, reply.status);
        (reply, trouble.fault)
    }
}

/// The key of `Basic` (as the user, with an empty password) or `Bearer`.
fn secret_of(authorization: &str) -> Option<String> {
    let (scheme, value) = authorization.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    pair.strip_suffix(':').map(str::to_owned)
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
