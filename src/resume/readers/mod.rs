//! One reader a format: bytes → the text that people see, in reading order, and what lies behind the places to click.

mod annotations;
mod doc;
mod html;
mod mend;
mod package;
mod pdf;
mod rtf;
mod sheet;
mod spans;
mod vocabulary;
mod word;

use super::content::Content;
use super::encoding;
use super::format::Format;
use crate::model::ResumeStatus;

/// Reads a file of this format.
pub(super) fn read(format: Format, bytes: Vec<u8>) -> Content {
    match format {
        Format::Pdf => pdf::read(bytes),
        Format::Docx | Format::Odt if bytes.starts_with(package::MAGIC) => package::read(&bytes),
        Format::Docx | Format::Odt | Format::WordXml => word::read(&encoding::decode_markup(&bytes)),
        Format::Doc => doc::read(&bytes),
        Format::Rtf => rtf::read(&bytes),
        Format::Html => html::read(&encoding::decode_markup(&bytes)),
        Format::Text => Content { text: encoding::decode(&bytes), ..Content::none(ResumeStatus::Ok) },
        Format::Unknown => Content::none(ResumeStatus::Unsupported),
    }
}
