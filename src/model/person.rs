//! One person in normal form, ready to compare: a profile's or a candidate's. Nobody can keep it or print it.

use super::compact;
use super::draft::Draft;
use super::raw::RawPerson;
use super::view::PersonView;
use std::fmt;

/// A person in normal form: what of a candidate is compared. Not `Clone`, not `Serialize`, and its bytes are for this room alone;
/// `Debug` prints `Person(***)`.
pub struct Person(Vec<u8>);

impl Person {
    /// The normal form of what a run was told.
    #[must_use]
    pub fn of_candidate(raw: &RawPerson) -> Self {
        Self(compact::write(&Draft::of_candidate(raw)))
    }

    /// The same person without what names one person alone: addresses, numbers, pages, and names that only a page's slug spells. What an
    /// address spells stays, as it would where the other side does not know the address.
    #[must_use]
    pub fn anonymous(person: PersonView<'_>) -> Self {
        Self(person.without_identifiers())
    }

    /// Its values.
    #[must_use]
    pub fn view(&self) -> PersonView<'_> {
        PersonView::read(&self.0).expect("this room wrote it")
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(***)")
    }
}
