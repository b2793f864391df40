//! The child's side of the pipe: a file's name and bytes in, a frame of JSON out, until the parent closes.

use super::sandbox::Sandbox;
use super::{MAX_BYTES, limits, read};
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

/// Bytes of the longest answer; the parent takes no more.
pub(super) const MAX_ANSWER: u32 = 32 << 20;

/// Confines this process as a child that reads résumés, and says which layers the kernel has for it.
///
/// # Errors
/// When the limits cannot be set.
pub fn enter_sandbox() -> io::Result<Sandbox> {
    limits::confine()?;
    Ok(Sandbox::enter())
}

/// Reads résumés from stdin and answers on stdout, confined. Every frame has its length before it, 4 bytes, big-endian.
///
/// # Errors
/// When the limits cannot be set, or the parent breaks the frame.
pub fn serve_child() -> io::Result<()> {
    enter_sandbox()?;
    let (mut stdin, mut stdout) = (io::stdin().lock(), io::stdout().lock());
    let mut spent = Duration::ZERO;
    loop {
        limits::grant_cpu(spent)?;
        let Some(name) = next_frame(&mut stdin)? else { return Ok(()) };
        let bytes = next_frame(&mut stdin)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let started = Instant::now();
        let answer = answer(bytes, &String::from_utf8_lossy(&name))?;
        let length = u32::try_from(answer.len()).map_err(io::Error::other)?;
        stdout.write_all(&length.to_be_bytes())?;
        stdout.write_all(&answer)?;
        stdout.flush()?;
        spent += started.elapsed();
    }
}

/// What the child answers to one file. Public for the fuzz targets, which have no process to lose.
///
/// # Errors
/// When the answer is no JSON, which nothing in it can cause.
pub fn answer(bytes: Vec<u8>, file_name: &str) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec(&read::read(bytes, file_name))?)
}

/// The next frame; none when the parent has closed.
fn next_frame(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u64::from(u32::from_be_bytes(length));
    if length > MAX_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::with_capacity(length as usize);
    from.take(length).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
