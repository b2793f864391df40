//! What a file of the index holds, and which version of it this program reads.

use super::parts::Parts;
use crate::index::{IndexError, Row};
use crate::model::compact;
use std::{fmt, iter};
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf};
use tantivy::schema::{Field, IndexRecordOption, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions, Value};
use tantivy::{IndexBuilder, IndexSettings, store::Compressor};

/// Grows with every change of the schema, of a key, or of what else is written: an index of another version is built anew.
const FORMAT: u32 = 3;

/// The fields of the schema.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    /// The profile's id, for deletes.
    pub(super) id: Field,
    /// Name, company, title, place.
    pub(super) words: [Field; 4],
}

/// The schema and its fields. Keys, values and records are in files of our own.
pub(super) fn schema() -> (Schema, Fields) {
    let mut schema = SchemaBuilder::new();
    let words = TextFieldIndexing::default().set_tokenizer("whitespace").set_fieldnorms(false).set_index_option(IndexRecordOption::Basic);
    let words = TextOptions::default().set_indexing_options(words);
    let fields = Fields {
        id: schema.add_text_field("id", STRING),
        words: ["name", "company", "title", "place"].map(|name| schema.add_text_field(name, words.clone())),
    };
    (schema.build(), fields)
}

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

/// A profile as a document: the library reads its id and words, and [`Parts`] the rest.
pub(super) struct Document {
    pub(super) fields: Fields,
    pub(super) row: Row,
}

impl tantivy::Document for Document {
    type Value<'a> = Text<'a>;
    type FieldsValuesIter<'a> = std::vec::IntoIter<(Field, Text<'a>)>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        let id = iter::once((self.fields.id, Text(self.row.id.as_str())));
        let words = self.fields.words.into_iter().zip(self.row.words.iter().map(|it| Text(it)));
        id.chain(words.filter(|it| !it.1.0.is_empty())).collect::<Vec<_>>().into_iter()
    }
}

/// The text of one field.
#[derive(Clone, Copy)]
pub(super) struct Text<'a>(&'a str);

impl<'a> Value<'a> for Text<'a> {
    type ArrayIter = iter::Empty<Self>;
    type ObjectIter = iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(ReferenceValueLeaf::Str(self.0))
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(***)")
    }
}
