//! What Lever's own reader makes of a résumé: some months and the oldest jobs are lost, and a résumé words some things otherwise than the
//! profile does.

use super::account::{ParsedPosition, ParsedSchool};
use super::dice::{Dice, Stream};
use super::facts::words;
use super::market::retitled;
use super::person::{Job, Month, Study, month};
use super::resume::Writer;
use xxhash_rust::xxh3::xxh3_64;

/// Titles that are told in other words, of all.
const RETITLED: f64 = 0.12;

/// Times at a school that a résumé leaves out.
const LEFT_OUT: f64 = 0.12;

/// Résumés that list a course which the profile does not.
const COURSES: f64 = 0.08;

impl Writer<'_> {
    /// The newest jobs.
    pub(super) fn positions(&self, dice: &mut Dice) -> Vec<ParsedPosition> {
        let at = month(self.at);
        let date = |it: Month, dice: &mut Dice| (it / 12, (!dice.chance(0.2)).then_some((it % 12 + 1) as u32));
        let row = |job: &Job| ParsedPosition {
            organization: self.market.called(job.company, dice).to_owned(),
            title: job.title.clone(),
            start: Some(date(job.start, dice)),
            end: job.end.filter(|it| *it <= at).map(|it| date(it, dice)),
        };
        self.person.jobs_at(at).take(4).map(row).collect()
    }

    /// These jobs in the résumé's own words, and the schools; a stream of chance of its own, so that all else stays.
    pub(super) fn reworded(&self, mut positions: Vec<ParsedPosition>, resume: &str) -> (Vec<ParsedPosition>, Vec<ParsedSchool>) {
        if positions.is_empty() {
            return (positions, Vec::new());
        }
        let mut dice = Dice::new(xxh3_64(resume.as_bytes()), Stream::Parsed, 0);
        let often = |share: f64| (share * self.errors).min(0.9);
        for it in &mut positions {
            if dice.chance(often(RETITLED)) {
                it.title = retitled(&it.title, &mut dice);
            }
        }
        let kept: Vec<&Study> = self.person.studies.iter().filter(|_| !dice.chance(often(LEFT_OUT))).collect();
        let mut schools: Vec<ParsedSchool> = kept.into_iter().map(|it| self.study(it, &mut dice)).collect();
        if dice.chance(often(COURSES)) {
            let organization = format!("{} Academy", dice.pick(words("company", "head")).text);
            schools.push(ParsedSchool { organization, years: None });
        }
        (positions, schools)
    }

    fn study(&self, it: &Study, dice: &mut Dice) -> ParsedSchool {
        let school = &self.market.schools[it.school];
        let organization = if dice.chance(0.25) { &school.short } else { &school.name };
        ParsedSchool { organization: organization.clone(), years: dice.chance(0.7).then_some((it.start, it.end)) }
    }
}
