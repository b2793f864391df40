//! Rich text, read tolerantly: what is not understood is skipped, and a file that breaks off gives what came before.

mod destinations;
mod pages;
mod token;

use super::super::content::Content;
use super::super::target;
use super::sheet::{Gap, Sheet};
use destinations::is_unseen;
use encoding_rs::Encoding;
use pages::{of_charset, of_code_page};
use std::collections::HashMap;
use token::Token;

/// Groups that may be open inside one another; deeper ones are read as part of the deepest.
const MAX_DEPTH: usize = 1000;

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Content {
    let mut reader = Reader::default();
    let mut rest = bytes;
    while let Some((token, after)) = Token::next(rest) {
        rest = &after[reader.take(token).min(after.len())..];
    }
    while reader.groups.len() > 1 {
        reader.close();
    }
    reader.flush();
    reader.sheet.into_content()
}

/// What is done with the text of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Show,
    Skip,
    /// The table of fonts.
    Fonts,
    /// A field's instruction.
    Instruct,
}

/// What a group inherits and its end undoes.
#[derive(Clone, Copy)]
struct Group {
    text: Use,
    hidden: bool,
    /// The font, by number.
    font: i32,
    /// Bytes that stand for one character of `\u` in old programs.
    fallback: usize,
    /// The group opened with `\*`.
    optional: bool,
    /// Groups beyond [`MAX_DEPTH`] that are open inside.
    deeper: usize,
}

struct Reader {
    sheet: Sheet,
    groups: Vec<Group>,
    /// The code page of each font; none for fonts of pictures.
    fonts: HashMap<i32, Option<&'static Encoding>>,
    page: &'static Encoding,
    /// The font of text before any is named.
    first: i32,
    /// Bytes of one code page that wait for those that belong to them, and units of UTF-16.
    bytes: Vec<u8>,
    units: Vec<u16>,
    /// Bytes to skip after `\u`.
    skip: usize,
    instruction: String,
}

impl Default for Reader {
    fn default() -> Self {
        let group = Group { text: Use::Show, hidden: false, font: 0, fallback: 1, optional: false, deeper: 0 };
        Self {
            sheet: Sheet::default(),
            groups: vec![group],
            fonts: HashMap::new(),
            page: encoding_rs::WINDOWS_1252,
            first: 0,
            bytes: Vec::new(),
            units: Vec::new(),
            skip: 0,
            instruction: String::new(),
        }
    }
}

impl Reader {
    /// Takes a token; gives the number of raw bytes behind it that are no text.
    fn take(&mut self, token: Token<'_>) -> usize {
        match token {
            Token::Open => self.open(),
            Token::Close => self.close(),
            Token::Word("bin", length) => return usize::try_from(length.unwrap_or_default()).unwrap_or_default(),
            Token::Word(word, number) => self.word(word, number),
            Token::Code(byte) => self.byte(byte),
            Token::Byte(b'\r' | b'\n' | 0) => {}
            Token::Byte(byte) => self.byte(byte),
            Token::Symbol(symbol) => self.symbol(symbol),
        }
        0
    }

