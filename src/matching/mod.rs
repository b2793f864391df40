//! Is it? Evidence for each profile that came near, a posterior over them and *nobody*, and a decision. Pure: no I/O, no clock.

mod compare;
mod counts;
mod decide;
mod learn;
mod odds;
mod own;
mod rarity;
mod terms;
mod twins;
mod weights;

pub use compare::within;
pub use counts::Counts;
pub use decide::{Considered, Matcher, Observed, Scores};
pub use learn::{Census, Lesson, calibrate, fit};
pub use own::Own;
pub use rarity::Rarity;
pub use weights::{Deciding, Weights};
