//! The one writer of an index. A second one, in this process or another, is told to wait.

use super::document::Document;
use super::fields::{Fields, schema};
use super::layout::{self, Reach};
use super::lists::NUMBERS;
use super::reader::opened;
use crate::index::{IndexError, IndexWriter, Row};
use crate::model::ProfileId;
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, UserOperation};
use tantivy::{Index, TantivyError, Term};
use xxhash_rust::xxh3::xxh3_64;

/// What the writer may gather in memory before it writes a segment. Larger means fewer segments to merge, which is most of the work
/// where an index is filled, and more memory while it lasts: some 500 bytes a profile.
const MEMORY: usize = 48 << 20;
const MEMORY_TO_FILL: usize = 256 << 20;

/// Segments of one size that are merged into one. Each segment is one more place to look a key up in.
const MERGE_AT: usize = 4;

/// Where one is written anew to be rid of its deleted profiles, which cost room and have to be told from the others.
const DELETED_AT_MOST: f32 = 0.2;

/// Profiles from which on a segment is not merged any more: what grows out of smaller ones stays within what a segment can number.
const LARGE: usize = NUMBERS as usize / 8;

/// Operations that are handed over at once: another thread takes them, and waking it for each costs more than the work.
const AT_ONCE: usize = 256;

/// The right to write, and what was written since the last commit. Nothing is seen by readers before [`DiskWriter::commit`].
pub struct DiskWriter {
    writer: tantivy::IndexWriter<Document>,
    fields: Fields,
    reach: Reach,
    /// Hashes of the ids that are in an index that was empty: what is not among them need not be deleted first.
    known: Option<HashSet<u64>>,
    /// What is to be handed over next, in order.
    waiting: Vec<UserOperation<Document>>,
    _lock: Lock,
}

/// Freed by the system when the process ends, however it ends. Freed by hand too: a child that is just being started holds a copy
/// of the file for a moment, and with it the lock.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(kind = %error.kind(), "the index stays locked until this process ends");
        }
    }
}

impl DiskWriter {
    /// Takes the index for writing. One that is missing, damaged or of another version is begun anew: its revision is 0, and
    /// the caller fills it from the store.
    ///
    /// # Errors
    /// [`IndexError::Busy`] while another holds it, [`IndexError::Disk`] when the directory cannot be written.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        let lock = lock(dir)?;
        match opened(dir) {
            Ok((index, reach)) => Self::over(index, reach, lock),
            Err(_) => Self::over(begin(dir)?, Reach { revision: 0, whole: false }, lock),
        }
    }

    fn over(index: Index, reach: Reach, lock: Lock) -> Result<Self, IndexError> {
        let memory = if reach.revision == 0 { MEMORY_TO_FILL } else { MEMORY };
        let options = IndexWriterOptions::builder().num_worker_threads(1).num_merge_threads(1).memory_budget_per_thread(memory).build();
        let writer = writer(&index, &options)?;
        // A writer that was killed before its commit leaves files under names that are given out again, and must be free then.
        writer.garbage_collect_files().wait().map_err(|error| failed(&error))?;
        let mut policy = LogMergePolicy::default();
        policy.set_min_num_segments(MERGE_AT);
        policy.set_max_docs_before_merge(LARGE);
        policy.set_del_docs_ratio_before_merge(DELETED_AT_MOST);
        writer.set_merge_policy(Box::new(policy));
        let (_, fields) = schema();
        let mut this = Self { writer, fields, reach, known: None, waiting: Vec::with_capacity(AT_ONCE), _lock: lock };
        if reach.revision == 0 {
            this.write(reach)?;
        }
        this.known = (this.count()? == 0).then(HashSet::new);
        Ok(this)
    }

    fn hand_over(&mut self, operation: UserOperation<Document>) -> Result<(), IndexError> {
        self.waiting.push(operation);
        if self.waiting.len() < AT_ONCE { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), IndexError> {
        self.writer.run(self.waiting.drain(..)).map(drop).map_err(|error| failed(&error))
    }

    fn write(&mut self, reach: Reach) -> Result<(), IndexError> {
        self.flush()?;
        let mut prepared = self.writer.prepare_commit().map_err(|error| failed(&error))?;
        prepared.set_payload(&layout::payload(reach));
        prepared.commit().map_err(|error| failed(&error))?;
        self.reach = reach;
        Ok(())
    }
}

