//! The bytes in which a person is compared and which the index keeps of a profile, so that matching need not make a normal form
//! again. Only a profile's are given out. Where in them what is: `layout`.

use super::Profile;
use super::draft::{Dated, Draft, Kept};
use super::layout::NOWHERE;
pub use super::layout::VERSION;

/// The compact form of a profile.
#[must_use]
pub fn encode(profile: &Profile) -> Vec<u8> {
    write(&Draft::of_profile(profile))
}

/// The compact form of anybody.
pub(super) fn write(of: &Draft) -> Vec<u8> {
    let mut out = Writer { bytes: Vec::with_capacity(512), texts: String::with_capacity(512) };
    let counts = [of.names.len(), of.emails.len(), of.phones.len(), of.links.len(), of.employers.len(), of.schools.len(), of.titles.len()];
    let (city, region) = of.place.as_ref().map_or(("", ""), |it| (&it.city, &it.region));
    out.bytes.push(VERSION);
    out.bytes.extend(counts.map(byte));
    out.bytes.extend([byte(city.len()), byte(region.len())]);
    of.names.iter().for_each(|it| out.name(it.at, it.value.words()));
    of.emails.iter().for_each(|it| out.value(it.at, it.value.as_str()));
    of.phones.iter().for_each(|it| out.value(it.at, it.value.as_str()));
    for it in &of.links {
        out.value(it.at, it.value.as_str());
        out.bytes.push(it.value.site() as u8);
    }
    of.employers.iter().chain(&of.schools).for_each(|it| out.stay(it));
    of.titles.iter().for_each(|it| out.value(it.at, &it.value));
    out.texts.push_str(city);
    out.texts.push_str(region);
    [&out.bytes, out.texts.as_bytes()].concat()
}

struct Writer {
    bytes: Vec<u8>,
    texts: String,
}

impl Writer {
    fn name(&mut self, at: Option<u8>, words: &[String]) {
        let start = self.texts.len();
        for word in words {
            // Eight words of 32 letters are more than a byte can count.
            if self.texts.len() - start + word.len() < usize::from(u8::MAX) {
                let apart = if self.texts.len() > start { " " } else { "" };
                self.texts.extend([apart, word]);
            }
        }
        self.bytes.extend([at.unwrap_or(NOWHERE), byte(self.texts.len() - start)]);
    }

    /// No normal form is longer than a byte can count, but links and titles, whose first 255 bytes tell them apart.
    fn value(&mut self, at: Option<u8>, text: &str) {
        let text = &text[..text.floor_char_boundary(usize::from(u8::MAX))];
        self.bytes.extend([at.unwrap_or(NOWHERE), byte(text.len())]);
        self.texts.push_str(text);
    }

    fn stay(&mut self, stay: &Kept<Dated>) {
        self.value(stay.at, stay.value.organization.as_str());
        for month in [stay.value.start, stay.value.end] {
            self.bytes.extend(month.unwrap_or(0).to_le_bytes());
        }
    }
}

fn byte(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}
