//! The match itself: counts over the whole list, then verdicts, chunk by chunk, and what decisions make of them; raw input is spent here.

use super::{
    Night, NightError, Step,
    people::{Contact, Doubt, People},
    rulings::Rulings,
};
use crate::{
    index::IndexError,
    link::{Judged, Linker, sample},
    matching::{Counts, Matcher, Own},
    model::{
        ContactId, Decision, LevelCount, Opportunity, Person, PersonView, ResumePolicy, RunKind, RunState, Scored, Unmatched, Verdict,
    },
    secrets::keyed_hash,
    store::{Pairing, Past, ResumeOutcome, StagedContact},
};
use rayon::prelude::*;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use xxhash_rust::xxh3::Xxh3;

/// How many contacts are in normal form at one time.
const CHUNK: usize = 2_000;
/// Full runs among which the last good one is looked for.
const LOOKED_BACK: u32 = 50;
/// A near miss is remembered from this probability on, and a résumé could still change it.
const NEAR_MISS: f64 = 0.01;

/// What is known of the whole list when one contact is judged.
pub(super) struct Ground<'a> {
    pub(super) linker: Linker<'a>,
    pub(super) counts: Counts,
    /// Share of contacts with a profile.
    pub(super) prior: f64,
    /// What people decided.
    pub(super) rulings: Arc<Rulings>,
}

impl Ground<'_> {
    /// The verdict on one contact by what people decided of it; `judged` is the verdict without.
    pub(super) fn ruled(&self, contact: &ContactId, person: PersonView<'_>, mut judged: Judged) -> Result<Judged, IndexError> {
        if let Some((profile, record)) = self.rulings.same(contact) {
            if judged.verdict.best.as_ref().is_none_or(|it| it.profile != *profile) {
                judged = self.linker.judge_pair(person, (profile, record), &self.counts, self.prior)?;
            }
            judged.verdict.decision = Decision::Match;
            return Ok(judged);
        }
        let without = self.rulings.refused(contact);
        if without.is_empty() { Ok(judged) } else { self.linker.judge_without(person, &without, &self.counts, self.prior) }
    }
}

/// What was found, before anyone counts it.
pub(super) fn pairing(contact: &ContactId, verdict: Verdict) -> Option<Pairing> {
    let best = verdict.best.filter(|it| verdict.decision != Decision::None || it.probability >= NEAR_MISS)?;
    let (contact, decision) = (contact.clone(), verdict.decision);
    let Scored { profile, probability, evidence, waterfall } = best;
    Some(Pairing { contact, profile, decision, probability, evidence, waterfall })
}

impl<'a> Night<'a> {
    /// Stages a verdict for every contact that may be matched.
    pub(super) async fn match_all(&mut self, people: People) -> Result<(), NightError> {
        let learnt = self.rooms.store.level_counts(&self.tenant.name).await?;
        let matcher = self.rooms.matcher.of_tenant(&learnt);
        let ground = self.ground(&people.shown, &matcher).await?;
        let outcomes = self.rooms.store.resume_outcomes(&self.tenant.name).await?;
        let mut known: HashMap<_, _> = outcomes.into_iter().map(|it| (it.contact.clone(), it)).collect();
        let total = people.shown.len() as u64;
        let (mut doubts, mut shown, mut done) = (Vec::new(), people.shown.into_iter(), 0);
        let mut own = Own::default();
        while done < total {
            let chunk: Vec<Contact> = shown.by_ref().take(CHUNK).collect();
            done += chunk.len() as u64;
            let judged = tokio::task::block_in_place(|| judge(&ground, &chunk))?;
            judged.iter().for_each(|it| own.add(&it.verdict));
            let mut staged = Vec::with_capacity(chunk.len());
            for (contact, judged) in chunk.into_iter().zip(judged) {
                staged.extend(self.settle(contact, judged, &mut known, &mut doubts));
            }
            self.stage(staged).await?;
            (self.watch.progress)(Step::Matching(done, total));
        }
        self.stage_level_counts(&own, &learnt).await?;
        self.read_resumes(&ground, doubts).await
    }

