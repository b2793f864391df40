//! Two accounts of one person brought together: where they agree, where they contradict each other.

use super::name::PersonName;
use super::raw::{RawPerson, RawPosition, RawText};
use super::sound::sound;
use super::standing::standing;
use super::{Organization, Person};
use unicode_script::{Script, UnicodeScript};

/// Who tells of a job, where two have read one résumé.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Telling {
    /// One source alone.
    #[default]
    One,
    /// Two, and they agree.
    Both,
    /// Two, with dates that cannot both be right: the employer counts and the dates are silent.
    Disputed,
}

/// Months by which two readers of one date may differ: one of them often has the year alone.
const SLACK: u16 = 12;

impl RawPerson {
    /// Brings in what another reader made of the same résumé. A job that both found becomes one, told by both or disputed; what
    /// one found alone stays as it is.
    pub fn attest(&mut self, other: Self) {
        let RawPerson { positions, schools, .. } = other;
        for theirs in positions {
            let known = theirs.employer();
            let same = |it: &&mut RawPosition| known.is_some() && it.told == Telling::One && it.employer() == known;
            match self.positions.iter_mut().find(same) {
                Some(mine) => mine.attest(theirs),
                None => self.positions.push(theirs),
            }
        }
        for theirs in schools {
            let name = theirs.organization.as_ref().and_then(|it| Organization::parse(it.text()));
            let told = |it: &RawText| Organization::parse(it.text()) == name;
            if name.is_none() || !self.schools.iter().filter_map(|it| it.organization.as_ref()).any(told) {
                self.schools.push(theirs);
            }
        }
    }

    /// Whether the other is somebody else for certain: both have names, no word of which could be one, and no
    /// address, number or page in common. Happens where a colleague's résumé was filed under a person.
    #[must_use]
    pub fn contradicts(&self, other: &Self) -> bool {
        let (mine, theirs) = (names(self), names(other));
        let unlike = |(a, b): (&PersonName, &PersonName)| !could_be(a, b);
        let pairs = mine.iter().flat_map(|a| theirs.iter().map(move |b| (a, b)));
        if mine.is_empty() || theirs.is_empty() || !pairs.into_iter().all(unlike) {
            return false;
        }
        let known = Person::of_candidate(self).view().identifiers();
        !Person::of_candidate(other).view().identifiers().iter().any(|it| known.binary_search(it).is_ok())
    }
}

impl RawPosition {
    fn employer(&self) -> Option<Organization> {
        Organization::parse(self.organization.as_ref()?.text())
    }

    fn attest(&mut self, other: Self) {
        let start = |it: &Self| it.start.as_ref().and_then(|it| super::draft::month(it.text()));
        let apart = start(self).zip(start(&other)).is_some_and(|(a, b)| a.abs_diff(b) > SLACK);
        self.told = if apart { Telling::Disputed } else { Telling::Both };
        for (mine, theirs) in [(&mut self.title, other.title), (&mut self.start, other.start), (&mut self.end, other.end)] {
            if mine.is_none() {
                *mine = theirs;
            }
        }
    }
}

/// Names in scripts that are romanised letter by letter; none when any is in another one, where that may hide what is the same.
fn names(of: &RawPerson) -> Vec<PersonName> {
    let all: Vec<&str> = of.name.iter().chain(&of.other_names).map(RawText::text).collect();
    let by_letter = |c: char| matches!(c.script(), Script::Latin | Script::Cyrillic | Script::Greek);
    if all.iter().all(|it| it.chars().all(|c| !c.is_alphabetic() || by_letter(c))) {
        all.into_iter().filter_map(PersonName::parse).collect()
    } else {
        Vec::new()
    }
}

/// Whether a word of one is a word of the other, spelled so, sounding so or a pet form of it. Two words that are only alike count as
/// one that is: `Deepa Khan` is not `Deepak Yadav`, but `Alex Smyth` may be `Alexander Smith-Jones`.
fn could_be(a: &PersonName, b: &PersonName) -> bool {
    const ROOT: usize = 3;
    let same = |x: &String, y: &String| x == y || (x.len() > ROOT && sound(x).as_str() == sound(y).as_str()) || standing(x, y).is_some();
    let alike = |x: &String, y: &String| {
        let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
        let initial = short.len() == 1 && long.starts_with(short.as_str());
        initial || (short.len() >= ROOT && long.contains(&short[..ROOT]))
    };
    let any = |like: &dyn Fn(&String, &String) -> bool| a.words().iter().filter(|x| b.words().iter().any(|y| like(x, y))).count();
    any(&same) > 0 || any(&alike) > 1
}
