//! Which opportunities a list is about.

use super::{
    Key,
    book::{Book, Row},
    query::Query,
    reply::Refusal,
};
use crate::world::{Ms, Opportunity};
use std::collections::HashSet;

type Says = fn(&Book, &Opportunity, &str) -> bool;
type Moment = fn(&Opportunity) -> Option<Ms>;

/// Parameters that name a value; repeated, they ask for any of theirs.
const VALUES: [(&str, Says); 8] = [
    ("tag", |_, it, value| it.tags.iter().any(|tag| tag == value)),
    ("source", |_, it, value| it.sources.iter().any(|source| source == value)),
    ("origin", |_, it, value| it.origin == value),
    ("stage_id", |_, it, value| it.stage == value),
    ("posting_id", |_, it, value| posting(it) == Some(value)),
    ("archived_posting_id", |_, it, value| it.archived.is_some() && posting(it) == Some(value)),
    ("archive_reason_id", |_, it, value| it.archived.as_ref().is_some_and(|(reason, _)| reason == value)),
    ("location", |book, it, value| book.contact_of(it).location == value),
];

/// Parameters `…_start` and `…_end`.
const MOMENTS: [(&str, Moment); 2] =
    [("advanced_at", |it| it.last_advanced_at), ("archived_at", |it| it.archived.as_ref().map(|(_, at)| *at))];

fn posting(opportunity: &Opportunity) -> Option<&str> {
    opportunity.application.as_ref()?.posting.as_deref()
}

/// Bounds in time, both inclusive.
pub(super) struct Window {
    start: Option<Ms>,
    end: Option<Ms>,
}

impl Window {
    /// Reads `NAME_start` and `NAME_end`.
    pub(super) fn parse(query: &Query, name: &str) -> Result<Self, Refusal> {
        Ok(Self { start: query.time(&format!("{name}_start"))?, end: query.time(&format!("{name}_end"))? })
    }

    pub(super) fn bounds(&self) -> (Ms, Ms) {
        (self.start.unwrap_or(Ms::MIN), self.end.unwrap_or(Ms::MAX))
    }

    /// Whether both bounds are given, and no further apart than this.
    pub(super) fn is_closed_within(&self, most: Ms) -> bool {
        matches!((self.start, self.end), (Some(start), Some(end)) if end.saturating_sub(start) <= most)
    }

    /// A moment that is not known is within no bounds, and outside of none.
    pub(super) fn has(&self, at: Option<Ms>) -> bool {
        let (start, end) = self.bounds();
        at.map_or(self.start.is_none() && self.end.is_none(), |at| start <= at && at <= end)
    }
}

/// `confidentiality`, which leaves out confidential records unless it is asked for them.
#[derive(Clone, Copy)]
pub(super) enum Confidentiality {
    Only,
    Without,
    All,
}

impl Confidentiality {
    /// 403 when confidential records are asked for without the grant.
    pub(super) fn parse(query: &Query, key: &Key) -> Result<Self, Refusal> {
        let asked = match query.first("confidentiality") {
            None | Some("non-confidential") => Self::Without,
            Some("confidential") => Self::Only,
            Some("all") => Self::All,
            Some(_) => return Err(Refusal::BadRequest("confidentiality is not valid".into())),
        };
        match asked {
            Self::Only | Self::All if !key.sees_confidential() => Err(Refusal::Forbidden),
            _ => Ok(asked),
        }
    }

    pub(super) fn shows(self, confidential: bool) -> bool {
        match self {
            Self::All => true,
            Self::Only => confidential,
            Self::Without => !confidential,
        }
    }
}

/// All that a list of opportunities was asked for.
pub(super) struct Filter {
    pub(super) created: Window,
    updated: Window,
    /// Places of contacts; a row's contact must be in each set.
    people: Vec<HashSet<usize>>,
    values: Vec<(Says, Vec<String>)>,
    moments: Vec<(Moment, Window)>,
    archived: Option<bool>,
    snoozed: Option<bool>,
    now: Ms,
    confidentiality: Confidentiality,
}

impl Filter {
    pub(super) fn parse(query: &Query, book: &Book, key: &Key, now: Ms) -> Result<Self, Refusal> {
        let values = VALUES.map(|(name, says)| (says, query.all(name).map(str::to_owned).collect::<Vec<_>>()));
        let moments: Result<_, Refusal> = MOMENTS.into_iter().map(|(name, moment)| Ok((moment, Window::parse(query, name)?))).collect();
        Ok(Self {
            created: Window::parse(query, "created_at")?,
            updated: Window::parse(query, "updated_at")?,
            people: people(query, book)?,
            values: values.into_iter().filter(|(_, wanted)| !wanted.is_empty()).collect(),
            moments: moments?,
            archived: query.flag("archived")?,
            snoozed: query.flag("snoozed")?,
            now,
            confidentiality: Confidentiality::parse(query, key)?,
        })
    }

    pub(super) fn fits(&self, book: &Book, row: &Row) -> bool {
        self.updated.has(row.updated)
            && self.people.iter().all(|it| it.contains(&row.contact))
            && self.fits_opportunity(book, book.opportunity_of(row))
    }

    fn fits_opportunity(&self, book: &Book, it: &Opportunity) -> bool {
        let snoozed = it.snoozed_until.is_some_and(|until| until > self.now);
        self.confidentiality.shows(it.confidential)
            && self.archived.is_none_or(|asked| asked == it.archived.is_some())
            && self.snoozed.is_none_or(|asked| asked == snoozed)
            && self.moments.iter().all(|(moment, window)| window.has(moment(it)))
            && self.values.iter().all(|(says, wanted)| wanted.iter().any(|value| says(book, it, value)))
    }
}

/// The sets of contacts that `contact_id` and `email` name.
fn people(query: &Query, book: &Book) -> Result<Vec<HashSet<usize>>, Refusal> {
    let mut sets = Vec::new();
    if query.first("contact_id").is_some() {
        sets.push(query.all("contact_id").filter_map(|id| book.contact_place(id)).collect());
    }
    let emails: Vec<String> = query.all("email").map(canonical).collect::<Result<_, _>>()?;
    if !emails.is_empty() {
        let writes = |address: &String| canonical(address).is_ok_and(|it| emails.contains(&it));
        let contacts = book.account.contacts.iter().enumerate();
        sets.push(contacts.filter(|(_, it)| it.emails.iter().any(writes)).map(|(place, _)| place).collect());
    }
    Ok(sets)
}

/// An address as Lever compares it.
fn canonical(address: &str) -> Result<String, Refusal> {
    let address = address.trim().to_lowercase();
    match address.split_once('@') {
        Some((local, domain)) if !local.is_empty() && domain.contains('.') && !address.contains(char::is_whitespace) => Ok(address),
        _ => Err(Refusal::BadRequest("Email address is not valid".into())),
    }
}
