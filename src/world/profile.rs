//! What the public sees of a person: the profile.

use super::account::Ms;
use super::dice::Dice;
use super::facts::{facts, words};
use super::market::Market;
use super::person::{Month, Person, month};
use super::style::{Style, full_name};
use crate::model::{Millis, Position, Profile, ProfileId, School};

/// The person's profile as it was fetched some days before that moment.
pub(super) fn profile(person: &Person, market: &Market, now: Ms, dice: &mut Dice) -> Profile {
    let fetched = now - (dice.exponential(60.0) as Ms).min(360) * super::lists::DAY;
    let at = month(fetched);
    let native = facts().locales[person.locale].native && dice.chance(0.1);
    let style = Style {
        native,
        scheme: person.scheme,
        family_first: is_eastern(person) && dice.chance(0.15),
        middle: dice.chance(0.12),
        both_families: dice.chance(0.4),
        nickname: dice.chance(0.06),
        initial: false,
    };
    let positions = positions(person, market, at, dice);
    Profile {
        id: ProfileId::new(&format!("p{}", dice.hex(14))).unwrap_or_else(|_| unreachable!("fifteen bytes are an id")),
        name: decorated(full_name(person, at, &style), dice),
        other_names: other_names(person, at, &style, dice),
        headline: headline(&positions, dice),
        location: dice.chance(0.93).then(|| location(person.home_at(at), dice)),
        emails: if dice.chance(0.08) { vec![person.emails[0].clone()] } else { Vec::new() },
        phones: if dice.chance(0.03) { vec![person.phone.replace(' ', "")] } else { Vec::new() },
        links: links(person, dice),
        schools: schools(person, market, dice),
        positions,
        source: Some((*dice.pick(&["web", "import", "partner"])).to_owned()),
        retrieved_at: Millis(fetched).rfc3339().map(|it| it[..10].to_owned()),
    }
}

/// Whether the family's name comes first at home.
pub(super) fn is_eastern(person: &Person) -> bool {
    matches!(facts().locales[person.locale].code, "zh" | "ko" | "ja" | "vi" | "hu")
}

/// Letters after the name, or a small picture.
fn decorated(name: String, dice: &mut Dice) -> String {
    match dice.chance(0.06) {
        true if dice.chance(0.3) => format!("{} {name}", dice.pick(words("name", "title")).spaced()),
        true => format!("{name}{}", dice.pick(words("name", "credential")).spaced()),
        false => name,
    }
}

fn other_names(person: &Person, at: Month, style: &Style, dice: &mut Dice) -> Vec<String> {
    let mut names = Vec::new();
    if person.married.as_ref().is_some_and(|it| it.1 <= at) && dice.chance(0.3) {
        names.push(full_name(person, 0, style));
    }
    if facts().locales[person.locale].native && dice.chance(0.2) {
        names.push(full_name(person, at, &Style { native: !style.native, ..style.clone() }));
    }
    if person.nickname.is_some() && dice.chance(0.05) {
        names.push(full_name(person, at, &Style { nickname: true, ..style.clone() }));
    }
    names
}

/// Most jobs, with dates for most.
fn positions(person: &Person, market: &Market, at: Month, dice: &mut Dice) -> Vec<Position> {
    let dated = dice.chance(0.85);
    let drops = if dice.chance(0.25) { 0.25 } else { 0.03 };
    let mut list = Vec::new();
    for (place, job) in person.jobs_at(at).enumerate() {
        if place > 0 && dice.chance(drops) {
            continue;
        }
        let exact = dice.chance(0.8);
        let date = |it: Month| if exact { format!("{}-{:02}", it / 12, it % 12 + 1) } else { (it / 12).to_string() };
        list.push(Position {
            organization: Some(market.called(job.company, dice).to_owned()),
            title: dice.chance(0.97).then(|| job.title.clone()),
            start: dated.then(|| date(job.start)),
            end: job.end.filter(|_| dated).filter(|it| *it <= at).map(date),
        });
    }
    list
}

fn schools(person: &Person, market: &Market, dice: &mut Dice) -> Vec<School> {
    let dated = dice.chance(0.7);
    let shown = person.studies.iter().filter(|_| dice.chance(0.88)).collect::<Vec<_>>();
    let school = |it: &super::person::Study| School {
        organization: Some(if dice.chance(0.2) { &market.schools[it.school].short } else { &market.schools[it.school].name }.clone()),
        degree: Some(it.degree.to_owned()),
        field: Some(it.field.clone()),
        start: dated.then(|| it.start.to_string()),
        end: dated.then(|| it.end.to_string()),
    };
    shown.into_iter().map(school).collect()
}

fn headline(positions: &[Position], dice: &mut Dice) -> Option<String> {
    let first = positions.first()?;
    let (title, employer) = (first.title.clone().unwrap_or_default(), first.organization.clone().unwrap_or_default());
    match dice.below(10) {
        0 => None,
        1..3 => Some(title).filter(|it| !it.is_empty()),
        3 => Some(dice.pick(words("name", "slogan")).spaced()),
        4 => Some(format!("{title} | {employer} | {}", dice.pick(words("name", "slogan")).spaced())),
        _ => Some(format!("{title} at {employer}")),
    }
}

/// A city as people write it.
pub(super) fn location(place: usize, dice: &mut Dice) -> String {
    let it = &facts().places[place];
    let city = if !it.also.is_empty() && dice.chance(0.15) { it.also } else { it.city };
    match dice.below(10) {
        0..5 => format!("{city}, {}", it.country),
        5..7 if !it.region.is_empty() => format!("{city}, {}", it.region),
        7 => format!("Greater {city} Area"),
        8 => format!("{city}, {}", it.iso),
        9 if !it.region.is_empty() => format!("{city}, {}, {}", it.region, it.country),
        _ => city.to_owned(),
    }
}

fn links(person: &Person, dice: &mut Dice) -> Vec<String> {
    let mut links = Vec::new();
    if dice.chance(0.95) {
        links.push(linkedin(&person.slug, dice));
    }
    if dice.chance(0.13) {
        links.push(github(&person.github, dice));
    }
    if dice.chance(0.04) {
        links.push(format!("https://{}.example/", person.github));
    }
    links
}

/// LinkedIn's address in one of its many forms.
pub(super) fn linkedin(slug: &str, dice: &mut Dice) -> String {
    match dice.below(9) {
        0 => format!("linkedin.com/in/{slug}"),
        1 => format!("http://www.linkedin.com/in/{slug}/"),
        2 => format!("https://uk.linkedin.com/in/{slug}?trk=people-guest"),
        3 => format!("HTTPS://WWW.LinkedIn.com/in/{slug}/"),
        4 => format!("https://www.linkedin.com/in/{slug}/en"),
        5 => format!("https://m.linkedin.com/in/{slug}"),
        6 => format!("https://linkedin.com/in/{slug}"),
        _ => format!("https://www.linkedin.com/in/{slug}"),
    }
}

/// GitHub's address in one of its forms.
pub(super) fn github(user: &str, dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("github.com/{user}"),
        1 => format!("https://github.com/{user}?tab=repositories"),
        2 => format!("https://github.com/{user}/dotfiles"),
        _ => format!("https://github.com/{user}"),
    }
}
