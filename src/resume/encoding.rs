//! Bytes of text → characters: by the mark at the start, by the zeros of UTF-16, by what markup declares, else by the letters.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes that decide between the orders of UTF-16.
const SAMPLE: usize = 4096;

/// Bytes of markup within which its encoding is declared (HTML, 13.2.3.2, asks for the first 1,024).
const DECLARED_WITHIN: usize = 2048;

/// Decodes plain text.
pub(super) fn decode(bytes: &[u8]) -> String {
    let encoding = marked(bytes).unwrap_or_else(|| guessed(bytes));
    encoding.decode(bytes).0.into_owned()
}

/// Decodes HTML or XML, which may say its encoding.
pub(super) fn decode_markup(bytes: &[u8]) -> String {
    let encoding = marked(bytes).or_else(|| declared(bytes)).unwrap_or_else(|| guessed(bytes));
    encoding.decode(bytes).0.into_owned()
}

/// The encoding that a byte order mark names, or the zeros of UTF-16, which no other text has.
pub(super) fn marked(bytes: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_bom(bytes).map(|it| it.0).or_else(|| utf_16(&bytes[..bytes.len().min(SAMPLE)]))
}

/// UTF-16 without a mark: the order in which no unit is half a character and most units are of few blocks, ASCII's among them.
fn utf_16(sample: &[u8]) -> Option<&'static Encoding> {
    let units = sample.as_chunks::<2>().0;
    if units.len() < 2 || !sample.contains(&0) {
        return None;
    }
    let ascii = |high: usize| units.iter().filter(|it| it[high] == 0 && matches!(it[1 - high], 9..=13 | 32..=126)).count();
    let (little, big) = (ascii(1), ascii(0));
    let (encoding, plain) = if little >= big { (UTF_16LE, little) } else { (UTF_16BE, big) };
    let sound = encoding.decode_without_bom_handling(&sample[..units.len() * 2]).0;
    let odd = sound.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER || (c.is_control() && !c.is_whitespace())).count();
    // Every language has spaces, line ends or digits in ASCII; bytes without meaning have zeros on both sides.
    (plain * 12 >= units.len() && odd * 50 <= units.len()).then_some(encoding)
}

/// What `<?xml encoding="…"?>` or `<meta charset=…>` says. A page that declares UTF-16 in ASCII is not (HTML, 13.2.3.2).
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARED_WITHIN)]).to_ascii_lowercase();
    let after = ["charset", "encoding"].iter().filter_map(|it| Some(head.split_once(it)?.1)).min_by_key(|it| usize::MAX - it.len())?;
    let value = after.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let label = value.split(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c)).next()?;
    let named = Encoding::for_label(label.as_bytes())?;
    let named = if named == UTF_16LE || named == UTF_16BE { UTF_8 } else { named };
    // Tools convert a page to UTF-8 and leave its declaration.
    let stale = named != UTF_8 && !bytes.is_ascii() && str::from_utf8(bytes).is_ok();
    Some(if stale { UTF_8 } else { named })
}

/// The encoding that the letters speak for.
pub(super) fn guessed(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}