    /// What these people teach the tenant's next runs; a recent run sees too few of them.
    async fn stage_level_counts(&self, own: &Own, before: &[LevelCount]) -> Result<(), NightError> {
        if self.order.kind == RunKind::Full {
            let kept = own.kept(self.rooms.matcher.weights(), before);
            self.rooms.store.stage_level_counts(&self.claim, &kept).await?;
        }
        Ok(())
    }

    /// Counts of shared values over the whole list, and the share of people with a profile; a recent run takes both from the
    /// last night.
    async fn ground<'g>(&mut self, shown: &[Contact], matcher: &'g Matcher) -> Result<Ground<'g>, NightError>
    where
        'a: 'g,
    {
        let linker = Linker::new(self.rooms.index, matcher);
        if self.order.kind == RunKind::Recent {
            let shared: HashSet<_> = self.rooms.store.shared(&self.tenant.name).await?.into_iter().collect();
            let counts = tokio::task::block_in_place(|| self.counts_of_last_night(shown, &shared));
            let prior = self.prior_of_last_night().await?;
            return Ok(Ground { linker, counts, prior, rulings: Arc::clone(&self.rulings) });
        }
        let counts = counts(shown).await;
        let hashes: Vec<_> = counts.shared().into_iter().map(|it| keyed_hash(self.rooms.secret, &it.to_le_bytes())).collect();
        self.rooms.store.stage_shared(&self.claim, &hashes).await?;
        let prior = tokio::task::block_in_place(|| {
            let sample = sample(shown.iter().map(|it| &it.candidate.contact));
            let sample: Vec<_> = sample.par_iter().map(|at| Person::of_candidate(&shown[*at].candidate.person)).collect();
            linker.estimate_prior(&views(&sample), &counts)
        })?;
        self.tally.owners_per_million = (prior * 1e6).round() as u64;
        Ok(Ground { linker, counts, prior, rulings: Arc::clone(&self.rulings) })
    }

    fn counts_of_last_night(&self, shown: &[Contact], shared: &HashSet<[u8; 16]>) -> Counts {
        let people = shown.iter().map(|it| Person::of_candidate(&it.candidate.person));
        let is_shared = |it: &u64| shared.contains(&keyed_hash(self.rooms.secret, &it.to_le_bytes()));
        Counts::with_shared(people.flat_map(|it| it.view().identifiers()).filter(is_shared))
    }

    async fn prior_of_last_night(&self) -> Result<f64, NightError> {
        let past = Past { kind: Some(RunKind::Full), before: None, limit: LOOKED_BACK };
        let runs = self.rooms.store.runs_of(&self.tenant.name, past).await?;
        let nights = runs.iter().filter(|it| it.state == RunState::Published);
        let share = nights.map(|it| it.tally.owners_per_million).find(|it| *it > 0);
        Ok(share.map_or(0.5, |it| it as f64 / 1e6))
    }

    /// The contact's outcome; none when there is a doubt that a résumé could end. A résumé that was read before is not asked for again while
    /// nothing that it was judged by has changed.
    fn settle(
        &mut self,
        contact: Contact,
        judged: Judged,
        known: &mut HashMap<ContactId, ResumeOutcome>,
        doubts: &mut Vec<Doubt>,
    ) -> Option<StagedContact> {
        let doubtful = match self.order.resumes {
            _ if self.rulings.same(&contact.candidate.contact).is_some() => false,
            ResumePolicy::All => true,
            ResumePolicy::Auto | ResumePolicy::None => could_change(&judged.verdict),
        };
        if !doubtful {
            return Some(self.count(contact, judged.verdict));
        }
        self.tally.resumes_needed += 1;
        let stamp = stamp(judged.stamp, &contact.opportunities);
        let before = known.remove(&contact.candidate.contact);
        match before {
            Some(outcome) if outcome.stamp == stamp => {
                Some(self.count_pairing(contact.candidate.contact, contact.opportunities, outcome.pairing.clone(), Some(outcome)))
            }
            _ if self.order.resumes == ResumePolicy::None => Some(self.count(contact, judged.verdict)),
            before => {
                doubts.push(Doubt { contact, verdict: judged.verdict, stamp, before });
                None
            }
        }
    }

    /// Counts a verdict that stands, and lets go of the candidate.
    pub(super) fn count(&mut self, contact: Contact, verdict: Verdict) -> StagedContact {
        let pairing = pairing(&contact.candidate.contact, verdict);
        let little = pairing.is_none() && contact.candidate.person.says_little();
        let staged = self.count_pairing(contact.candidate.contact, contact.opportunities, pairing, None);
        if little {
            self.tally.unmatched_why.entry(Unmatched::NobodyNear).and_modify(|it| *it -= 1);
            *self.tally.unmatched_why.entry(Unmatched::LittleSaid).or_default() += 1;
        }
        staged
    }

    pub(super) fn count_pairing(
        &mut self,
        contact: ContactId,
        opportunities: Vec<Opportunity>,
        pairing: Option<Pairing>,
        resume: Option<ResumeOutcome>,
    ) -> StagedContact {
        let (pairing, reopens) = pairing.map_or((None, false), |it| self.rulings.applied(it));
        self.reopened.extend(pairing.iter().filter(|_| reopens).map(|it| (contact.clone(), it.profile.clone())));
        match pairing.as_ref().map(|it| it.decision) {
            Some(Decision::Match) => self.tally.matched += 1,
            Some(Decision::Review) => self.tally.review += 1,
            miss => {
                self.tally.unmatched += 1;
                let why = if miss.is_some() { Unmatched::NotNearEnough } else { Unmatched::NobodyNear };
                *self.tally.unmatched_why.entry(why).or_default() += 1;
            }
        }
        StagedContact { contact, pairing, opportunities, resume }
    }

    /// A full run's set holds only contacts with something to remember; a recent run replaces all that it listed.
    pub(super) async fn stage(&self, mut contacts: Vec<StagedContact>) -> Result<(), NightError> {
        if self.order.kind == RunKind::Full {
            contacts.retain(|it| it.pairing.is_some() || it.resume.is_some());
        }
        Ok(self.rooms.store.stage(&self.claim, &contacts).await?)
    }
}

