//! All tests, in one binary.

mod badge;
mod cli;
mod disk;
mod layers;
mod replica;
mod resume;
