//! All tests, in one binary.

mod badge;
mod layers;
mod disk;
mod profiles;
mod cli;
mod disk;
mod layers;
mod lever;
mod replica;
mod resume;
