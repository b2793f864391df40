//! Puts the world together.

use super::account::{Account, Deleted, Ms, Opportunity};
use super::candidacy::Desk;
use super::dice::{Dice, Stream};
use super::facts::facts;
use super::lists::{DAY, Lists};
use super::market::Market;
use super::person::{Person, month};
use super::planted::neighbour;
use super::profile::profile;
use super::resume::Writer;
use super::snapshot::{Flags, Snapshot};
use super::truth::{Confidential, Row, Truth, withheld_of};
use super::{Plan, World};
use crate::model::{Profile, ProfileId};
use std::collections::HashSet;

/// A contact's share of people who came twice, under another contact.
const SECOND_CONTACTS: f64 = 0.06;
/// Owners with a second profile.
const TWINS: f64 = 0.02;
/// Opportunities with a résumé, by how many.
const RESUMES: [f64; 4] = [0.3, 0.58, 0.1, 0.02];

pub(super) fn build(plan: &Plan) -> World {
    let mut builder = Builder::new(plan);
    builder.people();
    let mut profiles = builder.profiles();
    let (account, truth) = builder.account();
    Dice::new(plan.seed, Stream::Order, 0).shuffle(&mut profiles);
    World { profiles, account, truth }
}

struct Builder<'a> {
    plan: &'a Plan,
    market: Market,
    /// People of the account, each once.
    people: Vec<Person>,
    /// The person behind each contact.
    behind: Vec<usize>,
    /// By person: how many contacts they have.
    seats: Vec<usize>,
    /// By person: their profiles and what was planted beside them.
    owned: Vec<(Vec<ProfileId>, Flags)>,
    /// Slugs of people outside of the account.
    strangers: Vec<String>,
    slugs: HashSet<String>,
}

impl<'a> Builder<'a> {
    fn new(plan: &'a Plan) -> Self {
        let companies = ((plan.contacts + plan.profiles) / 8).clamp(400, 20_000);
        Self {
            plan,
            market: Market::new(plan.seed, companies),
            people: Vec::new(),
            behind: Vec::new(),
            seats: Vec::new(),
            owned: Vec::new(),
            strangers: Vec::new(),
            slugs: HashSet::new(),
        }
    }

    fn people(&mut self) {
        for contact in 0..self.plan.contacts {
            let mut dice = Dice::new(self.plan.seed, Stream::Person, contact);
            if !self.people.is_empty() && dice.chance(SECOND_CONTACTS) {
                let again = dice.below(self.people.len());
                self.seats[again] += 1;
                self.behind.push(again);
                continue;
            }
            let mut person = Person::new(&self.market, self.plan.now.0, &mut dice);
            self.own_slug(&mut person, &mut dice);
            self.behind.push(self.people.len());
            self.seats.push(1);
            self.people.push(person);
        }
    }

    /// LinkedIn gives each slug once.
    fn own_slug(&mut self, person: &mut Person, dice: &mut Dice) {
        while !self.slugs.insert(person.slug.clone()) {
            person.slug = format!("{}-{}", person.slug, dice.hex(6));
        }
    }

    fn profiles(&mut self) -> Vec<Profile> {
        let (seed, now) = (self.plan.seed, self.plan.now.0);
        let mut profiles = Vec::new();
        for place in 0..self.people.len() {
            let mut dice = Dice::new(seed, Stream::Profile, place);
            let mut owned = (Vec::new(), Flags::new());
            if dice.chance(self.plan.owners.clamp(0.05, 0.95)) {
                self.own(place, &mut profiles, &mut owned, &mut dice);
            } else {
                owned.1.insert("no_profile");
            }
            let mut dice = Dice::new(seed, Stream::Planted, place);
            if let Some((kind, mut person)) = neighbour(&self.people[place], &self.market, now, &mut dice) {
                self.own_slug(&mut person, &mut dice);
                owned.1.insert(kind);
                let mut neighbour = profile(&person, &self.market, now, &mut dice);
                if kind == "near_father" && dice.chance(0.5) {
                    neighbour.phones = vec![person.phone.replace(' ', "")];
                }
                profiles.push(neighbour);
            }
            self.owned.push(owned);
        }
        for place in 0..self.plan.profiles.max(2) {
            let mut dice = Dice::new(seed, Stream::Owner, place);
            let mut person = Person::new(&self.market, now, &mut dice);
            self.own_slug(&mut person, &mut dice);
            self.strangers.push(person.slug.clone());
            profiles.push(profile(&person, &self.market, now, &mut dice));
        }
        profiles
    }

    fn own(&self, place: usize, profiles: &mut Vec<Profile>, owned: &mut (Vec<ProfileId>, Flags), dice: &mut Dice) {
        let now = self.plan.now.0;
        profiles.push(profile(&self.people[place], &self.market, now, dice));
        owned.0.push(profiles[profiles.len() - 1].id.clone());
        if dice.chance(TWINS) {
            let mut older = profile(&self.people[place], &self.market, now - dice.between(1, 4) * 365 * DAY, dice);
            // A second record has another address or none: two records with one address would have been one.
            older.links.retain(|it| !it.to_lowercase().contains("linkedin.com"));
            owned.0.push(older.id.clone());
            profiles.push(older);
            owned.1.insert("twin_profile");
        }
    }

