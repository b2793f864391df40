//! What the recruiter typed years ago: the contact, with all that goes wrong on the way.

use super::account::Contact;
use super::dice::Dice;
use super::facts::{facts, words};
use super::market::Market;
use super::person::{Month, Person};
use super::profile::{github, is_eastern, linkedin, location};
use super::romanise::plain;
use super::style::{Style, full_name};
use std::collections::BTreeSet;

/// What was done to a record.
pub(super) type Flags = BTreeSet<&'static str>;

/// What a contact is made of.
pub(super) struct Snapshot<'a> {
    pub(super) person: &'a Person,
    pub(super) market: &'a Market,
    /// When it was typed in.
    pub(super) at: Month,
    /// Somebody else's slug, pasted by mistake, and a recruiter's own.
    pub(super) others: [&'a str; 2],
    /// See [`super::Plan::errors`].
    pub(super) errors: f64,
}

impl Snapshot<'_> {
    /// Whether something goes wrong that does so often in life.
    fn slips(&self, share: f64, dice: &mut Dice) -> bool {
        dice.chance((share * self.errors).min(0.9))
    }

    /// The contact, and what was done to it.
    pub(super) fn contact(&self, dice: &mut Dice) -> (Contact, Flags) {
        let mut flags = Flags::new();
        let place = self.person.home_at(self.at);
        let contact = Contact {
            id: if dice.chance(0.02) { dice.hex(24) } else { dice.uuid() },
            name: self.name(&mut flags, dice),
            headline: self.headline(&mut flags, dice),
            location: match dice.below(20) {
                0..5 => String::new(),
                5..10 => facts().places[place].city.to_owned(),
                _ => location(place, dice),
            },
            emails: self.emails(&mut flags, dice),
            phones: self.phones(&flags, dice),
            links: self.links(&mut flags, dice),
            anonymized: false,
            data_protection: None,
        };
        (contact, flags)
    }

    fn name(&self, flags: &mut Flags, dice: &mut Dice) -> String {
        let person = self.person;
        let native_script = facts().locales[person.locale].native;
        let mut style = Style { scheme: person.scheme, middle: dice.chance(0.06), both_families: dice.chance(0.3), ..Style::default() };
        if person.married.as_ref().is_some_and(|it| it.1 > self.at) {
            flags.insert("surname_change");
        }
        if native_script && dice.chance(0.05) {
            style.native = true;
            flags.insert("native");
        } else if native_script && self.slips(0.35, dice) {
            style.scheme += 1 + dice.below(2);
            flags.insert("translit");
        }
        if self.slips(0.14, dice) && person.nickname.is_some() && !style.native {
            style.nickname = true;
            flags.insert("nickname");
        } else if self.slips(0.015, dice) {
            style.initial = true;
            flags.insert("initial");
        }
        if self.slips(if is_eastern(person) { 0.1 } else { 0.015 }, dice) {
            style.family_first = true;
            flags.insert("swap");
        }
        misspelt(full_name(person, self.at, &style), self.errors, flags, dice)
    }

    /// The last employers, or nothing.
    fn headline(&self, flags: &mut Flags, dice: &mut Dice) -> String {
        let jobs: Vec<_> = self.person.jobs_at(self.at).collect();
        if jobs.first().map(|it| it.start) != self.person.jobs.first().map(|it| it.start) {
            flags.insert("moved_job");
        }
        if dice.chance(0.18) {
            flags.insert("no_headline");
            return String::new();
        }
        let skipped = usize::from(jobs.len() > 1 && self.slips(0.06, dice));
        if skipped > 0 {
            flags.insert("dropped_job");
        }
        let called: Vec<&str> = jobs.iter().skip(skipped).take(1 + dice.below(3)).map(|it| self.market.called(it.company, dice)).collect();
        if called.iter().zip(&jobs[skipped.min(jobs.len())..]).any(|(name, job)| *name != self.market.companies[job.company].name) {
            flags.insert("employer_variant");
        }
        called.join(", ")
    }

    fn emails(&self, flags: &mut Flags, dice: &mut Dice) -> Vec<String> {
        let mut personal = dice.pick(&self.person.emails).clone();
        if dice.chance(0.03) {
            personal = personal.to_uppercase();
        }
        match dice.weighted(&[0.72, 0.15, 0.03, 0.02, 0.05, 0.03]) {
            0 => vec![personal],
            1 => vec![self.work_address(dice)],
            2 => {
                flags.insert("agency_contact");
                vec![AGENCIES[dice.rank(AGENCIES.len(), 2.0)].0.to_owned()]
            }
            3 => {
                flags.insert("relay_email");
                vec![format!("reply+{}@relay.jobboard.example", dice.hex(16))]
            }
            4 => vec![personal, self.work_address(dice)],
            _ => Vec::new(),
        }
    }

    fn work_address(&self, dice: &mut Dice) -> String {
        let person = self.person;
        let (given, family) = (plain(&person.given.latin[person.scheme]), plain(&person.family_at(self.at).latin[person.scheme]));
        let domain = person.jobs_at(self.at).next().map_or("firm.example", |it| &self.market.companies[it.company].domain);
        match dice.below(3) {
            0 => format!("{}{family}@{domain}", &given[..given.len().min(1)]),
            1 => format!("{given}@{domain}"),
            _ => format!("{given}.{family}@{domain}"),
        }
    }

    fn phones(&self, flags: &Flags, dice: &mut Dice) -> Vec<(Option<&'static str>, String)> {
        if flags.contains("agency_contact") {
            return vec![(Some("work"), AGENCIES[dice.rank(AGENCIES.len(), 2.0)].1.to_owned())];
        }
        let kind = |dice: &mut Dice| [Some("mobile"), Some("mobile"), Some("home"), Some("work"), Some("other"), None, None][dice.below(7)];
        let mut phones = Vec::new();
        if dice.chance(0.7) {
            phones.push((kind(dice), written(&self.person.phone, dice)));
        }
        if dice.chance(0.05) {
            phones.push((Some("skype"), format!("live:{}", self.person.github)));
        }
        phones
    }

    fn links(&self, flags: &mut Flags, dice: &mut Dice) -> Vec<String> {
        let mut links = Vec::new();
        match dice.weighted(&[0.52, 0.431, 0.03 * self.errors, 0.005 * self.errors, 0.014 * self.errors]) {
            0 => _ = flags.insert("no_linkedin"),
            1 => links.push(linkedin(&self.person.slug, dice)),
            2 => {
                flags.insert("stale_slug");
                let old = self.person.old_slug.clone().unwrap_or_else(|| format!("{}-{}", self.person.slug, dice.hex(5)));
                links.push(linkedin(&old, dice));
            }
            3 => {
                flags.insert("wrong_link");
                links.push(linkedin(self.others[0], dice));
            }
            _ => {
                flags.insert("recruiter_link");
                links.push(linkedin(self.others[1], dice));
            }
        }
        if dice.chance(0.06) {
            links.push(github(&self.person.github, dice));
        }
        if dice.chance(0.02) {
            links.push(
                (*dice.pick(&["https://drive.example/file/d/cv", "n/a", "https://www.linkedin.com/feed/", "https://jobs.example/apply"]))
                    .to_owned(),
            );
        }
        links
    }
}

