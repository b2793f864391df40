//! All tests, in one binary.

mod layers;
mod disk;
mod profiles;
mod cli;
