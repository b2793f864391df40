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
pub(super) struct Lines {
    path: PathBuf,
    reader: Box<dyn BufRead>,
    number: u64,
    bad: u64,
    samples: Vec<u64>,
}

impl Lines {
    /// Opens a file and tells by its first bytes how it is packed.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let reader = unpacked(path).map_err(|it| unreadable(path, &it))?;
        Ok(Self { path: path.to_owned(), reader, number: 0, bad: 0, samples: Vec::new() })
    }

    /// The next lines as `read` understands them, on all processors, in their order; none at the end of the file. A line that it
    /// does not understand is counted and left out.
    pub(super) fn chunk<T: Send>(&mut self, read: impl Fn(&[u8]) -> Option<T> + Sync) -> Result<Option<Vec<T>>, Failure> {
        let (text, lines) = self.gather().map_err(|it| unreadable(&self.path, &it))?;
        if lines.is_empty() {
            return Ok(None);
        }
        let understood: Vec<Option<T>> = lines.par_iter().with_min_len(64).map(|(_, line)| read(&text[line.clone()])).collect();
        for (number, _) in lines.iter().zip(&understood).filter(|it| it.1.is_none()).map(|it| it.0) {
            self.bad += 1;
            if self.samples.len() < SAMPLES {
                self.samples.push(*number);
            }
        }
        Ok(Some(understood.into_iter().flatten().collect()))
    }

    /// The bytes of the next lines, and each one's number and place in them.
    fn gather(&mut self) -> io::Result<(Vec<u8>, Vec<(u64, Range<usize>)>)> {
        let (mut text, mut lines) = (Vec::new(), Vec::new());
        while lines.len() < LINES && text.len() < BYTES {
            let mut from = text.len();
            if self.reader.read_until(b'\n', &mut text)? == 0 {
                break;
            }
            self.number += 1;
            if self.number == 1 && text.starts_with(b"\xef\xbb\xbf") {
                from += 3;
            }
            if !text[from..].trim_ascii().is_empty() {
                lines.push((self.number, from..text.len()));
            }
        }
        Ok((text, lines))
    }

    /// How many lines could not be read.
    pub(super) fn bad(&self) -> u64 {
        self.bad
    }

    /// Tells which lines were bad.
    pub(super) fn note(&self, context: &Context) {
        if self.bad > 0 {
            let numbers = self.samples.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
            let more = if self.bad > SAMPLES as u64 { ", …" } else { "" };
            context.output.note(&format!("{}: {} bad lines left out: {numbers}{more}", self.path.display(), self.bad));
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