/// Addresses and phones that agencies give for all of their people.
const AGENCIES: &[(&str, &str)] = &[
    ("candidates@brightpath-talent.example", "+44 20 7946 0110"),
    ("cv@harbour-search.example", "+49 30 5550 1200"),
    ("jobs@peopleforge.example", "+1 415 555 0132"),
    ("info@apexstaffing.example", "+91 80 5550 4400"),
];

/// Case, diacritics and a slip of the finger.
fn misspelt(name: String, errors: f64, flags: &mut Flags, dice: &mut Dice) -> String {
    let mut name = name;
    let marks = name.chars().any(|it| ('\u{c0}'..'\u{250}').contains(&it) || ('\u{1e00}'..'\u{1f00}').contains(&it));
    if marks && dice.chance(0.55) {
        flags.insert("nodiacritics");
        name = any_ascii::any_ascii(&name);
    }
    if dice.chance((0.025 * errors).min(0.9)) {
        flags.insert("typo");
        name = typo(&name, dice);
    }
    match dice.below(50) {
        0 => name.to_lowercase(),
        1 => name.to_uppercase(),
        2 => format!("  {name} "),
        3 => format!("{name}{}", dice.pick(words("name", "credential")).spaced()),
        _ => name,
    }
}

/// One letter lost, doubled, changed or swapped with the next.
fn typo(name: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 4 {
        return name.to_owned();
    }
    let at = 1 + dice.below(letters.len() - 2);
    match dice.below(4) {
        0 => _ = letters.remove(at),
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = char::from(b"aeioustrn"[dice.below(9)]),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

/// A number as people write it.
pub(super) fn written(phone: &str, dice: &mut Dice) -> String {
    let (dial, number) = phone.split_once(' ').unwrap_or(("", phone));
    let (head, tail) = number.split_at(number.len().saturating_sub(4));
    match dice.below(6) {
        0 => format!("{dial} {head} {tail}"),
        1 => format!("{dial}-{head}-{tail}"),
        2 => format!("00{}{number}", dial.trim_start_matches('+')),
        3 => format!("({dial}) {number}"),
        4 => format!("0{head} {tail}"),
        _ => format!("{dial}{number}"),
    }
}
