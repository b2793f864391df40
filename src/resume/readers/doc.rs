//! Word's binary format: 97 to 2003 by the table of pieces (MS-DOC, 2.4.1), 6 and 95 by their code page.
//!
//! All stories are read, not the body alone: résumés of that time stand in text boxes as often as not, and names in headers.

use super::super::content::Content;
use super::super::encoding;
use super::super::target;
use super::sheet::{Gap, Sheet};
use crate::model::ResumeStatus;
use encoding_rs::WINDOWS_1252;
use std::io::{Cursor, Read};
use std::ops::Range;

/// Bytes that one stream of the container may have; the file itself has no more.
const MAX_STREAM: u64 = 20 << 20;

/// Bytes of a sector of the container.
const SECTOR: usize = 512;

/// The first version of the format with Unicode (Word 97; MS-DOC, 2.5.1).
const UNICODE_SINCE: u16 = 0x00c1;

/// Places in the file information block (MS-DOC, 2.5): flags, version, start and length of the text before Word 97, lengths of
/// the stories since, and the table of pieces.
const VERSION: usize = 0x02;
const FLAGS: usize = 0x0a;
const OLD_START: usize = 0x18;
const OLD_LENGTH: usize = 0x34;
const STORIES: usize = 0x4c;
const PIECES: usize = 0x1a2;

/// Flags: encrypted; the table is in the stream `1Table`.
const ENCRYPTED: u16 = 0x0100;
const TABLE_1: u16 = 0x0200;

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Content {
    // Some writers leave the last sector short.
    let mut whole = bytes.to_vec();
    whole.resize(bytes.len().next_multiple_of(SECTOR), 0);
    let Ok(mut container) = cfb::CompoundFile::open(Cursor::new(whole)) else { return Content::none(ResumeStatus::Unsupported) };
    if container.exists("/EncryptedPackage") {
        return Content::none(ResumeStatus::Encrypted);
    }
    let mut stream = |name: &str| {
        let mut bytes = Vec::new();
        let _broken = container.open_stream(name).ok()?.take(MAX_STREAM).read_to_end(&mut bytes);
        Some(bytes)
    };
    let Some(document) = stream("/WordDocument") else { return Content::none(ResumeStatus::Unsupported) };
    let (Some(version), Some(flags)) = (u16_at(&document, VERSION), u16_at(&document, FLAGS)) else {
        return Content::none(ResumeStatus::Unsupported);
    };
    if flags & ENCRYPTED != 0 {
        return Content::none(ResumeStatus::Encrypted);
    }
    let stories = if version < UNICODE_SINCE {
        old(&document).map(|it| vec![it])
    } else {
        let table = stream(if flags & TABLE_1 != 0 { "/1Table" } else { "/0Table" });
        table.and_then(|it| stories(&document, &it))
    };
    let Some(stories) = stories else { return Content::none(ResumeStatus::Unsupported) };
    let mut sheet = Sheet::default();
    for story in stories {
        Story::default().tell(&story, &mut sheet);
    }
    sheet.into_content()
}

/// The text of a file before Word 97: bytes in the language's code page. (Saved quickly, its pieces are out of order.)
fn old(document: &[u8]) -> Option<String> {
    let start = u32_at(document, OLD_START)? as usize;
    let end = start.checked_add(u32_at(document, OLD_LENGTH)? as usize)?.min(document.len());
    let bytes = document.get(start..end)?;
    // Marks of cells and fields are no letters of any language.
    let letters: Vec<u8> = bytes.iter().copied().filter(|it| *it >= 32).collect();
    Some(encoding::guessed(&letters).decode_without_bom_handling(bytes).0.into_owned())
}

/// The text of every story in the order of a reader: headers, body, boxes, notes. Comments are left out.
fn stories(document: &[u8], table: &[u8]) -> Option<Vec<String>> {
    let lengths: Vec<usize> = (0..8).map(|it| u32_at(document, STORIES + 4 * it).unwrap_or_default() as usize).collect();
    let ends = lengths.iter().scan(0usize, |end, it| {
        *end = end.saturating_add(*it);
        Some(*end)
    });
    let spans: Vec<Range<usize>> = ends.zip(&lengths).map(|(end, length)| end.saturating_sub(*length)..end).collect();
    // As they follow one another in the file: body, notes, headers, macros, comments, endnotes, boxes, boxes in headers.
    let order = [2, 7, 0, 6, 1, 5];
    let pieces = pieces(document, table)?;
    let text = |span: Range<usize>| -> String {
        let inside = pieces.iter().filter(|it| it.span.start < span.end && it.span.end > span.start);
        inside.map(|it| it.text(document, &span)).collect()
    };
    Some(order.map(|it| text(spans[it].clone())).into())
}

