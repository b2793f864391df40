//! One person in normal form, ready to compare: a profile's or a candidate's. Nobody can keep it or print it.

use super::email::Email;
use super::fold::plain_words;
use super::link::{Link, Site};
use super::name::PersonName;
use super::organization::Organization;
use super::phone::Phone;
use super::raw::{RawPerson, RawText};
use super::{FieldIndex, Profile, Telling};
use std::fmt;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A value with its place in the record's own list; none when it was derived from another field.
pub struct Listed<T> {
    /// The normal form.
    pub value: T,
    /// Where it stood.
    pub at: Option<FieldIndex>,
}

/// A job or a place at a school.
pub struct Stay {
    /// Where.
    pub organization: Organization,
    /// First month, counted from year 0; none when unknown.
    pub start: Option<u16>,
    /// Last month; none when unknown or not ended.
    pub end: Option<u16>,
}

/// Where somebody lives.
#[derive(PartialEq, Eq)]
pub struct Place {
    /// Folded; never empty.
    pub city: String,
    /// The last part of the text, folded; a country or a state. Empty when nothing was said.
    pub region: String,
}

/// Everything that is compared of one person. Not `Clone`, not `Serialize`; `Debug` prints `Person(***)`.
#[derive(Default)]
pub struct Person {
    pub(super) names: Vec<Listed<PersonName>>,
    pub(super) emails: Vec<Listed<Email>>,
    pub(super) phones: Vec<Listed<Phone>>,
    pub(super) links: Vec<Listed<Link>>,
    pub(super) employers: Vec<Listed<Stay>>,
    pub(super) schools: Vec<Listed<Stay>>,
    pub(super) place: Option<Place>,
    pub(super) titles: Vec<Listed<String>>,
}

/// How many values of one list are looked at; the rest is noise or an attack.
const MAX_LISTED: usize = 40;

impl Person {
    /// The normal form of a public record.
    #[must_use]
    pub fn of_profile(profile: &Profile) -> Self {
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
        person.place = profile.location.as_deref().and_then(place);
        person
    }

    /// The normal form of what a run was told. Lever lists former employers in the headline, so its parts are employers too.
    #[must_use]
    pub fn of_candidate(raw: &RawPerson) -> Self {
        let mut person = Self::default();
        person.names(raw.name.iter().chain(&raw.other_names).map(RawText::text));
        person.identify(raw.emails.iter().map(RawText::text), raw.phones.iter().map(RawText::text));
        person.linked(raw.links.iter().map(RawText::text));
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
        person.place = text(&raw.location).and_then(place);
        person
    }

    /// Names: the name, other names, then what page slugs spell.
    #[must_use]
    pub fn all_names(&self) -> &[Listed<PersonName>] {
        &self.names
    }

    /// E-mail addresses.
    #[must_use]
    pub fn emails(&self) -> &[Listed<Email>] {
        &self.emails
    }

    /// Phone numbers.
    #[must_use]
    pub fn phones(&self) -> &[Listed<Phone>] {
        &self.phones
    }

    /// Pages.
    #[must_use]
    pub fn links(&self) -> &[Listed<Link>] {
        &self.links
    }

    /// Employers, each once.
    #[must_use]
    pub fn employers(&self) -> &[Listed<Stay>] {
        &self.employers
    }

    /// Schools.
    #[must_use]
    pub fn schools(&self) -> &[Listed<Stay>] {
        &self.schools
    }

    /// Where the person lives.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// Folded job titles.
    #[must_use]
    pub fn titles(&self) -> &[Listed<String>] {
        &self.titles
    }

