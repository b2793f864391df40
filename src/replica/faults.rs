//! What goes wrong, and when. A habit of going wrong is one row of [`ROWS`]; which answer it spoils is [`Plan::next`].

use super::{Change, Kind, Quirk};
use crate::world::{Account, Ms};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::{Duration, Instant};

/// What happens to one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This status in place of the answer.
    Status(u16),
    /// 429 with a `Retry-After` of so many seconds.
    RetryAfter(u16),
    /// 500, 502, 503 or 504, whichever the draw says.
    ServerError,
    /// The answer, later.
    Delay(Duration),
    /// The answer at once, but its body in drops over this time.
    Trickle(Duration),
    /// Half of the answer, then the connection breaks.
    Truncate,
    /// No answer: the connection breaks.
    Reset,
    /// A web page with status 200.
    Html,
    /// 400 "Invalid offset token", where there is one.
    BadOffset,
    /// The page names itself as the next, where it has a token.
    Circle,
}

impl Fault {
    /// Whether it can only befall a page after the first.
    const fn is_of_tokens(self) -> bool {
        matches!(self, Self::BadOffset | Self::Circle)
    }
}

/// What a storm of 429 says of its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// The seconds that are left, rounded up, as `Retry-After`.
    RetryAfter,
}

/// A habit of going wrong. Requests are counted from 1, from when the habit was taken up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Faults {
    /// This share of the requests, 0 to 1; a seeded draw says which.
    Share(Fault, f64),
    /// Answers of 429 for so long, from this request on, with `Retry-After` or without.
    Storm(Asks, Duration, u64),
    /// Every request from this one on.
    From(Fault, u64),
    /// Every request for one resource is refused: its check box is not ticked.
    Without(Kind),
    /// Somebody works in Lever just before this page of opportunities is answered.
    Edit(Change, u64),
    /// Lever answers in one of its other ways, always.
    Quirk(Quirk),
    /// Lever's clock is ahead by so many milliseconds, or behind.
    Clock(Ms),
}

