//! `acquaint plan`: what an installation of some size needs, from costs that were measured. Every figure says what it is made of.

use super::{Context, Exit, Failure};
use serde::Serialize;

/// Says how long nights take, how many workers and how much room they need, and what Lever's rate alone decides.
#[derive(clap::Args)]
#[command(after_help = "Example:
  acquaint plan --tenants 300 --opportunities 50000 --profiles 1000000

The costs are those of the README's table (two virtual cores); on another machine multiply processor time by what
`cargo bench --bench match` says there.")]
pub(super) struct Args {
    /// Companies
    #[arg(long, value_name = "N")]
    tenants: u64,
    /// Opportunities of each
    #[arg(long, value_name = "N")]
    opportunities: u64,
    /// Public profiles in the store
    #[arg(long, value_name = "N")]
    profiles: u64,
    /// Requests for résumés in each night, as the setting `resume_budget`
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    resume_budget: u64,
    /// Hours in which all nights have to be done
    #[arg(long, value_name = "HOURS", default_value_t = 8)]
    night: u64,
    /// Runs at work at one time in each worker
    #[arg(long, value_name = "N", default_value_t = 4)]
    runs_at_once: u64,
}

/// Lever's documented rate: requests a second and key.
const RATE: f64 = 10.0;
/// Opportunities on a page.
const PAGE: f64 = 100.0;
/// Requests of a run beside pages and résumés: reference lists, the deleted, those asked for by their id.
const OTHER_REQUESTS: f64 = 12.0;
/// Processor seconds of a run but résumés (benches/night: 7.4 for 48,000 opportunities with so many profiles).
const CPU_OF_A_RUN: f64 = 7.4;
const OPPORTUNITIES_OF_IT: f64 = 48_000.0;
const PROFILES_OF_IT: f64 = 104_469.0;
/// Contacts that are matched in a processor second, by profiles in the store (`link`, as benches/match counts it): the more there are,
/// the more of them come near.
const MATCHED: [(f64, f64); 2] = [(202_156.0, 17_268.0), (1_010_780.0, 7_344.0)];
/// Processor seconds of a résumé that is read in its child (benches/resume, with the child's share of a start).
const CPU_PER_RESUME: f64 = 0.04;
/// Contacts among opportunities, in the invented accounts (2,953 of 4,856).
const CONTACTS: f64 = 0.61;
/// Contacts whose résumé could change a verdict, in the demo's first night (280 of 987).
const RESUMES_NEEDED: f64 = 0.28;
/// Bytes that a profile takes in the store (15.4 MB for the demo's 20,625), and in the index (8.5 MB for 20,232).
const STORE_PER_PROFILE: f64 = 750.0;
const INDEX_PER_PROFILE: f64 = 420.0;
/// Bytes of ledger an opportunity (930 kB for the demo's 1,614, where half have a profile); twice while a run is staged.
const LEDGER_PER_OPPORTUNITY: f64 = 580.0;
/// Anonymous memory of a worker, and of a run an opportunity (135 MB for 48,000). The index is mapped and not part of it.
const MEMORY_OF_A_WORKER: f64 = 60e6;
const MEMORY_PER_OPPORTUNITY: f64 = 75e6 / 48_000.0;

/// Processor seconds to match one contact against so many profiles: on the line through what was measured, over the logarithm of their
/// number; below and above it the same line is an estimate.
fn cpu_per_contact(profiles: f64) -> f64 {
    let [(few, fast), (many, slow)] = MATCHED;
    let (fast, slow) = (1.0 / fast, 1.0 / slow);
    let share = (profiles.max(1.0) / few).ln() / (many / few).ln();
    (fast + share * (slow - fast)).max(fast / 4.0)
}

/// Processor seconds an opportunity, all of a run but résumés.
fn cpu_per_opportunity(profiles: f64) -> f64 {
    let all = CPU_OF_A_RUN / OPPORTUNITIES_OF_IT;
    all + CONTACTS * (cpu_per_contact(profiles) - cpu_per_contact(PROFILES_OF_IT))
}

/// What is told.
#[derive(Debug, Serialize)]
struct Needs {
    /// One night of one tenant, when nothing holds it up but Lever's rate.
    minutes_a_tenant: f64,
    /// The same for its first night, or one without a budget: every résumé that could change a verdict is asked for.
    minutes_a_tenant_with_all_resumes: f64,
    /// Hours of all nights one after another.
    run_hours: f64,
    /// Hours of processor time for all nights.
    cpu_hours: f64,
    /// The part of a night that is waiting for Lever's rate.
    share_bound_by_lever: f64,
    /// Processes that get all nights done in the time there is.
    workers: u64,
    /// Cores that these need together.
    cores: f64,
    /// Hours from the first run to the last, with so many workers.
    hours: f64,
    /// Anonymous memory of one worker with all its runs at work.
    worker_memory_gb: f64,
    /// Room for the store.
    store_gb: f64,
    /// Room for the index, on each machine with a worker.
    index_gb: f64,
}

