//! From one store to another: the same records under the same ids. Doing it again goes on where it was left.

use super::import::revised;
use super::step::Follower;
use super::{ProfilesError, Progress, Told};
use crate::index::Place;
use crate::model::{Millis, Profile};
use crate::store::{Record, Store, Upserted};
use rayon::prelude::*;

/// Profiles that are read at once.
const PAGE: u32 = 4_000;

/// Writes all profiles of one store into another, whose index follows. Those that only the other has stay there.
///
/// # Errors
/// Those of both stores and of the index; [`ProfilesError::Index`] with `Busy` while an import is at work.
pub async fn transfer(
    from: &dyn Store,
    to: &dyn Store,
    index: impl Into<Place>,
    now: Millis,
    told: Told<'_>,
) -> Result<Upserted, ProfilesError> {
    let (of, _) = from.profile_count().await?;
    let mut follower = Follower::open(&index.into()).await?;
    let (mut done, mut waiting) = (Upserted::default(), Vec::new());
    let mut page = from.profiles_after(0, PAGE).await?;
    while let Some(last) = page.last().map(|it| it.revision) {
        let profiles: Vec<Profile> = page.into_iter().filter_map(|it| it.profile).collect();
        let records: Vec<Record> = profiles.par_iter().with_min_len(64).map(Record::of).collect();
        let (stored, followed, next) = tokio::join!(to.put_records(&records, now), follower.take(waiting), from.profiles_after(last, PAGE));
        let stored = stored?;
        done.add(&stored.counts);
        told(Progress::Reading { lines: done.all(), bytes: done.all(), of });
        (follower, page) = (followed?, next?);
        waiting = revised(profiles, &stored);
    }
    follower.take(waiting).await?.follow(to, told).await?;
    Ok(done)
}
