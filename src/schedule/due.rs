//! From timetables to the queue. Any number of processes may look at one time: a time is served once, in one transaction.

use super::{Due, Timetable};
use crate::model::{Millis, Order, Publication, RunKind};
use crate::store::{Rival, Slot, Store, StoreError, Tenant};
use std::collections::{HashMap, HashSet};

/// A clock that is further from the store's cannot tell what is due, nor whether a lease has ended.
const SKEW_MS: i64 = 30_000;

/// Whether this machine's clock agrees with the store's.
pub(super) async fn clock_agrees(store: &dyn Store, now: Millis) -> Result<bool, StoreError> {
    Ok((store.engine(now).await?.now.0 - now.0).abs() <= SKEW_MS)
}

/// Queues a run for every tenant that is due at `now`. Returns how many.
///
/// # Errors
/// What the store says. A tenant whose run is still alive is left for the next look.
pub async fn queue_due(store: &dyn Store, now: Millis) -> Result<u64, StoreError> {
    let served: HashMap<_, _> = store.served().await?.into_iter().map(|it| ((it.tenant, it.kind), it.served)).collect();
    // Asked first: whoever tries to queue a run makes others wait for the tenant.
    let busy: HashSet<_> = store.busy_tenants().await?.into_iter().collect();
    let mut queued = 0;
    for tenant in store.tenants().await? {
        let Ok(timetable) = Timetable::of(&tenant.name, &tenant.settings) else { continue };
        let mut everything = false;
        for kind in timetable.kinds() {
            let before = served.get(&(tenant.name.clone(), kind)).copied();
            let due = match before.map_or(Due::FromNowOn, |it| timetable.due(kind, it, now)) {
                Due::NotYet => continue,
                // A run that lists everything sees what changed too.
                Due::Now(_) if everything => Due::FromNowOn,
                other => other,
            };
            if due != Due::FromNowOn && busy.contains(&tenant.name) {
                waits(store, &tenant, kind, due, now).await?;
                continue;
            }
            match serve(store, &tenant, kind, (before, due), now).await {
                Ok(true) => (queued, everything) = (queued + 1, true),
                // Its last run is still at work, or somebody else was quicker.
                Err(StoreError::Busy(Rival::Run)) => waits(store, &tenant, kind, due, now).await?,
                Ok(false) | Err(StoreError::Busy(_) | StoreError::Unknown(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(queued)
}

/// A time that a run keeps waiting for long is told: that run may be hanging.
async fn waits(store: &dyn Store, tenant: &Tenant, kind: RunKind, due: Due, now: Millis) -> Result<(), StoreError> {
    match due {
        Due::Now(served) => store.late(&Slot { tenant: tenant.name.clone(), kind, served }, now).await,
        Due::NotYet | Due::FromNowOn => Ok(()),
    }
}

/// A schedule that is seen for the first time counts from now on, and so does one whose clock was set back.
async fn serve(
    store: &dyn Store,
    tenant: &Tenant,
    kind: RunKind,
    (before, due): (Option<Millis>, Due),
    now: Millis,
) -> Result<bool, StoreError> {
    let order = Order { kind, resumes: tenant.settings.resumes, publication: Publication::Guarded };
    let time = match due {
        Due::Now(time) => Some(time),
        Due::NotYet | Due::FromNowOn => None,
    };
    let slot = Slot { tenant: tenant.name.clone(), kind, served: time.map_or(now, |it| it.max(now)) };
    let won = store.serve(&slot, before, time.map(|time| (order, time)), now).await?;
    Ok(won && time.is_some())
}
