//! All tests, in one binary.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod index;
mod link;
mod matching;
mod model;
