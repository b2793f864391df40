//! All tests, in one binary.

mod layers;
mod cli;
