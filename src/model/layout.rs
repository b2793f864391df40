//! Where in the compact form what is: whoever writes it and whoever reads it go by this.
//!
//! A version byte; the number of names, e-mails, phones, links, employers, schools and titles, and the lengths of city and
//! region, a byte each; the numbers of all values in that order; then their texts in the same order, end to end. The numbers of a
//! value are its place (255 for none, 254 for a name that an address spells) and the length of its text; a link has its site after
//! them, a stay two months of two bytes (0 for none).

/// Grows whenever the layout or a normal form changes: then the index must be rebuilt.
pub const VERSION: u8 = 5;

/// Bytes before the numbers: version, counts, lengths of city and region.
pub(super) const HEADER: usize = 1 + LISTS.len() + 2;

/// How many bytes of numbers a value of each list has.
pub(super) const LISTS: [usize; 7] = [2, 2, 2, 3, 6, 6, 2];

/// Where among a value's numbers its length is.
pub(super) const LENGTH: usize = 1;

/// Where among a link's numbers its site is.
pub(super) const SITE: usize = 2;

/// The place of a value that stands nowhere in the record.
pub(super) const NOWHERE: u8 = u8::MAX;

/// The place of a name that an e-mail address spells.
pub(super) const ADDRESS: u8 = u8::MAX - 1;
