//! Reading the index: one snapshot, from any number of threads, while a writer may be at work.

use super::alive::Alive;
use super::layout::{self, Fields};
use crate::index::rank::{Near, Postings, Ranking};
use crate::index::{Found, Index, IndexError, short};
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tantivy::columnar::ColumnValues;
use tantivy::directory::{Directory, META_LOCK};
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{
    DocAddress, DocSet, InvertedIndexReader, ReloadPolicy, Searcher, SegmentReader, TERMINATED, TantivyDocument, TantivyError, Term,
};

const UNREADABLE: IndexError = IndexError::Unusable("its files cannot be read");

/// A snapshot of the index on disk. Its files are mapped, not loaded.
///
/// Deleted and replaced profiles are neither found nor counted, although they lie in their segment until it is merged, which happens
/// before they are a fifth of it: what this index answers is what one built anew would answer.
pub struct DiskIndex {
    pub(super) searcher: Searcher,
    pub(super) fields: Fields,
    segments: Vec<Segment>,
    revision: i64,
}

/// One segment, opened once.
struct Segment {
    keys: Arc<InvertedIndexReader>,
    values: Arc<InvertedIndexReader>,
    tie: Arc<dyn ColumnValues<u64>>,
    alive: Alive,
    /// The number of its first profile.
    base: u32,
    size: u32,
}

/// How large an index is, for `profiles stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskUse {
    /// Bytes of all files that the snapshot reads.
    pub bytes: u64,
    /// Segments: each is one more place to look a key up in.
    pub segments: usize,
}

impl DiskIndex {
    /// Opens the last committed state, after checking every file against its checksum.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] when it is missing, damaged or of another version.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        let (index, revision) = opened(dir)?;
        guarded(|| {
            // No thread that watches the directory, no cache of records that the system has in memory already.
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).doc_store_cache_num_blocks(0).try_into()?;
            let searcher: Searcher = tantivy::IndexReader::searcher(&reader);
            let (_, fields) = layout::schema();
            let mut base = 0;
            let mut segments = Vec::new();
            for reader in searcher.segment_readers() {
                segments.push(Segment::open(reader, &fields, base)?);
                base += reader.max_doc();
            }
            Ok(Self { searcher, fields, segments, revision })
        })
    }

    /// How large it is.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] when the files cannot be read.
    pub fn disk_use(&self) -> Result<DiskUse, IndexError> {
        let space = self.searcher.space_usage().map_err(|_| UNREADABLE)?;
        Ok(DiskUse { bytes: space.total().get_bytes(), segments: self.segments.len() })
    }

    fn found(&self, number: u32) -> Result<Found<'static>, IndexError> {
        let ord = self.segments.partition_point(|it| it.base <= number) - 1;
        self.found_at(DocAddress::new(ord as u32, number - self.segments[ord].base))
    }

    pub(super) fn found_at(&self, address: DocAddress) -> Result<Found<'static>, IndexError> {
        let document: TantivyDocument = self.searcher.doc(address).map_err(|_| UNREADABLE)?;
        let record = layout::read_record(&document, &self.fields).ok_or(UNREADABLE)?;
        Found::new(self.segments[address.segment_ord as usize].base + address.doc_id, Cow::Owned(record)).ok_or(UNREADABLE)
    }
}

impl Index for DiskIndex {
    fn len(&self) -> u64 {
        self.searcher.num_docs()
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn near(&self, batch: &[Vec<u64>], limit: usize) -> Result<Vec<Vec<Found<'_>>>, IndexError> {
        let lists = Lists::of(self, batch)?;
        let mut ranking = Ranking::new(&lists, self.len());
        let mut one = |keys: &Vec<u64>| -> Result<Vec<Found<'_>>, IndexError> {
            let near = ranking.nearest(keys.iter().copied().map(short), limit)?;
            near.iter().map(|it| self.found(it.number)).collect()
        };
        batch.iter().map(&mut one).collect()
    }

    fn frequency(&self, hash: u64) -> Result<u32, IndexError> {
        let count = |of: fn(&Segment) -> &InvertedIndexReader, field| {
            let term = term(field, short(hash));
            self.segments.iter().map(|it| it.alive.frequency(of(it), &term).map_err(|_| UNREADABLE)).sum::<Result<u32, IndexError>>()
        };
        let values = count(|it| &it.values, self.fields.values)?;
        if values > 0 { Ok(values) } else { count(|it| &it.keys, self.fields.keys) }
    }
}

impl Segment {
    fn open(reader: &SegmentReader, fields: &Fields, base: u32) -> Result<Self, TantivyError> {
        Ok(Self {
            keys: reader.inverted_index(fields.keys)?,
            values: reader.inverted_index(fields.values)?,
            tie: reader.fast_fields().u64(layout::TIE)?.first_or_default_col(0),
            alive: Alive::new(reader.alive_bitset()),
            base,
            size: reader.max_doc(),
        })
    }
}