/// A word for a habit, the number that it has unless told otherwise, and what it does.
type Row = (&'static str, &'static str, fn(&str) -> Option<Faults>, &'static str);

/// How long a storm is.
const STORM: Duration = Duration::from_secs(5);
const DROPS: Duration = Duration::from_secs(2);

const ROWS: &[Row] = &[
    ("rate-limit", "0.05", |it| share(Fault::Status(429), it), "this share of the requests is answered 429 although the allowance is kept"),
    ("retry-after", "0.05", |it| share(Fault::RetryAfter(1), it), "the same with `Retry-After: 1`"),
    ("server-error", "0.05", |it| share(Fault::ServerError, it), "this share is answered 500, 502, 503 or 504"),
    ("slow", "0.05", |it| share(Fault::Delay(DROPS), it), "this share takes two seconds longer"),
    ("trickle", "0.05", |it| share(Fault::Trickle(DROPS), it), "the bodies of this share come in drops over two seconds"),
    ("truncated", "0.05", |it| share(Fault::Truncate, it), "the bodies of this share break off in the middle"),
    ("reset", "0.05", |it| share(Fault::Reset, it), "the connections of this share break without an answer"),
    ("html", "0.05", |it| share(Fault::Html, it), "this share is a web page where JSON was due"),
    ("bad-offset", "0.05", |it| share(Fault::BadOffset, it), "this share of the tokens is not known any more"),
    ("circle", "0.05", |it| share(Fault::Circle, it), "this share of the later pages names itself as the next"),
    ("storm", "51", |it| Some(Faults::Storm(Asks::Nothing, STORM, nth(it)?)), "every answer is 429 for five seconds, from this request on"),
    ("storm-retry-after", "51", |it| Some(Faults::Storm(Asks::RetryAfter, STORM, nth(it)?)), "the same with `Retry-After`"),
    ("revoked", "51", |it| Some(Faults::From(Fault::Status(401), nth(it)?)), "from this request on every key is refused"),
    ("outage", "51", |it| Some(Faults::From(Fault::Status(503), nth(it)?)), "from this request on every answer is 503"),
    ("without", "users", |it| Some(Faults::Without(Kind::parse(it)?)), "the check box of this resource is not ticked: 403"),
    ("created", "3", |it| edit(Change::Created, it), "before this page, people apply again"),
    ("changed", "3", |it| edit(Change::Changed, it), "before this page, candidacies move on and change hands"),
    ("merged", "3", |it| edit(Change::Merged, it), "before this page, contacts are merged into others"),
    ("deleted", "3", |it| edit(Change::Deleted, it), "before this page, candidacies are deleted"),
    ("confidential", "3", |it| edit(Change::Confidential, it), "before this page, candidacies turn confidential"),
    ("stages", "3", |it| edit(Change::Stages, it), "before this page, stages are renamed, and one is new"),
    ("users", "3", |it| edit(Change::Users, it), "before this page, every other user is deactivated"),
    ("nulls", "1", |it| edit(Change::Nulls, it), "before this page, all that may be null is null for every other candidacy"),
    ("empty-as-null", "", |_| Some(Faults::Quirk(Quirk::EmptyAsNull)), "empty texts and lists are written as null"),
    ("old-types", "", |_| Some(Faults::Quirk(Quirk::OldTypes)), "résumés are a bare array, and numbers of files are texts"),
    ("old-resumes", "", |_| Some(Faults::Quirk(Quirk::OldResumes)), "an opportunity without résumé has no list of them: 404"),
    ("oldest-first", "", |_| Some(Faults::Quirk(Quirk::OldestFirst)), "opportunities are listed oldest first"),
    ("lean-include", "", |_| Some(Faults::Quirk(Quirk::LeanInclude)), "`include` costs the applications, though they are named"),
    ("no-include", "", |_| Some(Faults::Quirk(Quirk::NoInclude)), "`include` is refused: 400"),
    ("no-applications", "", |_| Some(Faults::Quirk(Quirk::NoApplications)), "`expand=applications` is refused: 403"),
    ("spare-token", "", |_| Some(Faults::Quirk(Quirk::SpareToken)), "the last page has a token too"),
    ("clock", "90", |it| Some(Faults::Clock(it.parse::<Ms>().ok()?.checked_mul(60_000)?)), "Lever's clock is so many minutes ahead"),
];

fn share(fault: Fault, number: &str) -> Option<Faults> {
    number.parse().ok().filter(|it| (0.0..=1.0).contains(it)).map(|it| Faults::Share(fault, it))
}

fn edit(change: Change, number: &str) -> Option<Faults> {
    Some(Faults::Edit(change, nth(number)?))
}

fn nth(number: &str) -> Option<u64> {
    number.parse().ok().filter(|it| *it > 0)
}

impl Faults {
    /// One answer of 429 in twenty.
    pub const RATE_LIMIT: Self = Self::Share(Fault::Status(429), 0.05);
    /// One answer of 500, 502, 503 or 504 in twenty.
    pub const SERVER_ERROR: Self = Self::Share(Fault::ServerError, 0.05);
    /// One body in twenty breaks off.
    pub const TRUNCATED: Self = Self::Share(Fault::Truncate, 0.05);
    /// One web page in twenty answers.
    pub const HTML: Self = Self::Share(Fault::Html, 0.05);

    /// Reads `WORD` or `WORD:NUMBER`; `without:` takes a resource.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (word, number) = text.split_once(':').unwrap_or((text, ""));
        let (_, usual, make, _) = ROWS.iter().find(|row| row.0 == word)?;
        match (usual.is_empty(), number.is_empty()) {
            (true, false) => None,
            (_, true) => make(usual),
            (false, false) => make(number),
        }
    }

    /// Every habit as it may be written, with what it does.
    pub fn all() -> impl Iterator<Item = (String, &'static str)> {
        ROWS.iter().map(|(word, usual, _, about)| {
            let written = if usual.is_empty() { (*word).to_owned() } else { format!("{word}:{usual}") };
            (written, *about)
        })
    }
}

impl Asks {
    /// What is answered with so much of the storm left.
    fn answer(self, left: Duration) -> Option<Fault> {
        Some(match self {
            Self::Nothing => Fault::Status(429),
            Self::RetryAfter => Fault::RetryAfter(left.as_secs_f64().ceil() as u16),
        })
    }
}

/// Changes an account, at a moment by Lever's clock.
type Work = Box<dyn FnOnce(&mut Account, Ms) + Send>;

/// A change of the account that waits for its request.
pub(super) struct Edit {
    pub(super) kind: Kind,
    /// Requests of the kind until then.
    pub(super) left: u64,
    pub(super) change: Work,
}

