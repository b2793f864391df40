//! Text as a PDF holds it: one byte a character in WinAnsi, or two bytes in a font with a ToUnicode map.

use crate::world::resume::Writing;
use lopdf::{Object, StringFormat};

/// Characters of WinAnsi outside of Latin-1.
const WIN_ANSI: &[(char, u8)] = &[
    ('€', 128),
    ('…', 133),
    ('Š', 138),
    ('Œ', 140),
    ('Ž', 142),
    ('‘', 145),
    ('’', 146),
    ('“', 147),
    ('”', 148),
    ('•', 149),
    ('–', 150),
    ('—', 151),
    ('š', 154),
    ('œ', 156),
    ('ž', 158),
    ('Ÿ', 159),
];

fn win_ansi(text: &str) -> Option<Vec<u8>> {
    let byte = |it: char| match it as u32 {
        0x20..=0x7e | 0xa0..=0xff => Some(it as u32 as u8),
        _ => WIN_ANSI.iter().find(|row| row.0 == it).map(|row| row.1),
    };
    text.chars().map(byte).collect()
}

/// The characters that the wide font has, in the order in which they came.
#[derive(Default)]
pub(super) struct Glyphs(Vec<char>);

impl Glyphs {
    /// Glyph numbers start at 3, as subsetters do.
    fn code(&mut self, it: char) -> u16 {
        let place = self.0.iter().position(|known| *known == it).unwrap_or_else(|| {
            self.0.push(it);
            self.0.len() - 1
        });
        place as u16 + 3
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The map from glyphs back to text.
    pub(super) fn to_unicode(&self) -> Vec<u8> {
        let utf16 = |it: char| it.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("{unit:04X}")).collect::<String>();
        let rows: Vec<String> = self.0.iter().enumerate().map(|(place, it)| format!("<{:04X}> <{}>", place + 3, utf16(*it))).collect();
        let blocks: String = rows.chunks(100).map(|rows| format!("{} beginbfchar\n{}\nendbfchar\n", rows.len(), rows.join("\n"))).collect();
        format!(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{blocks}endcmap\n\
             CMapName currentdict /CMap defineresource pop\nend\nend\n"
        )
        .into_bytes()
    }
}

/// The operator that shows a text, its operand, and the font it needs.
pub(super) struct Shown {
    pub(super) operator: &'static str,
    pub(super) operand: Object,
    /// In the wide font rather than the plain ones.
    pub(super) wide: bool,
}

/// Puts text in the wanted way, or in the wide font where WinAnsi lacks a character.
pub(super) fn shown(text: &str, writing: Writing, glyphs: &mut Glyphs) -> Shown {
    let text = &drawn(text);
    let bytes = if writing == Writing::Wide { None } else { win_ansi(text) };
    let Some(bytes) = bytes else {
        let wide: Vec<u8> = text.chars().flat_map(|it| glyphs.code(it).to_be_bytes()).collect();
        return Shown { operator: "Tj", operand: Object::String(wide, StringFormat::Hexadecimal), wide: true };
    };
    match writing {
        Writing::Kerned => Shown { operator: "TJ", operand: kerned(&bytes), wide: false },
        Writing::Hex => Shown { operator: "Tj", operand: Object::String(bytes, StringFormat::Hexadecimal), wide: false },
        _ => Shown { operator: "Tj", operand: Object::String(bytes, StringFormat::Literal), wide: false },
    }
}

/// The text in the order in which it is drawn, from left to right: of a line that begins in Hebrew or Arabic the runs stand in
/// reverse, and each run of such letters does in every line (the plain cases of Unicode Standard Annex #9).
fn drawn(text: &str) -> String {
    let right = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    let strong = |c: char| if right(c) { Some(true) } else { c.is_alphanumeric().then_some(false) };
    let Some(base) = text.chars().find_map(strong).filter(|_| text.contains(right)) else { return text.to_owned() };
    let chars: Vec<char> = text.chars().collect();
    // What has no direction takes that of both its sides, or the line's.
    let side = |mut places: Box<dyn Iterator<Item = usize>>| places.find_map(|it| strong(chars[it])).unwrap_or(base);
    let direction = |at: usize| {
        let (before, after) = (side(Box::new((0..at).rev())), side(Box::new(at..chars.len())));
        strong(chars[at]).unwrap_or(if before == after { before } else { base })
    };
    let mut runs: Vec<(bool, String)> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        match runs.last_mut() {
            Some((right, run)) if *right == direction(at) => run.push(*c),
            _ => runs.push((direction(at), c.to_string())),
        }
    }
    let turned = runs.into_iter().map(|(right, run)| if right { run.chars().rev().collect() } else { run });
    if base { turned.rev().collect() } else { turned.collect() }
}

/// Pieces of three with small corrections between, as typesetters leave them.
fn kerned(bytes: &[u8]) -> Object {
    let mut parts = Vec::new();
    for (place, piece) in bytes.chunks(3).enumerate() {
        if place > 0 {
            parts.push(Object::Integer(if place % 2 == 0 { -12 } else { 18 }));
        }
        parts.push(Object::String(piece.to_vec(), StringFormat::Literal));
    }
    Object::Array(parts)
}
