//! What a file is, by its bytes and never by its name.

use super::encoding;
use serde::{Deserialize, Serialize};

/// The format of a résumé.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// PDF, also behind some garbage.
    Pdf,
    /// Plain text.
    Text,
    /// A web page.
    Html,
    /// Office Open XML, or another file in a ZIP.
    Docx,
    /// Word's binary format.
    Doc,
    /// Word as one XML file, of 2003 or later.
    WordXml,
    /// OpenDocument text, in a ZIP or as one XML file.
    Odt,
    /// Rich text.
    Rtf,
    /// None of these, or never looked at.
    Unknown,
}

/// How far garbage may reach before a PDF's header (ISO 32000-1, annex H.3, note 13, speaks of 1,024 bytes).
const HEADER_WITHIN: usize = 1024;

/// How much of a file decides whether it is text.
const SAMPLE: usize = 4096;

impl Format {
    /// The format of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let head = &bytes[..bytes.len().min(HEADER_WITHIN)];
        let text = characters(head).trim_start().to_ascii_lowercase();
        match head {
            [b'P', b'K', 3, 4, ..] if text.contains("opendocument.text") => Self::Odt,
            [b'P', b'K', 3, 4, ..] => Self::Docx,
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Self::Doc,
            _ if text.starts_with("{\\rtf") => Self::Rtf,
            _ if text.starts_with("%pdf-") => Self::Pdf,
            _ if is_xml(&text, &["word.document", "office/word/2003/wordml", "wordprocessingml"]) => Self::WordXml,
            _ if is_xml(&text, &["<office:document"]) => Self::Odt,
            _ if is_html(&text) => Self::Html,
            _ if pdf_start(bytes).is_some() => Self::Pdf,
            _ if is_text(&bytes[..bytes.len().min(SAMPLE)]) => Self::Text,
            _ => Self::Unknown,
        }
    }

    /// The word that people and files see.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Text => "text",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Doc => "doc",
            Self::WordXml => "word_xml",
            Self::Odt => "odt",
            Self::Rtf => "rtf",
            Self::Unknown => "unknown",
        }
    }
}

/// Where the PDF's header stands.
pub(super) fn pdf_start(bytes: &[u8]) -> Option<usize> {
    bytes.windows(5).take(HEADER_WITHIN).position(|it| it == b"%PDF-")
}

/// The characters that a file begins with, in UTF-16 where it says so and byte by byte elsewhere.
fn characters(head: &[u8]) -> String {
    let text = match encoding::marked(head) {
        Some(encoding) => encoding.decode(head).0,
        None => String::from_utf8_lossy(head),
    };
    text.trim_start_matches('\u{feff}').to_owned()
}

fn is_xml(text: &str, roots: &[&str]) -> bool {
    (text.starts_with("<?xml") || text.starts_with('<')) && roots.iter().any(|it| text.contains(it))
}

/// A page begins with a tag of one; saved by other programs it may have comments before it or lack the outer tags.
fn is_html(text: &str) -> bool {
    let tags = ["<!doctype html", "<html", "<head", "<body", "<meta", "<title", "<style", "<div", "<table", "<p>", "<p ", "<h1", "<!--"];
    tags.iter().any(|tag| text.starts_with(tag)) || (text.starts_with("<?xml") && text.contains("<html"))
}

/// UTF-16 tells itself; anything else is text when hardly a byte is a control character. (Escape switches the signs of ISO-2022.)
fn is_text(sample: &[u8]) -> bool {
    if encoding::marked(sample).is_some() {
        return true;
    }
    let control = sample.iter().filter(|it| **it < 32 && !matches!(it, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)).count();
    !sample.contains(&0) && control * 50 <= sample.len()
}