impl IndexWriter for DiskWriter {
    fn revision(&self) -> i64 {
        self.reach.revision
    }

    fn is_whole(&self) -> bool {
        self.reach.whole
    }

    fn count(&self) -> Result<u64, IndexError> {
        let segments = self.writer.index().searchable_segment_metas().map_err(|_| IndexError::Unusable("its files cannot be read"))?;
        Ok(segments.iter().map(|it| u64::from(it.num_docs())).sum())
    }

    fn clear(&mut self) -> Result<(), IndexError> {
        self.waiting.clear();
        self.writer.delete_all_documents().map_err(|error| failed(&error))?;
        self.known = Some(HashSet::new());
        self.write(Reach { revision: 0, whole: false })
    }

    fn put(&mut self, row: Row) -> Result<(), IndexError> {
        let new = self.known.as_mut().is_some_and(|it| it.insert(xxh3_64(row.id.as_str().as_bytes())));
        if !new {
            self.remove(&row.id)?;
        }
        self.hand_over(UserOperation::Add(Document { fields: self.fields, row }))
    }

    fn remove(&mut self, id: &ProfileId) -> Result<(), IndexError> {
        self.hand_over(UserOperation::Delete(Term::from_field_text(self.fields.id, id.as_str())))
    }

    fn keep(&mut self, revision: i64) -> Result<(), IndexError> {
        self.write(Reach { revision, ..self.reach })
    }

    fn commit(&mut self, revision: i64) -> Result<(), IndexError> {
        self.write(Reach { revision, whole: true })
    }

    fn finish(self: Box<Self>) -> Result<(), IndexError> {
        self.writer.wait_merging_threads().map_err(|error| failed(&error))
    }
}

/// The library's own lock may be held for a moment by a copy of a child that is just being started; nobody writes who has not ours.
fn writer(index: &Index, options: &IndexWriterOptions) -> Result<tantivy::IndexWriter<Document>, IndexError> {
    const TRIES: u32 = 200;
    for _ in 1..TRIES {
        match index.writer_with_options(options.clone()) {
            Err(TantivyError::LockFailure(..)) => std::thread::sleep(Duration::from_millis(10)),
            made => return made.map_err(|error| failed(&error)),
        }
    }
    index.writer_with_options(options.clone()).map_err(|error| failed(&error))
}

fn lock(dir: &Path) -> Result<Lock, IndexError> {
    let disk = |error: io::Error| IndexError::Disk(error.kind().to_string());
    fs::create_dir_all(dir).map_err(disk)?;
    // Beside the directory, whose files come and go.
    let file = File::options().create(true).truncate(false).write(true).open(lock_path(dir)).map_err(disk)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(IndexError::Busy),
        Err(TryLockError::Error(error)) => Err(disk(error)),
    }
}

fn lock_path(dir: &Path) -> PathBuf {
    dir.with_extension("lock")
}

/// An empty index in place of whatever is there. Readers of the old files keep them until they close.
fn begin(dir: &Path) -> Result<Index, IndexError> {
    let disk = |error: io::Error| IndexError::Disk(error.kind().to_string());
    fs::remove_dir_all(dir).map_err(disk)?;
    fs::create_dir_all(dir).map_err(disk)?;
    layout::builder().create_in_dir(dir).map_err(|error| failed(&error))
}

/// Only the kind of an error: its text can quote what was written.
fn failed(error: &TantivyError) -> IndexError {
    match error {
        TantivyError::IoError(error) => IndexError::Disk(error.kind().to_string()),
        TantivyError::LockFailure(..) => IndexError::Busy,
        _ => IndexError::Disk("its writer stopped".into()),
    }
}
