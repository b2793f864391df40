//! The values of one person on their way into the compact form.

use super::email::Email;
use super::fold::folded;
use super::layout::ADDRESS;
use super::link::{Link, Site};
use super::name::PersonName;
use super::organization::{Organization, unspaced};
use super::phone::Phone;
use super::place::Home;
use super::raw::{RawPerson, RawText};
use super::{Profile, Telling};

/// A value on its way into the compact form, with its place in the record's own list.
pub(super) struct Kept<T> {
    pub(super) value: T,
    pub(super) at: Option<u8>,
}

/// A job or a place at a school, with its months counted from year 0.
pub(super) struct Dated {
    pub(super) organization: Organization,
    pub(super) start: Option<u16>,
    pub(super) end: Option<u16>,
}

/// The values of one person while they are gathered.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) names: Vec<Kept<PersonName>>,
    pub(super) emails: Vec<Kept<Email>>,
    pub(super) phones: Vec<Kept<Phone>>,
    pub(super) links: Vec<Kept<Link>>,
    pub(super) employers: Vec<Kept<Dated>>,
    pub(super) schools: Vec<Kept<Dated>>,
    pub(super) place: Option<Home>,
    pub(super) titles: Vec<Kept<String>>,
}

/// How many values of one list are looked at; the rest is noise or an attack.
const MAX_LISTED: usize = 40;

impl Draft {
    /// The values of a public record.
    pub(super) fn of_profile(profile: &Profile) -> Self {
        let mut person = Self::default();
        let names = std::iter::once(&profile.name).chain(&profile.other_names).map(String::as_str);
        person.names(names);
        person.identify(profile.emails.iter().map(String::as_str), profile.phones.iter().map(String::as_str));
        person.linked(profile.links.iter().map(String::as_str));
        for (at, it) in profile.positions.iter().enumerate().take(MAX_LISTED) {
            person.worked(at, it.organization.as_deref(), [it.start.as_deref(), it.end.as_deref()]);
            person.titled(at, it.title.as_deref());
        }
        for (at, it) in profile.schools.iter().enumerate().take(MAX_LISTED) {
            person.schools.extend(stay(at, it.organization.as_deref(), [it.start.as_deref(), it.end.as_deref()]));
        }
        person.place = profile.location.as_deref().and_then(Home::parse);
        person.affiliate();
        person
    }

    /// The values of what a run was told. Lever lists former employers in the headline, so its parts are employers too.
    pub(super) fn of_candidate(raw: &RawPerson) -> Self {
        let mut person = Self::default();
        person.names(raw.name.iter().chain(&raw.other_names).map(RawText::text));
        person.identify(raw.emails.iter().map(RawText::text), raw.phones.iter().map(RawText::text));
        person.linked(raw.links.iter().map(RawText::text));
        for (at, id) in raw.own.iter().enumerate().take(MAX_LISTED) {
            add(&mut person.links, Some(Link::own(id.text())), Some(index(at)));
        }
        for (at, it) in raw.positions.iter().enumerate().take(MAX_LISTED) {
            let dates = if it.told == Telling::Disputed { [None, None] } else { [text(&it.start), text(&it.end)] };
            person.worked(at, text(&it.organization), dates);
            person.titled(at, text(&it.title));
        }
        for part in text(&raw.headline).unwrap_or_default().split([',', ';', '|']).take(MAX_LISTED) {
            person.worked(0, Some(part), [None, None]);
        }
        for (at, it) in raw.schools.iter().enumerate().take(MAX_LISTED) {
            person.schools.extend(stay(at, text(&it.organization), [text(&it.start), text(&it.end)]));
        }
        person.place = text(&raw.location).and_then(Home::parse);
        person.affiliate();
        person
    }

