//! All tests, in one binary.

mod badge;
mod cli;
mod layers;
mod resume;
mod disk;
mod replica;
