//! What a person is found by. Two records that share a key may be one person; the rarer the key, the likelier.

use super::{Entry, SearchText};
use crate::model::{Person, PersonName, Profile, compact, roots, sound};
use xxhash_rust::xxh3::Xxh3;

/// Values whose frequency among profiles weighs an agreement.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Value {
    /// A word of a name.
    NameWord = 1,
    /// The sound of a word of a name.
    NameSound = 2,
    /// An employer.
    Employer = 3,
    /// A school.
    School = 4,
    /// A city.
    City = 5,
    /// A job title.
    Title = 6,
}

/// Kinds of keys, so that equal words of two kinds do not meet.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Key {
    /// Two words of a name or their roots, in the order of the alphabet.
    Words = 16,
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
    let mut found: Vec<u64> = words.flat_map(|it| [value(Value::NameWord, it), value(Value::NameSound, &sound(it))]).collect();
    found.extend(person.employers().iter().map(|it| value(Value::Employer, it.value.organization.as_str())));
    found.extend(person.schools().iter().map(|it| value(Value::School, it.value.organization.as_str())));
    found.extend(person.place().map(|it| value(Value::City, &it.city)));
    found.extend(person.titles().iter().map(|it| value(Value::Title, &it.value)));
    tidy(found)
}

/// The hash under which a value is counted.
#[must_use]
pub fn value(kind: Value, normal: &str) -> u64 {
    hash(kind as u8, &[normal])
}

/// The key that all who have these two words in their name share; its frequency counts the namesakes.
#[must_use]
pub fn namesakes(a: &str, b: &str) -> u64 {
    hash(Key::Words as u8, &ordered(a, b))
}

fn name_keys(name: &PersonName, keys: &mut Vec<u64>) {
    let main = name.main_words();
    for (a, b) in pairs(&main) {
        for root in roots(a) {
            keys.extend(roots(b).iter().map(|it| namesakes(root, it)));
        }
        keys.push(hash(Key::Sounds as u8, &ordered(&sound(a), &sound(b))));
    }
    if let ([only], true) = (main.as_slice(), name.words().len() == 1) {
        keys.push(hash(Key::Words as u8, &[only]));
    }
}

/// One word of the name with something of the person's life: finds changed surnames, initials and misspelt words.
fn context_keys(person: &Person, name: &PersonName, keys: &mut Vec<u64>) {
    const STAYS: usize = 6;
    let main = name.main_words();
    let employers = person.employers().iter().take(STAYS).map(|it| it.value.organization.head());
    let schools = person.schools().iter().take(2).map(|it| it.value.organization.as_str());
    for place in employers.chain(schools) {
        keys.extend(main.iter().map(|it| hash(Key::WordAt as u8, &[&sound(it), place])));
    }
    if let Some(place) = person.place() {
        keys.extend(main.iter().map(|it| hash(Key::WordIn as u8, &[it, &place.city])));
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

fn ordered<'a>(a: &'a str, b: &'a str) -> [&'a str; 2] {
    if a <= b { [a, b] } else { [b, a] }
}

fn hash(kind: u8, parts: &[&str]) -> u64 {
    let mut state = Xxh3::with_seed(u64::from(kind));
    for part in parts {
        state.update(part.as_bytes());
        state.update(&[0]);
    }
    state.digest()
}

fn tidy(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}
