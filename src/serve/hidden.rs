//! How many of those who are found are left out by what is asked of badges: counted beyond the page in hand, up to a bound.

use super::problem::Problem;
use super::search::{EFFORT, Query, Reader, STEP};

/// Who is left out.
pub(super) struct LeftOut {
    /// How many.
    pub(super) count: u64,
    /// Of so many who were found first; all of them, where there are no more.
    pub(super) of: u64,
}

impl Reader<'_> {
    /// Counts them among the first that the words find, whichever page is asked for.
    pub(super) async fn left_out(self, query: &Query) -> Result<LeftOut, Problem> {
        let (ids, _) = self.found(&query.words, 0, EFFORT).await?;
        let (mut count, now) = (0, self.site.now());
        for part in ids.chunks(STEP) {
            let sight = self.sight(part).await?;
            count += part.iter().filter(|it| !query.admits(sight.badges.get(*it), now)).count() as u64;
        }
        Ok(LeftOut { count, of: ids.len() as u64 })
    }
}
