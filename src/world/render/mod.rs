//! Résumés as files of every kind that people upload: PDFs of several makes, Word's, and what else goes under these names.

mod docx;
mod file;
mod font;
mod markup;
mod page;
mod paragraphs;

use super::dress::Make;
use super::resume::{Fault, ResumeSpec};

/// Makes the file's bytes; the same bytes for the same spec.
#[must_use]
pub fn render(spec: &ResumeSpec) -> Vec<u8> {
    match spec.fault {
        Fault::None => whole(spec),
        Fault::Scan => file::scanned(spec),
        Fault::Encrypted => file::locked(spec),
        Fault::Truncated => {
            let mut bytes = file::written(spec);
            bytes.truncate(bytes.len() / 3);
            bytes
        }
        Fault::Garbage => garbage(spec),
        Fault::Html => {
            b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><p>Please sign in to see this file.</p></body></html>\n"
                .to_vec()
        }
    }
}

fn whole(spec: &ResumeSpec) -> Vec<u8> {
    match spec.dress.make {
        Make::Pdf => file::written(spec),
        Make::Docx => docx::docx(spec),
        Make::WordXml => markup::word_xml(spec),
        Make::Rtf => markup::rtf(spec),
        Make::Html => markup::html(spec),
        Make::Text => markup::text(spec),
    }
}

/// A first line that promises a PDF, and bytes without meaning that depend on the name alone.
fn garbage(spec: &ResumeSpec) -> Vec<u8> {
    let mut state = spec.name.bytes().fold(0x9e37_79b9_u32, |sum, it| sum.rotate_left(5) ^ u32::from(it));
    let next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    b"%PDF-1.7\n".iter().copied().chain(std::iter::repeat_with(next).take(3_000)).collect()
}
