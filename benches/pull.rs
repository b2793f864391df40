//! How long the list of a whole account takes: reference lists and all opportunities, from a replica that answers after 300 ms
//! and allows 10 requests a second with bursts to 20; first quietly, and then while one request in twenty is answered 429 at
//! random, which may take 1.2 times as long. Making the account is not timed. `cargo bench --bench pull [OPPORTUNITIES…]`

use acquaint::lever::{Lever, LeverError, Listing, base_url};
use acquaint::model::Environment;
use acquaint::replica::{Faults, Options, Replica};
use acquaint::secrets::Secret;
use acquaint::world::{Plan, World};
use std::io::Write;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![5_000, 50_000] } else { asked };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for opportunities in sizes {
        let plan = Plan { profiles: 0, ..Plan::for_opportunities(opportunities) };
        let options = Options { latency: Duration::from_millis(300), ..Options::default() };
        let replica = Replica::start(World::new(&plan).account, options)?;
        let (quiet, line) = runtime.block_on(pull(&replica, &plan))?;
        writeln!(std::io::stdout(), "{line}")?;
        // Both begin with a full allowance.
        std::thread::sleep(Duration::from_secs(2));
        replica.misbehave(&[Faults::RATE_LIMIT]);
        let (troubled, line) = runtime.block_on(pull(&replica, &plan))?;
        writeln!(std::io::stdout(), "  with 429 at random: {line}; {:.2} × the quiet time (at most 1.2)", troubled / quiet)?;
        let beyond = replica.stats().beyond_allowance;
        writeln!(std::io::stdout(), "  {beyond} requests beyond the allowance")?;
    }
    Ok(())
}

/// Lists the account once; returns the seconds, and what it took beside what it may take.
async fn pull(replica: &Replica, plan: &Plan) -> Result<(f64, String), LeverError> {
    let base = base_url(Environment::Production, Some(&replica.base_url()))?;
    let lever = Lever::connect(base, Secret::new(replica.key().into()))?;
    let listing = Listing { confidential: false, start: None, now: plan.now };
    let began = Instant::now();
    lever.reference(&listing).await?;
    let reference = lever.usage().requests;
    let rows = lever.list(&listing, &|_| ()).await?.rows.len();
    let seconds = began.elapsed().as_secs_f64();
    let least = rows.div_ceil(100) as u64 + reference;
    let bound = if rows <= 5_000 { least as f64 / 10.0 * 1.1 + 2.0 } else { rows as f64 / 50_000.0 * 60.0 };
    let (requests, limited) = (lever.usage().requests, lever.usage().rate_limited);
    let told =
        format!("{rows} rows: {seconds:.1} s (at most {bound:.1}), {requests} requests (at least {least}), {limited} answers of 429");
    Ok((seconds, told))
}
