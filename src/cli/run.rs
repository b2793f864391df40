//! `acquaint run NAME`: one run of one tenant, from list to badges.

use super::{Context, Exit, Failure, Output};
use crate::{
    model::{ResumePolicy, ResumeStatus, RunKind, RunRecord, RunState, Tally, TenantName},
    night::{self, Finished, Order, Publication, Rooms, Step, Stop, Watch},
    resume::Readers,
    store::Store,
};
use futures::FutureExt;
use std::sync::Arc;

/// Lists the tenant's Lever account, matches everyone, publishes badges, forgets the rest.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  acquaint run acme
  acquaint run acme --recent            only what changed since the last good run
  acquaint run acme --dry-run --json    count, publish nothing

Ends with 0 done, 3 Lever refuses the key, 4 done with something left out, 5 held by the guard (see `publish` and `drop`),
6 Lever unreachable or rate-limited, 8 another run of the tenant is at work.")]
pub(super) struct Args {
    /// The tenant
    name: TenantName,
    /// Only contacts that changed since the last good run
    #[arg(long)]
    recent: bool,
    /// When résumés are read, in place of the tenant's setting
    #[arg(long, value_name = "auto|none|all", value_parser = policy)]
    resumes: Option<ResumePolicy>,
    /// Count, and publish nothing
    #[arg(long)]
    dry_run: bool,
    /// Publish even if many badges are lost
    #[arg(long)]
    yes: bool,
}

fn policy(word: &str) -> Result<ResumePolicy, String> {
    ResumePolicy::parse(word).ok_or_else(|| "auto, none or all".to_owned())
}

pub(super) async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let store = context.store().await?;
    let resumes = store.tenant(&args.name).await?.settings.resumes;
    let order = Order {
        kind: if args.recent { RunKind::Recent } else { RunKind::Full },
        resumes: args.resumes.unwrap_or(resumes),
        publication: match (args.dry_run, args.yes) {
            (true, _) => Publication::DryRun,
            (false, true) => Publication::Unguarded,
            (false, false) => Publication::Guarded,
        },
    };
    let finished = one_night(context, &store, &args.name, (order, NOW)).await?;
    let exit = tell(&context.output, finished);
    // What a database that failed left is tidied by the next run.
    Ok(if exit == Exit::Internal { exit } else { exit.first(context.tidy(store.as_ref()).await) })
}

/// How many milliseconds ago a run takes place: all but those of an invented history do now.
pub(super) const NOW: i64 = 0;

/// Opens the rooms and runs the tenant's turn; Ctrl-C cancels it.
pub(super) async fn one_night(
    context: &Context,
    store: &Arc<dyn Store>,
    name: &TenantName,
    (order, ago): (Order, i64),
) -> Result<Finished, Failure> {
    let tenant = store.tenant(name).await?;
    let (lever, secret) = (context.lever(store, &tenant).await?, context.tenant_secret(&tenant)?);
    let store = store.as_ref();
    let index = context.index(store).await?;
    let matcher = context.matcher(None)?;
    let readers = Readers::new(context.program()?, 2);
    let rooms = Rooms {
        store,
        index: &index,
        matcher: &matcher,
        lever: &lever,
        readers: &readers,
        secret: &secret,
        profile_url: context.settings()?.profile_url.as_ref(),
    };
    let bars = Bars::new(&context.output);
    let watch = Watch { clock: &|| context.now().plus(-ago), progress: &|step| bars.show(step) };
    let finished = night::run(rooms, &tenant, order, watch, context.interrupted().map(|()| Stop::Asked)).await?;
    lever.settled().await;
    Ok(finished)
}

/// One bar for each part of a run.
struct Bars {
    listing: super::Progress,
    matching: super::Progress,
    reading: super::Progress,
}

impl Bars {
    fn new(output: &Output) -> Self {
        let bar = |what| output.progress(what, None);
        Self {
            listing: bar("opportunities listed"),
            matching: output.progress("matching", Some(0)),
            reading: output.progress("résumés", Some(0)),
        }
    }

    fn show(&self, step: Step) {
        match step {
            Step::Listing(rows) => self.listing.reach(rows),
            Step::Matching(done, of) => self.matching.set(done, of),
            Step::Reading(done, of) => self.reading.set(done, of),
            Step::Publishing => [&self.listing, &self.matching, &self.reading].into_iter().for_each(super::Progress::end),
        }
    }
}

/// Prints the record, whatever the end, and says which code fits it.
pub(super) fn tell(output: &Output, finished: Finished) -> Exit {
    let record = &finished.record;
    if output.json() {
        output.object(record);
    } else {
        summary(record).iter().for_each(|it| output.line(it));
    }
    let mut exit = if record.tally.left_out.is_empty() { Exit::Ok } else { Exit::Partial };
    if record.state == RunState::Held {
        exit = exit.first(output.failure(&held(record)));
    }
    if let Some(error) = finished.error {
        exit = exit.first(output.failure(&Failure::from(error)));
    }
    exit
}

/// What people read of a run.
fn summary(record: &RunRecord) -> Vec<String> {
    let it = &record.tally;
    let mut lines = vec![
        format!("run {} of {}: {} ({})", record.run, record.tenant, record.state.as_str(), record.kind.as_str()),
        format!(
            "  {} opportunities of {} contacts: {} matched, {} to review, {} without a profile, {} withheld",
            it.pulled, it.contacts, it.matched, it.review, it.unmatched, it.withheld
        ),
        format!("  badges: {} added, {} changed, {} removed", it.badges_added, it.badges_changed, it.badges_removed),
        format!("  résumés: {} could change a verdict, {} read, {} put off", it.resumes_needed, it.resumes_read, it.resumes_deferred),
        format!("  {} requests to Lever, {} answered with 429", it.requests, it.rate_limited),
    ];
    if let Some(outcomes) = outcomes(it) {
        lines.insert(4, outcomes);
    }
    let shown = it.left_out.iter().take(20);
    lines.extend(shown.map(|out| format!("  left out: {} {}: {}", out.kind, out.id, out.reason)));
    if let more @ 1.. = it.left_out_count.saturating_sub(20) {
        lines.push(format!("  and {more} more left out: --json names them all"));
    }
    lines
}

/// What became of the résumés that were asked for and gave nothing; none when all of them gave something.
fn outcomes(tally: &Tally) -> Option<String> {
    let failed = tally.resume_outcomes.iter().filter(|(status, _)| **status != ResumeStatus::Ok);
    let mut said: Vec<String> = failed.map(|(status, count)| format!("{count} {}", status.as_str())).collect();
    said.extend((tally.resumes_of_others > 0).then(|| format!("{} of somebody else", tally.resumes_of_others)));
    (!said.is_empty()).then(|| format!("  résumés of no use: {}", said.join(", ")))
}

fn held(record: &RunRecord) -> Failure {
    let (run, tenant) = (record.run, &record.tenant);
    Failure::new(
        Exit::Held,
        format!("the publication is held: {} badges would be lost", record.tally.badges_removed),
        "readers still see the badges of the run before; removals for privacy are published",
        format!("look with `acquaint runs {tenant}`, then `acquaint publish {tenant} {run}` or `acquaint drop {tenant} {run}`"),
    )
}