impl Needs {
    #[expect(clippy::cast_precision_loss, reason = "counts of people and companies are far below 2^52")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of processes is small and positive")]
    fn of(args: &Args) -> Self {
        let (tenants, opportunities, profiles) = (args.tenants as f64, args.opportunities as f64, args.profiles as f64);
        let (at_once, night) = (args.runs_at_once.max(1) as f64, args.night.max(1) as f64);
        let contacts = opportunities * CONTACTS;
        let listing = (opportunities / PAGE).ceil() + OTHER_REQUESTS;
        let seconds = |resumes: f64| {
            let lever = (listing + 2.0 * resumes) / RATE;
            let cpu = opportunities * cpu_per_opportunity(profiles) + resumes * CPU_PER_RESUME;
            // Listing, matching and reading overlap in part; taken one after the other, the figure errs on the long side.
            (lever, cpu, lever + cpu)
        };
        let all_resumes = contacts * RESUMES_NEEDED;
        let (lever, cpu, whole) = seconds(all_resumes.min(args.resume_budget as f64 / 2.0));
        let (_, _, with_all) = seconds(all_resumes);
        let run_hours = tenants * whole / 3_600.0;
        let cpu_hours = tenants * cpu / 3_600.0;
        // The longest night cannot be divided.
        let workers = (run_hours / at_once / (night - whole / 3_600.0).max(night / 2.0)).ceil().max(1.0);
        let hours = (run_hours / (workers * at_once)).max(whole / 3_600.0);
        Self {
            minutes_a_tenant: whole / 60.0,
            minutes_a_tenant_with_all_resumes: with_all / 60.0,
            run_hours,
            cpu_hours,
            share_bound_by_lever: lever / whole,
            workers: workers as u64,
            cores: (cpu_hours / hours).max(0.1),
            hours,
            worker_memory_gb: (MEMORY_OF_A_WORKER + at_once * opportunities * MEMORY_PER_OPPORTUNITY) / 1e9,
            store_gb: (profiles * STORE_PER_PROFILE + 2.0 * tenants * opportunities * LEDGER_PER_OPPORTUNITY) / 1e9,
            index_gb: profiles * INDEX_PER_PROFILE / 1e9,
        }
    }

    /// How many such tenants one machine of two cores carries in the time there is.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as above")]
    fn carried(&self, args: &Args) -> u64 {
        let night = args.night.max(1) as f64;
        let by_places = args.runs_at_once.max(1) as f64 * night * 60.0 / self.minutes_a_tenant;
        let by_cpu = 2.0 * night / (self.cpu_hours / args.tenants.max(1) as f64);
        by_places.min(by_cpu).floor() as u64
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    if args.tenants == 0 || args.opportunities == 0 {
        return Err(Failure::new(Exit::Usage, "a plan for nobody", "nothing was counted", "give a number of tenants and of opportunities"));
    }
    let needs = Needs::of(args);
    if context.output.json() {
        context.output.object(&needs);
        return Ok(Exit::Ok);
    }
    let rows = [
        ("a night of one tenant", format!("{:.1} minutes", needs.minutes_a_tenant)),
        ("with every résumé of use", format!("{:.1} minutes", needs.minutes_a_tenant_with_all_resumes)),
        ("waiting for Lever's rate", format!("{:.0} % of it", needs.share_bound_by_lever * 100.0)),
        ("all nights", format!("{:.1} hours of runs, {:.1} hours of processor time", needs.run_hours, needs.cpu_hours)),
        ("workers", format!("{} with {} runs at once: done in {:.1} hours", needs.workers, args.runs_at_once, needs.hours)),
        ("cores", format!("{:.1} in all", needs.cores)),
        ("memory", format!("{:.2} GB of anonymous memory a worker", needs.worker_memory_gb)),
        ("disk", format!("{:.1} GB of store, {:.1} GB of index on each machine", needs.store_gb, needs.index_gb)),
        ("one machine", format!("two cores and one worker carry {} such tenants in {} hours", needs.carried(args), args.night)),
    ];
    context.output.rows(["what", "needs"], rows.into_iter().map(|(what, needs)| [what.to_owned(), needs]));
    Ok(Exit::Ok)
}
