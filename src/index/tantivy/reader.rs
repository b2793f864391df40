//! Reading the index: one snapshot, from any number of threads, while a writer may be at work.

use super::alive::Alive;
use super::fields::{Fields, schema};
use super::layout::{self, Reach};
use super::lists::Span;
use super::parts::{self, Parts};
use super::records::Records;
use crate::index::rank::{Near, Postings, Ranking};
use crate::index::{DiskUse, Found, Index, IndexError, short};
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory, META_LOCK};
use tantivy::{DocAddress, IndexReader, ReloadPolicy, Searcher, SegmentReader, TantivyError};

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
    keys: Alive,
    values: Alive,
    records: Records,
    /// The number of its first profile.
    base: u32,
    size: u32,
}

impl DiskIndex {
    /// Opens the last committed state, after checking every file against its checksum.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] when it is missing, damaged or of another version, [`IndexError::Busy`] while it is filled.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        let (index, Reach { revision, whole }) = opened(dir)?;
        if !whole {
            return Err(IndexError::Busy);
        }
        guarded(|| {
            // No thread that watches the directory.
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
            let (searcher, segments) = snapshot(&reader)?;
            let (_, fields) = schema();
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

    fn found(&self, number: u32) -> Result<Found<'_>, IndexError> {
        let segment = self.segment(number);
        let record = segment.records.get(number - segment.base).ok_or(UNREADABLE)?;
        Found::new(number, Cow::Borrowed(record)).ok_or(UNREADABLE)
    }

    pub(super) fn found_at(&self, address: DocAddress) -> Result<Found<'_>, IndexError> {
        self.found(self.segments[address.segment_ord as usize].base + address.doc_id)
    }

    /// The segment that a number is of.
    fn segment(&self, number: u32) -> &Segment {
        &self.segments[self.segments.partition_point(|it| it.base <= number) - 1]
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
        let lists = Lists::of(self, batch);
        let mut ranking = Ranking::new(&lists, self.len());
        let mut one = |keys: &Vec<u64>| -> Result<Vec<Found<'_>>, IndexError> {
            let near = ranking.nearest(keys.iter().copied().map(short), limit)?;
            near.iter().map(|it| self.found(it.number)).collect()
        };
        batch.iter().map(&mut one).collect()
    }

    fn frequency(&self, hash: u64) -> Result<u32, IndexError> {
        let count = |of: fn(&Segment) -> &Alive| self.segments.iter().map(|it| of(it).list(hash).0).sum();
        let values = count(|it| &it.values);
        Ok(if values > 0 { values } else { count(|it| &it.keys) })
    }
}

impl Segment {
    /// Those of a state, in its order.
    fn all(searcher: &Searcher) -> Result<Vec<Self>, TantivyError> {
        let readers = searcher.segment_readers().iter();
        readers
            .scan(0, |next, it| Some((std::mem::replace(next, *next + it.max_doc()), it)))
            .map(|(base, it)| Self::open(it, base))
            .collect()
    }

    fn open(reader: &SegmentReader, base: u32) -> Result<Self, TantivyError> {
        let (keys, values, records) = parts::read(reader)?;
        let alive = |lists| Alive::new(lists, reader.alive_bitset());
        Ok(Self { keys: alive(keys), values: alive(values), records, base, size: reader.max_doc() })
    }
}

/// The lists of all keys of a batch, found in their order: neighbours in a file are read together.
struct Lists<'a> {
    index: &'a DiskIndex,
    /// Every key of the batch, sorted, with how many profiles have it.
    keys: Vec<(u64, u32)>,
    /// The list of `keys[n]` in the segment `s`, at `n * segments + s`.
    spans: Vec<Span>,
}

