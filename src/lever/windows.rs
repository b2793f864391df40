//! Which stretch of `createdAt` is asked for next, so that a list uses the allowance and not the latency of one cursor.
//!
//! One cursor begins over everything. Whoever is free takes the older half (in time) of the stretch that has most left; the cursor
//! that it is taken from stops when it has passed the cut. Lever lists newest first, as far as is known: as soon as a page shows
//! otherwise, nothing is cut any more, and what was cut on that trust is listed once more by its own bounds, to the end. (What
//! stays trusted: a list that was newest first on every page seen is so on the few pages that a cut saved.) Bounds are inclusive,
//! so a stretch is complete by itself; rows that come twice are one row by their id.

use super::LeverError;
use crate::model::Millis;
use std::collections::HashSet;
use std::time::Duration;

/// A cut costs at most one request more than no cut; this many may be made of any list …
const CUTS: usize = 11;
/// … and one more for each of these pages beyond the first `FREE_PAGES`.
const PAGES_A_CUT: usize = 16;
const FREE_PAGES: usize = 60;
/// Rows of a full page.
const PAGE: f64 = 100.0;
/// A stretch with fewer pages left is not worth a cut.
const FEW_PAGES: f64 = 5.0;
/// How often one cursor may begin again at the same place because Lever did not know its token.
const RESTARTS: u8 = 3;

/// What to ask for next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Whose turn; to be told to [`Plan::seen`].
    pub cursor: usize,
    /// `created_at_start`, inclusive.
    pub from: Option<Millis>,
    /// `created_at_end`, inclusive.
    pub to: Option<Millis>,
    /// The page's token; none for the first.
    pub offset: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    Asked,
    /// Its query has no more pages.
    Ended,
    /// Its query has more pages, of which it needs none as long as pages are newest first.
    Stopped,
}

struct Cursor {
    /// The bounds of its query.
    asked_from: Option<Millis>,
    to: Option<Millis>,
    /// Where its own stretch begins; later than `asked_from` when the older part was taken away.
    from: Option<Millis>,
    newest: Option<Millis>,
    oldest: Option<Millis>,
    rows: usize,
    /// Rows a millisecond on its last page.
    density: f64,
    offset: Option<String>,
    tokens: HashSet<String>,
    restarts: u8,
    state: State,
}

impl Cursor {
    fn over(from: Option<Millis>, to: Option<Millis>) -> Self {
        Self {
            asked_from: from,
            to,
            from,
            newest: None,
            oldest: None,
            rows: 0,
            density: 0.0,
            offset: None,
            tokens: HashSet::new(),
            restarts: 0,
            state: State::Ready,
        }
    }

    /// Notes a page's times; false when they are not newest first, or not of this stretch.
    fn note(&mut self, created: &[Millis]) -> bool {
        let (Some(&first), Some(&last)) = (created.first(), created.last()) else { return true };
        let below = self.oldest.or(self.to).is_none_or(|above| first <= above);
        let ordered = below && created.is_sorted_by(|a, b| a >= b);
        self.newest = self.newest.or(Some(first));
        self.oldest = Some(last);
        self.rows += created.len();
        self.density = created.len() as f64 / span(last, first);
        ordered
    }

    /// Whether all rows of its own stretch have been seen, although its query has more.
    fn is_past_cut(&self) -> bool {
        self.from != self.asked_from && self.oldest < self.from
    }
}

/// Milliseconds between two moments, at least one.
fn span(old: Millis, new: Millis) -> f64 {
    (new.0 as f64 - old.0 as f64).max(1.0)
}

/// All cursors of one list.
pub struct Plan {
    cursors: Vec<Cursor>,
    /// Where the account may begin: guides cuts, and bounds nothing.
    floor: Millis,
    newest_first: bool,
    may_cut: bool,
    pages: usize,
    cuts: usize,
}

impl Plan {
    /// A list of everything from `start` on, in as many stretches as are of use. `floor` guesses where the account begins.
    #[must_use]
    pub fn whole(start: Option<Millis>, floor: Millis) -> Self {
        let floor = start.unwrap_or(floor);
        Self { cursors: vec![Cursor::over(start, None)], floor, newest_first: true, may_cut: true, pages: 0, cuts: 0 }
    }

    /// A list that one cursor walks to its end: for a few pages, or for a filter of which nothing is known.
    #[must_use]
    pub fn single(start: Option<Millis>) -> Self {
        Self { may_cut: false, ..Self::whole(start, Millis(0)) }
    }

    /// How many cursors use the allowance at this latency.
    #[must_use]
    pub fn width(rate_a_second: f64, latency: Duration) -> usize {
        let busy = (rate_a_second * latency.as_secs_f64()).ceil();
        (busy as usize + 1).clamp(2, 16)
    }

