//! Person JSONL, plain or packed, as a stream; what cannot be read is counted by line number.

use crate::cli::{Context, Exit, Failure};
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// How many bad lines are told by number.
const SAMPLES: usize = 1_000;

/// The good lines of a file; blank ones are passed over.
pub(in crate::cli) struct Lines<T> {
    path: PathBuf,
    reader: Box<dyn BufRead>,
    line: Vec<u8>,
    number: u64,
    bad: u64,
    samples: Vec<u64>,
    failed: Option<io::Error>,
    of: PhantomData<T>,
}

impl<T> Lines<T> {
    /// Opens a file and tells by its first bytes how it is packed.
    pub(in crate::cli) fn open(path: &Path) -> Result<Self, Failure> {
        let reader = unpacked(path).map_err(|it| unreadable(path, &it))?;
        let path = path.to_owned();
        Ok(Self { path, reader, line: Vec::new(), number: 0, bad: 0, samples: Vec::new(), failed: None, of: PhantomData })
    }

    /// How many lines could not be read.
    pub(in crate::cli) fn bad(&self) -> u64 {
        self.bad
    }

    /// Whether the file was read to its end.
    pub(in crate::cli) fn finish(&mut self) -> Result<(), Failure> {
        self.failed.take().map_or(Ok(()), |it| Err(unreadable(&self.path, &it)))
    }

    /// Tells which lines were bad.
    pub(in crate::cli) fn note(&self, context: &Context) {
        if self.bad > 0 {
            let numbers = self.samples.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
            let more = if self.bad > SAMPLES as u64 { ", …" } else { "" };
            context.output.note(&format!("{}: {} bad lines left out: {numbers}{more}", self.path.display(), self.bad));
        }
    }
}

impl<T: DeserializeOwned> Iterator for Lines<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        loop {
            self.line.clear();
            match self.reader.read_until(b'\n', &mut self.line) {
                Ok(0) => return None,
                Ok(_) => self.number += 1,
                Err(error) => {
                    self.failed = Some(error);
                    return None;
                }
            }
            let text = if self.number == 1 { self.line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.line) } else { &self.line };
            if text.trim_ascii().is_empty() {
                continue;
            }
            // serde's message can quote a person: the line's number is all that is told.
            if let Ok(value) = serde_json::from_slice(text) {
                return Some(value);
            }
            self.bad += 1;
            if self.samples.len() < SAMPLES {
                self.samples.push(self.number);
            }
        }
    }
}

fn unpacked(path: &Path) -> io::Result<Box<dyn BufRead>> {
    const ROOM: usize = 1 << 16;
    let mut file = BufReader::with_capacity(ROOM, File::open(path)?);
    let head = file.fill_buf()?;
    let packed: Box<dyn Read> = match head {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::Decoder::with_buffer(file)?),
        _ => return Ok(Box::new(file)),
    };
    Ok(Box::new(BufReader::with_capacity(ROOM, packed)))
}

/// A file that cannot be opened, or breaks off.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let what = format!("{} cannot be read ({})", path.display(), error.kind());
    Failure::new(Exit::Usage, what, "nothing was matched, or not all of it", "name a readable file of person JSONL, plain, .gz or .zst")
}
