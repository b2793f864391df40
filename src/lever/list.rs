//! Opportunities: all of them by several cursors, what changed, one contact's, and one by its id.

use super::ask::Ask;
use super::json::{Page, Value};
use super::opportunity::{FIELDS, Reader, Unread};
use super::windows::{Plan, Turn};
use super::{Lever, LeverError, checkbox, pages};
use crate::model::{ContactId, LeftOut, Millis, Opportunity, OpportunityId, RawPerson};
use futures::stream::{FuturesUnordered, StreamExt};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;
use std::time::Duration;

const WHAT: &str = "opportunities";
/// Lever has been there since 2012; accounts are younger. Guides the first cuts and leaves out nothing.
const OLDEST_ACCOUNT: i64 = 12 * 365 * 86_400_000;

/// What a list is to cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// Whether confidential opportunities are asked for too.
    pub confidential: bool,
    /// Opportunities created earlier are not listed.
    pub start: Option<Millis>,
    /// The caller's clock.
    pub now: Millis,
}

impl Listing {
    /// Lever leaves confidential records out of every list that does not ask for them.
    pub(super) fn confidentiality(&self) -> Option<(&'static str, String)> {
        self.confidential.then(|| ("confidentiality", "all".to_owned()))
    }
}

/// What a list brought.
pub struct Listed {
    /// Each opportunity once.
    pub rows: Vec<(Opportunity, RawPerson)>,
    /// Items that could not be read: by their id, or by their place where they have none.
    pub left_out: Vec<LeftOut>,
    /// Lever's clock when it gave the first answer.
    pub server_time: Option<Millis>,
}

/// What became of one opportunity.
pub enum Presence {
    /// It is there.
    There(Box<Opportunity>),
    /// It is not, or not for this key (403, 404).
    Gone,
}

impl Lever {
    /// Lists every opportunity, as fast as the allowance permits. `progress` hears the number of rows after each page.
    ///
    /// # Errors
    /// The first error that ended a cursor; a list is whole or it is none.
    pub async fn list(&self, what: &Listing, progress: &(dyn Fn(u64) + Send + Sync)) -> Result<Listed, LeverError> {
        self.walk(what, Vec::new(), Plan::whole(what.start, what.now.plus(-OLDEST_ACCOUNT)), progress).await
    }

    /// Lists the opportunities that changed at or after `since`. Rows without `updatedAt` are not among them.
    ///
    /// # Errors
    /// As [`Lever::list`].
    pub async fn list_updated(&self, since: Millis, what: &Listing) -> Result<Listed, LeverError> {
        self.walk(what, vec![("updated_at_start", since.0.to_string())], Plan::single(what.start), &|_| ()).await
    }

    /// Lists one person's opportunities.
    ///
    /// # Errors
    /// As [`Lever::list`].
    pub async fn list_contact(&self, contact: &ContactId, what: &Listing) -> Result<Listed, LeverError> {
        self.walk(what, vec![("contact_id", contact.as_str().to_owned())], Plan::single(what.start), &|_| ()).await
    }

    /// Asks for one opportunity by its id.
    ///
    /// # Errors
    /// [`LeverError::Malformed`] when it cannot be read, or why Lever could not be asked.
    pub async fn opportunity(&self, id: &OpportunityId, what: &Listing) -> Result<Presence, LeverError> {
        let path = ["opportunities", id.as_str()];
        let mut ask = Ask::new(&path, "opportunity", checkbox::OPPORTUNITY);
        (ask.query, ask.include) = (self.query(what), &FIELDS);
        loop {
            let answer = match self.0.json(&ask).await {
                Err(LeverError::NotFound | LeverError::Forbidden { .. }) => return Ok(Presence::Gone),
                Err(LeverError::Refused { status: 400, .. }) if ask.simplify() => continue,
                answer => answer?,
            };
            let page = Page::read(&answer.text, ask.what)?;
            if !page.lacks(ask.include) {
                let item = page.items.first().copied().unwrap_or_default();
                let malformed = |_: Unread| LeverError::Malformed { what: ask.what, line: 0 };
                return Reader::default().read(item).map(|(row, _)| Presence::There(Box::new(row))).map_err(malformed);
            }
            ask.include = &[];
        }
    }

    /// What every request for opportunities asks for.
    fn query(&self, what: &Listing) -> Vec<(&'static str, String)> {
        let plain = self.0.plain.load(Ordering::Relaxed);
        let expanded = (!plain).then(|| ("expand", "applications".to_owned()));
        expanded.into_iter().chain(what.confidentiality()).collect()
    }

