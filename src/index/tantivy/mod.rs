//! The index on disk: hashed keys, counted values, compact records and words, in files that are mapped and never half written.

mod alive;
mod layout;
mod reader;
mod search;
mod writer;

pub use reader::{DiskIndex, DiskUse};
pub use search::Hits;
pub use writer::DiskWriter;
