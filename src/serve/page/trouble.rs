//! What went wrong in a run, as what happened, what it means, and what to do: for operators, without a quotation.

use crate::lever::{LeverError, NEEDS, Need};
use crate::model::{RunRecord, RunState};
use std::collections::BTreeMap;

/// One thing that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) what: String,
    pub(super) effect: String,
    pub(super) fix: String,
}

impl Trouble {
    pub(super) fn new(what: impl Into<String>, effect: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), effect: effect.into(), fix: fix.into() }
    }
}

const STANDS: &str = "Badges stand as the run before left them.";
/// How the error of a run begins that came no further.
const STOOD_STILL: &str = "the run stood still";
const AGAIN: &str = "Run it again; the schedule does so too.";

/// What a run's end and its left-out parts say, each thing once.
pub(super) fn of_run(run: &RunRecord) -> Vec<Trouble> {
    ending(run).into_iter().chain(left_out(run)).collect()
}

fn ending(run: &RunRecord) -> Option<Trouble> {
    let said = run.error.clone().unwrap_or_default();
    match run.state {
        RunState::Failed => Some(failed(said)),
        RunState::Lost => Some(Trouble::new("The run's process ended without a word.", STANDS, AGAIN)),
        RunState::Held => Some(Trouble::new(
            format!("Publication is held: {} badges would go.", run.tally.badges_removed),
            "Readers see the badges of the run before; removals for privacy are published.",
            "Look at what would change, then publish or drop it.",
        )),
        _ => None,
    }
}

/// The errors that Lever is known for are told apart by their own words, which quote nobody.
fn failed(said: String) -> Trouble {
    let is = |error: &LeverError| said == error.to_string();
    if is(&LeverError::Unauthorized) {
        return Trouble::new("Lever does not accept the key.", STANDS, "Make a new key in Lever, and give it under Settings.");
    }
    if is(&LeverError::RateLimited) {
        return Trouble::new("Lever kept asking for fewer requests.", STANDS, "See whether another program uses this key, then run again.");
    }
    if said.starts_with(STOOD_STILL) {
        return Trouble::new(
            format!("It was ended: {said}."),
            "Badges stand as the run before left them; another attempt is made once, and the next time of the schedule comes as ever.",
            "See that Lever and the database answer and the workers have room to work (`acquaint doctor`), then run it again.",
        );
    }
    if let Some(need) = named(&said) {
        return Trouble::new(format!("Lever refuses “{}”.", need.checkbox), format!("Without it {}.", need.without), tick(need));
    }
    let passes = LeverError::Unavailable { status: None, source: None };
    let fix = if is(&passes) { "See whether Lever is up (status.lever.co), then run again." } else { AGAIN };
    Trouble::new(format!("The run failed: {said}."), STANDS, fix)
}

/// Parts that were left out, by reason: a list of ids says nothing to people.
fn left_out(run: &RunRecord) -> Vec<Trouble> {
    let mut reasons: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let more = run.tally.left_out_count > run.tally.left_out.len() as u64;
    for it in &run.tally.left_out {
        *reasons.entry((&it.kind, &it.reason)).or_default() += 1;
    }
    let one = |((kind, reason), count): ((&str, &str), usize)| match named(reason) {
        Some(need) => Trouble::new(format!("Lever refuses “{}”.", need.checkbox), format!("Without it {}.", need.without), tick(need)),
        None => Trouble::new(
            format!("{}{count} × {kind} left out: {reason}.", if more { "At least " } else { "" }),
            "Everything else of the run stands.",
            "The next run tries again; `acquaint runs --json` names the ids.",
        ),
    };
    let mut found: Vec<Trouble> = reasons.into_iter().map(one).collect();
    found.dedup();
    found
}

/// The permission that a text names, by its check box or scope. Of boxes that begin alike the longest counts.
fn named(text: &str) -> Option<&'static Need> {
    let names = |it: &&Need| text.contains(&format!("\"{}\"", it.checkbox)) || text.contains(it.checkbox);
    NEEDS.iter().filter(names).max_by_key(|it| it.checkbox.len())
}

fn tick(need: &Need) -> String {
    format!("In Lever: Settings > Integrations and API > new key, tick “{}”; then give the new key under Settings.", need.checkbox)
}