    fn lacks_applications(&self) -> Option<LeftOut> {
        let reason = format!("Lever refuses them: the key's box \"{}\" is not ticked", checkbox::APPLICATIONS);
        let left_out = LeftOut { kind: "applications".to_owned(), id: "applications".to_owned(), reason };
        self.0.plain.load(Ordering::Relaxed).then_some(left_out)
    }

    /// Follows a plan to its end.
    async fn walk(
        &self,
        what: &Listing,
        filter: Vec<(&'static str, String)>,
        mut plan: Plan,
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<Listed, LeverError> {
        let rate = f64::from(self.0.pace.rate) / self.0.pace.unit.as_secs_f64();
        let checkbox = if what.confidential { checkbox::CONFIDENTIAL } else { checkbox::OPPORTUNITIES };
        let ask = |turn: &Turn, include| {
            let bound = |name, at: Option<Millis>| at.map(|it| (name, it.0.to_string()));
            let bounds = [bound("created_at_start", turn.from), bound("created_at_end", turn.to)];
            let query =
                self.query(what).into_iter().chain(filter.clone()).chain(bounds.into_iter().flatten()).chain([pages::full()]).collect();
            Ask { query, include, offset: turn.offset.clone(), ..Ask::new(&[WHAT], WHAT, checkbox) }
        };
        let mut include: &[&str] = &FIELDS;
        let mut latency = Duration::ZERO;
        let mut gathered = Gathered::default();
        let mut asked = FuturesUnordered::new();
        loop {
            while let Some(turn) = plan.turn(Plan::width(rate, latency)) {
                let ask = ask(&turn, include);
                asked.push(async move { (turn, self.0.json(&ask).await) });
            }
            let Some((turn, answer)) = asked.next().await else { return Ok(gathered.listed(self.lacks_applications())) };
            let answer = match answer {
                // The list itself may be refused, or the applications in it; only the first page can tell.
                Err(LeverError::Forbidden { .. }) if gathered.pages == 0 && !self.0.plain.swap(true, Ordering::Relaxed) => {
                    plan.again(turn.cursor);
                    continue;
                }
                // Lever refuses a token that it no longer knows, or a field that it does not have.
                Err(LeverError::Refused { status: 400, .. }) if plan.again(turn.cursor) => {
                    include = if turn.offset.is_none() { &[] } else { include };
                    continue;
                }
                answer => answer?,
            };
            latency = if latency.is_zero() { answer.latency } else { (latency * 3 + answer.latency) / 4 };
            let page = Page::read(&answer.text, WHAT)?;
            if gathered.pages == 0 && page.lacks(include) {
                include = &[];
                plan.again(turn.cursor);
                continue;
            }
            let created = gathered.take(&page.items, answer.date);
            plan.seen(turn.cursor, &created, page.next)?;
            progress(gathered.rows.len() as u64);
        }
    }
}

/// The rows of a list, each once: where one came twice, the later word counts.
#[derive(Default)]
struct Gathered {
    reader: Reader,
    rows: Vec<(Opportunity, RawPerson)>,
    places: HashMap<OpportunityId, usize>,
    left_out: BTreeMap<String, &'static str>,
    server_time: Option<Millis>,
    pages: usize,
}

impl Gathered {
    /// Takes a page's rows; returns when they were created, in their order.
    fn take(&mut self, items: &[Value<'_>], date: Option<Millis>) -> Vec<Millis> {
        self.pages += 1;
        self.server_time = self.server_time.or(date);
        let mut created = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            match self.reader.read(*item) {
                Ok(row) => {
                    created.push(row.0.created_at);
                    self.keep(row);
                }
                Err(Unread { id, reason }) => {
                    let id = id.filter(|it| it.len() <= 200).unwrap_or_else(|| format!("item {} of page {}", place + 1, self.pages));
                    self.left_out.insert(id, reason);
                }
            }
        }
        created
    }

    fn keep(&mut self, row: (Opportunity, RawPerson)) {
        match self.places.get(&row.0.id) {
            Some(&place) if row.0.updated_at > self.rows[place].0.updated_at => self.rows[place] = row,
            Some(_) => {}
            None => {
                self.places.insert(row.0.id.clone(), self.rows.len());
                self.rows.push(row);
            }
        }
    }

    fn listed(self, lacking: Option<LeftOut>) -> Listed {
        let left_out = |(id, reason): (String, &str)| LeftOut { kind: "opportunity".to_owned(), id, reason: reason.to_owned() };
        Listed {
            rows: self.rows,
            left_out: self.left_out.into_iter().map(left_out).chain(lacking).collect(),
            server_time: self.server_time,
        }
    }
}
