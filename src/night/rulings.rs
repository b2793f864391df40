//! What people decided, and what it makes of a pairing: `same` is a badge even under doubt, `not_same` is never one, and whoever comes in
//! the place of a contact that has left Lever is for a person to decide.

use super::{AT_ONCE, Night, NightError, gone::Missing, people::People};
use crate::{
    lever::{Lever, LeverError, Listing},
    link::Linker,
    model::{ContactId, Decision, PersonView, ProfileId, Ruled, Ruling, compact},
    store::Pairing,
};
use futures::{StreamExt, TryStreamExt, stream};
use std::collections::{HashMap, HashSet};

/// Refused profiles of which the twins are looked up without a pause: with the index on another machine each is a question of its own.
const TOGETHER: usize = 100;

/// The tenant's decisions, ready to be asked.
#[derive(Default)]
pub(super) struct Rulings {
    by_contact: HashMap<ContactId, Vec<(ProfileId, Ruling)>>,
    /// The compact records of profiles that somebody said are a contact's.
    records: HashMap<ProfileId, Vec<u8>>,
    /// Profiles that somebody said are not a contact's, with the other profiles of the same person: neither are those.
    twins: HashMap<ProfileId, Vec<ProfileId>>,
    /// Contacts that were decided on and have left Lever.
    gone: Vec<ContactId>,
    /// Profiles that were decided on with them.
    orphaned: HashSet<ProfileId>,
}

impl Rulings {
    /// Reads them. A decision about a profile that is no more is none.
    pub(super) async fn read(night: &Night<'_>) -> Result<Self, NightError> {
        let (store, linker) = (night.rooms.store, Linker::new(night.rooms.index, night.rooms.matcher));
        let all = store.rulings(&night.tenant.name).await?;
        let decided = |what| all.iter().filter(move |it| it.ruling == what).map(|it| it.profile.clone()).collect::<Vec<_>>();
        let same = store.profiles(&decided(Ruling::Same)).await?;
        let records = same.into_iter().map(|it| (it.id.clone(), compact::encode(&it))).collect();
        let refused = store.profiles(&decided(Ruling::NotSame)).await?;
        let mut twins = HashMap::with_capacity(refused.len());
        for some in refused.chunks(TOGETHER) {
            let mut find = || some.iter().try_for_each(|it| linker.twins(it).map(|found| drop(twins.insert(it.id.clone(), found))));
            tokio::task::block_in_place(&mut find)?;
            // A sign of life may be due.
            tokio::task::yield_now().await;
        }
        let mut by_contact: HashMap<_, Vec<_>> = HashMap::new();
        for Ruled { contact, profile, ruling, .. } in all {
            by_contact.entry(contact).or_default().push((profile, ruling));
        }
        Ok(Self { by_contact, records, twins, ..Self::default() })
    }

    /// Of the decided contacts that were to be listed and are not, those that Lever does not know any more: the list could be short.
    pub(super) async fn find_gone(&mut self, lever: &Lever, people: &People, missing: &Missing, now: &Listing) -> Result<(), LeverError> {
        let listed: HashSet<_> = people.shown.iter().map(|it| &it.candidate.contact).chain(&people.withheld).collect();
        let is_absent = |it: &&ContactId| people.scope.has(it) && !listed.contains(it) && !missing.there.contains_key(*it);
        let absent: Vec<_> = self.by_contact.keys().filter(is_absent).cloned().collect();
        // What is older than the tenant's start is not listed by its own choice.
        let any_age = Listing { start: None, ..*now };
        let ask = |it: ContactId| async move {
            let found = lever.list_contact(&it, &any_age).await?;
            Ok::<_, LeverError>((found.rows.is_empty() && found.left_out.is_empty()).then_some(it))
        };
        let answers: Vec<_> = stream::iter(absent).map(ask).buffer_unordered(AT_ONCE).try_collect().await?;
        for contact in answers.into_iter().flatten() {
            self.orphaned.extend(self.by_contact.remove(&contact).into_iter().flatten().map(|(profile, _)| profile));
            self.gone.push(contact);
        }
        Ok(())
    }

    fn of(&self, contact: &ContactId) -> &[(ProfileId, Ruling)] {
        self.by_contact.get(contact).map_or(&[], Vec::as_slice)
    }

    fn on(&self, contact: &ContactId, profile: &ProfileId) -> Option<Ruling> {
        self.of(contact).iter().find(|(it, _)| it == profile).map(|(_, ruling)| *ruling)
    }

    /// Profiles that are out of the question for the contact.
    pub(super) fn refused(&self, contact: &ContactId) -> HashSet<ProfileId> {
        let refused = self.of(contact).iter().filter(|(_, ruling)| *ruling == Ruling::NotSame).map(|(profile, _)| profile);
        refused.flat_map(|it| self.twins.get(it).into_iter().flatten().chain([it])).cloned().collect()
    }

    /// Contacts that were decided on and have left Lever.
    pub(super) fn gone(&self) -> &[ContactId] {
        &self.gone
    }

    /// Whether somebody said which profile is the contact's.
    pub(super) fn same(&self, contact: &ContactId) -> Option<(&ProfileId, PersonView<'_>)> {
        let same = self.of(contact).iter().filter(|(_, ruling)| *ruling == Ruling::Same);
        let mut known = same.filter_map(|(profile, _)| Some((profile, PersonView::read(self.records.get(profile)?)?)));
        known.next_back()
    }

    /// The pairing as decisions leave it, and whether it reopens a question.
    pub(super) fn applied(&self, pairing: Pairing) -> (Option<Pairing>, bool) {
        let decided = |decision| Some(Pairing { decision, ..pairing.clone() });
        match self.on(&pairing.contact, &pairing.profile) {
            Some(Ruling::NotSame) => (None, false),
            Some(Ruling::Same) => (decided(Decision::Match), false),
            Some(Ruling::Later | Ruling::Reopened) => (decided(Decision::Review), false),
            None if self.orphaned.contains(&pairing.profile) => (decided(Decision::Review), true),
            None => (Some(pairing), false),
        }
    }
}
