//! `acquaint runs NAME` and `acquaint diff RUN RUN`.

use super::{Context, Exit, Failure};
use crate::{
    model::{Change, Outcome, ProfileId, RunId, RunRecord, RunState, Status, TenantName},
    store::Store,
};
use std::collections::BTreeMap;

/// Prints a tenant's runs, newest first.
#[derive(clap::Args)]
#[command(after_help = "Example:
  acquaint runs acme --limit 5")]
pub(super) struct Args {
    /// The tenant
    name: TenantName,
    /// How many
    #[arg(long, default_value_t = 30)]
    limit: u32,
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    store.tenant(&args.name).await?;
    let runs = store.runs(&args.name, args.limit).await?;
    if context.output.json() {
        runs.iter().for_each(|it| context.output.object(it));
        return Ok(Exit::Ok);
    }
    let headers = ["run", "kind", "state", "began", "opportunities", "matched", "review", "added", "changed", "removed"];
    context.output.rows(headers, runs.iter().map(row));
    Ok(Exit::Ok)
}

fn row(it: &RunRecord) -> [String; 10] {
    let tally = &it.tally;
    let counts = [tally.pulled, tally.matched, tally.review, tally.badges_added, tally.badges_changed, tally.badges_removed];
    let [pulled, matched, review, added, changed, removed] = counts.map(|it| it.to_string());
    let (kind, state) = (it.kind.as_str().to_owned(), it.state.as_str().to_owned());
    let began = it.started_at.rfc3339().unwrap_or_default();
    [it.run.to_string(), kind, state, began, pulled, matched, review, added, changed, removed]
}

/// Prints which badges differ between two runs of one tenant: added, changed or removed from the first to the second.
#[derive(clap::Args)]
#[command(after_help = "Example:
  acquaint diff 01934a… 01934b…         what the second left that the first had not

A held run is compared as if it had been published. Changes are kept for 90 days.")]
pub(super) struct DiffArgs {
    /// The earlier run
    from: RunId,
    /// The later run
    to: RunId,
}

pub(super) async fn diff(args: &DiffArgs, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let (from, to) = (store.run(args.from).await?, store.run(args.to).await?);
    if from.tenant != to.tenant {
        return Err(Failure::new(Exit::Usage, "the runs are of two tenants", "nothing was compared", "name two runs of one tenant"));
    }
    let backwards = (from.started_at, from.run) > (to.started_at, to.run);
    let (early, late) = if backwards { (&to, &from) } else { (&from, &to) };
    let mut changes = between(store.as_ref(), early, late).await?;
    if backwards {
        changes.iter_mut().for_each(turn);
    }
    if context.output.json() {
        changes.iter().for_each(|it| context.output.object(it));
        return Ok(Exit::Ok);
    }
    let word = |it: Option<Status>| it.map_or("-", Status::as_str).to_owned();
    let cells = |it: &Change| [it.profile.to_string(), it.outcome.as_str().to_owned(), word(it.before), word(it.after)];
    context.output.rows(["profile", "what", "before", "after"], changes.iter().map(cells));
    Ok(Exit::Ok)
}

/// Adds up the changes of every run that was published after the first, up to the second.
async fn between(store: &dyn Store, early: &RunRecord, late: &RunRecord) -> Result<Vec<Change>, Failure> {
    let in_between = |it: &RunRecord| {
        let order = |it: &RunRecord| (it.started_at, it.run);
        order(it) > order(early) && order(it) <= order(late) && (it.state == RunState::Published || it.run == late.run)
    };
    let mut runs = store.runs(&early.tenant, u32::MAX).await?;
    runs.retain(in_between);
    runs.sort_by_key(|it| (it.started_at, it.run));
    let mut sum: BTreeMap<ProfileId, Change> = BTreeMap::new();
    for run in runs {
        for change in store.changes(run.run).await? {
            match sum.get_mut(&change.profile) {
                Some(first) => first.after = change.after,
                None => drop(sum.insert(change.profile.clone(), change)),
            }
        }
    }
    Ok(sum.into_values().filter_map(settled).collect())
}

/// The outcome of several changes in a row; none when a badge came and went.
fn settled(change: Change) -> Option<Change> {
    let outcome = match (change.before, change.after) {
        (None, None) => return None,
        (None, Some(_)) => Outcome::Added,
        (Some(_), None) => Outcome::Removed,
        (Some(_), Some(_)) => Outcome::Changed,
    };
    Some(Change { outcome, ..change })
}

fn turn(change: &mut Change) {
    std::mem::swap(&mut change.before, &mut change.after);
    change.outcome = match change.outcome {
        Outcome::Added => Outcome::Removed,
        Outcome::Removed => Outcome::Added,
        Outcome::Changed => Outcome::Changed,
    };
}
