//! Keeping the index in step with the store.

use super::{ProfilesError, Progress, Told};
use crate::index::{DiskIndex, DiskWriter, Entry, Index, IndexError, SearchText, entry, search_text};
use crate::model::{Millis, Profile, ProfileId};
use crate::store::{Revised, Store};
use rayon::prelude::*;
use std::path::Path;

/// Revisions that are fetched at once.
const PAGE: u32 = 4_000;

/// Revisions after which the index is committed: what a killed process does again at most.
const COMMIT_EVERY: i64 = 200_000;

/// The index in step with the store: opened as it is, caught up, or built anew when it is missing, damaged, of another version or
/// of another store.
///
/// While another process writes it, the last committed state is opened, when there is one.
///
/// # Errors
/// [`ProfilesError::Index`]: `Busy` when there is nothing to open and another process is building it; `Disk`.
pub async fn open_index(store: &dyn Store, dir: &Path, told: Told<'_>) -> Result<DiskIndex, ProfilesError> {
    let (count, revision) = store.profile_count().await?;
    let opened = DiskIndex::open(dir);
    if let Ok(index) = &opened
        && index.revision() == revision
        && index.len() == count
    {
        return Ok(opened?);
    }
    match DiskWriter::open(dir) {
        Ok(writer) => follow(store, writer, told).await?,
        Err(IndexError::Busy) if opened.is_ok() => return Ok(opened?),
        Err(error) => return Err(error.into()),
    }
    Ok(DiskIndex::open(dir)?)
}

/// Removes profiles from the store, which ends their badges, and from the index. Returns how many there were.
///
/// # Errors
/// [`ProfilesError::Index`] with `Busy` while an import is at work: then nothing was removed.
pub async fn remove(store: &dyn Store, dir: &Path, ids: &[ProfileId], now: Millis) -> Result<u64, ProfilesError> {
    let writer = DiskWriter::open(dir)?;
    let removed = store.remove_profiles(ids, now).await?;
    follow(store, writer, &mut |_| {}).await?;
    Ok(removed)
}

/// Takes the index to the store's last revision.
pub(super) async fn follow(store: &dyn Store, mut writer: DiskWriter, told: Told<'_>) -> Result<(), ProfilesError> {
    let (_, goal) = store.profile_count().await?;
    if writer.revision() > goal {
        // The store is an older copy, or another one.
        writer.clear()?;
    }
    writer = advance(store, writer, goal, told).await?;
    let (count, revision) = store.profile_count().await?;
    if writer.revision() == revision && writer.count()? != count {
        writer.clear()?;
        writer = advance(store, writer, goal, told).await?;
    }
    blocking(move || writer.finish()).await?;
    Ok(())
}

/// Fetches page after page while the page before is being written.
async fn advance(store: &dyn Store, mut writer: DiskWriter, goal: i64, told: Told<'_>) -> Result<DiskWriter, ProfilesError> {
    let start = writer.revision();
    let mut page = store.profiles_after(start, PAGE).await?;
    while let Some(last) = page.last().map(|it| it.revision) {
        let written = blocking(move || write(writer, &page));
        let (next, written) = tokio::join!(store.profiles_after(last, PAGE), written);
        writer = written?;
        page = next?;
        told(Progress::Indexing { done: (last - start).unsigned_abs(), of: (goal.max(last) - start).unsigned_abs() });
        if page.is_empty() || last - writer.revision() >= COMMIT_EVERY {
            writer = blocking(move || writer.commit(last).map(|()| writer)).await?;
        }
    }
    Ok(writer)
}

fn write(mut writer: DiskWriter, page: &[Revised]) -> Result<DiskWriter, IndexError> {
    let prepared = |it: &Profile| (entry(it), search_text(it));
    let entries: Vec<(&ProfileId, Option<(Entry, SearchText)>)> =
        page.par_iter().with_min_len(64).map(|it| (&it.id, it.profile.as_ref().map(prepared))).collect();
    for (id, entry) in entries {
        match entry {
            Some((entry, search)) => writer.put(&entry, &search)?,
            None => writer.remove(id),
        }
    }
    Ok(writer)
}

/// Runs what reads, writes or computes for long away from the threads that wait for others.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}
