//! Office files that are a ZIP of XML parts: DOCX and ODT.

use super::super::content::Content;
use super::super::encoding;
use super::sheet::Sheet;
use super::vocabulary;
use super::word::{self, Links};
use crate::model::ResumeStatus;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::HashMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::read::read_zipfile_from_stream;

/// How a ZIP begins.
pub(super) const MAGIC: &[u8] = b"PK\x03\x04";

/// Bytes that one part may inflate to; the largest real ones have a few million.
const MAX_PART: u64 = 24 << 20;

/// Parts that are read of one file.
const MAX_PARTS: usize = 500;

/// Bytes of all parts together.
const MAX_ALL: usize = 64 << 20;

/// Reads the parts that hold text: headers, the body, then footers and notes.
pub(super) fn read(bytes: &[u8]) -> Content {
    let Some(parts) = Parts::open(bytes) else { return Content::none(ResumeStatus::Unsupported) };
    if parts.encrypted {
        return Content::none(ResumeStatus::Encrypted);
    }
    if !parts.by_name.contains_key(&parts.body()) {
        return Content::none(ResumeStatus::Unsupported);
    }
    let (mut sheet, mut rest) = (Sheet::default(), Sheet::default());
    for name in parts.in_order() {
        if let Some(part) = parts.by_name.get(&name) {
            let word::Part { head, body } = word::part(&encoding::decode_markup(part), &parts.links(&name));
            sheet.append(head);
            rest.append(body);
        }
    }
    sheet.append(rest);
    sheet.into_content()
}

/// The XML parts of a file by their names.
#[derive(Default)]
struct Parts {
    by_name: HashMap<String, Vec<u8>>,
    encrypted: bool,
    all: usize,
}

impl Parts {
    /// Reads by the directory at the file's end; without one, part by part from the start.
    fn open(bytes: &[u8]) -> Option<Self> {
        let mut parts = Self::default();
        if let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) {
            for index in 0..archive.len().min(MAX_PARTS) {
                let Ok(file) = archive.by_index_raw(index) else { continue };
                parts.encrypted |= file.encrypted();
                let Some(name) = wanted(file.name_raw()) else { continue };
                drop(file);
                if let Ok(mut file) = archive.by_index(index) {
                    parts.take(name, &mut file);
                }
            }
        } else {
            let mut rest = bytes;
            for _ in 0..MAX_PARTS {
                let Ok(Some(mut file)) = read_zipfile_from_stream(&mut rest) else { break };
                if let Some(name) = wanted(file.name_raw()) {
                    parts.take(name, &mut file);
                }
            }
        }
        (parts.encrypted || !parts.by_name.is_empty()).then_some(parts)
    }

    /// Keeps what can be inflated, also of a part that breaks off.
    fn take(&mut self, name: String, file: &mut impl Read) {
        let mut part = Vec::new();
        let _broken = file.take(MAX_PART).read_to_end(&mut part);
        self.all += part.len();
        if self.all <= MAX_ALL {
            self.by_name.insert(name, part);
        }
    }

    /// The names of the parts with text, in reading order.
    fn in_order(&self) -> Vec<String> {
        let body = self.body();
        let folder = body.rsplit_once('/').map_or(String::new(), |it| format!("{}/", it.0));
        let like = |start: &str| {
            let start = format!("{folder}{start}");
            let mut names: Vec<&String> = self.by_name.keys().filter(|it| it.starts_with(&start)).collect();
            names.sort();
            names.into_iter().cloned().collect::<Vec<_>>()
        };
        let after = ["footer", "footnotes", "endnotes"].into_iter().flat_map(like);
        let mut names: Vec<String> = like("header").into_iter().chain([body.clone()]).chain(after).collect();
        // An ODT has its headers and footers among its styles.
        names.extend((body == "content.xml").then(|| "styles.xml".to_owned()));
        names
    }

    /// The part that the package's relationships name as the document.
    fn body(&self) -> String {
        if self.by_name.contains_key("content.xml") {
            return "content.xml".into();
        }
        let named = self.related("_rels/.rels", "/officeDocument").into_values().next();
        named.map_or_else(|| "word/document.xml".into(), |it| it.trim_start_matches('/').to_owned())
    }

    /// Where the links of a part lead.
    fn links(&self, name: &str) -> Links {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        self.related(&format!("{folder}/_rels/{file}.rels"), "/hyperlink")
    }

    /// The relationships of one kind in a part of relationships, whose targets by their ids.
    fn related(&self, name: &str, kind: &str) -> Links {
        let Some(part) = self.by_name.get(name) else { return Links::new() };
        let text = encoding::decode_markup(part);
        let mut reader = Reader::from_str(&text);
        let mut links = Links::new();
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) if vocabulary::value(&tag, "Type").is_some_and(|it| it.ends_with(kind)) => {
                    links.extend(vocabulary::value(&tag, "Id").zip(vocabulary::value(&tag, "Target")));
                }
                Ok(Event::Eof) | Err(_) => return links,
                Ok(_) => {}
            }
        }
    }
}

/// The name of a part that may hold text or relationships, with the slashes that all but a few writers use.
fn wanted(name: &[u8]) -> Option<String> {
    let name = String::from_utf8_lossy(name).replace('\\', "/");
    let name = name.trim_start_matches('/');
    let text = ["content.xml", "styles.xml"].contains(&name) || name.ends_with(".rels");
    let word = name.ends_with(".xml")
        && !["theme", "settings", "styles", "fontTable", "numbering", "customXml"].iter().any(|it| name.contains(it));
    (text || word).then(|| name.to_owned())
}