async fn counts(shown: &[Contact]) -> Counts {
    let mut counts = Counts::default();
    for chunk in shown.chunks(CHUNK) {
        tokio::task::block_in_place(|| {
            let people: Vec<_> = chunk.par_iter().map(|it| Person::of_candidate(&it.candidate.person)).collect();
            people.iter().for_each(|it| counts.add(&it.view()));
        });
        // The claim's heartbeat lives in this task too, and a long list takes minutes.
        tokio::task::yield_now().await;
    }
    counts
}

fn judge(ground: &Ground<'_>, chunk: &[Contact]) -> Result<Vec<Judged>, IndexError> {
    let people: Vec<_> = chunk.par_iter().map(|it| Person::of_candidate(&it.candidate.person)).collect();
    let judged = ground.linker.judge(&views(&people), &ground.counts, Some(ground.prior))?;
    let by_contact = chunk.iter().zip(&people).zip(judged);
    by_contact.map(|((contact, person), judged)| ground.ruled(&contact.candidate.contact, person.view(), judged)).collect()
}

fn views(people: &[Person]) -> Vec<PersonView<'_>> {
    people.iter().map(Person::view).collect()
}

/// A verdict in doubt: one to review, or a near miss. A sure match or a sure stranger stays what it is.
fn could_change(verdict: &Verdict) -> bool {
    match verdict.decision {
        Decision::Match => false,
        Decision::Review => true,
        Decision::None => verdict.best.as_ref().is_some_and(|it| it.probability >= NEAR_MISS),
    }
}

/// Changes with what [`Judged::stamp`] stands for, and with Lever's dates of the contact's opportunities.
fn stamp(judged: i64, opportunities: &[Opportunity]) -> i64 {
    let mut digest = Xxh3::new();
    digest.update(&judged.to_le_bytes());
    let mut rows: Vec<_> = opportunities.iter().map(|it| (&it.id, it.updated_at, it.last_interaction_at)).collect();
    rows.sort();
    for (id, updated_at, last_interaction_at) in rows {
        digest.update(id.as_str().as_bytes());
        for date in [updated_at, last_interaction_at] {
            digest.update(&date.map_or(i64::MIN, |it| it.0).to_le_bytes());
        }
    }
    digest.digest().cast_signed()
}
