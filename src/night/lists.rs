//! What Lever is asked for: the reference lists, the deleted, and everything or what changed.

use super::{
    AHEAD, AT_ONCE, Night, OVERLAP, SKEW, Step,
    people::{Rows, Scope},
};
use crate::{
    lever::{LeverError, Listed, Listing},
    model::{ContactId, LeftOut, Millis, Opportunity, OpportunityId, RawPerson, Reference, RunKind},
};
use futures::{StreamExt, stream};
use std::collections::{BTreeSet, HashSet};

/// Rows that Lever says were deleted since the last good run.
#[derive(Default)]
pub(super) struct DeletedRows {
    pub(super) opportunities: Vec<OpportunityId>,
    pub(super) contacts: BTreeSet<ContactId>,
}

impl Night<'_> {
    pub(super) fn listing(&self) -> Listing {
        let settings = &self.tenant.settings;
        Listing { confidential: settings.confidential, start: settings.start_date, now: self.now }
    }

    pub(super) async fn reference(&mut self) -> Result<Reference, LeverError> {
        let (reference, left_out) = self.rooms.lever.reference(&self.listing()).await?;
        self.tally.left_out.extend(left_out);
        Ok(reference)
    }

    /// The deleted list since the last good run. A key that may not read it costs a part, not the run: a vanished opportunity is
    /// then asked for by its id.
    pub(super) async fn deleted(&mut self) -> Result<DeletedRows, LeverError> {
        let Some(from) = self.tenant.window_start else { return Ok(DeletedRows::default()) };
        let rows = match self.rooms.lever.deleted(from, self.now.plus(AHEAD), &self.listing()).await {
            Err(LeverError::Forbidden { checkbox }) => {
                self.leave_out("deleted", "opportunities/deleted", &LeverError::ungranted(checkbox));
                Vec::new()
            }
            other => other?,
        };
        let contacts = rows.iter().filter_map(|it| it.contact.clone()).collect();
        Ok(DeletedRows { opportunities: rows.into_iter().map(|it| it.opportunity).collect(), contacts })
    }

    /// The rows of this run, all or of those who changed and those who were asked for.
    pub(super) async fn list(&mut self, deleted: &DeletedRows, asked: &[ContactId]) -> Result<Rows, LeverError> {
        let watch = self.watch;
        let progress = move |rows| (watch.progress)(Step::Listing(rows));
        match (self.order.kind, self.tenant.window_start) {
            (RunKind::Recent, Some(since)) => self.list_changed(since, deleted, asked).await,
            _ => {
                let listed = self.rooms.lever.list(&self.listing(), &progress).await?;
                Ok(Rows { rows: self.take(listed), scope: Scope::Everyone })
            }
        }
    }

    /// All opportunities of every contact of which one was changed or deleted.
    async fn list_changed(&mut self, since: Millis, deleted: &DeletedRows, asked: &[ContactId]) -> Result<Rows, LeverError> {
        let listing = self.listing();
        let updated = self.rooms.lever.list_updated(since, &listing).await?;
        let updated = self.take(updated);
        let mut contacts = deleted.contacts.clone();
        contacts.extend(updated.into_iter().map(|(it, _)| it.contact).chain(asked.iter().cloned()));
        let mut rows = Vec::new();
        let lever = self.rooms.lever;
        let mut answers = stream::iter(&contacts).map(|it| lever.list_contact(it, &listing)).buffered(AT_ONCE);
        while let Some(listed) = answers.next().await {
            rows.extend(self.take(listed?));
            (self.watch.progress)(Step::Listing(rows.len() as u64));
        }
        drop(answers);
        Ok(Rows { rows, scope: Scope::Only(contacts) })
    }

    /// Notes what was left out, and Lever's clock, by which the next window begins.
    fn take(&mut self, listed: Listed) -> Vec<(Opportunity, RawPerson)> {
        if !listed.left_out.is_empty() {
            let mut known: HashSet<LeftOut> = self.tally.left_out.iter().cloned().collect();
            self.tally.left_out.extend(listed.left_out.into_iter().filter(|it| known.insert(it.clone())));
        }
        if let Some(theirs) = listed.server_time {
            let skew = theirs.0.abs_diff((self.watch.clock)().0);
            if skew > SKEW {
                tracing::warn!(seconds = skew / 1000, "our clock and Lever's differ by more than five minutes");
            }
            self.window_start = self.window_start.min(theirs.plus(-OVERLAP));
        }
        listed.rows
    }
}
