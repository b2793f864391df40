//! All tests, in one binary.

mod badge;
mod cli;
mod disk;
mod layers;
mod lever;
mod profiles;
mod replica;
mod resume;
