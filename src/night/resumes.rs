//! Résumés, where one could change the verdict: those never asked for before others, then what is closest to a decision, then the
//! newest, within the tenant's budget.

use super::{
    AT_ONCE, Night, NightError, Step,
    judge::{Ground, pairing},
    people::{Contact, Doubt},
};
use crate::{
    lever::{FileStatus, Lever, LeverError, ResumeFile},
    model::{Decision, Opportunity, OpportunityId, Person, RawPerson, RawResume, ResumeStatus, Verdict},
    resume::Readers,
    store::ResumeOutcome,
};
use futures::{StreamExt, stream};
use std::{
    cmp::Reverse,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
};

/// How many of a contact's opportunities are asked for a résumé.
const ASKED: usize = 2;
/// A résumé costs a list and a download.
const COST: u32 = 2;
/// Of more than this many answers of 5xx, even after all attempts, not the résumés are to blame.
const BROKEN: u32 = 3;
/// How many contacts are staged at one time.
const STAGED_AT_ONCE: usize = 200;

/// What asking for a contact's résumé came to.
struct Answer {
    opportunity: OpportunityId,
    file: Option<ResumeFile>,
    /// Read, or why not.
    status: ResumeStatus,
    said: RawPerson,
}

/// What is left of the tenant's allowance of requests for résumés, and of our patience.
struct Budget {
    left: AtomicU32,
    /// How many more résumés Lever may fail on.
    patience: AtomicU32,
    /// Lever refuses this key's requests for résumés.
    refused: AtomicBool,
}

impl Budget {
    fn new(requests: u32) -> Self {
        Self { left: AtomicU32::new(requests), patience: AtomicU32::new(BROKEN), refused: AtomicBool::new(false) }
    }

    fn take(&self, requests: u32) -> bool {
        less(&self.left, requests)
    }

    /// Whether this résumé alone is to blame: an answer that is not what Lever documents, or one of the few on which Lever fails
    /// whenever it is asked.
    fn bears(&self, error: &LeverError) -> bool {
        match error {
            LeverError::Malformed { .. } | LeverError::Circle { .. } | LeverError::Refused { .. } => true,
            LeverError::Unavailable { status: Some(_), .. } => less(&self.patience, 1),
            _ => false,
        }
    }
}

fn less(count: &AtomicU32, by: u32) -> bool {
    count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(by)).is_ok()
}

impl Night<'_> {
    pub(super) async fn read_resumes(&mut self, ground: &Ground<'_>, mut doubts: Vec<Doubt>) -> Result<(), NightError> {
        doubts.sort_by_cached_key(|it| {
            let newest = it.contact.opportunities.iter().map(Opportunity::touched).max();
            (it.before.is_some(), distance(&it.verdict), Reverse(newest), it.contact.candidate.contact.clone())
        });
        let total = doubts.len() as u64;
        let budget = Budget::new(self.tenant.settings.resume_budget);
        let (lever, readers) = (self.rooms.lever, self.rooms.readers);
        let asked = |doubt: Doubt| async {
            let answer = ask(lever, readers, &doubt.contact.opportunities, &budget).await;
            (doubt, answer)
        };
        let mut answers = stream::iter(doubts).map(asked).buffered(AT_ONCE);
        let (mut staged, mut done) = (Vec::new(), 0);
        while let Some((doubt, answer)) = answers.next().await {
            staged.push(match answer? {
                Asked::Answer(answer) => tokio::task::block_in_place(|| self.judge_again(ground, doubt, *answer))?,
                Asked::Later => self.put_off(doubt),
                Asked::Refused => self.without_resume(doubt),
                Asked::Broken(opportunity) => {
                    self.leave_out(
                        "resume",
                        opportunity.as_str(),
                        "Lever does not answer with this opportunity's résumé, but with an error",
                    );
                    self.without_resume(doubt)
                }
            });
            done += 1;
            (self.watch.progress)(Step::Reading(done, total));
            if staged.len() == STAGED_AT_ONCE {
                self.stage(std::mem::take(&mut staged)).await?;
            }
        }
        if budget.refused.load(Ordering::SeqCst) {
            self.leave_out(
                "resumes",
                "resumes",
                "Lever's check box \"List opportunity resumes\" or \"Download opportunity resumes\" is not ticked (by OAuth: resumes:read:admin)",
            );
        }
        self.stage(staged).await
    }

    fn put_off(&mut self, doubt: Doubt) -> crate::store::StagedContact {
        self.tally.resumes_deferred += 1;
        self.without_resume(doubt)
    }

    fn without_resume(&mut self, doubt: Doubt) -> crate::store::StagedContact {
        let best = doubt.verdict.best.as_ref().map(|it| &it.profile);
        // A badge that a résumé made stays until the résumé is read again: a spent budget, a box that is not ticked any more or
        // an error of Lever's is no reason to doubt it.
        let still = |it: &ResumeOutcome| it.pairing.as_ref().is_some_and(|pairing| Some(&pairing.profile) == best);
        match doubt.before.filter(still) {
            Some(outcome) => {
                let Contact { candidate, opportunities } = doubt.contact;
                self.count_pairing(candidate.contact, opportunities, outcome.pairing.clone(), Some(outcome))
            }
            None => self.count(doubt.contact, doubt.verdict),
        }
    }

    /// The verdict with what the résumé says; the candidate is spent here.
    fn judge_again(&mut self, ground: &Ground<'_>, doubt: Doubt, answer: Answer) -> Result<crate::store::StagedContact, NightError> {
        let Doubt { contact, verdict, stamp, .. } = doubt;
        let Answer { opportunity, file, status, said } = answer;
        let Contact { mut candidate, opportunities } = contact;
        *self.tally.resume_outcomes.entry(status).or_default() += 1;
        let of_another = candidate.person.contradicts(&said);
        self.tally.resumes_of_others += u64::from(of_another);
        let verdict = if !of_another && (status == ResumeStatus::Ok || !said.positions.is_empty()) {
            candidate.person.absorb(said);
            if let Some(url) = self.rooms.profile_url {
                candidate.person.claim(url);
            }
            let person = Person::of_candidate(&candidate.person);
            let judged = ground.linker.judge(&[person.view()], &ground.counts, Some(ground.prior))?;
            match judged.into_iter().next() {
                Some(it) => ground.ruled(&candidate.contact, person.view(), it)?.verdict,
                None => verdict,
            }
        } else {
            verdict
        };
        self.tally.resumes_read += u64::from(status == ResumeStatus::Ok);
        let pairing = pairing(&candidate.contact, verdict);
        // Lever is still at work on a file that is `processing`: nothing is remembered, so the next run asks again.
        let settled = !file.as_ref().is_some_and(|it| it.status == FileStatus::Processing);
        let resume = settled.then(|| ResumeOutcome {
            contact: candidate.contact.clone(),
            opportunity,
            resume: file.map(|it| it.id),
            status,
            stamp,
            pairing: pairing.clone(),
        });
        Ok(self.count_pairing(candidate.contact, opportunities, pairing, resume))
    }
}

