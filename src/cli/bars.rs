//! How far an import or a filling of the index is: one bar at a time.

use super::{Context, Progress};
use crate::profiles;

/// One bar at a time: reading, then indexing. Off the screen when dropped.
pub(super) struct Bars<'a> {
    context: &'a Context,
    reading: Option<Progress>,
    indexing: Option<Progress>,
}

impl<'a> Bars<'a> {
    pub(super) fn new(context: &'a Context) -> Self {
        Self { context, reading: None, indexing: None }
    }

    pub(super) fn show(&mut self, progress: profiles::Progress) {
        match progress {
            profiles::Progress::Reading { lines, bytes, of } => {
                // Lines are counted and bytes are known: what is left is as long as what was read.
                let all = (u128::from(lines) * u128::from(of)).checked_div(u128::from(bytes)).unwrap_or_default();
                let bar = self.reading.get_or_insert_with(|| self.context.output.progress("reading", Some(0)));
                bar.set(lines, u64::try_from(all).unwrap_or(u64::MAX).max(lines));
            }
            profiles::Progress::Indexing { done, of } => {
                self.reading.take().iter().for_each(Progress::end);
                self.indexing.get_or_insert_with(|| self.context.output.progress("indexing", Some(of))).set(done, of);
            }
        }
    }
}

impl Drop for Bars<'_> {
    fn drop(&mut self) {
        self.reading.iter().chain(&self.indexing).for_each(Progress::end);
    }
}
