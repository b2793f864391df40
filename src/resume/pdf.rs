//! The text and the links of a PDF.
//!
//! One reader for the text, another for the structure, which is asked for the text too when the first finds none.

use super::MAX_PAGES;
use super::annotations::{self, Target};
use super::format::pdf_start;
use super::read::{Content, MAX_TEXT};
use crate::model::ResumeStatus;
use lopdf::{LoadOptions, ObjectId};
use pdfboss_core::{Document, Error};
use pdfboss_output::{FontCache, ReadingOrder, extract_text_reporting_cached};

/// Bytes that one stream may inflate to; the largest real content streams have a few.
const MAX_STREAM: usize = 64 << 20;

/// Reads the file as far as [`MAX_PAGES`].
pub(super) fn read(mut bytes: Vec<u8>) -> Content {
    bytes.drain(..pdf_start(&bytes).unwrap_or_default());
    let structure = Structure::load(&bytes);
    let (targets, listed) = structure.as_ref().map(|it| (it.targets(), it.pages.len())).unwrap_or_default();
    let (mut text, walked) = match Document::load(bytes) {
        Ok(document) => (visible_text(&document), document.flattened_page_count()),
        Err(Error::Encrypted) => return Content::none(ResumeStatus::Encrypted),
        Err(_) => (String::new(), 0),
    };
    if text.trim().is_empty() {
        text = structure.map(Structure::into_text).unwrap_or_default();
    }
    let pages = walked.max(listed);
    // A file in which neither reader finds a page is a PDF by its header only.
    let status = if pages == 0 { ResumeStatus::Unsupported } else { ResumeStatus::Ok };
    Content { status, pages, truncated: pages > MAX_PAGES, text, targets }
}

/// The first reader's text: lines in reading order, pages apart by an empty line.
fn visible_text(document: &Document) -> String {
    let fonts = FontCache::default();
    let mut text = String::new();
    for index in 0..document.flattened_page_count().min(MAX_PAGES) {
        let page = document.page(index).and_then(|it| extract_text_reporting_cached(document, &it, &fonts, ReadingOrder::Content));
        if let Ok((page, _)) = page {
            text.push_str(&page);
            text.push_str("\n\n");
        }
        if text.len() > MAX_TEXT {
            break;
        }
    }
    text
}

/// The file as objects.
struct Structure {
    document: lopdf::Document,
    pages: Vec<ObjectId>,
}

impl Structure {
    fn load(bytes: &[u8]) -> Option<Self> {
        let options = LoadOptions { max_decompressed_size: Some(MAX_STREAM), ..LoadOptions::default() };
        let document = lopdf::Document::load_mem_with_options(bytes, options).ok()?;
        let pages = document.page_iter().collect();
        Some(Self { document, pages })
    }

    fn targets(&self) -> Vec<Target> {
        annotations::targets(&self.document, &self.pages[..self.pages.len().min(MAX_PAGES)])
    }

    /// The second reader's text. It knows fewer fonts, and sorts nothing.
    fn into_text(self) -> String {
        let numbers: Vec<u32> = (1..=self.pages.len().min(MAX_PAGES)).filter_map(|it| u32::try_from(it).ok()).collect();
        self.document.extract_text_chunks_with_limit(&numbers, MAX_STREAM).into_iter().flatten().collect()
    }
}
