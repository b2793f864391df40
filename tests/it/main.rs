//! All tests, in one binary.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod badge;
mod cli;
mod contact;
mod crash;
mod disk;
mod index;
mod layers;
mod lever;
mod link;
mod matching;
mod model;
mod night;
mod page;
mod polite;
mod profiles;
mod replica;
mod resume;
mod retention;
mod schedule;
mod secrets;
mod serve;
mod store;
mod train;
mod world;
