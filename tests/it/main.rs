//! All tests, in one binary.

mod secrets;
mod store;
