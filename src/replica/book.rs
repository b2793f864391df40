//! The account with what makes its pages quick: rows in the order of the list, and ids in order.

use super::query::Cursor;
use crate::world::{Account, Contact, Ms, Opportunity};
use std::{cmp::Reverse, collections::HashMap, ops::Range};

/// What most filters look at, side by side in memory: half a million of these are read in milliseconds.
pub(super) struct Row {
    pub(super) created: Ms,
    pub(super) updated: Option<Ms>,
    pub(super) contact: usize,
    place: usize,
}

/// An account that can be listed. Changes need a new book.
pub(super) struct Book {
    pub(super) account: Account,
    /// Newest first, by (`createdAt`, `id`).
    rows: Vec<Row>,
    opportunities_by_id: Vec<usize>,
    contacts_by_id: Vec<usize>,
    stage_places: HashMap<String, usize>,
}

impl Book {
    pub(super) fn new(account: Account) -> Self {
        let opportunities = &account.opportunities;
        let row = |(place, it): (usize, &Opportunity)| Row { created: it.created_at, updated: it.updated_at, contact: it.contact, place };
        let mut rows: Vec<Row> = opportunities.iter().enumerate().map(row).collect();
        rows.sort_by_key(|it| Reverse((it.created, opportunities[it.place].id.as_str())));
        let mut opportunities_by_id: Vec<usize> = (0..opportunities.len()).collect();
        opportunities_by_id.sort_by_key(|it| opportunities[*it].id.as_str());
        let mut contacts_by_id: Vec<usize> = (0..account.contacts.len()).collect();
        contacts_by_id.sort_by_key(|it| account.contacts[*it].id.as_str());
        let stage_places = account.stages.iter().enumerate().map(|(place, it)| (it.id.clone(), place)).collect();
        Self { rows, opportunities_by_id, contacts_by_id, stage_places, account }
    }

    pub(super) fn opportunity(&self, id: &str) -> Option<&Opportunity> {
        let all = &self.account.opportunities;
        let found = self.opportunities_by_id.binary_search_by(|it| all[*it].id.as_str().cmp(id)).ok()?;
        Some(&all[self.opportunities_by_id[found]])
    }

    /// A contact's place in the account.
    pub(super) fn contact_place(&self, id: &str) -> Option<usize> {
        let all = &self.account.contacts;
        let found = self.contacts_by_id.binary_search_by(|it| all[*it].id.as_str().cmp(id)).ok()?;
        Some(self.contacts_by_id[found])
    }

    pub(super) fn contact_of(&self, opportunity: &Opportunity) -> &Contact {
        &self.account.contacts[opportunity.contact]
    }

    /// A stage's place in the pipeline.
    pub(super) fn stage_place(&self, id: &str) -> Option<usize> {
        self.stage_places.get(id).copied()
    }

    pub(super) fn opportunity_of(&self, row: &Row) -> &Opportunity {
        &self.account.opportunities[row.place]
    }

    /// The rows created within the bounds (both inclusive) that come after the cursor, newest first.
    pub(super) fn rows(&self, created: (Ms, Ms), cursor: Option<&Cursor>) -> &[Row] {
        let begin = self.rows.partition_point(|it| it.created > created.1);
        let end = self.rows.partition_point(|it| it.created >= created.0);
        let after = |it: &Row| cursor.is_none_or(|cursor| cursor.is_before(it.created, &self.opportunity_of(it).id));
        let begin = begin.max(self.rows.partition_point(|it| !after(it)));
        let range: Range<usize> = begin.min(end)..end;
        &self.rows[range]
    }
}