/// Characters that stand together in the stream.
struct Piece {
    /// Their places in the text.
    span: Range<usize>,
    /// Where their bytes begin.
    at: usize,
    /// One byte a character in place of two.
    narrow: bool,
}

impl Piece {
    /// The part of the piece that is in this span of the text.
    fn text(&self, document: &[u8], span: &Range<usize>) -> String {
        let (from, to) = (span.start.max(self.span.start), span.end.min(self.span.end));
        let width = if self.narrow { 1 } else { 2 };
        let byte = |place: usize| self.at.saturating_add((place - self.span.start) * width).min(document.len());
        let bytes = &document[byte(from)..byte(to)];
        if self.narrow {
            return WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
        }
        let units = bytes.as_chunks::<2>().0.iter().map(|it| u16::from_le_bytes(*it));
        char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }
}

/// The table of pieces (MS-DOC, 2.8.35 and 2.9.177): runs of properties first, then places and pieces.
fn pieces(document: &[u8], table: &[u8]) -> Option<Vec<Piece>> {
    let (start, length) = (u32_at(document, PIECES)? as usize, u32_at(document, PIECES + 4)? as usize);
    let mut clx = table.get(start..start.checked_add(length)?.min(table.len()))?;
    while let [1, low, high, rest @ ..] = clx {
        clx = rest.get(usize::from(u16::from_le_bytes([*low, *high]))..)?;
    }
    let [2, _, _, _, _, plc @ ..] = clx else { return None };
    let count = plc.len().checked_sub(4)? / 12;
    let piece = |it: usize| {
        let span = u32_at(plc, 4 * it)? as usize..u32_at(plc, 4 * it + 4)? as usize;
        let place = u32_at(plc, 4 * (count + 1) + 8 * it + 2)?;
        let (narrow, at) = (place & 0x4000_0000 != 0, (place & 0x3fff_ffff) as usize);
        (span.start < span.end).then_some(Piece { span, at: if narrow { at / 2 } else { at }, narrow })
    };
    Some((0..count).filter_map(piece).collect())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|it| u16::from_le_bytes(*it))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|it| u32::from_le_bytes(*it))
}

/// A story being told.
#[derive(Default)]
struct Story {
    /// Instructions of the open fields, and whether the result has begun.
    fields: Vec<(String, bool)>,
    /// Characters that are not on the sheet yet.
    words: String,
    /// The last character was the mark of a cell.
    after_cell: bool,
}

impl Story {
    /// Writes a story's characters (MS-DOC, 2.4.1: marks of paragraphs, cells, fields and pictures among the text).
    fn tell(mut self, text: &str, sheet: &mut Sheet) {
        sheet.gap(Gap::Line);
        for c in text.chars() {
            match c {
                '\u{13}' => self.fields.push((String::new(), false)),
                '\u{14}' => self.fields.last_mut().into_iter().for_each(|it| it.1 = true),
                '\u{15}' => {
                    let (instruction, _) = self.fields.pop().unwrap_or_default();
                    target::of_field(&instruction).into_iter().for_each(|it| sheet.link(it));
                }
                _ => match self.fields.iter_mut().rev().find(|it| !it.1) {
                    Some((instruction, _)) => instruction.push(c),
                    None => self.show(c, sheet),
                },
            }
        }
        sheet.say(&self.words);
        sheet.gap(Gap::Line);
    }

    /// One character of what people see.
    fn show(&mut self, c: char, sheet: &mut Sheet) {
        let gap = match c {
            // A row ends with a mark after that of its last cell.
            '\u{7}' if self.after_cell => Gap::Line,
            '\u{7}' => Gap::Cell,
            '\r' | '\u{b}' | '\u{c}' | '\u{e}' => Gap::Line,
            _ => Gap::None,
        };
        self.after_cell = c == '\u{7}';
        match c {
            _ if gap != Gap::None => {
                sheet.say(&std::mem::take(&mut self.words));
                sheet.gap(gap);
            }
            '\t' => self.words.push('\t'),
            '\u{1e}' => self.words.push('-'),
            // Pictures, marks of notes, hyphens that show only at a line's end.
            '\0'..='\u{1f}' => {}
            _ => self.words.push(c),
        }
    }
}