    /// The next page to ask for while fewer than `width` are under way; none when one must come in first, or all is done.
    pub fn turn(&mut self, width: usize) -> Option<Turn> {
        if self.cursors.iter().filter(|it| it.state == State::Asked).count() >= width {
            return None;
        }
        let ready = self.cursors.iter().position(|it| it.state == State::Ready);
        let cursor = ready.or_else(|| self.cut())?;
        let it = &mut self.cursors[cursor];
        it.state = State::Asked;
        Some(Turn { cursor, from: it.asked_from, to: it.to, offset: it.offset.clone() })
    }

    /// Takes note of a page: when its rows were created, in its order, and the token of the next.
    ///
    /// # Errors
    /// [`LeverError::Circle`] when the token was given before.
    pub fn seen(&mut self, cursor: usize, created: &[Millis], next: Option<String>) -> Result<(), LeverError> {
        self.pages += 1;
        let it = &mut self.cursors[cursor];
        let ordered = it.note(created);
        it.state = if next.is_none() { State::Ended } else { State::Ready };
        if next.as_ref().is_some_and(|token| !it.tokens.insert(token.clone())) {
            return Err(LeverError::Circle { what: "opportunities" });
        }
        it.offset = next;
        if self.newest_first && !ordered {
            self.distrust();
        } else if it.state == State::Ready && it.is_past_cut() {
            it.state = State::Stopped;
        }
        Ok(())
    }

    /// Lets a cursor go on without its token, which is not known any more: from the oldest row that it saw, as long as pages are
    /// newest first, and else from the beginning. False when that helped too often in vain.
    pub fn again(&mut self, cursor: usize) -> bool {
        let it = &mut self.cursors[cursor];
        let reached = it.oldest.filter(|_| self.newest_first);
        let got_on = reached.is_some() && (it.to.is_none() || reached < it.to);
        let restarts = if got_on { 0 } else { it.restarts + 1 };
        let next = Cursor { restarts, ..Cursor::over(it.from, reached.or(it.to)) };
        if got_on {
            // Like a cut: what is above was listed on trust in the order.
            it.state = State::Stopped;
            self.cursors.push(next);
        } else {
            *it = next;
        }
        restarts <= RESTARTS
    }

    /// Makes up for every cut that relied on the order.
    fn distrust(&mut self) {
        self.newest_first = false;
        let mut more = Vec::new();
        for it in self.cursors.iter_mut() {
            match it.state {
                State::Stopped => {
                    more.push(Cursor::over(it.from, it.to));
                    it.state = State::Ended;
                }
                State::Ready | State::Asked => it.from = it.asked_from,
                State::Ended => {}
            }
        }
        self.cursors.append(&mut more);
    }

    /// Gives the older half of the stretch with most left to a new cursor.
    fn cut(&mut self) -> Option<usize> {
        let allowed = CUTS + self.pages.saturating_sub(FREE_PAGES) / PAGES_A_CUT;
        if !self.may_cut || !self.newest_first || self.cuts >= allowed {
            return None;
        }
        let average = self.average();
        let left = self.cursors.iter().map(|it| self.left(it, average));
        let (victim, most) = left.enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
        if most < FEW_PAGES * PAGE {
            return None;
        }
        let it = &self.cursors[victim];
        let (old, new) = (it.from.unwrap_or(self.floor), it.oldest?);
        let middle = Millis(old.0.midpoint(new.0));
        let thief = Cursor::over(it.from, Some(middle));
        self.cursors[victim].from = Some(middle.plus(1));
        self.cursors.push(thief);
        self.cuts += 1;
        Some(self.cursors.len() - 1)
    }

    /// Rows a millisecond, over all stretches that had rows.
    fn average(&self) -> f64 {
        let seen = self.cursors.iter().filter_map(|it| Some((it.rows as f64, span(it.oldest?, it.newest?))));
        let (rows, time) = seen.fold((0.0, 0.0), |(rows, time), it| (rows + it.0, time + it.1));
        rows / f64::max(time, 1.0)
    }

    /// The rows that a cursor may still have to fetch: the time it has left at the harmonic mean of its last page's density and
    /// the list's, so that neither a burst nor a quiet month alone decides.
    fn left(&self, it: &Cursor, average: f64) -> f64 {
        let old = it.from.unwrap_or(self.floor);
        match it.oldest {
            Some(new) if matches!(it.state, State::Ready | State::Asked) && new.0 > old.0.saturating_add(1) => {
                span(old, new) * 2.0 / (1.0 / it.density + 1.0 / average)
            }
            _ => 0.0,
        }
    }
}
