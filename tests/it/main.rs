//! All tests, in one binary.

mod index;
mod link;
mod matching;
mod model;
