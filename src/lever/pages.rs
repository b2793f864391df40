//! The walk through a list that one cursor is enough for.

use super::ask::Ask;
use super::json::{Page, Value};
use super::{Lever, LeverError};
use std::collections::HashSet;

/// How often a list may begin again.
const RESTARTS: usize = 3;

/// Asks for as many items a page as Lever gives.
pub(super) fn full() -> (&'static str, String) {
    ("limit", "100".to_owned())
}

impl Lever {
    /// Hands every item of a list to `take`. Where Lever forgets a token, or `include` costs a field that is used, the list
    /// begins again, so that items may come twice.
    pub(super) async fn every(&self, mut ask: Ask<'_>, mut take: impl FnMut(Value<'_>)) -> Result<(), LeverError> {
        let mut tokens = HashSet::new();
        let mut restarts = 0;
        loop {
            let answer = match self.0.json(&ask).await {
                Err(LeverError::Refused { status: 400, .. }) if restarts < RESTARTS && ask.simplify() => {
                    restarts += 1;
                    tokens.clear();
                    continue;
                }
                answer => answer?,
            };
            let page = Page::read(&answer.text, ask.what)?;
            if ask.offset.is_none() && page.lacks(ask.include) {
                ask.include = &[];
                continue;
            }
            page.items.into_iter().for_each(&mut take);
            let Some(token) = page.next else { return Ok(()) };
            if !tokens.insert(token.clone()) {
                return Err(LeverError::Circle { what: ask.what });
            }
            ask.offset = Some(token);
        }
    }
}
