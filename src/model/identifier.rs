//! What identifies a person, as a hash.

use super::link::Site;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What kind of identifier a hash stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Identifier {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A page on this site.
    Link(Site),
}

/// The hash that [`PersonView::identifiers`](super::PersonView::identifiers) gives for one normal form.
#[must_use]
pub fn identifier(kind: Identifier, normal: &str) -> u64 {
    let seed = match kind {
        Identifier::Email => 1,
        Identifier::Phone => 2,
        Identifier::Link(site) => 3 + site as u64,
    };
    xxh3_64_with_seed(normal.as_bytes(), seed)
}
