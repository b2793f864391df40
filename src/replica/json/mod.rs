//! Lever's records as Lever writes them.

pub(super) mod opportunity;
pub(super) mod reference;
pub(super) mod resume;
