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
