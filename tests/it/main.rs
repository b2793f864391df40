//! All tests, in one binary.

mod resume;
