//! The candidacies of one contact: where they came from, how far they got, who worked on them, how they ended.

use super::account::{Application, DataProtection, Ms, Opportunity, Reason, StageChange};
use super::dice::Dice;
use super::lists::{DAY, Lists};

/// Origin, its share, the stage it starts in, and the type of its application with how often it has one.
const ORIGINS: &[(&str, f64, usize, &str, f64)] = &[
    ("applied", 0.45, 3, "posting", 1.0),
    ("sourced", 0.26, 0, "user", 0.35),
    ("referred", 0.11, 0, "referral", 0.8),
    ("agency", 0.08, 3, "user", 0.7),
    ("internal", 0.03, 3, "posting", 0.9),
    ("university", 0.07, 0, "user", 0.3),
];

/// What the candidacies of one account have in common.
pub(super) struct Desk<'a> {
    pub(super) lists: &'a Lists,
    pub(super) now: Ms,
}

impl Desk<'_> {
    /// The candidacies of a contact, oldest first: one for each time it came.
    pub(super) fn candidacies(&self, contact: usize, created: &[Ms], dice: &mut Dice) -> Vec<Opportunity> {
        let mut rows: Vec<Opportunity> = created.iter().map(|&at| self.candidacy(contact, at, dice)).collect();
        if rows.len() > 1 && dice.chance(0.12) {
            // Lever stamps all of a contact's candidacies at one click, so ties are real.
            let at = rows.iter().filter_map(|it| it.last_interaction_at).max();
            rows.iter_mut().for_each(|it| it.last_interaction_at = at);
        }
        rows
    }

    fn candidacy(&self, contact: usize, created_at: Ms, dice: &mut Dice) -> Opportunity {
        let &(origin, _, first, kind, applies) = &ORIGINS[dice.weighted(&ORIGINS.iter().map(|it| it.1).collect::<Vec<f64>>())];
        let posting = self.posting(created_at, dice);
        let application = dice.chance(applies).then(|| self.application(kind, posting, created_at, dice));
        let confidential = application.as_ref().is_some_and(|it| self.is_confidential(it.posting.as_deref()));
        let stage_changes = self.path(first, created_at, dice);
        let last = stage_changes.last().map_or(created_at, |it| it.at);
        let mut it = Opportunity {
            id: if dice.chance(0.03) { dice.hex(24) } else { dice.uuid() },
            contact,
            stage: stage_changes.last().map_or_else(|| self.lists.stages[first].id.clone(), |it| it.stage.clone()),
            archived: None,
            stage_changes: if dice.chance(0.03) { Vec::new() } else { stage_changes },
            origin,
            owner: self.owner(dice),
            sourced_by: if origin == "sourced" || dice.chance(0.1) { self.owner(dice) } else { None },
            followers: (0..dice.below(3)).map(|_| dice.pick(&self.lists.users).id.clone()).collect(),
            tags: self.tags(application.as_ref()),
            sources: vec![source(origin, dice).to_owned()],
            application,
            created_at,
            updated_at: None,
            last_interaction_at: (!dice.chance(0.05)).then(|| self.not_later(last + dice.exponential(9.0 * DAY as f64) as Ms)),
            last_advanced_at: (last > created_at).then_some(last),
            snoozed_until: None,
            confidential,
            resumes: Vec::new(),
        };
        self.end(&mut it, last, dice);
        self.odd(&mut it, dice);
        it
    }

    /// Archives or snoozes it, and sets `updatedAt`.
    fn end(&self, it: &mut Opportunity, last: Ms, dice: &mut Dice) {
        let far = self.lists.stages.iter().any(|stage| stage.id == it.stage && stage.pipeline == "offer");
        let open = (-((self.now - last) as f64) / (120.0 * DAY as f64)).exp();
        if !dice.chance(open) {
            let hired = far && dice.chance(0.7) || dice.chance(0.01);
            let reasons: Vec<&Reason> = self.lists.reasons.iter().filter(|it| it.hired == hired).collect();
            let reason = dice.pick(&reasons).id.clone();
            let at = self.not_later(last + dice.exponential(30.0 * DAY as f64) as Ms);
            it.archived = Some((reason, at));
            it.last_interaction_at = it.last_interaction_at.map(|was| was.max(at));
        }
        if dice.chance(if it.archived.is_some() { 0.02 } else { 0.25 }) {
            it.snoozed_until = Some(self.now + dice.between(-120 * DAY, 180 * DAY));
        }
        let touched = [it.last_interaction_at, it.archived.as_ref().map(|(_, at)| *at), Some(last)];
        let old = self.now - it.created_at > 4 * 365 * DAY;
        let silent = dice.chance(if old { 0.06 } else { 0.01 });
        it.updated_at = touched.into_iter().flatten().max().filter(|_| !silent).map(|at| self.not_later(at + dice.between(1, 900_000)));
    }

    /// Ids that no list resolves, and rows that say nothing of when they were touched.
    fn odd(&self, it: &mut Opportunity, dice: &mut Dice) {
        match dice.below(250) {
            0 => {
                it.stage = format!("retired-{}", dice.hex(6));
                it.origin = "applied";
            }
            1 => it.archived = it.archived.take().map(|(_, at)| (dice.uuid(), at)),
            2 => (it.updated_at, it.last_interaction_at) = (None, None),
            3 => {
                if let Some(application) = &mut it.application {
                    application.posting = Some(dice.uuid());
                    it.confidential = false;
                }
            }
            _ => {}
        }
    }

    /// The stages it went through, each with who moved it and when.
    fn path(&self, first: usize, created_at: Ms, dice: &mut Dice) -> Vec<StageChange> {
        let (mut place, mut at, mut path) = (first, created_at, Vec::new());
        while place < self.lists.stages.len() && at <= self.now {
            let user = if place == first && dice.chance(0.6) || dice.chance(0.08) { None } else { Some(self.user(dice)) };
            path.push(StageChange { stage: self.lists.stages[place].id.clone(), at, user });
            if !dice.chance(0.68) {
                break;
            }
            place += 1 + dice.weighted(&[0.75, 0.2, 0.05]);
            at += 3_600_000 + dice.exponential(6.0 * DAY as f64) as Ms;
        }
        if path.len() > 2 && dice.chance(0.06) {
            // Moved back: the furthest stage is not the current one.
            let back = path[dice.below(path.len() - 1)].stage.clone();
            path.push(StageChange { stage: back, at: self.not_later(at + DAY), user: Some(self.user(dice)) });
        }
        path
    }

    fn application(&self, kind: &'static str, posting: String, created_at: Ms, dice: &mut Dice) -> Application {
        let posting = (kind == "posting" || dice.chance(0.8)).then_some(posting);
        Application { id: dice.uuid(), kind, posting, company: None, created_at: created_at + dice.between(0, 5) }
    }

    /// Drafts get nobody, closed ones nobody of late.
    fn posting(&self, created_at: Ms, dice: &mut Dice) -> String {
        let late = self.now - created_at < 60 * DAY;
        let fits = |state: &str| state != "draft" && !(late && state == "closed");
        let open: Vec<usize> = (0..self.lists.postings.len()).filter(|&place| fits(self.lists.postings[place].state)).collect();
        self.lists.postings[open[dice.rank(open.len(), 6.0)]].id.clone()
    }

    fn is_confidential(&self, posting: Option<&str>) -> bool {
        self.lists.postings.iter().any(|it| Some(it.id.as_str()) == posting && it.confidential)
    }

    fn tags(&self, application: Option<&Application>) -> Vec<String> {
        let posting = application.and_then(|it| it.posting.as_deref());
        let found = self.lists.postings.iter().find(|it| Some(it.id.as_str()) == posting);
        found.map(|it| vec![it.text.clone(), it.text.split(' ').next().unwrap_or_default().to_owned()]).unwrap_or_default()
    }

    /// A user, one who left, one whom no list has, or nobody.
    fn owner(&self, dice: &mut Dice) -> Option<String> {
        match dice.weighted(&[0.77, 0.02, 0.21]) {
            0 => Some(self.user(dice)),
            1 => Some(format!("gone-{}", dice.hex(12))),
            _ => None,
        }
    }

    fn user(&self, dice: &mut Dice) -> String {
        self.lists.users[dice.rank(self.lists.users.len(), 4.0)].id.clone()
    }

    fn not_later(&self, at: Ms) -> Ms {
        at.min(self.now - 60_000)
    }

    /// `dataProtection`, null for most.
    pub(super) fn data_protection(&self, dice: &mut Dice) -> Option<DataProtection> {
        let day = |dice: &mut Dice, low, high| Some(self.now + dice.between(low * DAY, high * DAY));
        let fine = DataProtection { store_allowed: true, store_expires_at: None, contact_allowed: true, contact_expires_at: None };
        let kind = dice.weighted(&[0.875, 0.008, 0.012, 0.02, 0.012, 0.015, 0.038, 0.02]);
        let past = |dice: &mut Dice| day(dice, -700, -1);
        Some(match kind {
            0 => return None,
            1 => DataProtection { store_allowed: false, contact_allowed: false, ..fine },
            2 => DataProtection { store_expires_at: past(dice), contact_expires_at: past(dice), ..fine },
            3 => DataProtection { contact_allowed: false, ..fine },
            4 => DataProtection { contact_expires_at: past(dice), ..fine },
            5 => DataProtection { store_expires_at: day(dice, 1, 20), contact_expires_at: day(dice, 1, 20), ..fine },
            6 => DataProtection { store_expires_at: day(dice, 200, 900), contact_expires_at: day(dice, 200, 900), ..fine },
            _ => fine,
        })
    }
}

fn source(origin: &str, dice: &mut Dice) -> &'static str {
    match origin {
        "applied" => ["Job site", "LinkedIn", "Indeed", "Company website"][dice.below(4)],
        "referred" => "Referral",
        "agency" => "Brightpath Talent",
        "university" => "Campus fair",
        _ => ["LinkedIn", "GitHub", "Added manually"][dice.below(3)],
    }
}
