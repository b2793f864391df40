//! What lies beyond this machine: Lever, with each company's key, and whoever receives alerts.

use super::{Finding, Grade};
use crate::cli::{Context, Exit, Failure};
use crate::lever::LeverError;
use crate::store::{Store, Tenant};
use futures::{StreamExt, stream};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Companies that are asked for at one time; their keys have allowances of their own.
const AT_ONCE: usize = 8;
/// How long one company's answer is waited for.
const ANSWER: Duration = Duration::from_secs(10);
/// After so long no other company is asked for.
const IN_ALL: Duration = Duration::from_secs(60);

/// What came of asking for one company.
enum Asked {
    /// Lever lists its opportunities.
    Right,
    /// It does not, and why.
    Wrong(LeverError),
    /// Time was up.
    NoTime,
}

/// Asks Lever one thing with each company's key, within the allowance that all processes share. One that has no key that can be opened is
/// told of elsewhere.
pub(super) async fn lever(store: &Arc<dyn Store>, tenants: &[Tenant], context: &Context) -> Vec<Finding> {
    let until = Instant::now() + IN_ALL;
    let ask = |tenant| async move { Some((tenant, ask(context.lever(store, tenant).await.ok()?, until).await)) };
    let asked: Vec<(&Tenant, Asked)> = stream::iter(tenants).map(ask).buffered(AT_ONCE).filter_map(std::future::ready).collect().await;
    let (mut right, mut unasked, mut found) = (0, 0, Vec::new());
    for (tenant, asked) in asked {
        match asked {
            Asked::Right => right += 1,
            Asked::NoTime => unasked += 1,
            Asked::Wrong(error) => found.push(wrong(tenant, error)),
        }
    }
    if right > 0 {
        found.push(Finding::ok("Lever", format!("lists the opportunities of {right} companies")));
    }
    if unasked > 0 {
        found.push(Finding::warn(
            "Lever",
            format!("{unasked} companies were not asked for within a minute"),
            "`acquaint tenant check NAME`",
        ));
    }
    found
}

/// One request, before those of a run: it is the only one.
async fn ask(lever: crate::lever::Lever, until: Instant) -> Asked {
    if Instant::now() > until {
        return Asked::NoTime;
    }
    let asking = lever.interactive();
    let checked = tokio::time::timeout(ANSWER, asking.check()).await;
    // A token that was renewed for it is kept before the program ends.
    lever.settled().await;
    match checked {
        Ok(Ok(())) => Asked::Right,
        Ok(Err(error)) => Asked::Wrong(error),
        Err(_) if asking.usage().rate_limited > 0 => Asked::Wrong(LeverError::RateLimited),
        Err(_) => Asked::Wrong(LeverError::Unavailable { status: None, source: None }),
    }
}

/// Who limits us answers.
fn wrong(tenant: &Tenant, error: LeverError) -> Finding {
    let grade = if matches!(error, LeverError::RateLimited) { Grade::Warn } else { Grade::Fail };
    let Failure { error, meaning, fix, .. } = Failure::from(error);
    let fix = fix.replace("NAME", tenant.name.as_str());
    Finding { check: "Lever", grade, says: format!("{}: {error}; {meaning}, and its runs fail", tenant.name), fix: Some(fix) }
}

/// Comes as far as the receiver of alerts, and tells it nothing; none where alerts go nowhere.
pub(super) async fn alerts(context: &Context) -> Option<Finding> {
    const CHECK: &str = "alerts";
    let alerts = match context.alerts() {
        Ok(alerts) => alerts?,
        Err(failure) => return Some(Finding::fail(CHECK, failure)),
    };
    Some(match alerts.reach().await {
        Ok(()) => Finding::ok(CHECK, "their receiver can be reached"),
        Err(error) => {
            let fix = "see that `alert_url` is right, its host is up, its certificate is good and this machine may connect to it";
            Finding::fail(CHECK, Failure::new(Exit::Unavailable, format!("{error}; nobody hears of failed runs"), "", fix))
        }
    })
}