/// Where the lists of a batch's keys are. The dictionaries are asked once, in their own order.
struct Lists<'a> {
    index: &'a DiskIndex,
    /// Every key of the batch that some profile has, sorted, with how many.
    keys: Vec<(u64, u32)>,
    /// The list of `keys[n]` in the segment `s`, at `n * segments + s`.
    terms: Vec<Option<TermInfo>>,
}

impl<'a> Lists<'a> {
    fn of(index: &'a DiskIndex, batch: &[Vec<u64>]) -> Result<Self, IndexError> {
        let mut keys: Vec<_> = batch.iter().flatten().map(|it| (short(*it), 0)).collect();
        keys.sort_unstable();
        keys.dedup();
        let segments = index.segments.len();
        let mut terms = vec![None; keys.len() * segments];
        for (ord, segment) in index.segments.iter().enumerate() {
            for (at, (key, count)) in keys.iter_mut().enumerate() {
                let info = segment.keys.get_term_info(&term(index.fields.keys, *key)).map_err(|_| UNREADABLE)?;
                if let Some(info) = &info {
                    *count += segment.alive.count(index.fields.keys, &segment.keys, info).map_err(|_| UNREADABLE)?;
                }
                terms[at * segments + ord] = info;
            }
        }
        Ok(Self { index, keys, terms })
    }

    /// The segments that have the key, each with its list.
    fn lists(&self, at: usize) -> impl Iterator<Item = Result<(&Segment, impl DocSet), IndexError>> {
        let infos = self.terms[at * self.index.segments.len()..].iter();
        self.index.segments.iter().zip(infos).filter_map(|(segment, info)| {
            let list = segment.keys.read_postings_from_terminfo(info.as_ref()?, IndexRecordOption::Basic);
            Some(list.map(|it| (segment, it)).map_err(|_| UNREADABLE))
        })
    }
}

impl Postings for Lists<'_> {
    type List = usize;

    fn list(&self, key: u64) -> Option<(u32, usize)> {
        let at = self.keys.binary_search_by_key(&key, |it| it.0).ok()?;
        Some((self.keys[at].1, at)).filter(|it| it.0 > 0)
    }

    fn read(&self, at: usize, each: &mut impl FnMut(u32)) -> Result<(), IndexError> {
        for list in self.lists(at) {
            let (segment, mut list) = list?;
            let mut doc = list.doc();
            while doc != TERMINATED {
                if segment.alive.has(doc) {
                    each(segment.base + doc);
                }
                doc = list.advance();
            }
        }
        Ok(())
    }

    fn holders(&self, at: usize, among: &[Near], found: &mut impl FnMut(usize)) -> Result<(), IndexError> {
        for list in self.lists(at) {
            let (segment, mut list) = list?;
            let first = among.partition_point(|near| near.number < segment.base);
            let within = among[first..].iter().take_while(|near| near.number < segment.base + segment.size);
            for (place, near) in (first..).zip(within) {
                let doc = near.number - segment.base;
                if list.doc() <= doc && list.seek(doc) == doc {
                    found(place);
                }
            }
        }
        Ok(())
    }

    fn tie(&self, number: u32) -> u32 {
        let ord = self.index.segments.partition_point(|it| it.base <= number) - 1;
        let segment = &self.index.segments[ord];
        segment.tie.get_val(number - segment.base) as u32
    }
}

fn term(field: Field, hash: u64) -> Term {
    Term::from_field_u64(field, hash)
}

/// Opens the files, checks them, and reads how far they go.
pub(super) fn opened(dir: &Path) -> Result<(tantivy::Index, i64), IndexError> {
    if !dir.join("meta.json").is_file() {
        return Err(IndexError::Unusable("there is none"));
    }
    let (index, payload, damaged) = guarded(|| {
        let index = tantivy::Index::open_in_dir(dir)?;
        // Until it is dropped no writer deletes a file that a merge has replaced, and that may be under check here.
        let _files_stay = index.directory().acquire_lock(&META_LOCK)?;
        let payload = index.load_metas()?.payload;
        let damaged: std::collections::HashSet<PathBuf> = index.validate_checksum()?;
        Ok((index, payload, !damaged.is_empty()))
    })?;
    let revision = layout::revision(payload.as_deref())?;
    if damaged || index.schema() != layout::schema().0 {
        return Err(IndexError::Unusable("it is damaged"));
    }
    Ok((index, revision))
}

/// The library panics on some damaged files: that is an answer too.
fn guarded<T>(open: impl FnOnce() -> Result<T, TantivyError>) -> Result<T, IndexError> {
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(done) => done.map_err(|_| UNREADABLE),
        Err(_) => Err(IndexError::Unusable("it is damaged")),
    }
}