impl<'a> Lists<'a> {
    fn of(index: &'a DiskIndex, batch: &[Vec<u64>]) -> Self {
        let mut keys: Vec<_> = batch.iter().flatten().map(|it| (short(*it), 0)).collect();
        keys.sort_unstable();
        keys.dedup();
        let segments = index.segments.len();
        let mut spans = vec![0..0; keys.len() * segments];
        for (ord, segment) in index.segments.iter().enumerate() {
            for (at, (key, all)) in keys.iter_mut().enumerate() {
                let (count, span) = segment.keys.list(*key);
                *all += count;
                spans[at * segments + ord] = span;
            }
        }
        Self { index, keys, spans }
    }

    /// The segments, each with its list of that key.
    fn lists(&self, at: usize) -> impl Iterator<Item = (&Segment, Span)> {
        self.index.segments.iter().zip(self.spans[at * self.index.segments.len()..].iter().cloned())
    }
}

impl Postings for Lists<'_> {
    type List = usize;

    fn list(&self, key: u64) -> Option<(u32, usize)> {
        let at = self.keys.binary_search_by_key(&key, |it| it.0).ok()?;
        Some((self.keys[at].1, at)).filter(|it| it.0 > 0)
    }

    fn read(&self, at: usize, each: &mut impl FnMut(u32)) -> Result<(), IndexError> {
        for (segment, span) in self.lists(at) {
            segment.keys.numbers(&span).for_each(|it| each(segment.base + it));
        }
        Ok(())
    }

    fn holders(&self, at: usize, among: &[Near], found: &mut impl FnMut(usize)) -> Result<(), IndexError> {
        for (segment, mut span) in self.lists(at) {
            let first = among.partition_point(|near| near.number < segment.base);
            let within = among[first..].iter().take_while(|near| near.number < segment.base + segment.size);
            for (place, near) in (first..).zip(within) {
                if segment.keys.holds(&mut span, near.number - segment.base) {
                    found(place);
                }
            }
        }
        Ok(())
    }

    fn tie(&self, number: u32) -> u32 {
        let segment = self.index.segment(number);
        segment.records.tie(number - segment.base)
    }
}

/// One state of the index with our own files of its segments. The library opens its own before a merge may delete them, not ours:
/// those that are gone belong to an older state, if there is a newer one.
fn snapshot(reader: &IndexReader) -> Result<(Searcher, Vec<Segment>), TantivyError> {
    loop {
        let searcher = reader.searcher();
        match Segment::all(&searcher) {
            Err(TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(gone))) => {
                reader.reload()?;
                if reader.searcher().generation().segments() == searcher.generation().segments() {
                    return Err(OpenReadError::FileDoesNotExist(gone).into());
                }
            }
            segments => return Ok((searcher, segments?)),
        }
    }
}

/// Opens the files, checks them, and reads how far they go.
pub(super) fn opened(dir: &Path) -> Result<(tantivy::Index, Reach), IndexError> {
    if !dir.join("meta.json").is_file() {
        return Err(IndexError::Unusable("there is none"));
    }
    let (index, payload, damaged) = guarded(|| {
        let mut index = tantivy::Index::open_in_dir(dir)?;
        index.register_plugin(Parts::plugin());
        // Until it is dropped no writer deletes a file that a merge has replaced, and that may be under check here.
        let _files_stay = index.directory().acquire_lock(&META_LOCK)?;
        let payload = index.load_metas()?.payload;
        let damaged: std::collections::HashSet<PathBuf> = index.validate_checksum()?;
        Ok((index, payload, !damaged.is_empty()))
    })?;
    let reach = layout::reach(payload.as_deref())?;
    if damaged || index.schema() != schema().0 {
        return Err(IndexError::Unusable("it is damaged"));
    }
    Ok((index, reach))
}

/// The library panics on some damaged files: that is an answer too.
fn guarded<T>(open: impl FnOnce() -> Result<T, TantivyError>) -> Result<T, IndexError> {
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(done) => done.map_err(|_| UNREADABLE),
        Err(_) => Err(IndexError::Unusable("it is damaged")),
    }
}
