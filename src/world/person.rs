//! One invented person as they are in truth: names, homes, jobs, schools, addresses. Nobody sees all of it.

use super::account::Ms;
use super::dice::Dice;
use super::facts::{Locale, facts, words};
use super::market::{Market, title};
use super::names;
use super::part::Part;
use super::romanise::plain;
use chrono::{DateTime, Datelike};

/// Months since the year 0.
pub(super) type Month = i32;

/// The month of a moment.
pub(super) fn month(at: Ms) -> Month {
    DateTime::from_timestamp_millis(at).map_or(0, |it| it.year() * 12 + it.month0() as i32)
}

/// A job.
#[derive(Clone)]
pub(super) struct Job {
    /// Place in [`Market::companies`].
    pub(super) company: usize,
    pub(super) title: String,
    pub(super) start: Month,
    /// None while it lasts.
    pub(super) end: Option<Month>,
}

/// Time at a school.
#[derive(Clone)]
pub(super) struct Study {
    /// Place in [`Market::schools`].
    pub(super) school: usize,
    pub(super) degree: &'static str,
    pub(super) field: String,
    pub(super) start: i32,
    pub(super) end: i32,
}

/// A person.
#[derive(Clone)]
pub(super) struct Person {
    /// Place in [`facts`]' locales.
    pub(super) locale: usize,
    pub(super) woman: bool,
    pub(super) given: Part,
    /// What friends say, in Latin letters.
    pub(super) nickname: Option<String>,
    pub(super) middle: Option<Part>,
    pub(super) patronymic: Option<Part>,
    /// At birth.
    pub(super) family: Part,
    /// Where people have two.
    pub(super) second_family: Option<Part>,
    /// After a marriage, and since when.
    pub(super) married: Option<(Part, Month)>,
    /// How the person spells the name in Latin letters.
    pub(super) scheme: usize,
    /// Place and since when, newest first.
    pub(super) homes: Vec<(usize, Month)>,
    /// Newest first.
    pub(super) jobs: Vec<Job>,
    pub(super) studies: Vec<Study>,
    pub(super) emails: Vec<String>,
    /// The country's code, a blank, digits.
    pub(super) phone: String,
    /// LinkedIn's, now.
    pub(super) slug: String,
    /// LinkedIn's, before it was changed.
    pub(super) old_slug: Option<String>,
    pub(super) github: String,
    trade: usize,
}

impl Person {
    pub(super) fn new(market: &Market, now: Ms, dice: &mut Dice) -> Self {
        let shares: Vec<f64> = facts().locales.iter().map(|it| it.share).collect();
        Self::speaking(dice.weighted(&shares), market, now, dice)
    }

    pub(super) fn speaking(locale: usize, market: &Market, now: Ms, dice: &mut Dice) -> Self {
        let names = &facts().locales[locale];
        let woman = dice.chance(0.45);
        let given = given(names, woman, dice);
        let scheme = dice.weighted(&[0.6, 0.3, 0.1]);
        let mut it = Self {
            locale,
            woman,
            nickname: nickname(names, &given, dice),
            middle: (names.code == "en" && dice.chance(0.6)).then(|| self::given(names, woman, dice)),
            patronymic: names::patronymic(names, woman, dice),
            family: family(names, woman, dice),
            second_family: matches!(names.code, "es" | "pt").then(|| family(names, woman, dice)),
            married: None,
            given,
            scheme,
            homes: Vec::new(),
            jobs: Vec::new(),
            studies: Vec::new(),
            emails: Vec::new(),
            phone: String::new(),
            slug: String::new(),
            old_slug: None,
            github: String::new(),
            trade: dice.below(words("title", "trade").len()),
        };
        it.live(market, month(now), dice);
        it.connect(dice);
        it
    }

    /// A marriage, homes, schools and jobs up to this month.
    fn live(&mut self, market: &Market, now: Month, dice: &mut Dice) {
        let names = &facts().locales[self.locale];
        let jobs = 1 + dice.exponential(2.2) as usize;
        let mut end = None;
        let mut start = now - dice.below(10) as i32;
        for _ in 0..jobs.min(9) {
            start -= (dice.lognormal(30.0, 0.7) as i32).clamp(2, 240);
            self.jobs.push(Job { company: market.employer(dice), title: String::new(), start, end });
            end = Some(start - i32::from(dice.chance(0.4)) * dice.below(5) as i32);
            start = end.unwrap_or(start);
        }
        if dice.chance(0.08) {
            self.jobs[0].end = Some(now - dice.below(6) as i32);
        }
        let first = start;
        for job in &mut self.jobs {
            job.title = title(self.trade, (job.start - first) / 12, dice);
        }
        self.studies = studies(market, self.locale, first / 12, dice);
        self.homes = vec![(home(names, dice), now - dice.between(0, 120) as i32)];
        if dice.chance(0.35) {
            let before = if dice.chance(0.7) { home(names, dice) } else { dice.below(facts().places.len()) };
            self.homes.push((before, 0));
        }
        if self.woman && dice.chance(1.0 - (-0.012 * f64::from(now - first) / 12.0).exp()) {
            self.married = Some((family(names, true, dice), now - dice.below((now - first).max(1) as usize) as i32));
        }
    }

