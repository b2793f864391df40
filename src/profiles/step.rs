//! Keeping the index in step with the store.

use super::{ProfilesError, Progress, Told};
use crate::index::{Index, IndexError, IndexWriter, Place, ProfileIndex, Row};
use crate::model::{Millis, ProfileId};
use crate::store::{Revised, Store};
use rayon::prelude::*;

/// Revisions that are fetched at once.
const PAGE: u32 = 4_000;

/// Revisions after which the index is committed: what a killed process does again at most.
const COMMIT_EVERY: i64 = 400_000;

/// The index in step with the store: opened as it is, caught up, or built anew when it is missing, damaged, of another version or
/// of another store.
///
/// While another process writes it, the last committed state is opened, when there is a whole one.
///
/// # Errors
/// [`ProfilesError::Index`]: `Busy` when there is nothing whole to open and another process is building it; `Disk`.
pub async fn open_index(store: &dyn Store, place: impl Into<Place>, told: Told<'_>) -> Result<ProfileIndex, ProfilesError> {
    let place = place.into();
    let (count, revision) = store.profile_count().await?;
    let opened = open(&place).await;
    if let Ok(index) = &opened
        && index.revision() == revision
        && index.len() == count
    {
        return Ok(opened?);
    }
    match Follower::open(&place).await {
        Ok(follower) => follower.follow(store, told).await?,
        Err(IndexError::Busy) if opened.is_ok() => return Ok(opened?),
        Err(error) => return Err(error.into()),
    }
    Ok(open(&place).await?)
}

/// Makes the index anew, whoever's it was.
///
/// # Errors
/// [`ProfilesError::Index`] with `Busy` while somebody writes it; `Disk`, `Database`.
pub async fn rebuild(store: &dyn Store, place: impl Into<Place>, told: Told<'_>) -> Result<(), ProfilesError> {
    let place = place.into();
    let writer = blocking(move || place.writer_anew()).await?;
    Follower { reached: 0, writer }.follow(store, told).await
}

/// Opens the index as it is.
async fn open(place: &Place) -> Result<ProfileIndex, IndexError> {
    let place = place.clone();
    blocking(move || ProfileIndex::open(&place)).await
}

/// Removes profiles from the store, which ends their badges, and from the index. Returns how many there were.
///
/// # Errors
/// [`ProfilesError::Index`] with `Busy` while an import is at work: then nothing was removed.
pub async fn remove(store: &dyn Store, place: impl Into<Place>, ids: &[ProfileId], now: Millis) -> Result<u64, ProfilesError> {
    let follower = Follower::open(&place.into()).await?;
    let removed = store.remove_profiles(ids, now).await?;
    follower.follow(store, &mut |_| {}).await?;
    Ok(removed)
}

/// The index on its way to the store's last revision; nobody else writes it meanwhile.
pub(super) struct Follower {
    writer: Box<dyn IndexWriter>,
    /// The last revision that it was handed; it need not be committed yet.
    reached: i64,
}

impl Follower {
    /// Claims the index as it is.
    pub(super) async fn open(place: &Place) -> Result<Self, IndexError> {
        let place = place.clone();
        let writer = blocking(move || place.writer()).await?;
        Ok(Self { reached: writer.revision(), writer })
    }

    /// Takes what was just written to the store, which need not tell of it again. What others wrote before is missing then: nothing is
    /// taken, and [`Follower::follow`] makes up for it.
    pub(super) async fn take(self, page: Vec<Revised>) -> Result<Self, ProfilesError> {
        match page.first() {
            Some(first) if first.revision == self.reached + 1 => self.write(page).await,
            _ => Ok(self),
        }
    }

    /// Takes the index to the store's last revision.
    pub(super) async fn follow(mut self, store: &dyn Store, told: Told<'_>) -> Result<(), ProfilesError> {
        let (_, goal) = store.profile_count().await?;
        if self.reached > goal {
            // The store is an older copy, or another one.
            self = self.clear().await?;
        }
        self = self.advance(store, goal, told).await?;
        let (count, revision) = store.profile_count().await?;
        if self.writer.revision() == revision && self.writer.count()? != count {
            self = self.clear().await?;
            self = self.advance(store, goal, told).await?;
        }
        let Self { writer, .. } = self;
        blocking(move || writer.finish()).await?;
        Ok(())
    }

    async fn clear(self) -> Result<Self, IndexError> {
        let Self { mut writer, .. } = self;
        let writer = blocking(move || writer.clear().map(|()| writer)).await?;
        Ok(Self { writer, reached: 0 })
    }

    /// Fetches page after page while the page before is being written, and commits.
    async fn advance(mut self, store: &dyn Store, goal: i64, told: Told<'_>) -> Result<Self, ProfilesError> {
        let start = self.reached;
        let mut page = store.profiles_after(start, PAGE).await?;
        while let Some(last) = page.last().map(|it| it.revision) {
            let (next, written) = tokio::join!(store.profiles_after(last, PAGE), self.write(page));
            self = written?;
            page = next?;
            told(Progress::Indexing { done: (last - start).unsigned_abs(), of: (goal.max(last) - start).unsigned_abs() });
        }
        self.commit().await
    }

    async fn write(mut self, page: Vec<Revised>) -> Result<Self, ProfilesError> {
        self.reached = page.last().map_or(self.reached, |it| it.revision);
        let Self { writer, reached } = self;
        let this = Self { writer: blocking(move || write(writer, &page)).await?, reached };
        if this.reached - this.writer.revision() >= COMMIT_EVERY { this.keep().await } else { Ok(this) }
    }

    /// Keeps what is there, on the way.
    async fn keep(self) -> Result<Self, ProfilesError> {
        let Self { mut writer, reached } = self;
        let kept = blocking(move || writer.keep(reached).map(|()| writer)).await?;
        Ok(Self { writer: kept, reached })
    }

    async fn commit(self) -> Result<Self, ProfilesError> {
        let Self { mut writer, reached } = self;
        if writer.revision() == reached && writer.is_whole() {
            return Ok(Self { writer, reached });
        }
        let committed = blocking(move || writer.commit(reached).map(|()| writer)).await?;
        Ok(Self { writer: committed, reached })
    }
}

fn write(mut writer: Box<dyn IndexWriter>, page: &[Revised]) -> Result<Box<dyn IndexWriter>, IndexError> {
    let rows: Vec<(&ProfileId, Option<Row>)> =
        page.par_iter().with_min_len(64).map(|it| (&it.id, it.profile.as_ref().map(Row::of))).collect();
    for (id, row) in rows {
        match row {
            Some(row) => writer.put(row)?,
            None => writer.remove(id)?,
        }
    }
    Ok(writer)
}

/// Runs what reads, writes or computes for long away from the threads that wait for others.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}
