//! Pages as a PDF file.

use super::font::{Glyphs, shown};
use super::page::{Ground, HEIGHT, Page, Run, WIDTH, Weight, pages};
use crate::world::resume::{Layout, ResumeSpec, Writing};
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, EncryptionState, EncryptionVersion, Object, ObjectId, Permissions, Stream, dictionary};

/// A résumé with a text layer.
pub(super) fn written(spec: &ResumeSpec) -> Vec<u8> {
    saved(document(spec))
}

/// The same behind a password that nobody tells.
pub(super) fn locked(spec: &ResumeSpec) -> Vec<u8> {
    let mut document = document(spec);
    let id = Object::string_literal(format!("{:0>16}", spec.name.len()));
    document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "nobody tells",
        key_length: 128,
        permissions: Permissions::empty(),
    };
    let state = EncryptionState::try_from(version).expect("RC4 with 128 bits needs nothing but the id set above");
    document.encrypt(&state).expect("the document has no other encryption");
    settle(&mut document);
    saved(document)
}

/// The last 16 bytes of `/U` are chance and mean nothing (ISO 32000-1, 7.6.3.4): the same bytes for the same spec need them still.
fn settle(document: &mut Document) {
    let id = document.trailer.get(b"Encrypt").and_then(Object::as_reference);
    let entry = id.and_then(|id| document.get_dictionary_mut(id)).and_then(|it| it.get_mut(b"U"));
    if let Ok(Object::String(bytes, _)) = entry
        && bytes.len() == 32
    {
        bytes[16..].fill(0);
    }
}

/// A picture of a page: grey lines where words would be, and no text.
pub(super) fn scanned(spec: &ResumeSpec) -> Vec<u8> {
    let mut document = Document::with_version("1.4");
    let word = spec.name.len();
    let is_ink = |column: usize, line: usize| line % 3 == 1 && column > 6 && column < 20 + (line * 7 + word) % 34;
    let pixels: Vec<u8> = (0..60 * 85).map(|at| if is_ink(at % 60, at / 60) { 90 } else { 240 }).collect();
    let picture = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => 60, "Height" => 85, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
    };
    let picture = document.add_object(Stream::new(picture, pixels));
    let resources = dictionary! { "XObject" => dictionary! { "Im1" => picture } };
    let operations = vec![
        Operation::new("q", vec![]),
        Operation::new("cm", [WIDTH, 0.0, 0.0, HEIGHT, 0.0, 0.0].map(Object::Real).to_vec()),
        Operation::new("Do", vec!["Im1".into()]),
        Operation::new("Q", vec![]),
    ];
    finish(&mut document, resources, vec![(operations, Vec::new())]);
    document.compress();
    saved(document)
}

fn document(spec: &ResumeSpec) -> Document {
    let mut document = Document::with_version("1.5");
    let mut glyphs = Glyphs::default();
    let pages: Vec<_> = pages(spec).iter().map(|it| (operations(it, spec.writing, &mut glyphs), annotations(it))).collect();
    let fonts = fonts(&mut document, spec.layout, &glyphs);
    finish(&mut document, dictionary! { "Font" => fonts }, pages);
    if spec.layout != Layout::OneColumn || spec.writing == Writing::Kerned {
        document.compress();
    }
    document
}

/// Adds pages, their tree and the catalogue.
fn finish(document: &mut Document, resources: Dictionary, pages: Vec<(Vec<Operation>, Vec<Dictionary>)>) {
    let tree = document.new_object_id();
    let resources = document.add_object(resources);
    let kids: Vec<Object> = pages.into_iter().map(|it| page(document, tree, resources, it).into()).collect();
    let count = kids.len() as i64;
    let root = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count,
        "MediaBox" => vec![0.into(), 0.into(), Object::Real(WIDTH), Object::Real(HEIGHT)],
    };
    document.objects.insert(tree, root.into());
    let catalogue = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalogue);
}