    /// Addresses, the phone, pages.
    pub(super) fn connect(&mut self, dice: &mut Dice) {
        let place = &facts().places[self.homes[0].0];
        self.phone = format!("+{} {}", place.dial, dice.digits(11_usize.saturating_sub(place.dial.len()).min(10)));
        let (given, family) = (plain(&self.given.latin[self.scheme]), plain(&self.family.latin[self.scheme]));
        self.emails = (0..1 + dice.below(2)).map(|_| address(&given, &family, dice)).collect();
        let now_family = plain(&self.family_at(Month::MAX).latin[self.scheme]);
        self.slug = slug(&given, &now_family, dice);
        self.old_slug = dice.chance(0.15).then(|| slug(&given, &family, dice));
        self.github = match dice.below(4) {
            0 => format!("{given}{family}"),
            1 => format!("{}{family}{}", &given[..given.len().min(1)], dice.below(100)),
            2 => format!("{given}-{}", dice.hex(3)),
            _ => format!("{}{}", plain(dice.pick(words("company", "head")).text), dice.below(1000)),
        };
    }

    /// The surname in that month.
    pub(super) fn family_at(&self, at: Month) -> &Part {
        match &self.married {
            Some((name, since)) if *since <= at => name,
            _ => &self.family,
        }
    }

    /// The place of residence in that month.
    pub(super) fn home_at(&self, at: Month) -> usize {
        self.homes.iter().find(|it| it.1 <= at).or(self.homes.last()).map_or(0, |it| it.0)
    }

    /// The jobs begun by that month, newest first.
    pub(super) fn jobs_at(&self, at: Month) -> impl Iterator<Item = &Job> {
        self.jobs.iter().filter(move |it| it.start <= at)
    }
}

fn given(names: &Locale, woman: bool, dice: &mut Dice) -> Part {
    let list = if woman { &names.women } else { &names.men };
    Part::of(&list[dice.rank(list.len(), 20.0)])
}

fn nickname(names: &Locale, given: &Part, dice: &mut Dice) -> Option<String> {
    let found = names.nicknames.iter().find(|it| it.text == given.native || it.text == given.latin[0])?;
    Some(super::romanise::latin(&dice.pick(&found.romans).replace('_', " "), 1))
}

fn family(names: &Locale, woman: bool, dice: &mut Dice) -> Part {
    let name = if !names.roots.is_empty() && dice.chance(names.rare) {
        Part::of(&names.roots[dice.rank(names.roots.len(), 30.0)]).joined(dice.pick(&names.endings))
    } else {
        Part::of(&names.surnames[dice.rank(names.surnames.len(), 25.0)])
    };
    if woman && names::is_gendered(names.code) { name.map(|it| names::feminine(names.code, it)) } else { name }
}

fn home(names: &Locale, dice: &mut Dice) -> usize {
    match dice.chance(0.8) && !names.homes.is_empty() {
        true => names.homes[dice.rank(names.homes.len(), 3.0)],
        false => dice.rank(facts().places.len(), 30.0),
    }
}

fn studies(market: &Market, language: usize, first_job: i32, dice: &mut Dice) -> Vec<Study> {
    let field = |dice: &mut Dice| dice.pick(words("title", "field")).spaced();
    let study =
        |degree, start, end, dice: &mut Dice| Study { school: market.school(language, dice), degree, field: field(dice), start, end };
    let mut list = Vec::new();
    if dice.chance(0.35) {
        list.push(study(*dice.pick(&["MSc", "MBA", "MA", "PhD"]), first_job - 2, first_job, dice));
    }
    if dice.chance(0.85) {
        let end = first_job - 2 * list.len() as i32;
        list.push(study(*dice.pick(&["BSc", "BA", "BEng", "B.Tech"]), end - 4, end, dice));
    }
    list
}

fn address(given: &str, family: &str, dice: &mut Dice) -> String {
    let initial = &given[..given.len().min(1)];
    let number = if dice.chance(0.6) { dice.below(9999).to_string() } else { String::new() };
    let host = dice.pick(words("host", "mail")).text;
    match dice.below(6) {
        0 => format!("{given}.{family}{number}@{host}"),
        1 => format!("{initial}{family}{number}@{host}"),
        2 => format!("{family}.{given}{number}@{host}"),
        3 => format!("{given}_{family}{number}@{host}"),
        4 => format!("{}{}@{host}", plain(dice.pick(words("company", "head")).text), dice.below(9999)),
        _ => format!("{given}{family}{number}@{host}"),
    }
}

fn slug(given: &str, family: &str, dice: &mut Dice) -> String {
    match dice.below(10) {
        0..4 => format!("{given}-{family}-{}", dice.hex(8)),
        4..7 => format!("{given}-{family}"),
        7 => format!("{given}{family}"),
        8 => format!("{given}{family}{}", dice.below(99)),
        _ => format!("{}{family}-{}", &given[..given.len().min(1)], dice.hex(4)),
    }
}
