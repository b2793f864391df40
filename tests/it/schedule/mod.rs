//! When runs are due, who runs them, and what operators hear of it.

mod alerts;
mod due;
mod still;
mod timetable;
mod work;
