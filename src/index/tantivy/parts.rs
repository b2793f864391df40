//! What a segment holds beside the words it is searched by: lists of keys and of values, and records, each a file of its own that
//! the library writes, checks, merges and deletes with the segment.

use super::document::Document;
use super::lists::{self, ListWriter, Lists, NUMBERS};
use super::records::{RecordWriter, Records};
use crate::index::rank;
use std::any::Any;
use std::io::{self, BufWriter};
use std::sync::Arc;
use tantivy::directory::{OwnedBytes, TerminatingWrite};
use tantivy::index::{SegmentComponent, SegmentReader};
use tantivy::indexer::DocIdMapping;
use tantivy::indexer::doc_id_mapping::MappingType;
use tantivy::schema::Schema;
use tantivy::schema::document::ErasedDocument;
use tantivy::{DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Segment, SegmentPlugin, TantivyError};

/// The files' extensions.
const KEYS: &str = "keys";
const VALUES: &str = "values";
const RECORDS: &str = "records";

type File = BufWriter<Box<dyn TerminatingWrite + Send + Sync>>;

/// Writes and merges the files.
pub(super) struct Parts;

impl Parts {
    /// To be registered with every index that is made or opened.
    pub(super) fn plugin() -> Arc<dyn SegmentPlugin> {
        Arc::new(Self)
    }
}

impl SegmentPlugin for Parts {
    fn extensions(&self) -> &[&str] {
        &[KEYS, VALUES, RECORDS]
    }

    fn create_writer(&self, context: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        let records = RecordWriter::begin(made(context.segment, RECORDS)?);
        Ok(Box::new(Writer { records, keys: Vec::new(), values: Vec::new() }))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        if context.doc_id_mapping.mapping_type() == MappingType::Shuffled {
            return Err(TantivyError::InvalidArgument("profiles are not sorted".into()));
        }
        let numbers = context.readers.iter().scan(0, |before, it| Some(Renumbered::of(it, before))).collect::<Vec<_>>();
        if numbers.iter().map(|it| it.living).sum::<u32>() > NUMBERS {
            return Err(TantivyError::InvalidArgument("too many profiles for one segment".into()));
        }
        for name in [KEYS, VALUES] {
            let files = context.readers.iter().map(|it| opened(it, name)).collect::<tantivy::Result<Vec<_>>>()?;
            let to = made(context.target_segment, name)?;
            lists::merge(&files, |file, number| numbers[file].get(number), to)?.terminate()?;
        }
        let mut writer = RecordWriter::begin(made(context.target_segment, RECORDS)?);
        for (reader, numbers) in context.readers.iter().zip(&numbers) {
            let records = records(reader)?;
            for number in (0..reader.max_doc()).filter(|it| numbers.get(*it).is_some()) {
                writer.push(records.get(number).ok_or_else(damaged)?, records.tie(number))?;
            }
        }
        Ok(writer.finish()?.terminate()?)
    }
}

/// The lists of keys and of values of a segment, and its records.
pub(super) fn read(reader: &SegmentReader) -> tantivy::Result<(Lists, Lists, Records)> {
    Ok((opened(reader, KEYS)?, opened(reader, VALUES)?, records(reader)?))
}

fn made(segment: &Segment, name: &str) -> tantivy::Result<File> {
    Ok(segment.open_write(SegmentComponent::Custom(name.to_owned()))?)
}

fn bytes(reader: &SegmentReader, name: &str) -> tantivy::Result<OwnedBytes> {
    Ok(reader.open_read(SegmentComponent::Custom(name.to_owned()))?.read_bytes()?)
}

fn opened(reader: &SegmentReader, name: &str) -> tantivy::Result<Lists> {
    Lists::open(bytes(reader, name)?).ok_or_else(damaged)
}

fn records(reader: &SegmentReader) -> tantivy::Result<Records> {
    Records::open(bytes(reader, RECORDS)?, reader.max_doc()).ok_or_else(damaged)
}

fn damaged() -> TantivyError {
    io::Error::from(io::ErrorKind::InvalidData).into()
}

/// The numbers that a segment's profiles get in a merged one: the living, in their order, after those of the segments before.
struct Renumbered {
    before: u32,
    /// Of each profile the number of the living before it; `u32::MAX` for who is gone. None where all live.
    among: Option<Vec<u32>>,
    living: u32,
}

impl Renumbered {
    fn of(reader: &SegmentReader, before: &mut u32) -> Self {
        let among = reader.alive_bitset().map(|alive| {
            let mut living = 0..;
            let number = |it| if alive.is_alive(it) { living.next() } else { None };
            (0..reader.max_doc()).map(number).map(|it| it.unwrap_or(u32::MAX)).collect()
        });
        let this = Self { before: *before, among, living: reader.num_docs() };
        *before += reader.num_docs();
        this
    }

    fn get(&self, number: u32) -> Option<u32> {
        let among = self.among.as_ref().map_or(Some(number), |it| it.get(number as usize).copied().filter(|it| *it != u32::MAX));
        among.map(|it| self.before + it)
    }
}

/// Gathers the lists of a new segment; records go to the disk as they come.
struct Writer {
    records: RecordWriter<File>,
    keys: Vec<u64>,
    values: Vec<u64>,
}

impl PluginWriter for Writer {
    fn add_document(&mut self, number: DocId, document: &dyn ErasedDocument, _: &Schema) -> tantivy::Result<()> {
        let Some(Document { row, .. }) = document.as_any().downcast_ref() else {
            return Err(TantivyError::InvalidArgument("not a profile".into()));
        };
        if number >= NUMBERS {
            return Err(TantivyError::InvalidArgument("too many profiles for one segment".into()));
        }
        self.keys.extend(row.keys.iter().map(|it| lists::entry(*it, number)));
        self.values.extend(row.values.iter().map(|it| lists::entry(*it, number)));
        Ok(self.records.push(&row.record, rank::tie_of(row.id.as_str()))?)
    }

    fn serialize(self: Box<Self>, segment: &Segment, _: Option<&DocIdMapping>) -> tantivy::Result<()> {
        self.records.finish()?.terminate()?;
        for (mut entries, name) in [(self.keys, KEYS), (self.values, VALUES)] {
            entries.sort_unstable();
            let mut writer = ListWriter::begin(made(segment, name)?, entries.len())?;
            entries.into_iter().try_for_each(|it| writer.push(it))?;
            writer.finish()?.terminate()?;
        }
        Ok(())
    }

    fn mem_usage(&self) -> usize {
        (self.keys.capacity() + self.values.capacity()) * size_of::<u64>() + self.records.memory()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
