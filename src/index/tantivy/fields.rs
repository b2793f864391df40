//! What the library itself indexes: ids and words.

use tantivy::schema::{Field, IndexRecordOption, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions};

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
