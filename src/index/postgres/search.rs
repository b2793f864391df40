//! Search by text in PostgreSQL: the same words, fields and worths as on disk. A word that nobody has is taken for those that it may
//! be a misspelling of; on disk the similar ones count a little even where somebody has the word.

use super::batch::{ask, unreadable};
use super::rows::{slot_of, word_hash};
use super::server::Server;
use super::{PostgresIndex, check_whole, state};
use crate::index::{Found, Hits, IndexError, row};
use crate::model::ProfileId;
use sqlx::{Row, query_as};
use std::borrow::Cow;
use std::collections::HashSet;

const FOUND: &str = include_str!("sql/found.sql");
const SIMILAR: &str = include_str!("sql/similar.sql");
const VALUES: &str = include_str!("sql/values.sql");

/// Words of a query that are used.
const MAX_WORDS: usize = 12;

/// Similar words that one is taken for, at most.
const MAX_SIMILAR: usize = 50;

impl PostgresIndex {
    /// As [`DiskIndex::search`](crate::index::DiskIndex::search).
    ///
    /// # Errors
    /// [`IndexError::Busy`] while the index is filled anew, [`IndexError::Database`].
    pub fn search(&self, query: &str, limit: usize, offset: usize) -> Result<Hits, IndexError> {
        let words = row::words(query);
        let words: Vec<&str> = words.split(' ').filter(|it| !it.is_empty()).take(MAX_WORDS).collect();
        let ways = words.iter().map(|it| self.ways(it)).collect::<Result<Vec<_>, _>>()?;
        if ways.is_empty() || ways.iter().any(Vec::is_empty) {
            return self.whole(Hits { profiles: Vec::new(), total: 0 });
        }
        let (mut rows, mut total) = self.page(&ways, limit, offset)?;
        if rows.is_empty() && offset > 0 {
            // The count comes with the rows, and past the last page there are none.
            (_, total) = self.page(&ways, 1, 0)?;
        }
        rows.truncate(limit);
        let id = |record: Vec<u8>| ProfileId::new(Found::new(0, Cow::Owned(record))?.id()).ok();
        self.whole(Hits { profiles: rows.into_iter().filter_map(id).collect(), total })
    }

    /// What was found is good when nobody had begun to fill the tables anew: asked last, as when people are looked up.
    fn whole(&self, hits: Hits) -> Result<Hits, IndexError> {
        check_whole(&state(&self.server)?.0, &self.veil).map(|()| hits)
    }

    /// Records of one page, and how many there are on all. Words are letters and digits alone, so they can be put together as a query.
    fn page(&self, ways: &[Vec<String>], limit: usize, offset: usize) -> Result<(Vec<Vec<u8>>, u64), IndexError> {
        let any = |ways: &Vec<String>| format!("({})", ways.join("|"));
        let all = ways.iter().map(any).collect::<Vec<_>>().join("&");
        let each: Vec<String> = ways.iter().flatten().cloned().collect();
        let pool = self.server.pool();
        let (most, first) = (i64::try_from(limit.max(1)).unwrap_or(i64::MAX), i64::try_from(offset).unwrap_or(i64::MAX));
        let rows: Vec<(Vec<u8>, i64)> =
            self.server.wait(async move { query_as(FOUND).bind(all).bind(each).bind(most).bind(first).fetch_all(&pool).await })?;
        let total = rows.first().map_or(0, |it| it.1.unsigned_abs());
        Ok((rows.into_iter().map(|it| it.0).collect(), total))
    }

    /// The word itself where some profile has it, else those that are like it.
    fn ways(&self, word: &str) -> Result<Vec<String>, IndexError> {
        let hash = word_hash(word);
        if !ask(&self.server, VALUES, [(slot_of(hash), hash as i64)])?.is_empty() {
            return Ok(vec![word.to_owned()]);
        }
        match row::edits(word) {
            0 => Ok(Vec::new()),
            edits => similar(&self.server, word, usize::from(edits)),
        }
    }
}

fn similar(server: &Server, word: &str, edits: usize) -> Result<Vec<String>, IndexError> {
    let pool = server.pool();
    let (least, most) = ((word.len() - edits) as i32, (word.len() + edits) as i32);
    let rows = server.wait(async move { sqlx::query(SIMILAR).bind(least).bind(most).fetch_all(&pool).await })?;
    let mut found: Vec<(usize, String)> = Vec::new();
    for row in &rows {
        let other: &str = row.try_get(0).map_err(unreadable)?;
        let distance = strsim::osa_distance(word, other);
        if distance <= edits {
            found.push((distance, other.to_owned()));
        }
    }
    found.sort();
    found.truncate(MAX_SIMILAR);
    let distinct: HashSet<String> = found.into_iter().map(|it| it.1).collect();
    Ok(distinct.into_iter().collect())
}
