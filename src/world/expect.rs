//! The badge that a right matcher must show, worked out from the account alone.
//!
//! This is a second, independent reading of the badge's rules, there to judge the first: it shares nothing with the room that
//! makes badges but the JSON that both must give.

use super::account::{Account, Opportunity};
use super::truth::{Confidential, Truth, left_out, withheld};
use crate::model::Millis;
use serde::Serialize;
use std::cmp::Reverse;

/// A line of `badges --json` without tenant, profile, probability, evidence and `checked_at`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpectedBadge {
    /// `prospect` or `applicant`.
    pub kind: &'static str,
    /// `active`, `snoozed`, `archived`, `hired`.
    pub status: &'static str,
    /// Of the most recent opportunity.
    pub stage: ExpectedText,
    /// The furthest that any reached.
    pub furthest_stage: ExpectedStage,
    /// Why it ended.
    pub archive_reason: Option<ExpectedText>,
    /// Who worked with the person.
    pub recruiter: Option<ExpectedRecruiter>,
    /// Of the most recent opportunity.
    pub last_interaction_at: Option<Millis>,
    /// Of the most recent opportunity.
    pub updated_at: Option<Millis>,
    /// Of the most recent opportunity.
    pub archived_at: Option<Millis>,
    /// Of the most recent opportunity.
    pub snoozed_until: Option<Millis>,
    /// Whether any forbids contact.
    pub do_not_contact: bool,
    /// By id.
    pub contacts: Vec<String>,
    /// Most recent first.
    pub opportunities: Vec<ExpectedOpportunity>,
}

/// An id and its words, null where no list has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpectedText {
    /// Lever's id.
    pub id: String,
    /// Lever's words.
    pub text: Option<String>,
}

/// A stage with its pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpectedStage {
    /// Lever's id.
    pub id: String,
    /// Lever's words.
    pub text: Option<String>,
    /// Lever's pipeline.
    pub pipeline: Option<&'static str>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpectedRecruiter {
    /// Lever's id.
    pub id: String,
    /// Null where no list has it.
    pub name: Option<String>,
    /// Not deactivated.
    pub active: Option<bool>,
}

/// One opportunity of a badge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpectedOpportunity {
    /// Lever's id.
    pub id: String,
    /// `urls.show`.
    pub url: String,
    /// Its stage.
    pub stage: ExpectedText,
    /// Its status.
    pub status: &'static str,
    /// Its application's posting.
    pub posting: Option<ExpectedText>,
    /// `updatedAt`.
    pub updated_at: Option<Millis>,
}

/// `urls.show` of an opportunity.
#[must_use]
pub fn show_url(opportunity: &str) -> String {
    format!("https://hire.lever.co/candidates/{opportunity}")
}

impl Truth {
    /// The badge of a profile that these contacts (and no others) matched; none when all of them are withheld or unknown.
    #[must_use]
    pub fn expected_badge(&self, account: &Account, contacts: &[&str], now: Millis, confidential: Confidential) -> Option<ExpectedBadge> {
        let mut places: Vec<usize> = contacts.iter().filter_map(|id| account.contacts.iter().position(|it| it.id == *id)).collect();
        places.retain(|&place| withheld(account, place, now, confidential).is_none());
        let listed = account.opportunities.iter().filter(|it| places.contains(&it.contact) && !left_out(it, confidential));
        let mut rows: Vec<&Opportunity> = listed.collect();
        let desk = Desk { account, now };
        rows.sort_by_key(|it| (Reverse(touched(it)), desk.status(it) != "active", &it.id));
        let newest = *rows.first()?;
        let mut ids: Vec<String> = places.iter().map(|&place| account.contacts[place].id.clone()).collect();
        ids.sort();
        Some(ExpectedBadge { contacts: ids, ..desk.badge(newest, &rows) })
    }
}

fn touched(opportunity: &Opportunity) -> i64 {
    opportunity.last_interaction_at.or(opportunity.updated_at).unwrap_or(opportunity.created_at)
}

struct Desk<'a> {
    account: &'a Account,
    now: Millis,
}

