//! All tests, in one binary.

mod replica;
mod world;
