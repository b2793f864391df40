//! The bytes that the index keeps of a profile: its normal form, so that matching need not make it again. Only a profile can be
//! encoded.
//!
//! Layout: a version byte; then names, e-mails, phones, links, employers, schools, titles, each a count byte and that many values;
//! then city and region. A value is its place (two bytes, 0xFFFF for none), its length (one byte) and its text; a link has its site
//! before it, a stay two months of two bytes (0 for none) after it.

use super::email::Email;
use super::link::{Link, Site};
use super::name::PersonName;
use super::organization::Organization;
use super::person::{Listed, Person, Place, Stay};
use super::phone::Phone;
use super::{FieldIndex, Profile};

/// Grows whenever the layout or a normal form changes: then the index must be rebuilt.
pub const VERSION: u8 = 1;

/// The compact form of a profile.
#[must_use]
pub fn encode(profile: &Profile) -> Vec<u8> {
    let person = Person::of_profile(profile);
    let mut out = vec![VERSION];
    list(&mut out, &person.names, |out, it| text(out, &it.words().join(" ")));
    list(&mut out, &person.emails, |out, it| text(out, it.as_str()));
    list(&mut out, &person.phones, |out, it| text(out, it.as_str()));
    list(&mut out, &person.links, |out, it| {
        out.push(it.site() as u8);
        text(out, it.as_str());
    });
    list(&mut out, &person.employers, stay);
    list(&mut out, &person.schools, stay);
    list(&mut out, &person.titles, |out, it| text(out, it));
    let (city, region) = person.place.as_ref().map_or(("", ""), |it| (&it.city, &it.region));
    text(&mut out, city);
    text(&mut out, region);
    out
}

/// The person that was encoded; `None` for other bytes, or those of another version.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Person> {
    let (&version, rest) = bytes.split_first()?;
    let mut from = Reader(rest);
    if version != VERSION {
        return None;
    }
    let mut person = Person {
        names: from.list(|it| PersonName::of_words(it.text()?.split(' ').map(str::to_owned).collect()))?,
        emails: from.list(|it| Some(Email::normal(it.text()?.to_owned())))?,
        phones: from.list(|it| Some(Phone::normal(it.text()?.to_owned())))?,
        links: from.list(|it| Some(Link::normal(it.site()?, it.text()?.to_owned())))?,
        employers: from.list(Reader::stay)?,
        schools: from.list(Reader::stay)?,
        titles: from.list(|it| Some(it.text()?.to_owned()))?,
        place: None,
    };
    let (city, region) = (from.text()?, from.text()?);
    person.place = (!city.is_empty()).then(|| Place { city: city.to_owned(), region: region.to_owned() });
    Some(person)
}

fn list<T>(out: &mut Vec<u8>, values: &[Listed<T>], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(u8::try_from(values.len()).unwrap_or(u8::MAX));
    for it in values.iter().take(usize::from(u8::MAX)) {
        out.extend(it.at.map_or(u16::MAX, |at| at.0).to_le_bytes());
        write(out, &it.value);
    }
}

/// No normal form is longer than a byte can count, but links and titles, whose first 255 bytes tell them apart.
fn text(out: &mut Vec<u8>, text: &str) {
    let text = &text[..text.floor_char_boundary(usize::from(u8::MAX))];
    out.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    out.extend(text.as_bytes());
}

fn stay(out: &mut Vec<u8>, stay: &Stay) {
    text(out, stay.organization.as_str());
    for month in [stay.start, stay.end] {
        out.extend(month.unwrap_or(0).to_le_bytes());
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.byte()?;
        std::str::from_utf8(self.take(usize::from(length))?).ok()
    }

    fn site(&mut self) -> Option<Site> {
        [Site::Linkedin, Site::Github, Site::Page].get(usize::from(self.byte()?)).copied()
    }

    fn stay(&mut self) -> Option<Stay> {
        let organization = Organization::normal(self.text()?.to_owned());
        let mut month = || Some(Some(self.number()?).filter(|it| *it > 0));
        Some(Stay { organization, start: month()?, end: month()? })
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<Listed<T>>> {
        let count = self.byte()?;
        let one = |_| {
            let at = Some(self.number()?).filter(|it| *it != u16::MAX).map(FieldIndex);
            Some(Listed { value: read(self)?, at })
        };
        (0..count).map(one).collect()
    }
}
