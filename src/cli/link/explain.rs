//! `link --explain`: for each candidate the steps to the probability, with the profile's own values.

use super::lines::Lines;
use super::outcome::Outcome;
use super::profile;
use crate::cli::waterfall::{self, percent};
use crate::cli::{Context, Failure};
use crate::model::{Profile, ProfileId};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// How many outcomes wait until the profiles are read again for their values.
const AT_ONCE: usize = 20_000;

/// Outcomes that wait to be told.
pub(super) struct Explain<'a> {
    profiles: &'a Path,
    context: &'a Context,
    waiting: Vec<Outcome>,
}

impl<'a> Explain<'a> {
    pub(super) fn new(profiles: &'a Path, context: &'a Context) -> Self {
        Self { profiles, context, waiting: Vec::new() }
    }

    pub(super) fn add(&mut self, outcome: Outcome) -> Result<(), Failure> {
        self.waiting.push(Outcome { considered: Vec::new(), ..outcome });
        if self.waiting.len() >= AT_ONCE { self.tell() } else { Ok(()) }
    }

    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.tell()
    }

    fn tell(&mut self) -> Result<(), Failure> {
        let wanted = self.waiting.iter().filter_map(|it| it.verdict.best.as_ref()).map(|it| it.profile.clone()).collect();
        let profiles = read(self.profiles, &wanted)?;
        for it in self.waiting.drain(..) {
            self.context.output.note(&paragraph(&it, &profiles));
        }
        Ok(())
    }
}

/// The records of these profiles, read again; none where the file can be read only once.
pub(super) fn read(path: &Path, wanted: &HashSet<ProfileId>) -> Result<HashMap<ProfileId, Profile>, Failure> {
    if wanted.is_empty() || !path.is_file() {
        return Ok(HashMap::new());
    }
    let mut found = HashMap::new();
    for profile in Lines::open(path)?.each(|line| profile(line).filter(|it| wanted.contains(&it.id))) {
        // Of records with one id the first counts, as in the index.
        found.entry(profile.id.clone()).or_insert(profile);
    }
    Ok(found)
}

fn paragraph(outcome: &Outcome, profiles: &HashMap<ProfileId, Profile>) -> String {
    let (candidate, verdict) = (&outcome.candidate, &outcome.verdict);
    let decision = verdict.decision.as_str();
    let Some(best) = &verdict.best else { return format!("{candidate}: {decision}, no profile came near\n") };
    let next = verdict.runner_up.as_ref().map(|it| format!("; the next is {}, {}", it.profile, percent(it.probability)));
    let also = verdict.also.iter().map(|it| format!("; {it} shows the same person"));
    let next = next.into_iter().chain(also).collect::<String>();
    let head = format!("{candidate}: {decision}, {}, {}{}", best.profile, percent(best.probability), next);
    format!("{head}\n{}", waterfall::text(&best.evidence, &best.waterfall, profiles.get(&best.profile)))
}
