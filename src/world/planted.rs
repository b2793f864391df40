//! People who stand close to a contact's person and are not that person.

use super::account::Ms;
use super::dice::Dice;
use super::market::Market;
use super::person::Person;

/// How a neighbour resembles the person: flag, and how often for people without a profile.
const KINDS: &[(&str, f64)] =
    &[("near_city", 0.09), ("near_employer", 0.035), ("near_school", 0.025), ("near_father", 0.025), ("near_sibling", 0.02)];

/// Somebody like this person, or (mostly) nobody. The greater the share, the more often.
pub(super) fn neighbour(of: &Person, market: &Market, now: Ms, dice: &mut Dice) -> Option<(&'static str, Person)> {
    let (kind, _) = KINDS.iter().find(|(_, share)| dice.chance(*share))?;
    let mut it = Person::speaking(of.locale, market, now, dice);
    it.family = of.family.clone();
    it.second_family = of.second_family.clone();
    it.married = None;
    if *kind == "near_sibling" {
        it.homes = of.homes.clone();
        it.studies = of.studies.clone();
    } else {
        (it.given, it.middle, it.woman) = (of.given.clone(), None, of.woman);
        it.nickname = of.nickname.clone();
        (it.family, it.scheme) = (of.family_at(super::person::Month::MAX).clone(), of.scheme);
    }
    match *kind {
        "near_city" => it.homes = of.homes.clone(),
        "near_employer" => it.jobs[0].company = of.jobs[dice.below(of.jobs.len())].company,
        "near_school" => it.studies = of.studies.clone(),
        "near_father" => {
            it.homes = of.homes.clone();
            it.phone = of.phone.clone();
        }
        _ => {}
    }
    it.connect(dice);
    if *kind == "near_father" {
        it.phone = of.phone.clone();
    }
    Some((kind, it))
}
