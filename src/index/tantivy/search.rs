//! Search by text: names, employers, titles and places, with room for typing errors.

use super::reader::DiskIndex;
use crate::index::{Hits, Index, IndexError, row};
use crate::model::ProfileId;
use tantivy::Term;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

/// Words of a query that are used; nobody types more, and each one walks the dictionaries.
const MAX_WORDS: usize = 12;

/// What a word is worth by the field it is found in: name, company, title, place.
const WORTH: [f32; 4] = [8.0, 4.0, 3.0, 2.0];

/// What is left of a word's worth when it is only similar.
const SIMILAR: f32 = 0.25;

impl DiskIndex {
    /// Profiles in which every word of the query is found, in any field, as it is or with a typing error: one in words of four
    /// letters and more, two from eight on. Exact words and names come first.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] when the files cannot be read.
    pub fn search(&self, query: &str, limit: usize, offset: usize) -> Result<Hits, IndexError> {
        let words = row::words(query);
        if words.is_empty() {
            return Ok(Hits { profiles: Vec::new(), total: 0 });
        }
        let all = BooleanQuery::new(words.split(' ').take(MAX_WORDS).map(|word| (Occur::Must, self.word(word))).collect());
        // The collector makes room for all that it is asked for, so it is asked for no more than there is.
        let most = usize::try_from(self.len()).unwrap_or(usize::MAX);
        let page = TopDocs::with_limit(limit.clamp(1, most.max(1))).and_offset(offset.min(most)).order_by_score();
        let (page, total) = self.searcher.search(&all, &(page, Count)).map_err(|_| IndexError::Unusable("its files cannot be read"))?;
        let profiles = page
            .into_iter()
            .take(limit)
            .map(|(_, at)| ProfileId::new(self.found_at(at)?.id()).map_err(|_| IndexError::Unusable("a profile's id")))
            .collect::<Result<_, _>>()?;
        Ok(Hits { profiles, total: total as u64 })
    }

    fn word(&self, word: &str) -> Box<dyn Query> {
        let mut ways: Vec<Box<dyn Query>> = Vec::new();
        for (field, worth) in self.fields.words.into_iter().zip(WORTH) {
            let term = Term::from_field_text(field, word);
            let edits = row::edits(word);
            if edits > 0 {
                let similar = FuzzyTermQuery::new(term.clone(), edits, true);
                ways.push(Box::new(ConstScoreQuery::new(Box::new(similar), worth * SIMILAR)));
            }
            let exact = TermQuery::new(term, IndexRecordOption::Basic);
            ways.push(Box::new(ConstScoreQuery::new(Box::new(exact), worth)));
        }
        Box::new(DisjunctionMaxQuery::new(ways))
    }
}
