//! The index on disk: hashed keys, counted values, compact records and words, in files that are mapped and never half written.

mod alive;
mod document;
mod fields;
mod layout;
mod lists;
mod parts;
mod reader;
mod records;
mod search;
mod writer;

pub use reader::DiskIndex;
pub use writer::DiskWriter;
