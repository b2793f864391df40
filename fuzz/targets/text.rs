//! Whatever the first bytes say, plain text in any encoding most of all.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| acquaint_fuzz::read(bytes.to_vec()));
