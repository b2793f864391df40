//! Person JSONL, plain or packed, as a stream; what cannot be read is counted by line number.

use crate::cli::{Context, Exit, Failure};
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// How many bad lines are told by number.
const SAMPLES: usize = 1_000;

/// What is read at once: enough lines for all processors, not too many bytes.
const LINES: usize = 4_096;
const BYTES: usize = 8 << 20;

/// A file of lines; blank ones are passed over.
pub(in crate::cli) struct Lines {
    path: PathBuf,
    reader: Box<dyn BufRead>,
    number: u64,
    bad: u64,
    samples: Vec<u64>,
    failed: Option<io::Error>,
}

impl Lines {
    /// Opens a file and tells by its first bytes how it is packed.
    pub(in crate::cli) fn open(path: &Path) -> Result<Self, Failure> {
        let reader = unpacked(path).map_err(|it| unreadable(path, &it))?;
        Ok(Self { path: path.to_owned(), reader, number: 0, bad: 0, samples: Vec::new(), failed: None })
    }

    /// The lines as `read` understands them, in their order, read on all processors. One that it does not understand is counted and
    /// left out.
    pub(in crate::cli) fn each<T: Send>(&mut self, read: impl Fn(&[u8]) -> Option<T> + Sync) -> impl Iterator<Item = T> {
        std::iter::from_fn(move || self.chunk(&read)).flatten()
    }

    /// Tells which lines were bad, and returns how many; fails when the file was not read to its end.
    pub(in crate::cli) fn finish(self, context: &Context) -> Result<u64, Failure> {
        if let Some(error) = &self.failed {
            return Err(unreadable(&self.path, error));
        }
        if self.bad > 0 {
            let numbers = self.samples.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
            let more = if self.bad > SAMPLES as u64 { ", …" } else { "" };
            context.output.note(&format!("{}: {} bad lines left out: {numbers}{more}", self.path.display(), self.bad));
        }
        Ok(self.bad)
    }

    /// None at the end of the file, and where it breaks off.
    fn chunk<T: Send>(&mut self, read: &(impl Fn(&[u8]) -> Option<T> + Sync)) -> Option<Vec<T>> {
        let (text, lines) = self.gather();
        if lines.is_empty() {
            return None;
        }
        let understood: Vec<Option<T>> = lines.par_iter().with_min_len(64).map(|(_, line)| read(&text[line.clone()])).collect();
        for (number, _) in lines.iter().zip(&understood).filter(|it| it.1.is_none()).map(|it| it.0) {
            self.bad += 1;
            if self.samples.len() < SAMPLES {
                self.samples.push(*number);
            }
        }
        Some(understood.into_iter().flatten().collect())
    }

    /// The bytes of the next lines, and each one's number and place in them.
    fn gather(&mut self) -> (Vec<u8>, Vec<(u64, Range<usize>)>) {
        let (mut text, mut lines) = (Vec::new(), Vec::new());
        while lines.len() < LINES && text.len() < BYTES {
            let mut from = text.len();
            match self.reader.read_until(b'\n', &mut text) {
                Ok(0) => break,
                Ok(_) => self.number += 1,
                Err(error) => {
                    self.failed = Some(error);
                    return (text, lines);
                }
            }
            if self.number == 1 && text.starts_with(b"\xef\xbb\xbf") {
                from += 3;
            }
            if !text[from..].trim_ascii().is_empty() {
                lines.push((self.number, from..text.len()));
            }
        }
        (text, lines)
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
