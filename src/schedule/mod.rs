//! When to run, and who runs: queued runs are claimed by whoever is free, here or in any other process on the same store.

mod alert;
mod due;
mod house;
mod stand_by;
mod timetable;
mod work;

pub use alert::{AlertError, Alerts, tell};
pub use due::queue_due;
pub use house::House;
pub use stand_by::stand_by;
pub use timetable::{BadTimetable, Due, Timetable};
pub use work::{Limits, work};

use due::clock_agrees;
