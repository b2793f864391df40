//! What a person is found by. Two records that share a key may be one person; the rarer the key, the likelier.

use super::{Entry, SearchText};
use crate::model::{
    Identifier, PersonView, Profile, Site, Sound, Value, compact, hashed, identifier, in_order, namesakes, roots, sound, value,
};

/// Kinds of keys, so that equal words of two kinds do not meet.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Key {
    /// The sounds of two words of a name.
    Sounds = 17,
    /// The sound of one word, and the first word of an employer or a school.
    WordAt = 18,
    /// One word, and the city.
    WordIn = 19,
}

/// How the index holds this profile.
#[must_use]
pub fn entry(profile: &Profile) -> Entry {
    let compact = compact::encode(profile);
    let person = PersonView::read(&compact).expect("it was written just now");
    let own = identifier(Identifier::Link(Site::Own), profile.id.as_str());
    Entry { id: profile.id.clone(), keys: tidy([keys(&person), vec![own]].concat()), values: values(&person), compact }
}

/// The blocking keys of a person, sorted, each once; identifiers are keys too.
#[must_use]
pub fn keys(person: &PersonView<'_>) -> Vec<u64> {
    const NAMES: usize = 4;
    let mut keys = person.identifiers();
    for name in person.names().take(NAMES) {
        let main = name.value.words().main();
        let sounds: Vec<Sound> = main.iter().map(|it| sound(it)).collect();
        name_keys(&main, &sounds, &mut keys);
        // A slug often writes the whole name as one word, which only a name of the other side in one word or joined can meet.
        keys.push(namesakes(&name.value.whole(), ""));
        context_keys(person, &main, &sounds, &mut keys);
    }
    tidy(keys)
}

/// Hashes of the values that are counted, sorted, each once.
#[must_use]
pub fn values(person: &PersonView<'_>) -> Vec<u64> {
    let mut found = Vec::with_capacity(32);
    for name in person.names() {
        found.extend(name.value.words().iter().map(|it| value(Value::NameWord, it)));
    }
    found.extend(person.employers().map(|it| value(Value::Employer, it.value.organization)));
    found.extend(person.schools().map(|it| value(Value::School, it.value.organization)));
    found.extend(person.place().map(|it| value(Value::City, it.city)));
    found.extend(person.titles().map(|it| value(Value::Title, it.value)));
    tidy(found)
}

fn name_keys(main: &[&str], sounds: &[Sound], keys: &mut Vec<u64>) {
    for (at, (a, sound_a)) in main.iter().zip(sounds).enumerate() {
        for (b, sound_b) in main.iter().zip(sounds).skip(at + 1) {
            for root in roots(a) {
                keys.extend(roots(b).map(|it| namesakes(root, it)));
            }
            keys.push(hashed(Key::Sounds as u8, &in_order(sound_a.as_str(), sound_b.as_str())));
        }
    }
}

/// One word of the name with something of the person's life: finds changed surnames, initials and misspelt words.
fn context_keys(person: &PersonView<'_>, main: &[&str], sounds: &[Sound], keys: &mut Vec<u64>) {
    const STAYS: usize = 6;
    let employers = person.employers().take(STAYS).map(|it| head(it.value.organization));
    let schools = person.schools().take(2).map(|it| it.value.organization);
    for place in employers.chain(schools) {
        keys.extend(sounds.iter().map(|it| hashed(Key::WordAt as u8, &[it.as_str(), place])));
    }
    if let Some(place) = person.place() {
        keys.extend(main.iter().map(|it| hashed(Key::WordIn as u8, &[it, place.city])));
    }
}

/// The first word of an organization, which abbreviations and subsidiaries keep.
fn head(organization: &str) -> &str {
    organization.split(' ').next().unwrap_or_default()
}

/// The words that this profile is searched by.
#[must_use]
pub fn search_text(profile: &Profile) -> SearchText {
    let join = |texts: Vec<&str>| texts.join("\n");
    let positions = || profile.positions.iter();
    SearchText {
        name: join(std::iter::once(&profile.name).chain(&profile.other_names).map(String::as_str).collect()),
        company: join(positions().filter_map(|it| it.organization.as_deref()).collect()),
        title: join(positions().filter_map(|it| it.title.as_deref()).chain(profile.headline.as_deref()).collect()),
        place: profile.location.clone().unwrap_or_default(),
    }
}

fn tidy(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}
