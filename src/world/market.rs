//! Invented companies with all that they are called, schools, and the titles of jobs.

use super::dice::{Dice, Stream};
use super::facts::{facts, words};

/// An employer under all of its names.
pub(super) struct Company {
    /// Such as `Northwind Freight`.
    pub(super) name: String,
    /// Such as `Northwind Freight GmbH`.
    pub(super) legal: String,
    /// What people call it, such as `Northwind` or `NWF`; a former name for some.
    pub(super) alias: String,
    /// Subsidiaries are called after it too.
    pub(super) parent: Option<usize>,
    /// Of its addresses.
    pub(super) domain: String,
}

/// A school under both of its names.
pub(super) struct School {
    pub(super) name: String,
    pub(super) short: String,
    city: Option<usize>,
}

/// All companies and schools of a world, the most frequent first.
pub(super) struct Market {
    pub(super) companies: Vec<Company>,
    pub(super) schools: Vec<School>,
    /// By language: places of the schools in its cities.
    near: Vec<Vec<usize>>,
}

const LEGAL: &[&str] =
    &["Inc", "Inc.", "LLC", "Ltd", "Ltd.", "GmbH", "AG", "S.A.", "B.V.", "Pvt Ltd", "Corp.", "Group", "Holdings", "S.r.l.", "AB", "PLC"];
const BRANCHES: &[&str] =
    &["Labs", "Cloud", "India", "Europe", "Digital", "Capital", "Services", "Mobility", "Health", "Brasil", "Deutschland"];

impl Market {
    pub(super) fn new(seed: u64, companies: usize) -> Self {
        let mut dice = Dice::new(seed, Stream::Market, 0);
        let mut taken = std::collections::HashSet::new();
        let mut list: Vec<Company> = Vec::with_capacity(companies);
        while list.len() < companies {
            let parent = (list.len() > 40 && dice.chance(0.08)).then(|| dice.rank(list.len(), 8.0));
            let company = company(parent.map(|at| (at, list[at].name.clone())), &mut dice);
            if taken.insert(company.name.clone()) {
                list.push(company);
            }
        }
        let schools = schools(&mut dice);
        let in_cities =
            |homes: &[usize]| (0..schools.len()).filter(|&at| schools[at].city.is_some_and(|city| homes.contains(&city))).collect();
        Self { companies: list, near: facts().locales.iter().map(|it| in_cities(&it.homes)).collect(), schools }
    }

    /// A company by Zipf's law.
    pub(super) fn employer(&self, dice: &mut Dice) -> usize {
        dice.rank(self.companies.len(), 6.0)
    }

    /// A school: mostly one in a city of that language.
    pub(super) fn school(&self, language: usize, dice: &mut Dice) -> usize {
        let near = &self.near[language];
        if near.is_empty() || dice.chance(0.4) { dice.rank(self.schools.len(), 25.0) } else { near[dice.rank(near.len(), 8.0)] }
    }

    /// What one side calls the employer: mostly its name, for one in five something else.
    pub(super) fn called(&self, company: usize, dice: &mut Dice) -> &str {
        let it = &self.companies[company];
        match dice.weighted(&[0.8, 0.09, 0.07, 0.04]) {
            1 => &it.legal,
            2 => &it.alias,
            3 => it.parent.map_or(&it.legal, |parent| &self.companies[parent].name),
            _ => &it.name,
        }
    }
}

fn company(parent: Option<(usize, String)>, dice: &mut Dice) -> Company {
    let name = match &parent {
        Some((_, of)) => format!("{} {}", of.split(' ').next().unwrap_or(of), dice.pick(BRANCHES)),
        None => base_name(dice),
    };
    let domain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let ending = if parent.is_some() { "io" } else { *dice.pick(&["com", "com", "com", "io", "co", "net", "ai"]) };
    Company {
        legal: format!("{name}{}{}", if dice.chance(0.2) { ", " } else { " " }, dice.pick(LEGAL)),
        alias: alias(&name, dice),
        parent: parent.map(|(at, _)| at),
        domain: format!("{domain}.{ending}"),
        name,
    }
}

fn base_name(dice: &mut Dice) -> String {
    let (heads, tails, trades) = (words("company", "head"), words("company", "tail"), words("company", "trade"));
    let head = dice.pick(heads).text;
    match dice.weighted(&[0.4, 0.3, 0.15, 0.15]) {
        0 => format!("{head}{} {}", dice.pick(tails).text, dice.pick(trades).text),
        1 => format!("{head} {}", dice.pick(trades).text),
        2 => format!("{head}{}", dice.pick(tails).text),
        _ => {
            let en = &facts().locales[0].surnames;
            format!("{} & {} {}", en[dice.rank(en.len(), 40.0)].text, en[dice.rank(en.len(), 40.0)].text, dice.pick(trades).text)
        }
    }
}

/// The initials, the first word, or (a new brand) another name.
fn alias(name: &str, dice: &mut Dice) -> String {
    let initials: String = name.split([' ', '&']).filter_map(|it| it.chars().next()).collect();
    match dice.below(10) {
        0..4 if initials.chars().count() > 2 => initials,
        0..9 => name.split(' ').next().unwrap_or(name).to_owned(),
        _ => base_name(dice),
    }
}

fn schools(dice: &mut Dice) -> Vec<School> {
    let mut list = Vec::new();
    for (at, place) in facts().places.iter().enumerate() {
        let city = place.city;
        let mut add = |name: String, short: String| list.push(School { name, short, city: Some(at) });
        add(format!("University of {city}"), format!("{city} University"));
        add(format!("{city} Institute of Technology"), format!("{}IT", initials(city)));
        add(format!("Technical University of {city}"), format!("TU {city}"));
        add(format!("{city} School of Economics"), format!("{}SE", initials(city)));
    }
    let heads = words("company", "head");
    list.extend(heads.iter().map(|it| School { name: format!("{} College", it.text), short: it.text.to_owned(), city: None }));
    dice.shuffle(&mut list);
    list
}

fn initials(text: &str) -> String {
    text.split(' ').filter_map(|it| it.chars().next()).collect()
}

/// The title of a job, by how long its holder had worked.
pub(super) fn title(trade: usize, years: i32, dice: &mut Dice) -> String {
    let trades = words("title", "trade");
    let core = trades[trade % trades.len()].spaced();
    let grade = match years {
        ..2 => *dice.pick(&["Junior ", "Associate ", ""]),
        2..6 => *dice.pick(&["", "", "Senior "]),
        6..11 => *dice.pick(&["Senior ", "Senior ", "Lead ", "Staff "]),
        _ => *dice.pick(&["Principal ", "Staff ", "Lead ", "Senior ", "Chief "]),
    };
    format!("{grade}{core}")
}

/// The same work in other words, or the same words for another rank.
pub(super) fn retitled(title: &str, dice: &mut Dice) -> String {
    let core = words("title", "trade").iter().position(|it| title.ends_with(&it.spaced()));
    match core.and_then(|at| words("title", "other").get(at)) {
        Some(other) if dice.chance(0.7) => other.spaced(),
        _ => title.rsplit_once(' ').map_or(title, |it| it.1).to_owned(),
    }
}