    /// Hashes of kind and normal form of every e-mail, phone and link: equal when the identifiers are.
    #[must_use]
    pub fn identifiers(&self) -> Vec<u64> {
        let emails = self.emails.iter().map(|it| identifier(Identifier::Email, it.value.as_str()));
        let phones = self.phones.iter().map(|it| identifier(Identifier::Phone, it.value.as_str()));
        let links = self.links.iter().map(|it| identifier(Identifier::Link(it.value.site()), it.value.as_str()));
        let mut found: Vec<u64> = emails.chain(phones).chain(links).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn names<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        for (at, text) in texts.enumerate().take(MAX_LISTED) {
            add(&mut self.names, PersonName::parse(text), Some(index(at)));
        }
    }

    fn identify<'a>(&mut self, emails: impl Iterator<Item = &'a str>, phones: impl Iterator<Item = &'a str>) {
        for (at, text) in emails.enumerate().take(MAX_LISTED) {
            add(&mut self.emails, Email::parse(text), Some(index(at)));
        }
        for (at, text) in phones.enumerate().take(MAX_LISTED) {
            add(&mut self.phones, Phone::parse(text), Some(index(at)));
        }
    }

    fn linked<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        for (at, text) in texts.enumerate().take(MAX_LISTED) {
            let Some(link) = Link::parse(text) else { continue };
            if link.site() == Site::Linkedin {
                let stated: Vec<&PersonName> = self.names.iter().map(|it| &it.value).collect();
                let spelled = PersonName::of_slug(link.as_str(), &stated);
                add(&mut self.names, spelled, None);
            }
            add(&mut self.links, Some(link), Some(index(at)));
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
        let words = plain_words(title.unwrap_or_default()).join(" ");
        add(&mut self.titles, (!words.is_empty()).then_some(words), Some(index(at)));
    }
}

/// What kind of identifier a hash stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Identifier {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A page on this site.
    Link(Site),
}

/// The hash that [`Person::identifiers`] gives for one normal form.
#[must_use]
pub fn identifier(kind: Identifier, normal: &str) -> u64 {
    let seed = match kind {
        Identifier::Email => 1,
        Identifier::Phone => 2,
        Identifier::Link(site) => 3 + site as u64,
    };
    xxh3_64_with_seed(normal.as_bytes(), seed)
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(***)")
    }
}

fn add<T: PartialEq>(list: &mut Vec<Listed<T>>, value: Option<T>, at: Option<FieldIndex>) {
    let Some(value) = value else { return };
    if list.len() < MAX_LISTED && !list.iter().any(|it| it.value == value) {
        list.push(Listed { value, at });
    }
}

fn index(at: usize) -> FieldIndex {
    FieldIndex(u16::try_from(at).unwrap_or(u16::MAX))
}

fn text(raw: &Option<RawText>) -> Option<&str> {
    raw.as_ref().map(RawText::text)
}

fn stay(at: usize, organization: Option<&str>, [start, end]: [Option<&str>; 2]) -> Option<Listed<Stay>> {
    let organization = Organization::parse(organization?)?;
    Some(Listed { value: Stay { organization, start: start.and_then(month), end: end.and_then(month) }, at: Some(index(at)) })
}

/// Months since year 0 of `YYYY-MM` or `YYYY` (its middle), for years from 1900 to 2100.
pub(super) fn month(date: &str) -> Option<u16> {
    let mut parts = date.trim().splitn(3, '-');
    let year: u16 = parts.next()?.parse().ok().filter(|it| (1900..=2100).contains(it))?;
    let month = parts.next().and_then(|it| it.parse().ok()).filter(|it| (1..=12).contains(it)).unwrap_or(7);
    Some(year * 12 + month - 1)
}

/// City first, country or state last, as most people write it.
fn place(text: &str) -> Option<Place> {
    const MAX_BYTES: usize = 40;
    let mut parts = text.split(',').map(|it| plain_words(it).join(" ")).filter(|it| !it.is_empty());
    let mut city = parts.next()?;
    let mut region = parts.next_back().unwrap_or_default();
    city.truncate(MAX_BYTES); // ASCII: every byte is a character.
    region.truncate(MAX_BYTES);
    Some(Place { city, region })
}