/// What is to go wrong with one request.
#[derive(Default)]
pub(super) struct Trouble {
    pub(super) fault: Option<Fault>,
    pub(super) quirks: Vec<Quirk>,
    /// Changes that come before it.
    pub(super) edits: Vec<Edit>,
}

/// Decides for each request.
pub(super) struct Plan {
    habits: Vec<Faults>,
    draw: ChaCha8Rng,
    /// Requests since the habits were taken up.
    admitted: u64,
    /// When the storm began.
    storm: Option<Instant>,
    hooks: Vec<(Kind, Fault)>,
    edits: Vec<Edit>,
}

impl Plan {
    pub(super) fn new(habits: &[Faults], seed: u64) -> Self {
        let mut plan = Self {
            habits: Vec::new(),
            draw: ChaCha8Rng::seed_from_u64(seed),
            admitted: 0,
            storm: None,
            hooks: Vec::new(),
            edits: Vec::new(),
        };
        plan.change(habits);
        plan
    }

    /// Goes over to other habits.
    pub(super) fn change(&mut self, habits: &[Faults]) {
        (self.habits, self.admitted, self.storm) = (habits.to_vec(), 0, None);
        self.edits.clear();
        for habit in habits {
            if let Faults::Edit(change, nth) = *habit {
                let change = Box::new(move |account: &mut Account, now| change.make(account, now));
                self.edits.push(Edit { kind: Kind::Opportunities, left: nth, change });
            }
        }
    }

    pub(super) fn hook(&mut self, kind: Kind, fault: Fault) {
        self.hooks.push((kind, fault));
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    /// How far Lever's clock is ahead.
    pub(super) fn ahead(&self) -> Ms {
        self.habits.iter().map(|it| if let Faults::Clock(ahead) = it { *ahead } else { 0 }).sum()
    }

    /// What goes wrong with the next request; a hook comes before the habits. `paged` is whether it has a token.
    pub(super) fn next(&mut self, kind: Kind, paged: bool) -> Trouble {
        self.admitted += 1;
        let quirks = self.habits.iter().filter_map(|it| if let Faults::Quirk(quirk) = it { Some(*quirk) } else { None }).collect();
        let edits = self.due(kind);
        let fault = self.hooked(kind, paged).or_else(|| self.by_habit(kind, paged));
        Trouble { fault: fault.map(|it| self.drawn(it)), quirks, edits }
    }

    /// What a hook says of the next request of this kind.
    pub(super) fn hooked(&mut self, kind: Kind, paged: bool) -> Option<Fault> {
        let place = self.hooks.iter().position(|(it, fault)| *it == kind && (paged || !fault.is_of_tokens()))?;
        Some(self.hooks.remove(place).1)
    }

    fn due(&mut self, kind: Kind) -> Vec<Edit> {
        self.edits.iter_mut().filter(|it| it.kind == kind).for_each(|it| it.left = it.left.saturating_sub(1));
        self.edits.extract_if(.., |it| it.kind == kind && it.left == 0).collect()
    }

    /// The first habit that strikes; every share is drawn for, so that one habit does not move another's draws.
    fn by_habit(&mut self, kind: Kind, paged: bool) -> Option<Fault> {
        let (now, draw, storm) = (self.admitted, &mut self.draw, &mut self.storm);
        let strike = |habit: &Faults| match *habit {
            Faults::Share(fault, share) => Some(fault).filter(|_| draw.random_bool(share)),
            Faults::Storm(asks, lasts, nth) if now >= nth => {
                asks.answer(lasts.checked_sub(storm.get_or_insert_with(Instant::now).elapsed())?)
            }
            Faults::Storm(..) => None,
            Faults::From(fault, nth) => Some(fault).filter(|_| now >= nth),
            Faults::Without(it) => Some(Fault::Status(403)).filter(|_| it == kind),
            Faults::Edit(..) | Faults::Quirk(_) | Faults::Clock(_) => None,
        };
        let struck: Vec<_> = self.habits.iter().map(strike).collect();
        struck.into_iter().flatten().find(|it| paged || !it.is_of_tokens())
    }

    fn drawn(&mut self, fault: Fault) -> Fault {
        match fault {
            Fault::ServerError => Fault::Status([500, 502, 503, 504][self.draw.random_range(0..4)]),
            other => other,
        }
    }
}
