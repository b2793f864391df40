//! One person in normal form, read in place: of a profile from the bytes of the index, of a candidate from those of
//! [`Person`](super::Person). The inner loop of matching reads millions of them, so nothing is copied.

use super::FieldIndex;
use super::identifier::{Identifier, identifier};
use super::layout::{self, LISTS};
use super::link::Site;
use super::words::{Words, spaced};
use std::fmt;

/// A value with its place in the record's own list; none when it was derived from another field.
#[derive(Clone, Copy)]
pub struct Listed<T> {
    /// The normal form.
    pub value: T,
    /// Where it stood.
    pub at: Option<FieldIndex>,
}

/// Who says that the person is called so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Teller {
    /// The record states it as a name.
    Record,
    /// The slug of a page spells it.
    Slug,
    /// An e-mail address spells it.
    Address,
}

/// The words of a name, with one space between.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NameView<'a> {
    text: &'a str,
    /// Who says so.
    pub told: Teller,
}

/// A page: its site, and slug, user name, or host and path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LinkView<'a> {
    /// Whose page it is.
    pub site: Site,
    /// What [`Link::as_str`](super::Link::as_str) gives.
    pub value: &'a str,
}

/// A job or a place at a school.
#[derive(Clone, Copy)]
pub struct Stay<'a> {
    /// What [`Organization::as_str`](super::Organization::as_str) gives.
    pub organization: &'a str,
    /// First month, counted from year 0; none when unknown.
    pub start: Option<u16>,
    /// Last month; none when unknown or not ended.
    pub end: Option<u16>,
}

/// Where somebody lives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Folded; never empty.
    pub city: &'a str,
    /// The last part of the text, folded; a country or a state. Empty when nothing was said.
    pub region: &'a str,
}

/// Everything that is compared of one person. `Debug` prints `PersonView(***)`.
#[derive(Clone, Copy)]
pub struct PersonView<'a> {
    numbers: &'a [u8],
    texts: &'a str,
    /// Where the numbers and the texts of each list end.
    ends: [(u32, u32); LISTS.len()],
    /// How long the city's name is, which is what follows the lists' texts.
    city: u8,
}

/// The values of one list: their numbers, and their texts end to end.
#[derive(Clone, Copy)]
struct List<'a> {
    numbers: &'a [u8],
    stride: usize,
    texts: &'a str,
}

impl<'a> PersonView<'a> {
    /// The person whose compact form this is; `None` for other bytes, or those of another version.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (header, rest) = bytes.split_at_checked(layout::HEADER)?;
        let [version, counts @ .., city, region] = header else { return None };
        if *version != layout::VERSION {
            return None;
        }
        let size: usize = counts.iter().zip(LISTS).map(|(count, stride)| usize::from(*count) * stride).sum();
        let (numbers, texts) = rest.split_at_checked(size)?;
        let (mut ends, mut at, mut length) = ([(0, 0); LISTS.len()], 0, 0);
        for ((end, stride), count) in ends.iter_mut().zip(LISTS).zip(counts) {
            let next = at + usize::from(*count) * stride;
            length += numbers[at..next].chunks_exact(stride).map(|it| u32::from(it[layout::LENGTH])).sum::<u32>();
            *end = (u32::try_from(next).ok()?, length);
            at = next;
        }
        let whole = texts.len() == length as usize + usize::from(*city) + usize::from(*region);
        whole.then_some(Self { numbers, texts: std::str::from_utf8(texts).ok()?, ends, city: *city })
    }

    fn list(&self, number: usize) -> List<'a> {
        let (start, end) = (number.checked_sub(1).map_or((0, 0), |before| self.ends[before]), self.ends[number]);
        List { numbers: &self.numbers[start.0 as usize..end.0 as usize], stride: LISTS[number], texts: self.text(start.1, end.1) }
    }

    /// Bytes that no writer wrote may cut a character in two: such a text is none.
    fn text(&self, start: u32, end: u32) -> &'a str {
        self.texts.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Names: the name, other names, then what addresses and page slugs spell.
    pub fn names(&self) -> impl ExactSizeIterator<Item = Listed<NameView<'a>>> + Clone + use<'a> {
        self.list(0).values().map(Value::name)
    }

    /// E-mail addresses.
    pub fn emails(&self) -> impl ExactSizeIterator<Item = Listed<&'a str>> + Clone + use<'a> {
        self.list(1).values().map(Value::text)
    }

    /// Phone numbers.
    pub fn phones(&self) -> impl ExactSizeIterator<Item = Listed<&'a str>> + Clone + use<'a> {
        self.list(2).values().map(Value::text)
    }

    /// Pages.
    pub fn links(&self) -> impl ExactSizeIterator<Item = Listed<LinkView<'a>>> + Clone + use<'a> {
        self.list(3).values().map(|it| it.map(|value| LinkView { site: Site::of(it.numbers[layout::SITE]), value }))
    }

    /// Employers, each once, or once for each time it was dated.
    pub fn employers(&self) -> impl ExactSizeIterator<Item = Listed<Stay<'a>>> + Clone + use<'a> {
        self.list(4).values().map(Value::stay)
    }

    /// Schools.
    pub fn schools(&self) -> impl ExactSizeIterator<Item = Listed<Stay<'a>>> + Clone + use<'a> {
        self.list(5).values().map(Value::stay)
    }

    /// Folded job titles.
    pub fn titles(&self) -> impl ExactSizeIterator<Item = Listed<&'a str>> + Clone + use<'a> {
        self.list(6).values().map(Value::text)
    }

    /// Where the person lives.
    #[must_use]
    pub fn place(&self) -> Option<Place<'a>> {
        let start = self.ends[LISTS.len() - 1].1;
        let middle = start + u32::from(self.city);
        let (city, region) = (self.text(start, middle), self.text(middle, self.texts.len() as u32));
        (!city.is_empty()).then_some(Place { city, region })
    }

    /// Addresses, numbers or pages of one kind.
    pub fn values_of(&self, kind: Identifier) -> impl Iterator<Item = Listed<&'a str>> + Clone + use<'a> {
        let (list, site) = match kind {
            Identifier::Email => (1, None),
            Identifier::Phone => (2, None),
            Identifier::Link(site) => (3, Some(site as u8)),
        };
        self.list(list).values().filter(move |it| site.is_none_or(|site| it.numbers[layout::SITE] == site)).map(Value::text)
    }

    /// The bytes of [`super::Person::anonymous`].
    pub(super) fn without_identifiers(&self) -> Vec<u8> {
        let stated: Vec<Value<'_>> = self.list(0).values().filter(|it| it.numbers[0] != layout::NOWHERE).collect();
        let kept = [4, 5, 6].map(|it| self.list(it));
        let after = self.text(self.ends[LISTS.len() - 1].1, self.texts.len() as u32);
        let mut bytes = vec![layout::VERSION, stated.len() as u8, 0, 0, 0];
        bytes.extend(kept.iter().map(|it| (it.numbers.len() / it.stride) as u8));
        bytes.extend([self.city, after.len() as u8 - self.city]);
        stated.iter().map(|it| it.numbers).chain(kept.iter().map(|it| it.numbers)).for_each(|it| bytes.extend_from_slice(it));
        let texts = stated.iter().map(|it| it.text).chain(kept.iter().map(|it| it.texts)).chain([after]);
        texts.for_each(|it| bytes.extend_from_slice(it.as_bytes()));
        bytes
    }

    /// Hashes of kind and normal form of every e-mail, phone and link, sorted: equal when the identifiers are.
    #[must_use]
    pub fn identifiers(&self) -> Vec<u64> {
        let emails = self.emails().map(|it| identifier(Identifier::Email, it.value));
        let phones = self.phones().map(|it| identifier(Identifier::Phone, it.value));
        let links = self.links().map(|it| it.value.identifier());
        let mut found: Vec<u64> = emails.chain(phones).chain(links).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl fmt::Debug for PersonView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonView(***)")
    }
}

