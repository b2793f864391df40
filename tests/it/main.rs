//! All tests, in one binary.

mod lever;
