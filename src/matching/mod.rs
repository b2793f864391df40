//! Is it? Evidence for each profile that came near, a posterior over them and *nobody*, and a decision. Pure: no I/O, no clock.

mod compare;
mod counts;
mod decide;
mod rarity;
mod twins;
mod weights;

pub use counts::Counts;
pub use decide::{Considered, Matcher, Scores};
pub use rarity::Rarity;
