//! Public profiles on their way in: from JSONL files into the store, and from the store into the index.
//!
//! The store is the truth. The index follows it by its revision, so a process may end anywhere between the two: the next one
//! takes up where the index stands.

mod import;
mod line;
mod lines;
mod showing;
mod step;
mod transfer;

pub use import::{BadLine, Imported, import};
pub use line::Defect;
pub use showing::showing;
pub use step::{open_index, rebuild, remove};
pub use transfer::transfer;

use crate::index::IndexError;
use crate::store::StoreError;
use std::io;
use std::path::PathBuf;

/// Why profiles could not be taken in. No variant quotes a line.
#[derive(Debug, thiserror::Error)]
pub enum ProfilesError {
    /// Report: the file is missing, is not readable, or ends in the middle of its compression.
    #[error("{} cannot be read: {kind}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the system says.
        kind: io::ErrorKind,
    },
    /// As the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// As the index says.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// How far a piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Files are read into the store.
    Reading {
        /// Lines so far.
        lines: u64,
        /// Bytes so far, as they lie on disk.
        bytes: u64,
        /// Bytes of all files.
        of: u64,
    },
    /// The index follows the store.
    Indexing {
        /// Revisions so far.
        done: u64,
        /// Revisions to go through in all.
        of: u64,
    },
}

/// Who is told how far the work is.
pub type Told<'a> = &'a mut (dyn FnMut(Progress) + Send);
