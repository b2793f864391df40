//! What the targets share: each gives a reader bytes that it takes for its own, and checks that the answer is one.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Reads a file as the child does. The answer must be JSON with an outcome, and text only with the outcome `ok`.
///
/// # Panics
/// When it is not: a finding.
pub fn read(bytes: Vec<u8>) {
    let answer = acquaint::resume::answer(bytes, "").expect("an answer");
    assert!(answer.starts_with(b"{\"status\":\""), "an outcome");
    assert!(answer.starts_with(b"{\"status\":\"ok\"") || answer.windows(9).any(|it| it == b"\"text\":\"\""), "no text without ok");
}

/// Reads the bytes behind the start of a format, unless they have one of their own.
pub fn read_after(start: &[u8], bytes: &[u8]) {
    read(if bytes.starts_with(start) { bytes.to_vec() } else { [start, bytes].concat() });
}

/// Reads a package with these parts.
///
/// # Panics
/// When memory does not take it.
pub fn read_package(parts: &[(&str, &[u8])]) {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        package.start_file(*name, stored).expect("memory takes it");
        package.write_all(bytes).expect("memory takes it");
    }
    read(package.finish().expect("memory takes it").into_inner());
}

/// The bytes in two parts, the second behind the first zero.
pub fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|it| *it == 0).unwrap_or(bytes.len());
    (&bytes[..at], bytes.get(at + 1..).unwrap_or_default())
}