impl LinkView<'_> {
    /// The hash that [`PersonView::identifiers`] gives for this page.
    #[must_use]
    pub fn identifier(self) -> u64 {
        identifier(Identifier::Link(self.site), self.value)
    }
}

impl<'a> NameView<'a> {
    /// Its words; a word of one letter is an initial.
    #[must_use]
    pub fn words(self) -> Words<'a> {
        Words::of(spaced(self.text))
    }

    /// All words written as one, as slugs do.
    #[must_use]
    pub fn whole(self) -> String {
        self.text.replace(' ', "")
    }
}

impl<'a> List<'a> {
    fn values(&self) -> Values<'a> {
        Values { numbers: self.numbers.chunks_exact(self.stride), texts: self.texts }
    }
}

/// One value as it lies in the bytes.
#[derive(Clone, Copy)]
struct Value<'a> {
    numbers: &'a [u8],
    text: &'a str,
}

impl<'a> Value<'a> {
    fn map<T>(self, of: impl FnOnce(&'a str) -> T) -> Listed<T> {
        let at = Some(self.numbers[0]).filter(|it| *it < layout::ADDRESS).map(|it| FieldIndex(u16::from(it)));
        Listed { value: of(self.text), at }
    }

    fn text(self) -> Listed<&'a str> {
        self.map(|it| it)
    }

    fn name(self) -> Listed<NameView<'a>> {
        let told = match self.numbers[0] {
            layout::NOWHERE => Teller::Slug,
            layout::ADDRESS => Teller::Address,
            _ => Teller::Record,
        };
        self.map(|text| NameView { text, told })
    }

    fn stay(self) -> Listed<Stay<'a>> {
        let month = |low: usize| Some(u16::from_le_bytes([self.numbers[low], self.numbers[low + 1]])).filter(|it| *it > 0);
        self.map(|organization| Stay { organization, start: month(2), end: month(4) })
    }
}

#[derive(Clone)]
struct Values<'a> {
    numbers: std::slice::ChunksExact<'a, u8>,
    texts: &'a str,
}

impl<'a> Iterator for Values<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let numbers = self.numbers.next()?;
        // As above: a text that is cut in two is none.
        let (text, rest) = self.texts.split_at_checked(usize::from(numbers[layout::LENGTH])).unwrap_or_default();
        self.texts = rest;
        Some(Value { numbers, text })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.numbers.size_hint()
    }
}

impl ExactSizeIterator for Values<'_> {}
