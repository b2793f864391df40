//! How many people one viewer may look at in a while: enough to work with, too few to copy an account.

use crate::model::Millis;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// The recent looks of each viewer.
pub struct Turns {
    looks: Mutex<HashMap<String, VecDeque<Millis>>>,
    at_most: usize,
    within: i64,
}

impl Default for Turns {
    /// Thirty a minute.
    fn default() -> Self {
        Self::new(30, 60_000)
    }
}

impl Turns {
    /// At most so many looks within so many milliseconds.
    #[must_use]
    pub fn new(at_most: usize, within: i64) -> Self {
        Self { looks: Mutex::default(), at_most, within }
    }

    /// Takes a turn.
    ///
    /// # Errors
    /// After how many milliseconds there is one again.
    pub fn take(&self, viewer: &str, now: Millis) -> Result<(), i64> {
        let mut all = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, looks| looks.back().is_some_and(|it| it.plus(self.within) > now));
        let looks = all.entry(viewer.to_owned()).or_default();
        while looks.front().is_some_and(|it| it.plus(self.within) <= now) {
            looks.pop_front();
        }
        if looks.len() >= self.at_most {
            return Err(looks.front().map_or(self.within, |it| it.plus(self.within).0 - now.0));
        }
        looks.push_back(now);
        Ok(())
    }
}