    fn group(&mut self) -> &mut Group {
        // The outermost group is never closed.
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    fn open(&mut self) {
        (self.skip, self.group().optional) = (0, false);
        if self.groups.len() < MAX_DEPTH {
            let group = Group { deeper: 0, ..*self.group() };
            self.groups.push(group);
        } else {
            self.group().deeper += 1;
        }
    }

    fn close(&mut self) {
        self.skip = 0;
        if self.group().deeper > 0 {
            self.group().deeper -= 1;
            return;
        }
        self.flush();
        let instructing = self.group().text == Use::Instruct;
        if self.groups.len() > 1 {
            self.groups.pop();
        }
        if instructing && self.group().text != Use::Instruct {
            let instruction = std::mem::take(&mut self.instruction);
            target::of_field(&instruction).into_iter().for_each(|it| self.sheet.link(it));
        }
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'*' => self.group().optional = true,
            b'~' => self.say("\u{a0}"),
            b'_' => self.say("-"),
            b'\r' | b'\n' => self.gap(Gap::Line),
            b'{' | b'}' | b'\\' => self.byte(symbol),
            // Hyphens that show only at a line's end, entries of indexes, what nobody knows.
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let optional = std::mem::take(&mut self.group().optional);
        if is_unseen(word, optional) {
            self.flush();
            self.group().text = Use::Skip;
            return;
        }
        match (word, number) {
            ("u", Some(number)) => self.unit(number),
            ("uc", Some(number)) => self.group().fallback = usize::try_from(number).unwrap_or_default().min(16),
            ("f", Some(number)) => self.font(number),
            ("deff", Some(number)) => (self.first, self.group().font) = (number, number),
            ("plain", _) => {
                let first = self.first;
                self.font(first);
                self.group().hidden = false;
            }
            ("fcharset", Some(number)) if self.group().text == Use::Fonts => {
                let (font, page) = (self.group().font, of_charset(number, self.page));
                self.fonts.insert(font, page);
            }
            ("ansicpg", Some(number)) => self.page = of_code_page(number).unwrap_or(self.page),
            ("mac", _) => self.page = encoding_rs::MACINTOSH,
            ("fonttbl", _) => self.enter(Use::Fonts),
            ("fldinst", _) => self.enter(Use::Instruct),
            ("v" | "deleted", number) => {
                self.flush();
                self.group().hidden = number != Some(0);
            }
            _ => self.sign(word),
        }
    }

    /// Words that stand for a character or a gap.
    fn sign(&mut self, word: &str) {
        match word {
            "par" | "line" | "sect" | "page" | "column" | "row" | "nestrow" | "shptxt" | "softline" => self.gap(Gap::Line),
            "cell" | "nestcell" => self.gap(Gap::Cell),
            "tab" => self.say("\t"),
            "emspace" | "enspace" | "qmspace" => self.say(" "),
            "emdash" => self.say("—"),
            "endash" => self.say("–"),
            "bullet" => self.say("•"),
            "lquote" => self.say("‘"),
            "rquote" => self.say("’"),
            "ldblquote" => self.say("“"),
            "rdblquote" => self.say("”"),
            _ => {}
        }
    }

    fn enter(&mut self, text: Use) {
        self.flush();
        // What stands inside of something unseen stays so.
        if self.group().text != Use::Skip {
            self.group().text = text;
        }
    }

    fn font(&mut self, number: i32) {
        self.flush();
        self.group().font = number;
    }

    fn unit(&mut self, number: i32) {
        self.flush_bytes();
        // Written as a signed number of 16 bits; some writers do not wrap it.
        self.units.push(number as u16);
        self.skip = self.group().fallback;
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        self.flush_units();
        self.bytes.push(byte);
    }

    /// A character that is no byte of the code page.
    fn say(&mut self, text: &str) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        self.flush();
        self.write(text);
    }

    fn gap(&mut self, gap: Gap) {
        self.flush();
        let group = *self.group();
        if group.text == Use::Show && !group.hidden {
            self.sheet.gap(gap);
        }
    }

    fn flush(&mut self) {
        self.flush_bytes();
        self.flush_units();
    }

    fn flush_bytes(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let font = self.group().font;
        match self.fonts.get(&font).copied().unwrap_or(Some(self.page)) {
            Some(page) => self.write(&page.decode_without_bom_handling(&bytes).0),
            // Letters in a font of pictures are pictures.
            None => self.write(" "),
        }
    }

    fn flush_units(&mut self) {
        if !self.units.is_empty() {
            let text = String::from_utf16_lossy(&std::mem::take(&mut self.units));
            self.write(&text);
        }
    }

    fn write(&mut self, text: &str) {
        match *self.group() {
            Group { text: Use::Show, hidden: false, .. } => self.sheet.say(text),
            Group { text: Use::Instruct, .. } => self.instruction.push_str(text),
            _ => {}
        }
    }
}
