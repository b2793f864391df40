//! All tests, in one binary.

mod badge;
mod layers;
mod cli;
mod resume;