impl Desk<'_> {
    fn badge(&self, newest: &Opportunity, rows: &[&Opportunity]) -> ExpectedBadge {
        ExpectedBadge {
            kind: self.kind(newest),
            status: self.status(newest),
            stage: self.stage(&newest.stage),
            furthest_stage: self.furthest(rows),
            archive_reason: newest.archived.as_ref().map(|(reason, _)| self.reason(reason)),
            recruiter: self.recruiter(newest),
            last_interaction_at: newest.last_interaction_at.map(Millis),
            updated_at: newest.updated_at.map(Millis),
            archived_at: newest.archived.as_ref().map(|(_, at)| Millis(*at)),
            snoozed_until: newest.snoozed_until.map(Millis),
            do_not_contact: rows.iter().any(|it| self.no_contact(it.contact)),
            contacts: Vec::new(),
            opportunities: rows.iter().map(|it| self.opportunity(it)).collect(),
        }
    }

    fn status(&self, it: &Opportunity) -> &'static str {
        let hires = |id: &String| self.account.reasons.iter().any(|reason| reason.id == *id && reason.hired);
        match &it.archived {
            Some((reason, _)) if hires(reason) => "hired",
            Some(_) => "archived",
            None if it.snoozed_until.is_some_and(|end| end > self.now.0) => "snoozed",
            None => "active",
        }
    }

    fn kind(&self, it: &Opportunity) -> &'static str {
        let by_posting = it.application.as_ref().is_some_and(|application| application.kind == "posting");
        let beyond = self.account.stages.iter().any(|stage| stage.id == it.stage && stage.pipeline != "lead");
        if it.origin == "applied" || by_posting || beyond { "applicant" } else { "prospect" }
    }

    fn stage(&self, id: &str) -> ExpectedText {
        let text = self.account.stages.iter().find(|it| it.id == id).map(|it| it.text.clone());
        ExpectedText { id: id.into(), text }
    }

    fn reason(&self, id: &str) -> ExpectedText {
        let text = self.account.reasons.iter().find(|it| it.id == id).map(|it| it.text.clone());
        ExpectedText { id: id.into(), text }
    }

    /// A stage that no list has is before all others.
    fn furthest(&self, rows: &[&Opportunity]) -> ExpectedStage {
        const ORDER: [&str; 5] = ["lead", "applicant", "screen", "onsite", "offer"];
        let ids = rows.iter().flat_map(|row| std::iter::once(&row.stage).chain(row.stage_changes.iter().map(|it| &it.stage)));
        let known = ids.clone().filter_map(|id| self.account.stages.iter().find(|it| it.id == *id));
        let height = |pipeline: &str| ORDER.iter().position(|it| *it == pipeline);
        let best = known.max_by(|a, b| height(a.pipeline).cmp(&height(b.pipeline)).then(a.rank.total_cmp(&b.rank)));
        match best {
            Some(it) => ExpectedStage { id: it.id.clone(), text: Some(it.text.clone()), pipeline: Some(it.pipeline) },
            None => ExpectedStage { id: ids.clone().next().cloned().unwrap_or_default(), text: None, pipeline: None },
        }
    }

    fn recruiter(&self, it: &Opportunity) -> Option<ExpectedRecruiter> {
        let moved = || it.stage_changes.iter().filter(|change| change.user.is_some()).max_by_key(|change| change.at);
        let id = it.owner.clone().or_else(|| moved()?.user.clone()).or_else(|| it.sourced_by.clone())?;
        let user = self.account.users.iter().find(|user| user.id == id);
        Some(ExpectedRecruiter { name: user.map(|it| it.name.clone()), active: user.map(|it| it.deactivated_at.is_none()), id })
    }

    fn no_contact(&self, contact: usize) -> bool {
        let forbids = |it: super::DataProtection| !it.contact_allowed || it.contact_expires_at.is_some_and(|end| end <= self.now.0);
        self.account.contacts[contact].data_protection.is_some_and(forbids)
    }

    fn opportunity(&self, it: &Opportunity) -> ExpectedOpportunity {
        let posting = it.application.as_ref().and_then(|application| application.posting.clone());
        let text = |id: &String| self.account.postings.iter().find(|posting| posting.id == *id).map(|posting| posting.text.clone());
        ExpectedOpportunity {
            id: it.id.clone(),
            url: show_url(&it.id),
            stage: self.stage(&it.stage),
            status: self.status(it),
            posting: posting.map(|id| ExpectedText { text: text(&id), id }),
            updated_at: it.updated_at.map(Millis),
        }
    }
}
