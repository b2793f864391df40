//! The text of a web page as a browser shows it, without running or fetching anything.

use super::super::content::Content;
use super::sheet::{Gap, Sheet};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// Elements whose text nobody sees.
const HIDDEN: [&[u8]; 10] = [b"script", b"style", b"template", b"noscript", b"svg", b"iframe", b"object", b"select", b"textarea", b"title"];

/// Elements that stay inside a line; all others begin and end one.
const INLINE: [&[u8]; 36] = [
    b"a",
    b"abbr",
    b"acronym",
    b"b",
    b"bdi",
    b"bdo",
    b"big",
    b"cite",
    b"code",
    b"data",
    b"del",
    b"dfn",
    b"em",
    b"font",
    b"i",
    b"img",
    b"ins",
    b"kbd",
    b"label",
    b"mark",
    b"o:p",
    b"q",
    b"s",
    b"samp",
    b"small",
    b"span",
    b"strike",
    b"strong",
    b"sub",
    b"sup",
    b"time",
    b"tt",
    b"u",
    b"var",
    b"wbr",
    b"st1:place",
];

/// Elements that have no end.
const VOID: [&[u8]; 14] =
    [b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"param", b"source", b"track", b"wbr"];

/// Reads a page.
pub(super) fn read(page: &str) -> Content {
    let mut emitter = DefaultEmitter::default();
    // Scripts and styles are text to the tokenizer only when it is told so.
    emitter.naively_switch_states(true);
    let mut view = View::default();
    for Ok(token) in Tokenizer::new_with_emitter(page, emitter) {
        match token {
            Token::StartTag(tag) => view.start(&tag),
            Token::EndTag(tag) => view.end(&tag.name),
            Token::String(text) => view.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    view.sheet.into_content()
}

/// What the browser's window shows so far.
#[derive(Default)]
struct View {
    sheet: Sheet,
    /// The hidden element that the page is in, with how many of its name are open.
    hidden: Option<(Vec<u8>, usize)>,
    /// Open `<pre>`.
    verbatim: usize,
    /// Open tables, and whether each has an open cell: the end of a cell may be left out.
    tables: Vec<bool>,
}

impl View {
    fn start(&mut self, tag: &StartTag<()>) {
        let name: &[u8] = &tag.name;
        if let Some((hidden, open)) = &mut self.hidden {
            *open += usize::from(hidden.as_slice() == name && !tag.self_closing);
            return;
        }
        let endless = VOID.contains(&name) || tag.self_closing;
        if !endless && (HIDDEN.contains(&name) || is_unseen(tag)) {
            self.hidden = Some((name.to_vec(), 1));
            return;
        }
        match name {
            b"table" => self.tables.push(false),
            b"tr" => self.close_cell(),
            b"td" | b"th" => {
                self.close_cell();
                if let Some(open) = self.tables.last_mut() {
                    *open = true;
                    self.sheet.open_cell();
                }
            }
            b"pre" => self.verbatim += 1,
            b"a" | b"area" => self.link(tag),
            _ => {}
        }
        self.edge(name);
    }

    fn end(&mut self, name: &[u8]) {
        if let Some((hidden, open)) = &mut self.hidden {
            *open -= usize::from(hidden.as_slice() == name);
            if *open == 0 {
                self.hidden = None;
            }
            return;
        }
        match name {
            b"td" | b"th" => self.close_cell(),
            b"pre" => self.verbatim = self.verbatim.saturating_sub(1),
            b"table" => {
                self.close_cell();
                self.tables.pop();
            }
            _ => {}
        }
        self.edge(name);
    }

    /// Ends the open cell of the innermost table.
    fn close_cell(&mut self) {
        if let Some(open) = self.tables.last_mut().filter(|it| **it) {
            *open = false;
            self.sheet.close_cell();
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        if self.verbatim > 0 {
            self.sheet.say(text);
            return;
        }
        let blank = |c: char| c.is_ascii_whitespace();
        if text.starts_with(blank) {
            self.sheet.gap(Gap::Word);
        }
        for (at, word) in text.split_ascii_whitespace().enumerate() {
            if at > 0 {
                self.sheet.gap(Gap::Word);
            }
            self.sheet.say(word);
        }
        if text.ends_with(blank) {
            self.sheet.gap(Gap::Word);
        }
    }

    fn edge(&mut self, name: &[u8]) {
        // A cell's edge is its row's affair.
        if !INLINE.contains(&name) && !matches!(name, b"td" | b"th") {
            self.sheet.gap(Gap::Line);
        }
    }

    fn link(&mut self, tag: &StartTag<()>) {
        if let Some(href) = tag.attributes.get(b"href".as_slice()) {
            self.sheet.link(&String::from_utf8_lossy(href));
        }
    }
}

/// Whether an attribute hides the element.
fn is_unseen(tag: &StartTag<()>) -> bool {
    let style = tag.attributes.get(b"style".as_slice()).map(|it| String::from_utf8_lossy(it).to_ascii_lowercase()).unwrap_or_default();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let hiding = ["display:none", "visibility:hidden", "mso-hide:all"].iter().any(|it| style.contains(it));
    hiding || tag.attributes.contains_key(b"hidden".as_slice())
}
