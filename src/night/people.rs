//! Listed rows → people: one candidate a contact, and those who must be left alone.

use crate::{
    badge,
    model::{Candidate, ContactId, Millis, Opportunity, OpportunityId, ProfileUrl, RawPerson, Verdict},
    store::ResumeOutcome,
};
use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashSet},
};

/// A contact as one run knows it; spent by the match.
pub(super) struct Contact {
    pub(super) candidate: Candidate,
    /// Those that may be shown, most recently touched first.
    pub(super) opportunities: Vec<Opportunity>,
}

/// A contact whose verdict a résumé could change; holds raw input until it is judged again.
pub(super) struct Doubt {
    pub(super) contact: Contact,
    pub(super) verdict: Verdict,
    pub(super) stamp: i64,
    /// What its résumé came to before something changed.
    pub(super) before: Option<ResumeOutcome>,
}

/// Everyone who was listed.
pub(super) struct People {
    /// To be matched, by contact id.
    pub(super) shown: Vec<Contact>,
    /// Contacts that must not be matched or shown.
    pub(super) withheld: Vec<ContactId>,
    /// Opportunities that must not be shown: anonymised, or confidential where the tenant did not allow it.
    pub(super) hidden: Vec<OpportunityId>,
    /// Every listed opportunity, hidden ones too.
    pub(super) listed: HashSet<OpportunityId>,
    pub(super) pulled: u64,
    /// Whom this run listed.
    pub(super) scope: Scope,
}

/// Whom a run listed.
pub(super) enum Scope {
    /// A full run.
    Everyone,
    /// A recent run: contacts of which something changed.
    Only(BTreeSet<ContactId>),
}

impl People {
    pub(super) fn contacts(&self) -> u64 {
        (self.shown.len() + self.withheld.len()) as u64
    }
}

/// Listed rows, and whose.
pub(super) struct Rows {
    pub(super) rows: Vec<(Opportunity, RawPerson)>,
    pub(super) scope: Scope,
}

/// Whether the tenant lets confidential opportunities make badges.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Confidential {
    Shown,
    Hidden,
}

/// Groups rows by contact. A contact is withheld when any of its opportunities says that its data may not be stored, and when
/// none is left to show after the anonymised and (unless allowed) the confidential ones.
pub(super) fn group(rows: Rows, confidential: Confidential, profile_url: Option<&ProfileUrl>, now: Millis) -> People {
    let Rows { mut rows, scope } = rows;
    if let Some(url) = profile_url {
        rows.iter_mut().for_each(|(_, said)| said.claim(url));
    }
    rows.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
    let mut people = People {
        shown: Vec::new(),
        withheld: Vec::new(),
        hidden: Vec::new(),
        listed: rows.iter().map(|(it, _)| it.id.clone()).collect(),
        pulled: rows.len() as u64,
        scope,
    };
    let mut rows = rows.into_iter().peekable();
    while let Some(first) = rows.next() {
        let contact = first.0.contact.clone();
        let mut group = vec![first];
        while let Some(row) = rows.next_if(|(it, _)| it.contact == contact) {
            group.push(row);
        }
        people.add(contact, group, confidential, now);
    }
    people
}

fn order(it: &Opportunity) -> (&ContactId, Reverse<Millis>, &OpportunityId) {
    (&it.contact, Reverse(it.touched()), &it.id)
}

impl People {
    fn add(&mut self, contact: ContactId, rows: Vec<(Opportunity, RawPerson)>, confidential: Confidential, now: Millis) {
        let forbidden = rows.iter().any(|(it, _)| badge::withheld(std::slice::from_ref(it), now));
        let mut person = RawPerson::default();
        let mut opportunities = Vec::with_capacity(rows.len());
        for (opportunity, said) in rows {
            if opportunity.anonymized || (opportunity.confidential && confidential == Confidential::Hidden) {
                self.hidden.push(opportunity.id);
            } else {
                person.absorb(said);
                opportunities.push(opportunity);
            }
        }
        if forbidden || opportunities.is_empty() {
            self.withheld.push(contact);
        } else {
            self.shown.push(Contact { candidate: Candidate { contact, person }, opportunities });
        }
    }
}
