//! All tests, in one binary.

mod lever;
mod replica;