fn page(document: &mut Document, tree: ObjectId, resources: ObjectId, parts: (Vec<Operation>, Vec<Dictionary>)) -> ObjectId {
    let content = Content { operations: parts.0 }.encode().unwrap_or_default();
    let content = document.add_object(Stream::new(Dictionary::new(), content));
    let links: Vec<Object> = parts.1.into_iter().map(|it| document.add_object(it).into()).collect();
    let mut page = dictionary! { "Type" => "Page", "Parent" => tree, "Resources" => resources, "Contents" => content };
    if !links.is_empty() {
        page.set("Annots", links);
    }
    document.add_object(page)
}

fn operations(page: &Page, writing: Writing, glyphs: &mut Glyphs) -> Vec<Operation> {
    let mut list: Vec<Operation> = page.grounds.iter().flat_map(ground).collect();
    for run in &page.runs {
        list.extend(text(run, writing, glyphs));
    }
    list
}

fn ground(it: &Ground) -> Vec<Operation> {
    vec![
        Operation::new("rg", [0.13, 0.22, 0.34].map(Object::Real).to_vec()),
        Operation::new("re", it.map(Object::Real).to_vec()),
        Operation::new("f", vec![]),
    ]
}

fn text(run: &Run, writing: Writing, glyphs: &mut Glyphs) -> Vec<Operation> {
    let shown = shown(&run.text, writing, glyphs);
    let font = match (shown.wide, run.weight) {
        (true, _) => "F3",
        (false, Weight::Plain) => "F1",
        (false, _) => "F2",
    };
    let ink = if run.weight == Weight::White { 1.0 } else { 0.0 };
    vec![
        Operation::new("BT", vec![]),
        Operation::new("g", vec![Object::Real(ink)]),
        Operation::new("Tf", vec![font.into(), Object::Real(run.size)]),
        Operation::new("Td", vec![Object::Real(run.x), Object::Real(run.y)]),
        Operation::new(shown.operator, vec![shown.operand]),
        Operation::new("ET", vec![]),
    ]
}

fn annotations(page: &Page) -> Vec<Dictionary> {
    let linked = page.runs.iter().filter_map(|it| Some((it, it.link.as_ref()?)));
    let annotation = |(run, url): (&Run, &String)| {
        let right = run.x + run.text.chars().count() as f32 * run.size * 0.5;
        dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "Border" => vec![0.into(), 0.into(), 0.into()],
            "Rect" => [run.x, run.y - 2.0, right, run.y + run.size].map(Object::Real).to_vec(),
            "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal(url.as_str()) },
        }
    };
    linked.map(annotation).collect()
}

/// Two of the fonts that every reader has, and the wide one where it is needed.
fn fonts(document: &mut Document, layout: Layout, glyphs: &Glyphs) -> Dictionary {
    let (plain, bold) = if layout == Layout::SideBar { ("Times-Roman", "Times-Bold") } else { ("Helvetica", "Helvetica-Bold") };
    let font = |name: &str| dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name, "Encoding" => "WinAnsiEncoding" };
    let mut fonts = dictionary! { "F1" => document.add_object(font(plain)), "F2" => document.add_object(font(bold)) };
    if !glyphs.is_empty() {
        fonts.set("F3", wide_font(document, glyphs));
    }
    fonts
}

fn wide_font(document: &mut Document, glyphs: &Glyphs) -> ObjectId {
    let descriptor = document.add_object(dictionary! {
        "Type" => "FontDescriptor", "FontName" => "DejaVuSans", "Flags" => 4, "FontBBox" => vec![(-1000).into(), (-300).into(), 1500.into(), 1100.into()],
        "ItalicAngle" => 0, "Ascent" => 900, "Descent" => -200, "CapHeight" => 700, "StemV" => 80,
    });
    let child = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "DejaVuSans", "FontDescriptor" => descriptor, "DW" => 560,
        "CIDSystemInfo" => dictionary! { "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Identity"), "Supplement" => 0 },
        "CIDToGIDMap" => "Identity",
    });
    let map = document.add_object(Stream::new(Dictionary::new(), glyphs.to_unicode()));
    document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "DejaVuSans", "Encoding" => "Identity-H",
        "DescendantFonts" => vec![child.into()], "ToUnicode" => map,
    })
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail; an empty file would be seen by every test that reads one.
    let _ = document.save_to(&mut bytes);
    bytes
}
