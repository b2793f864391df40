//! Word's binary format, from its container on.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| acquaint_fuzz::read_after(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes));
