//! How the library is given a profile.

use super::fields::Fields;
use crate::index::Row;
use std::{fmt, iter};
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf};
use tantivy::schema::{Field, Value};

/// A profile as a document: the library reads its id and words, and [`Parts`](super::parts::Parts) the rest.
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
