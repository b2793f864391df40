//! Files of lines: plain, gzip or zstd, told apart by how they begin, and never held in memory whole.

use super::Defect;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of a line, at most. What is longer is passed over without being kept.
pub(super) const MAX_LINE: usize = 16 << 20;

const BUFFER: usize = 256 << 10;

/// The bytes of a line, or [`Defect::TooLong`].
pub(super) type Line = Result<Vec<u8>, Defect>;

/// A file that is read line by line.
pub(super) struct Lines {
    from: Box<dyn BufRead + Send>,
    /// The number of the line that was read last.
    pub(super) number: u64,
}

impl Lines {
    /// Opens a file, and tells its size; `read` counts the bytes as they leave the disk.
    pub(super) fn open(file: &Path, read: Arc<AtomicU64>) -> io::Result<(Self, u64)> {
        let file = File::open(file)?;
        let size = file.metadata()?.len();
        let mut raw = BufReader::with_capacity(BUFFER, Counted { file, read });
        let start = raw.fill_buf()?;
        let from: Box<dyn BufRead + Send> = match start {
            [0x1f, 0x8b, ..] => Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(raw))),
            // A frame, or one of those that carry no data (RFC 8878, 3.1).
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Box::new(BufReader::with_capacity(BUFFER, zstd::stream::read::Decoder::with_buffer(raw)?))
            }
            _ => Box::new(raw),
        };
        let mut lines = Self { from, number: 0 };
        if lines.from.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
            lines.from.consume(3);
        }
        Ok((lines, size))
    }

    /// The next line that is not blank; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut line = Vec::new();
            let mut limited = (&mut self.from).take(MAX_LINE as u64 + 1);
            if limited.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if line.len() > MAX_LINE && line.last() != Some(&b'\n') {
                self.skip()?;
                return Ok(Some(Err(Defect::TooLong)));
            }
            line.truncate(line.trim_ascii_end().len());
            if !line.is_empty() {
                return Ok(Some(Ok(line)));
            }
        }
    }

    /// Passes over the rest of a line.
    fn skip(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.from.fill_buf()?;
            let (used, done) = match buffer.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.from.consume(used);
            if done {
                return Ok(());
            }
        }
    }
}

/// Counts what is read from disk.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
