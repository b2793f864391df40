//! Opportunities of a badge that are no longer listed: each is asked for once by its id.

use super::{AT_ONCE, Night, NightError, lists::DeletedRows, people::People, people::Scope};
use crate::{
    lever::{LeverError, Presence},
    model::{ContactId, Decision, Opportunity, OpportunityId},
    store::{Pairing, Published, StagedContact},
};
use futures::{StreamExt, stream};
use std::collections::{HashMap, HashSet};

/// What became of a badge's opportunities that the list did not have.
#[derive(Default)]
pub(super) struct Missing {
    /// Gone, or no longer for our eyes.
    pub(super) gone: Vec<OpportunityId>,
    /// Still there: the list was short. Their badges stay, and count for the guard.
    pub(super) there: HashMap<ContactId, Vec<Opportunity>>,
}

impl Night<'_> {
    /// Asks for each; one that is gone is taken out of the published badges before the next answer, which may be an error.
    pub(super) async fn unlisted(&self, before: &Published, people: &People, deleted: &DeletedRows) -> Result<Missing, NightError> {
        let deleted: HashSet<_> = deleted.opportunities.iter().collect();
        let withheld: HashSet<_> = people.withheld.iter().collect();
        let mut missing = Missing::default();
        let in_scope = |it: &Pairing| people.scope.has(&it.contact) && !withheld.contains(&it.contact);
        let not_listed = |it: &Opportunity| !people.listed.contains(&it.id) && !deleted.contains(&it.id);
        // What is older than the tenant's start is not listed by its own choice.
        let asked_for = |it: &Opportunity| self.tenant.settings.start_date.is_none_or(|start| it.created_at >= start);
        let mut unlisted = Vec::new();
        for (pairing, opportunities) in before.pairings.iter().filter(|(it, _)| in_scope(it)) {
            let known = opportunities.iter().filter(|it| not_listed(it) && asked_for(it));
            unlisted.extend(known.map(|it| (&pairing.contact, it)));
        }
        let ask = |(contact, known)| async move { (contact, known, self.ask(known).await) };
        let mut answers = stream::iter(unlisted).map(ask).buffered(AT_ONCE);
        while let Some((contact, known, answer)) = answers.next().await {
            match answer? {
                Some(now) => missing.there.entry(ContactId::clone(contact)).or_default().push(now),
                None => {
                    self.remove(&[], std::slice::from_ref(&known.id)).await?;
                    missing.gone.push(known.id.clone());
                }
            }
        }
        Ok(missing)
    }

    /// The opportunity as Lever has it now; none when it is gone or must not be shown any more.
    async fn ask(&self, known: &Opportunity) -> Result<Option<Opportunity>, LeverError> {
        let shown = |it: &Opportunity| !it.anonymized && (!it.confidential || self.tenant.settings.confidential);
        match self.rooms.lever.opportunity(&known.id, &self.listing()).await {
            Ok(Presence::There(it)) => Ok(Some(*it).filter(shown).filter(|it| it.store.permits(self.now))),
            Ok(Presence::Gone) => Ok(None),
            // What cannot be read is there all the same; the row that we know stays.
            Err(LeverError::Malformed { .. }) => Ok(Some(known.clone())),
            Err(error) => Err(error),
        }
    }
}

/// Gives opportunities that were left out of the list back to their contacts. A contact of which nothing was listed cannot be
/// matched again: its pairing is staged as it was.
pub(super) fn keep(people: &mut People, missing: &Missing, before: &Published) -> Vec<StagedContact> {
    let mut unlisted: HashMap<&ContactId, &Vec<Opportunity>> = missing.there.iter().collect();
    for person in &mut people.shown {
        if let Some(there) = unlisted.remove(&person.candidate.contact) {
            person.opportunities.extend(there.iter().cloned());
        }
    }
    let pairings = before.pairings.iter().filter(|(it, _)| it.decision == Decision::Match);
    pairings
        .filter_map(|(pairing, _)| {
            let opportunities = unlisted.remove(&pairing.contact)?.clone();
            let (contact, pairing) = (pairing.contact.clone(), Some(pairing.clone()));
            Some(StagedContact { contact, pairing, opportunities, resume: None })
        })
        .collect()
}

/// Contacts of which a recent run shows nothing any more: staged without anything, so that their rows go with the flip.
pub(super) fn emptied(people: &People, kept: &[StagedContact]) -> Vec<StagedContact> {
    let Scope::Only(contacts) = &people.scope else { return Vec::new() };
    let shown = people.shown.iter().map(|it| &it.candidate.contact);
    let stays: HashSet<_> = shown.chain(kept.iter().map(|it| &it.contact)).collect();
    let empty = |it: &ContactId| StagedContact { contact: it.clone(), pairing: None, opportunities: Vec::new(), resume: None };
    contacts.iter().filter(|it| !stays.contains(it)).map(empty).collect()
}

impl Scope {
    /// Whether this run listed the contact's opportunities.
    pub(super) fn has(&self, contact: &ContactId) -> bool {
        match self {
            Self::Everyone => true,
            Self::Only(contacts) => contacts.contains(contact),
        }
    }
}
