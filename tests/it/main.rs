//! All tests, in one binary.

mod world;
