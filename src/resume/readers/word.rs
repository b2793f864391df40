//! Text in XML: WordprocessingML of DOCX, of flat packages and of Word 2003, and OpenDocument text.
//!
//! Names are taken by their namespaces, because writers choose prefixes freely. What breaks off in the middle gives what came
//! before.

use super::super::content::Content;
use super::super::target;
use super::sheet::{Gap, Sheet};
use super::vocabulary::{Family, family, is_unseen, unescaped, value};
use quick_xml::NsReader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::collections::HashMap;

/// Targets of a part's links by their ids.
pub(super) type Links = HashMap<String, String>;

/// The headers of pages, and all the rest.
pub(super) struct Part {
    pub(super) head: Sheet,
    pub(super) body: Sheet,
}

/// Reads a file that is one XML document.
pub(super) fn read(xml: &str) -> Content {
    let Part { mut head, body } = part(xml, &Links::new());
    head.append(body);
    head.into_content()
}

/// Reads one part of a package, whose links lead where `links` says.
pub(super) fn part(xml: &str, links: &Links) -> Part {
    let mut reader = NsReader::from_str(xml);
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) = (false, true, true);
    let mut walk = Walk::new(links);
    // Anything but the end is an error behind which nothing can be trusted.
    while let Ok((namespace, event)) = reader.read_resolved_event() {
        let family = family(&namespace);
        match event {
            Event::Start(tag) => walk.start(family, &tag),
            Event::Empty(tag) => {
                walk.start(family, &tag);
                walk.end(family, tag.local_name().as_ref());
            }
            Event::End(tag) => walk.end(family, tag.local_name().as_ref()),
            Event::Text(text) => walk.text(&text.xml10_content()),
            Event::CData(text) => walk.text(&text.xml10_content()),
            Event::GeneralRef(reference) => walk.text(&entity(&reference)),
            Event::Eof => break,
            _ => {}
        }
    }
    walk.finish()
}

fn entity(reference: &BytesRef<'_>) -> String {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        // What a document type would define is left out, and so cannot explode.
        _ => resolve_predefined_entity(&reference.xml10_content()).unwrap_or_default().to_owned(),
    }
}

