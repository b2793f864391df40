//! When to run, and who runs: queued runs are claimed by whoever is free, here or in any other process on the same store.

mod alert;
mod due;
mod house;
mod timetable;
mod work;

pub use alert::{AlertError, Alerts};
pub use due::queue_due;
pub use house::House;
pub use timetable::{BadTimetable, Due, Timetable};
pub use work::{Limits, work};
