//! Text and links → what they say of the person, each with where it stood and whose it is.

mod contacts;
mod country;
mod dates;
mod hidden;
mod jobs;
mod links;
mod name;
mod sections;
mod words;

use super::identifiers::{Identifiers, identifiers};
use super::target::Target;
use super::{Strangers, Where};
use crate::model::PersonName;
use contacts::{Places, Whose};
use jobs::{Job, Study};
use name::Spellings;
use sections::{Line, Section};
use serde::Serialize;

/// Identifiers of one kind that are kept; a file with more is a directory, not a résumé.
const MAX_EACH: usize = 1000;

/// What a résumé says; the parent reads it as a part of [`super::Reading`].
#[derive(Serialize)]
pub(super) struct Evidence {
    name: Option<String>,
    emails: Vec<String>,
    phones: Vec<String>,
    links: Vec<(String, Where)>,
    strangers: Strangers,
    positions: Vec<Job>,
    schools: Vec<Study>,
    location: Option<String>,
}

/// Reads the evidence. The file's name helps to tell the person's.
pub(super) fn evidence(text: &str, targets: Vec<Target>, file_name: &str) -> Evidence {
    let lines = sections::lines(text);
    let Found { emails, phones, links } = found(text, &lines, targets);
    let places = Places::new(&lines);
    let pages: Vec<String> = links.iter().map(|it| it.0.clone()).collect();
    let unnamed = emails.iter().filter(|it| places.email(it, None) == Whose::Own).map(String::as_str);
    let name = name::name(&lines, &Spellings::new(unnamed, pages.iter().map(String::as_str), file_name));
    let parsed = name.as_deref().and_then(PersonName::parse);
    let home = home(&lines);
    let country = home.and_then(|it| it.1).or_else(|| emails.iter().find_map(|it| country::of_domain(it.rsplit('@').next()?)));
    let (phones, other_phones) = parted(phones, |it| places.phone(it));
    let own = phones.len() - other_phones;
    let mut numbers = Vec::new();
    for (at, written) in phones.into_iter().enumerate() {
        // Who vouches for somebody may live elsewhere.
        let number = country::e164(&written, country.filter(|_| at < own)).unwrap_or(written);
        add(&mut numbers, number, |a, b| a == b);
    }
    let (emails, other_emails) = parted(emails, |it| places.email(it, parsed.as_ref()));
    let (links, other_links) = parted(links, |(it, _)| if links::is_page(it, &pages) { places.link(it) } else { Whose::Other });
    let strangers = Strangers { emails: other_emails, phones: other_phones.min(numbers.len()), links: other_links };
    let (positions, schools) = (jobs::jobs(&lines), jobs::schools(&lines));
    Evidence { name, emails, phones: numbers, links, strangers, positions, schools, location: home.map(|it| it.0.to_owned()) }
}

/// Addresses of every kind, seen and behind a click, before anybody asks whose they are.
struct Found {
    emails: Vec<String>,
    phones: Vec<String>,
    links: Vec<(String, Where)>,
}

fn found(text: &str, lines: &[Line<'_>], targets: Vec<Target>) -> Found {
    let Identifiers { mut emails, mut phones, urls } = identifiers(text);
    for email in lines.iter().flat_map(|it| hidden::emails(&it.text)) {
        add(&mut emails, email, |a, b| a.eq_ignore_ascii_case(b));
    }
    let mut links = Vec::new();
    for url in urls {
        add(&mut links, (links::canonical(&url), Where::Text), |a, b| a == b);
    }
    for target in targets {
        match target {
            Target::Email(it) => add(&mut emails, it, |a, b| a.eq_ignore_ascii_case(b)),
            Target::Phone(it) => add(&mut phones, it, |a, b| digits(a) == digits(b)),
            Target::Url(it) => add(&mut links, (links::canonical(&it), Where::Annotation), |a, b| a == b),
        }
    }
    Found { emails, phones, links }
}

/// The candidate's own first, and how many are not.
fn parted<T>(list: Vec<T>, whose: impl Fn(&T) -> Whose) -> (Vec<T>, usize) {
    let (mut own, others): (Vec<T>, Vec<T>) = list.into_iter().partition(|it| whose(it) == Whose::Own);
    let count = others.len();
    own.extend(others);
    (own, count)
}

/// The place among the addresses at the top, or in the section of contacts.
fn home<'a>(lines: &'a [Line<'_>]) -> Option<(&'a str, Option<&'static country::Country>)> {
    let mut heads = lines.iter().filter(|it| matches!(it.section, Section::Top | Section::Contact | Section::Summary)).take(40);
    heads.find_map(|it| country::place(&it.text))
}

fn add<T>(list: &mut Vec<T>, item: T, same: impl Fn(&T, &T) -> bool) {
    if list.len() < MAX_EACH && !list.iter().any(|it| same(it, &item)) {
        list.push(item);
    }
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}