    fn account(&self) -> (Account, Truth) {
        let now = self.plan.now.0;
        let lists = Lists::new(self.plan.seed, now);
        let desk = Desk { lists: &lists, now };
        let (mut account, mut rows) = (Account::default(), Vec::new());
        for (contact, count) in self.counts().into_iter().enumerate() {
            rows.push(self.contact(contact, count, &desk, &mut account));
        }
        Dice::new(self.plan.seed, Stream::Order, 1).shuffle(&mut account.opportunities);
        let Lists { stages, reasons, users, postings } = lists;
        (Account { stages, reasons, users, postings, ..account }, Truth::new(rows))
    }

    /// How many opportunities each contact has: one to four, as many in all as planned.
    fn counts(&self) -> Vec<usize> {
        let mut dice = Dice::new(self.plan.seed, Stream::Order, 2);
        let mut counts: Vec<usize> = (0..self.plan.contacts).map(|_| 1 + dice.weighted(&[0.57, 0.25, 0.12, 0.06])).collect();
        let wanted = self.plan.opportunities.clamp(self.plan.contacts, 4 * self.plan.contacts);
        let mut sum: usize = counts.iter().sum();
        while sum != wanted {
            let at = dice.below(counts.len());
            if sum < wanted && counts[at] < 4 {
                (counts[at], sum) = (counts[at] + 1, sum + 1);
            } else if sum > wanted && counts[at] > 1 {
                (counts[at], sum) = (counts[at] - 1, sum - 1);
            }
        }
        counts
    }

    fn contact(&self, contact: usize, count: usize, desk: &Desk<'_>, account: &mut Account) -> Row {
        let mut dice = Dice::new(self.plan.seed, Stream::Candidacy, contact);
        let person = &self.people[self.behind[contact]];
        let created = self.created(count, &mut dice);
        let at = month(created[0]);
        let others = [&self.strangers[dice.below(self.strangers.len())], &self.strangers[dice.below(2)]].map(String::as_str);
        let snapshot = Snapshot { person, market: &self.market, at, others, errors: self.plan.errors };
        let (mut shown, mut flags) = snapshot.contact(&mut Dice::new(self.plan.seed, Stream::Contact, contact));
        shown.data_protection = desk.data_protection(&mut dice);
        let mut rows = desk.candidacies(contact, &created, &mut dice);
        if dice.chance(0.015) {
            anonymise(&mut shown);
            flags = Flags::from(["anonymized"]);
        } else {
            self.resumes(contact, &shown, &mut rows, &mut flags);
        }
        self.delete(&rows, desk, account, &mut dice);
        let withheld = withheld_of(&shown, &rows.iter().collect::<Vec<_>>(), self.plan.now, Confidential::LeftOut);
        let row = self.row(contact, &shown, flags, withheld);
        account.contacts.push(shown);
        account.opportunities.append(&mut rows);
        row
    }

    fn row(&self, contact: usize, shown: &super::Contact, mut flags: Flags, withheld: Option<super::Withheld>) -> Row {
        let place = self.behind[contact];
        let (profiles, planted) = &self.owned[place];
        if self.seats[place] > 1 {
            flags.insert("second_contact");
        }
        flags.extend(planted);
        Row {
            contact: shown.id.clone(),
            profiles: if shown.anonymized { Vec::new() } else { profiles.clone() },
            flags: flags.into_iter().collect(),
            withheld,
            language: facts().locales[self.people[place].locale].code,
        }
    }

    /// When each candidacy began, oldest first; more of them of late, as companies grow.
    fn created(&self, count: usize, dice: &mut Dice) -> Vec<Ms> {
        let (now, span) = (self.plan.now.0, i64::from(self.plan.span_days.max(1)) * DAY);
        let mut created: Vec<Ms> = (0..count).map(|_| now - 3_600_000 - (span as f64 * dice.unit().powf(1.6)) as Ms).collect();
        created.sort_unstable();
        created
    }

    fn resumes(&self, contact: usize, shown: &super::Contact, rows: &mut [Opportunity], flags: &mut Flags) {
        let mut dice = Dice::new(self.plan.seed, Stream::Resume, contact);
        let person = &self.people[self.behind[contact]];
        for row in rows {
            for _ in 0..dice.weighted(&RESUMES) {
                let at = (row.created_at + dice.between(0, 30 * DAY)).min(self.plan.now.0 - 60_000);
                row.resumes.push(Writer { person, market: &self.market, at, errors: self.plan.errors }.resume(shown, flags, &mut dice));
            }
            row.resumes.sort_by_key(|it| it.created_at);
            if let Some(application) = row.application.as_mut().filter(|_| dice.chance(0.6)) {
                let job = person.jobs_at(month(row.created_at)).next();
                application.company = job.map(|it| self.market.called(it.company, &mut dice).to_owned());
            }
        }
    }

    /// Now and then one more candidacy that was deleted, some of them of late.
    fn delete(&self, rows: &[Opportunity], desk: &Desk<'_>, account: &mut Account, dice: &mut Dice) {
        if !dice.chance(0.03) {
            return;
        }
        let mut opportunity = rows[0].clone();
        opportunity.id = dice.uuid();
        opportunity.resumes.clear();
        let age = if dice.chance(0.4) { dice.between(3_600_000, 25 * DAY) } else { dice.between(25 * DAY, 900 * DAY) };
        let at = desk.now - age.min(desk.now - opportunity.created_at - 1);
        account.deleted.push(Deleted { opportunity, by: desk.lists.users[0].id.clone(), at });
    }
}

/// Leaves what Lever leaves of a person.
fn anonymise(contact: &mut super::Contact) {
    contact.name = "Anonymized".to_owned();
    (contact.headline, contact.location) = (String::new(), String::new());
    (contact.emails, contact.phones, contact.links) = (Vec::new(), Vec::new(), Vec::new());
    contact.anonymized = true;
}
