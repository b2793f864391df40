//! What a person is found by. Two records that share a key may be one person; the rarer the key, the likelier.

use super::{Entry, SearchText};
use crate::model::{Person, PersonName, Profile, Value, compact, hashed, in_order, namesakes, roots, sound, value};

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
    let person = Person::of_profile(profile);
    Entry {
        id: profile.id.clone(),
        keys: keys(&person),
        values: values(&person),
        compact: compact::encode(profile),
        search: search(profile),
    }
}

/// The blocking keys of a person, sorted, each once; identifiers are keys too.
#[must_use]
pub fn keys(person: &Person) -> Vec<u64> {
    const NAMES: usize = 4;
    let mut keys = person.identifiers();
    for name in person.all_names().iter().take(NAMES) {
        name_keys(&name.value, &mut keys);
        context_keys(person, &name.value, &mut keys);
    }
    tidy(keys)
}

/// Hashes of the values that are counted, sorted, each once.
#[must_use]
pub fn values(person: &Person) -> Vec<u64> {
    let words = person.all_names().iter().flat_map(|it| it.value.words());
    let mut found: Vec<u64> = words.map(|it| value(Value::NameWord, it)).collect();
    found.extend(person.employers().iter().map(|it| value(Value::Employer, it.value.organization.as_str())));
    found.extend(person.schools().iter().map(|it| value(Value::School, it.value.organization.as_str())));
    found.extend(person.place().map(|it| value(Value::City, &it.city)));
    found.extend(person.titles().iter().map(|it| value(Value::Title, &it.value)));
    tidy(found)
}

fn name_keys(name: &PersonName, keys: &mut Vec<u64>) {
    let main = name.main_words();
    for (a, b) in pairs(&main) {
        for root in roots(a) {
            keys.extend(roots(b).iter().map(|it| namesakes(root, it)));
        }
        keys.push(hashed(Key::Sounds as u8, &in_order(&sound(a), &sound(b))));
    }
    // A slug often writes the whole name as one word, which only a name of the other side in one word or joined can meet.
    keys.push(namesakes(&name.whole(), ""));
}

/// One word of the name with something of the person's life: finds changed surnames, initials and misspelt words.
fn context_keys(person: &Person, name: &PersonName, keys: &mut Vec<u64>) {
    const STAYS: usize = 6;
    let main = name.main_words();
    let employers = person.employers().iter().take(STAYS).map(|it| it.value.organization.head());
    let schools = person.schools().iter().take(2).map(|it| it.value.organization.as_str());
    for place in employers.chain(schools) {
        keys.extend(main.iter().map(|it| hashed(Key::WordAt as u8, &[&sound(it), place])));
    }
    if let Some(place) = person.place() {
        keys.extend(main.iter().map(|it| hashed(Key::WordIn as u8, &[it, &place.city])));
    }
}

fn search(profile: &Profile) -> SearchText {
    let join = |texts: Vec<&str>| texts.join("\n");
    let positions = || profile.positions.iter();
    SearchText {
        name: join(std::iter::once(&profile.name).chain(&profile.other_names).map(String::as_str).collect()),
        company: join(positions().filter_map(|it| it.organization.as_deref()).collect()),
        title: join(positions().filter_map(|it| it.title.as_deref()).chain(profile.headline.as_deref()).collect()),
        place: profile.location.clone().unwrap_or_default(),
    }
}

fn pairs<'a>(words: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let later = |at: usize| words.iter().skip(at + 1);
    words.iter().enumerate().flat_map(|(at, a)| later(at).map(|b| (*a, *b))).collect()
}

fn tidy(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}
