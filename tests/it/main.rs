//! All tests, in one binary.

mod badge;
mod cli;
mod disk;
mod layers;
mod lever;
mod profiles;
mod replica;
mod resume;
mod world;
mod secrets;
mod store;
mod index;
mod link;
mod matching;
mod model;