/// How far a verdict is from a decision, in three steps: to review, then likelier than one in ten, then the rest. The budget goes
/// first where a résumé most often settles it.
fn distance(verdict: &Verdict) -> u8 {
    const CLOSE: f64 = 0.1;
    match verdict.decision {
        Decision::Review => 0,
        _ if verdict.best.as_ref().is_some_and(|it| it.probability >= CLOSE) => 1,
        _ => 2,
    }
}

enum Asked {
    Answer(Box<Answer>),
    /// The budget is spent.
    Later,
    /// This key may not read résumés.
    Refused,
    /// What Lever says of this one is of no use.
    Broken(OpportunityId),
}

/// Asks the most recent opportunities, one after the other, for their newest résumé, and reads it.
async fn ask(lever: &Lever, readers: &Readers, opportunities: &[Opportunity], budget: &Budget) -> Result<Asked, LeverError> {
    if budget.refused.load(Ordering::SeqCst) {
        return Ok(Asked::Refused);
    }
    if !budget.take(COST) {
        return Ok(Asked::Later);
    }
    let mut last = None;
    for (place, opportunity) in opportunities.iter().take(ASKED).enumerate() {
        if place > 0 && !budget.take(1) {
            break;
        }
        match newest(lever, readers, &opportunity.id).await {
            Err(LeverError::Forbidden { .. }) => {
                budget.refused.store(true, Ordering::SeqCst);
                return Ok(Asked::Refused);
            }
            Ok(answer) if answer.file.is_some() => return Ok(Asked::Answer(Box::new(answer))),
            Ok(answer) => last = Some(answer),
            Err(error) if budget.bears(&error) => return Ok(Asked::Broken(opportunity.id.clone())),
            Err(error) => return Err(error),
        }
    }
    Ok(last.map_or(Asked::Later, |it| Asked::Answer(Box::new(it))))
}

/// The newest résumé of one opportunity.
async fn newest(lever: &Lever, readers: &Readers, of: &OpportunityId) -> Result<Answer, LeverError> {
    let unavailable = |file, said| Answer { opportunity: of.clone(), file, status: ResumeStatus::Unavailable, said };
    let Some(mut file) = lever.resumes(of).await?.into_iter().next() else {
        return Ok(unavailable(None, RawPerson::default()));
    };
    let (positions, schools) = (std::mem::take(&mut file.positions), std::mem::take(&mut file.schools));
    let parsed = RawPerson { positions, schools, ..RawPerson::default() };
    if file.status == FileStatus::NoFile {
        return Ok(unavailable(Some(file), parsed));
    }
    let bytes: RawResume = match lever.download(of, &file.id, file.name.as_ref()).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(unavailable(Some(file), parsed)),
        Err(LeverError::TooLarge { .. }) => {
            return Ok(Answer { opportunity: of.clone(), file: Some(file), status: ResumeStatus::TooLarge, said: parsed });
        }
        Err(error) => return Err(error),
    };
    let bytes = match file.name.take() {
        Some(name) => bytes.named(name),
        None => bytes,
    };
    let reading = readers.read(bytes).await;
    let status = reading.status;
    let mut said = reading.into_person();
    said.attest(parsed);
    Ok(Answer { opportunity: of.clone(), file: Some(file), status, said })
}
