//! The text and the links of a PDF.
//!
//! One reader for the text, another for the structure; each is asked for the other's part when the other finds nothing.

use super::super::content::{Content, MAX_TEXT};
use super::super::format::pdf_start;
use super::super::target::{self, Target};
use super::super::{MAX_PAGES, quality};
use super::{annotations, mend, spans};
use crate::model::ResumeStatus;
use lopdf::{LoadOptions, ObjectId};
use pdfboss_core::{ActionKind, Document, Error};
use pdfboss_output::{FontCache, LayoutOptions, Output, ReadingOrder, Text, page_layout_opts, retain_spans_on_page};
use pdfboss_text::extract_spans_reporting_cached;

/// Bytes that one stream may inflate to; the largest real content streams have a few.
const MAX_STREAM: usize = 64 << 20;

/// How pieces of text make lines: only those that overlap by nearly all of their height are on one, so that lines set close
/// together stay apart.
const LINE_OVERLAP: f32 = 0.75;

/// Letters of a text that are enough to tell language from glyph codes.
const LANGUAGE: usize = 300;

/// Reads the file as far as [`MAX_PAGES`].
pub(super) fn read(mut bytes: Vec<u8>) -> Content {
    bytes.drain(..pdf_start(&bytes).unwrap_or_default());
    let structure = Structure::load(&bytes);
    let (mut targets, listed) = structure.as_ref().map(|it| (it.targets(), it.pages.len())).unwrap_or_default();
    let (mut text, walked) = match Document::load(bytes) {
        Ok(document) => {
            if targets.is_empty() {
                targets = second_targets(&document);
            }
            (visible_text(&document), document.flattened_page_count())
        }
        Err(Error::Encrypted) => return Content::none(ResumeStatus::Encrypted),
        Err(_) => (String::new(), 0),
    };
    let first = quality::judge(&text);
    if first != ResumeStatus::Ok {
        let second = structure.map(Structure::into_text).unwrap_or_default();
        // The second reader knows fewer fonts and takes codes for letters where a map is missing: where the first one saw that, only
        // a page of language is believed.
        let enough = first == ResumeStatus::NoText || second.chars().filter(|c| c.is_alphabetic()).count() >= LANGUAGE;
        if enough && quality::judge(&second) == ResumeStatus::Ok {
            text = second;
        }
    }
    let pages = walked.max(listed);
    // A file in which neither reader finds a page is a PDF by its header only.
    let status = if pages == 0 { ResumeStatus::Unsupported } else { ResumeStatus::Ok };
    Content { status, pages, truncated: pages > MAX_PAGES, text, targets }
}

/// The first reader's text: lines in reading order, pages apart by an empty line.
fn visible_text(document: &Document) -> String {
    let fonts = FontCache::default();
    let options = LayoutOptions { line_overlap: LINE_OVERLAP, ..LayoutOptions::default() };
    let mut text = String::new();
    for index in 0..document.flattened_page_count().min(MAX_PAGES) {
        if let Ok(page) = document.page(index)
            && let Ok((mut pieces, report)) = extract_spans_reporting_cached(document, &page, &fonts, ReadingOrder::Content)
        {
            retain_spans_on_page(&mut pieces, &page);
            let layout = page_layout_opts(&spans::mend(pieces), &[], report.order, &options);
            text.push_str(&mend::mend(&Text.render(&[layout])));
            text.push_str("\n\n");
        }
        if text.len() > MAX_TEXT {
            break;
        }
    }
    text
}

/// The links that the first reader sees, for a file whose structure the second one cannot load.
fn second_targets(document: &Document) -> Vec<Target> {
    let pages = (0..document.flattened_page_count().min(MAX_PAGES)).filter_map(|it| document.page(it).ok());
    let actions = pages.flat_map(|page| document.annotations(&page)).filter_map(|it| it.action);
    let targets = actions.flat_map(|it| match it.kind {
        ActionKind::Uri { uri, .. } => target::target(&uri),
        _ => Vec::new(),
    });
    targets.collect()
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
