//! What people do in Lever while it is being listed.

use crate::world::{Account, Deleted, Ms, Opportunity, Stage};
use xxhash_rust::xxh3::xxh3_64;

/// One kind of work. It befalls a few candidacies, which their ids alone decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// People have one candidacy more, of this moment.
    Created,
    /// Candidacies move to the last stage and another owner.
    Changed,
    /// Contacts lose all that is theirs to the contact before them.
    Merged,
    /// Candidacies are deleted.
    Deleted,
    /// Candidacies turn confidential.
    Confidential,
    /// Every stage has other words, and some candidacies move to one that nobody knew.
    Stages,
    /// Every other user is deactivated.
    Users,
    /// Whatever Lever documents as null is null, for every other candidacy.
    Nulls,
}

/// One candidacy, or contact, in so many is touched.
const ONE_IN: u64 = 24;

fn is_picked(id: &str, one_in: u64) -> bool {
    xxh3_64(id.as_bytes()).is_multiple_of(one_in)
}

/// The candidacies that work befalls.
fn picked(account: &mut Account) -> impl Iterator<Item = &mut Opportunity> {
    account.opportunities.iter_mut().filter(|it| is_picked(&it.id, ONE_IN))
}

impl Change {
    /// Does the work, at this moment by Lever's clock.
    pub(super) fn make(self, account: &mut Account, now: Ms) {
        match self {
            Self::Created => {
                let new: Vec<_> = picked(account).map(|it| again(it, now)).collect();
                account.opportunities.extend(new);
            }
            Self::Changed => change(account, now),
            Self::Merged => merge(account, now),
            Self::Deleted => delete(account, now),
            Self::Confidential => picked(account).for_each(|it| (it.confidential, it.updated_at) = (true, Some(now))),
            Self::Stages => stages(account, now),
            Self::Users => account.users.iter_mut().step_by(2).for_each(|it| it.deactivated_at = Some(now)),
            Self::Nulls => nulls(account),
        }
    }
}

fn again(it: &Opportunity, now: Ms) -> Opportunity {
    let id = format!("again-{}", it.id);
    Opportunity { id, created_at: now, updated_at: Some(now), last_interaction_at: Some(now), resumes: Vec::new(), ..it.clone() }
}

fn change(account: &mut Account, now: Ms) {
    let (stage, owner) = (account.stages.last().map(|it| it.id.clone()), account.users.last().map(|it| it.id.clone()));
    for it in picked(account) {
        it.stage = stage.clone().unwrap_or_default();
        it.owner.clone_from(&owner);
        (it.updated_at, it.last_interaction_at) = (Some(now), Some(now));
    }
}

fn merge(account: &mut Account, now: Ms) {
    let contacts = &account.contacts;
    for it in account.opportunities.iter_mut().filter(|it| it.contact > 0 && is_picked(&contacts[it.contact].id, ONE_IN)) {
        (it.contact, it.updated_at) = (it.contact - 1, Some(now));
    }
}

fn delete(account: &mut Account, now: Ms) {
    let by = account.users.first().map_or_else(String::new, |it| it.id.clone());
    let (gone, stay) = std::mem::take(&mut account.opportunities).into_iter().partition(|it| is_picked(&it.id, ONE_IN));
    let gone: Vec<Opportunity> = gone;
    account.opportunities = stay;
    account.deleted.extend(gone.into_iter().map(|opportunity| Deleted { opportunity, by: by.clone(), at: now }));
}

fn stages(account: &mut Account, now: Ms) {
    account.stages.iter_mut().for_each(|it| it.text += ", renamed");
    account.stages.push(Stage { id: "stage-of-today".into(), text: "Trial day".into(), pipeline: "onsite", rank: 999.0 });
    for it in picked(account) {
        (it.stage, it.updated_at, it.last_interaction_at) = ("stage-of-today".into(), Some(now), Some(now));
    }
}

fn nulls(account: &mut Account) {
    for it in account.opportunities.iter_mut().filter(|it| is_picked(&it.id, 2)) {
        (it.owner, it.sourced_by, it.archived) = (None, None, None);
        (it.updated_at, it.last_interaction_at, it.last_advanced_at, it.snoozed_until) = (None, None, None, None);
        it.stage_changes.iter_mut().for_each(|change| change.user = None);
        if let Some(application) = &mut it.application {
            (application.posting, application.company) = (None, None);
        }
    }
    for it in account.contacts.iter_mut().filter(|it| is_picked(&it.id, 2)) {
        it.data_protection = None;
        it.phones.iter_mut().for_each(|phone| phone.0 = None);
    }
}
