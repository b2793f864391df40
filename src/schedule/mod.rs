//! When to run, and who runs: queued runs are claimed by whoever is free, here or in any other process on the same store.

mod house;
mod work;

pub use house::House;
pub use work::{Limits, work};
