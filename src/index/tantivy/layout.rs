//! How an index is made, and what a commit says of itself: its version, and how far it goes.

use super::fields::schema;
use super::parts::Parts;
use crate::index::IndexError;
use crate::model::compact;
use tantivy::{IndexBuilder, IndexSettings, store::Compressor};

/// Grows with every change of the schema, of a key, or of what else is written: an index of another version is built anew.
const FORMAT: u32 = 3;

/// How an index is made.
pub(super) fn builder() -> IndexBuilder {
    let settings =
        IndexSettings { docstore_compression: Compressor::None, docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
    tantivy::Index::builder().schema(schema().0).settings(settings).register_plugin(Parts::plugin())
}

/// The version of the files, and of the compact records in them.
fn version() -> String {
    format!("{FORMAT}.{}", compact::VERSION)
}

/// How far a commit goes.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    /// The store's revision.
    pub(super) revision: i64,
    /// False while the index is filled: what a reader would not find may be somebody's only profile.
    pub(super) whole: bool,
}

/// What the payload of a commit ends with while the index is filled.
const FILLING: &str = " filling";

/// What a commit says of itself: the version and its reach.
pub(super) fn payload(reach: Reach) -> String {
    format!("{} {}{}", version(), reach.revision, if reach.whole { "" } else { FILLING })
}

/// How far a commit goes that says this of itself.
pub(super) fn reach(payload: Option<&str>) -> Result<Reach, IndexError> {
    let (format, reach) = payload.and_then(|it| it.split_once(' ')).ok_or(IndexError::Unusable("it was never finished"))?;
    if format != version() {
        return Err(IndexError::Unusable("it is of another version"));
    }
    let (revision, whole) = reach.strip_suffix(FILLING).map_or((reach, true), |it| (it, false));
    Ok(Reach { revision: revision.parse().map_err(|_| IndexError::Unusable("it is damaged"))?, whole })
}
