//! Files → store → index. Importing the same files again changes nothing; an import that was killed is begun again.

use super::lines::{Line, Lines};
use super::step::Follower;
use super::{Defect, ProfilesError, Progress, Told, line};
use crate::index::Place;
use crate::model::{Millis, Profile};
use crate::store::{Record, Revised, Store, Stored, Upserted};
use rayon::prelude::*;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Lines that are read at once, at most; and their bytes.
const BATCH_LINES: usize = 4_000;
const BATCH_BYTES: usize = 8 << 20;

/// Bad lines that are named; all are counted.
const SAMPLES: usize = 5;

/// What an import did. `lines` = `added` + `changed` + `same` + `bad`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Lines that were not blank.
    pub lines: u64,
    /// New ids.
    pub added: u64,
    /// Known ids with another record.
    pub changed: u64,
    /// Known ids with the same record.
    pub same: u64,
    /// Lines that were left out.
    pub bad: u64,
    /// The first of those.
    pub samples: Vec<BadLine>,
}

/// A line that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Of which file.
    pub file: PathBuf,
    /// Counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub defect: Defect,
}

/// Writes the profiles of all files into the store, then brings the index into step with it.
///
/// The index is claimed for the whole time, so there is one import at a time. A line that cannot be read is counted and left out.
///
/// # Errors
/// [`ProfilesError::File`] for a file that cannot be read to its end; what came before is kept, and the index is in step with it.
/// [`ProfilesError::Index`] with `Busy` while another import is at work.
pub async fn import(
    store: &dyn Store,
    index: impl Into<Place>,
    files: &[PathBuf],
    now: Millis,
    told: Told<'_>,
) -> Result<Imported, ProfilesError> {
    let read = Arc::new(AtomicU64::new(0));
    let (opened, of) = open_all(files, &read)?;
    let mut follower = Follower::open(&index.into()).await?;
    let (sender, mut batches) = mpsc::channel(2);
    let reading = tokio::task::spawn_blocking(move || read_all(opened, &sender));
    let (mut imported, mut page) = (Imported::default(), Vec::new());
    while let Some(batch) = batches.recv().await {
        imported.absorb(batch.lines, batch.bad);
        let (stored, followed) = tokio::join!(store.put_records(&batch.records, now), follower.take(page));
        let stored = stored?;
        imported.count(stored.counts);
        (follower, page) = (followed?, revised(batch.profiles, &stored));
        told(Progress::Reading { lines: imported.lines, bytes: read.load(Ordering::Relaxed), of });
    }
    let ended = reading.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
    follower.take(page).await?.follow(store, told).await?;
    ended.map(|()| imported)
}

impl Imported {
    fn absorb(&mut self, lines: u64, bad: Vec<BadLine>) {
        self.lines += lines;
        self.bad += bad.len() as u64;
        let room = SAMPLES.saturating_sub(self.samples.len());
        self.samples.extend(bad.into_iter().take(room));
    }

    fn count(&mut self, upserted: Upserted) {
        self.added += upserted.added;
        self.changed += upserted.changed;
        self.same += upserted.same;
    }
}

/// Those that were written, as the store would tell of them.
pub(super) fn revised(profiles: Vec<Profile>, stored: &Stored) -> Vec<Revised> {
    let mut profiles: Vec<Option<Profile>> = profiles.into_iter().map(Some).collect();
    let written = stored.written.iter().filter_map(|(at, revision)| Some((profiles[*at].take()?, *revision)));
    written.map(|(it, revision)| Revised { revision, id: it.id.clone(), profile: Some(it) }).collect()
}

/// Opens all files before anything is written, and adds their sizes up.
fn open_all(files: &[PathBuf], read: &Arc<AtomicU64>) -> Result<(Vec<(PathBuf, Lines)>, u64), ProfilesError> {
    let mut opened = Vec::new();
    let mut of = 0;
    for file in files {
        let (lines, size) = Lines::open(file, read.clone()).map_err(|error| unreadable(file, &error))?;
        opened.push((file.clone(), lines));
        of += size;
    }
    Ok((opened, of))
}

fn unreadable(file: &Path, error: &io::Error) -> ProfilesError {
    ProfilesError::File { file: file.to_owned(), kind: error.kind() }
}

/// Lines that were read and understood together.
struct Batch {
    lines: u64,
    profiles: Vec<Profile>,
    /// The same as they are stored.
    records: Vec<Record>,
    bad: Vec<BadLine>,
}

/// Reads file after file, until the end or until nobody listens.
fn read_all(files: Vec<(PathBuf, Lines)>, to: &mpsc::Sender<Batch>) -> Result<(), ProfilesError> {
    for (file, mut lines) in files {
        loop {
            let (gathered, end) = gather(&mut lines);
            if !gathered.is_empty() && to.blocking_send(understand(&file, gathered)).is_err() {
                return Ok(());
            }
            if let Some(end) = end {
                end.map_err(|error| unreadable(&file, &error))?;
                break;
            }
        }
    }
    Ok(())
}

/// The lines of a batch with their numbers, and how the file ended when it did.
fn gather(lines: &mut Lines) -> (Vec<(u64, Line)>, Option<io::Result<()>>) {
    let (mut gathered, mut bytes) = (Vec::new(), 0);
    while gathered.len() < BATCH_LINES && bytes < BATCH_BYTES {
        match lines.next() {
            Ok(Some(line)) => {
                bytes += line.as_ref().map_or(0, Vec::len);
                gathered.push((lines.number, line));
            }
            Ok(None) => return (gathered, Some(Ok(()))),
            Err(error) => return (gathered, Some(Err(error))),
        }
    }
    (gathered, None)
}

fn with_record(profile: Profile) -> (Profile, Record) {
    let record = Record::of(&profile);
    (profile, record)
}

/// Reads the lines of a batch, on all processors.
fn understand(file: &Path, gathered: Vec<(u64, Line)>) -> Batch {
    let lines = gathered.len() as u64;
    let read: Vec<Result<(Profile, Record), BadLine>> = gathered
        .into_par_iter()
        .with_min_len(64)
        .map(|(number, line)| {
            let profile = line.and_then(|bytes| line::parse(&bytes));
            profile.map(with_record).map_err(|defect| BadLine { file: file.to_owned(), line: number, defect })
        })
        .collect();
    let mut batch = Batch { lines, profiles: Vec::with_capacity(read.len()), records: Vec::with_capacity(read.len()), bad: Vec::new() };
    for it in read {
        match it {
            Ok((profile, record)) => {
                batch.profiles.push(profile);
                batch.records.push(record);
            }
            Err(line) => batch.bad.push(line),
        }
    }
    batch
}
