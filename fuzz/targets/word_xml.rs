//! Word as one XML file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| acquaint_fuzz::read_after(b"<w:wordDocument xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\">", bytes));
