//! The list of deleted opportunities.

use super::ask::Ask;
use super::json::Value;
use super::opportunity::parse;
use super::{Lever, LeverError, Listing, checkbox, pages};
use crate::model::{ContactId, Millis, OpportunityId};

/// Lever allows windows of 30 days; one less leaves room for what it takes for a day.
const WINDOW: i64 = 29 * 86_400_000;

/// An opportunity that somebody deleted in Lever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// Its id.
    pub opportunity: OpportunityId,
    /// Whose it was, where Lever says so.
    pub contact: Option<ContactId>,
}

impl Lever {
    /// Lists what was deleted between two moments, both included.
    ///
    /// # Errors
    /// [`LeverError::Forbidden`] when the key may not see it, which says nothing of other lists; or why Lever could not be asked.
    pub async fn deleted(&self, from: Millis, to: Millis, what: &Listing) -> Result<Vec<Deleted>, LeverError> {
        let mut all = Vec::new();
        let mut start = from;
        while start <= to {
            let end = start.plus(WINDOW).min(to);
            let mut ask = Ask::new(&["opportunities", "deleted"], "deleted opportunities", checkbox::DELETED);
            ask.query = vec![("deleted_at_start", start.0.to_string()), ("deleted_at_end", end.0.to_string()), pages::full()];
            ask.query.extend(what.confidentiality());
            ask.include = &["id", "contact"];
            let read = |item: Value<'_>| {
                let [id, contact] = item.fields(&["id", "contact"]);
                all.extend(parse(id).map(|opportunity| Deleted { opportunity, contact: parse(contact) }));
            };
            self.every(ask, read).await?;
            start = end.plus(1);
        }
        Ok(all)
    }
}
