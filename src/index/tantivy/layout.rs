//! What a file of the index holds, and which version of it this program reads.

use crate::index::{Entry, IndexError, SearchText, rank, record, short};
use crate::model::compact;
use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, NumericOptions, OwnedValue, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::{IndexSettings, TantivyDocument, store::Compressor};

/// Grows with every change of the schema, of a key, or of what else is written: an index of another version is built anew.
const FORMAT: u32 = 2;

/// Words a field is searched by, at most; the rest of a monstrous text is not worth its room.
const MAX_WORDS: usize = 200;

/// Characters of a word, at most.
const MAX_WORD: usize = 40;

/// The fields of the schema.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    /// The profile's id, for deletes.
    pub(super) id: Field,
    /// The order among equals.
    tie: Field,
    /// Hashed keys.
    pub(super) keys: Field,
    /// Hashed values that are only counted.
    pub(super) values: Field,
    /// Id and compact record, for those who are found.
    pub(super) record: Field,
    /// Name, company, title, place.
    pub(super) words: [Field; 4],
}

/// The name of the fast column that [`rank`] breaks ties by.
pub(super) const TIE: &str = "tie";

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut schema = SchemaBuilder::new();
    let hashes = NumericOptions::default().set_indexed();
    let words = TextFieldIndexing::default().set_tokenizer("whitespace").set_fieldnorms(false).set_index_option(IndexRecordOption::Basic);
    let words = TextOptions::default().set_indexing_options(words);
    let fields = Fields {
        id: schema.add_text_field("id", STRING),
        tie: schema.add_u64_field(TIE, NumericOptions::default().set_fast()),
        keys: schema.add_u64_field("keys", hashes.clone()),
        values: schema.add_u64_field("values", hashes),
        record: schema.add_bytes_field("record", BytesOptions::default().set_stored()),
        words: ["name", "company", "title", "place"].map(|name| schema.add_text_field(name, words.clone())),
    };
    (schema.build(), fields)
}

/// Small blocks, so that one record is read and not its hundred neighbours.
pub(super) fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::None,
        docstore_blocksize: 2_048,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

/// The version of the files, and of the compact records in them.
fn version() -> String {
    format!("{FORMAT}.{}", compact::VERSION)
}

/// What a commit says of itself: the version and the store's revision.
pub(super) fn payload(revision: i64) -> String {
    format!("{} {revision}", version())
}

/// The store's revision that a commit has reached.
pub(super) fn revision(payload: Option<&str>) -> Result<i64, IndexError> {
    let (format, revision) = payload.and_then(|it| it.split_once(' ')).ok_or(IndexError::Unusable("it was never finished"))?;
    if format != version() {
        return Err(IndexError::Unusable("it is of another version"));
    }
    revision.parse().map_err(|_| IndexError::Unusable("it is damaged"))
}

/// A profile as a document.
pub(super) fn document(fields: &Fields, entry: &Entry, search: &SearchText) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    document.add_text(fields.id, entry.id.as_str());
    document.add_u64(fields.tie, u64::from(rank::tie_of(entry.id.as_str())));
    for (field, hashes) in [(fields.keys, &entry.keys), (fields.values, &entry.values)] {
        let mut hashes: Vec<_> = hashes.iter().copied().map(short).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.into_iter().for_each(|hash| document.add_u64(field, hash));
    }
    let mut bytes = Vec::with_capacity(256);
    record(&entry.id, &entry.compact, &mut bytes);
    document.add_bytes(fields.record, &bytes);
    let SearchText { name, company, title, place } = search;
    for (field, text) in fields.words.into_iter().zip([name, company, title, place]) {
        let words = words(text).join(" ");
        if !words.is_empty() {
            document.add_text(field, words);
        }
    }
    document
}

/// The record of a stored document.
pub(super) fn read_record(document: &TantivyDocument, fields: &Fields) -> Option<Vec<u8>> {
    match document.get_first(fields.record)?.into() {
        OwnedValue::Bytes(record) => Some(record),
        _ => None,
    }
}

/// A text as words to be searched by: in ASCII letters, lower case, each once.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in text.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation()).filter(|part| !part.is_empty()) {
        if words.len() >= MAX_WORDS {
            break;
        }
        let word: String =
            part.chars().flat_map(|c| any_ascii::any_ascii_char(c).chars()).filter(char::is_ascii_alphanumeric).take(MAX_WORD).collect();
        let word = word.to_ascii_lowercase();
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}