    fn names<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        for (at, text) in texts.enumerate().take(MAX_LISTED) {
            add(&mut self.names, PersonName::parse(text), Some(index(at)));
        }
    }

    fn identify<'a>(&mut self, emails: impl Iterator<Item = &'a str>, phones: impl Iterator<Item = &'a str>) {
        for (at, text) in emails.enumerate().take(MAX_LISTED) {
            let email = Email::parse(text).filter(Email::names_somebody);
            let spelled = email.as_ref().and_then(|it| PersonName::of_address(it.local(), &self.stated()));
            add(&mut self.names, spelled, Some(ADDRESS));
            add(&mut self.emails, email, Some(index(at)));
        }
        for (at, text) in phones.enumerate().take(MAX_LISTED) {
            add(&mut self.phones, Phone::parse(text), Some(index(at)));
        }
    }

    fn linked<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        for (at, text) in texts.enumerate().take(MAX_LISTED) {
            let Some(link) = Link::parse(text) else { continue };
            if link.site() == Site::Linkedin {
                let spelled = PersonName::of_slug(link.as_str(), &self.stated());
                add(&mut self.names, spelled, None);
            }
            add(&mut self.links, Some(link), Some(index(at)));
        }
    }

    /// The names that somebody wrote as names.
    fn stated(&self) -> Vec<&PersonName> {
        self.names.iter().filter(|it| it.at.is_some_and(|at| at != ADDRESS)).map(|it| &it.value).collect()
    }

    /// What mailboxes say of employers and schools, and what employers belong to: nobody listed it, so it has no place in the list.
    fn affiliate(&mut self) {
        let hosts: Vec<(bool, Organization)> = self
            .emails
            .iter()
            .filter_map(|it| Some((Organization::is_school(it.value.host()), Organization::of_host(it.value.host())?)))
            .collect();
        let parents: Vec<Organization> = self.employers.iter().filter_map(|it| it.value.organization.parent()).collect();
        for (school, organization) in hosts.into_iter().chain(parents.into_iter().map(|it| (false, it))) {
            let list = if school { &mut self.schools } else { &mut self.employers };
            if !list.iter().any(|it| unspaced(it.value.organization.as_str(), organization.as_str())) {
                list.push(Kept { value: Dated { organization, start: None, end: None }, at: None });
            }
        }
    }

    fn worked(&mut self, at: usize, organization: Option<&str>, dates: [Option<&str>; 2]) {
        let Some(new) = stay(at, organization, dates) else { return };
        let dated = new.value.start.is_some();
        if dated || !self.employers.iter().any(|it| it.value.organization == new.value.organization) {
            self.employers.push(new);
        }
    }

    fn titled(&mut self, at: usize, title: Option<&str>) {
        let words = folded(title.unwrap_or_default());
        add(&mut self.titles, (!words.is_empty()).then_some(words), Some(index(at)));
    }
}

fn add<T: PartialEq>(list: &mut Vec<Kept<T>>, value: Option<T>, at: Option<u8>) {
    let Some(value) = value else { return };
    if list.len() < MAX_LISTED && !list.iter().any(|it| it.value == value) {
        list.push(Kept { value, at });
    }
}

/// Fewer than [`MAX_LISTED`] are looked at, so a byte is enough.
fn index(at: usize) -> u8 {
    u8::try_from(at).unwrap_or(u8::MAX)
}

fn text(raw: &Option<RawText>) -> Option<&str> {
    raw.as_ref().map(RawText::text)
}

fn stay(at: usize, organization: Option<&str>, [start, end]: [Option<&str>; 2]) -> Option<Kept<Dated>> {
    let organization = Organization::parse(organization?)?;
    Some(Kept { value: Dated { organization, start: start.and_then(month), end: end.and_then(month) }, at: Some(index(at)) })
}

/// Months since year 0 of `YYYY-MM` or `YYYY` (its middle), for years from 1900 to 2100.
pub(super) fn month(date: &str) -> Option<u16> {
    let mut parts = date.trim().splitn(3, '-');
    let year: u16 = parts.next()?.parse().ok().filter(|it| (1900..=2100).contains(it))?;
    let month = parts.next().and_then(|it| it.parse().ok()).filter(|it| (1..=12).contains(it)).unwrap_or(7);
    Some(year * 12 + month - 1)
}