/// Where the walk through the elements is.
struct Walk<'a> {
    links: &'a Links,
    head: Sheet,
    /// The body, and the boxes that are open inside it.
    sheets: Vec<Sheet>,
    /// Boxes that wait for the end of the paragraph they hang on.
    floats: Vec<Sheet>,
    /// Elements deep inside one that nobody sees.
    skipped: usize,
    /// Open elements whose characters are text.
    speaking: usize,
    /// A run, and whether its text is hidden.
    run: Option<bool>,
    /// Whether characters belong to a field's instruction.
    instructing: bool,
    /// Instructions of the open fields.
    fields: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(links: &'a Links) -> Self {
        Self {
            links,
            head: Sheet::default(),
            sheets: vec![Sheet::default()],
            floats: Vec::new(),
            skipped: 0,
            speaking: 0,
            run: None,
            instructing: false,
            fields: Vec::new(),
        }
    }

    fn start(&mut self, family: Family, tag: &BytesStart<'_>) {
        let local = tag.local_name();
        let name = local.as_ref();
        if self.skipped > 0 || is_unseen(family, name, tag) {
            self.skipped += 1;
            return;
        }
        self.follow(name, tag);
        match family {
            Family::Word => self.start_word(name, tag),
            Family::Open => self.start_open(name, tag),
            Family::Other => {}
        }
    }

    fn start_word(&mut self, name: &str, tag: &BytesStart<'_>) {
        match name {
            "p" | "tr" => self.gap(Gap::Line),
            "tc" => self.sheet().open_cell(),
            "txbxContent" | "hdr" => self.sheets.push(Sheet::default()),
            "r" => self.run = Some(false),
            "vanish" if self.run.is_some() && value(tag, "val").is_none_or(|it| it != "0" && it != "false" && it != "off") => {
                self.run = Some(true);
            }
            "t" => self.speaking += 1,
            "tab" | "ptab" if self.run.is_some() => self.say("\t"),
            "br" | "cr" => self.gap(Gap::Line),
            "noBreakHyphen" => self.say("-"),
            // A character of a font of pictures.
            "sym" => self.gap(Gap::Word),
            "instrText" => self.instructing = true,
            "fldSimple" => self.field(&value(tag, "instr").unwrap_or_default()),
            "fldChar" => match value(tag, "fldCharType").as_deref() {
                Some("begin") => self.fields.push(String::new()),
                Some("end") => {
                    let instruction = self.fields.pop().unwrap_or_default();
                    self.field(&instruction);
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn start_open(&mut self, name: &str, tag: &BytesStart<'_>) {
        match name {
            "p" | "h" => {
                self.gap(Gap::Line);
                self.speaking += 1;
            }
            "table-row" => self.gap(Gap::Line),
            "table-cell" => self.sheet().open_cell(),
            "text-box" | "note-body" | "header" | "header-left" | "header-first" => self.sheets.push(Sheet::default()),
            "tab" => self.say("\t"),
            "s" => self.say(&" ".repeat(value(tag, "c").and_then(|it| it.parse().ok()).unwrap_or(1).min(100))),
            "line-break" => self.gap(Gap::Line),
            _ => {}
        }
    }

    fn end(&mut self, family: Family, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match (family, name) {
            (Family::Word, "p") | (Family::Open, "p" | "h") => {
                self.speaking -= usize::from(family == Family::Open && self.speaking > 0);
                let floats = std::mem::take(&mut self.floats);
                floats.into_iter().for_each(|it| self.sheet().append(it));
                self.gap(Gap::Line);
            }
            (Family::Word, "tr") | (Family::Open, "table-row") => self.gap(Gap::Line),
            (Family::Word, "tc") | (Family::Open, "table-cell") => self.sheet().close_cell(),
            (Family::Word, "txbxContent") | (Family::Open, "text-box" | "note-body") => {
                let closed = self.close();
                self.floats.push(closed);
            }
            (Family::Word, "hdr") | (Family::Open, "header" | "header-left" | "header-first") => {
                let closed = self.close();
                self.head.append(closed);
            }
            (Family::Word, "r") => self.run = None,
            (Family::Word, "t") => self.speaking = self.speaking.saturating_sub(1),
            (Family::Word, "instrText") => self.instructing = false,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipped > 0 {
            return;
        }
        if let Some(field) = self.fields.last_mut().filter(|_| self.instructing) {
            field.push_str(text);
        } else if self.speaking > 0 && self.run != Some(true) {
            // Lines of the file are no lines of the page.
            self.say(&text.replace(['\n', '\r'], " "));
        }
    }

    /// Where a click on the element leads: by id in a part, as it stands in one document.
    fn follow(&mut self, name: &str, tag: &BytesStart<'_>) {
        for attribute in tag.attributes().with_checks(false).flatten() {
            match attribute.key.local_name().as_ref() {
                "id" if !self.links.is_empty() => {
                    if let Some(target) = self.links.get(attribute.value.as_ref()) {
                        self.sheets.last_mut().unwrap_or(&mut self.head).link(target);
                    }
                }
                "href" | "dest" if name != "image" && name != "object" => self.sheet().link(&unescaped(&attribute)),
                "Target" if name == "Relationship" && value(tag, "Type").is_some_and(|it| it.ends_with("/hyperlink")) => {
                    self.sheet().link(&unescaped(&attribute));
                }
                _ => {}
            }
        }
    }

    fn field(&mut self, instruction: &str) {
        if let Some(uri) = target::of_field(instruction) {
            self.sheet().link(uri);
        }
    }

    fn sheet(&mut self) -> &mut Sheet {
        self.sheets.last_mut().unwrap_or(&mut self.head)
    }

    fn say(&mut self, text: &str) {
        self.sheet().say(text);
    }

    fn gap(&mut self, gap: Gap) {
        self.sheet().gap(gap);
    }

    /// Ends a box; the body itself stays.
    fn close(&mut self) -> Sheet {
        if self.sheets.len() > 1 { self.sheets.pop().unwrap_or_default() } else { Sheet::default() }
    }

    /// Gathers what is still open.
    fn finish(mut self) -> Part {
        let mut sheets = self.sheets.into_iter();
        let mut body = sheets.next().unwrap_or_default();
        sheets.chain(self.floats.drain(..)).for_each(|it| body.append(it));
        Part { head: self.head, body }
    }
}
