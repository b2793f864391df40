//! Résumés as Office Open XML: a ZIP of four parts.

use super::markup::{escaped, word_paragraphs};
use crate::world::resume::ResumeSpec;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// The file's bytes; link targets stand in the relationships, as Word puts them.
pub(super) fn docx(spec: &ResumeSpec) -> Vec<u8> {
    let mut links = String::new();
    let mut count = 0;
    let body = word_paragraphs(spec, &mut |url, run| {
        count += 1;
        let kind = format!("{RELATIONS}/hyperlink");
        links.push_str(&format!("<Relationship Id=\"rId{count}\" Type=\"{kind}\" Target=\"{}\" TargetMode=\"External\"/>", escaped(url)));
        format!("<w:hyperlink r:id=\"rId{count}\">{run}</w:hyperlink>")
    });
    let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let document = format!("{HEAD}<w:document xmlns:w=\"{space}\" xmlns:r=\"{RELATIONS}\"><w:body>{body}<w:sectPr/></w:body></w:document>");
    let main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    let types = format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"{main}\"/></Types>"
    );
    let relations = |list: &str| format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{list}</Relationships>");
    let root = relations(&format!("<Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"word/document.xml\"/>"));
    zip(&[
        ("[Content_Types].xml", &types),
        ("_rels/.rels", &root),
        ("word/document.xml", &document),
        ("word/_rels/document.xml.rels", &relations(&links)),
    ])
}

/// A ZIP of these texts, deflated (PKWARE's APPNOTE, 4.3), all of one fixed date.
fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::default());
        // Writing to memory cannot fail; an empty part would be seen by every test that reads one.
        let packed = packer.write_all(text.as_bytes()).and_then(|()| packer.finish()).unwrap_or_default();
        let mut sum = Crc::new();
        sum.update(text.as_bytes());
        let start = file.len() as u32;
        // Version 2.0, no flags, deflated, 1 January 1980.
        let mut about: Vec<u8> = [20_u16, 0, 8, 0, 0x21].iter().flat_map(|it| it.to_le_bytes()).collect();
        about.extend([sum.sum(), packed.len() as u32, text.len() as u32].iter().flat_map(|it| it.to_le_bytes()));
        about.extend([name.len() as u16, 0].iter().flat_map(|it| it.to_le_bytes()));
        file.extend(b"PK\x03\x04");
        file.extend(&about);
        file.extend(name.as_bytes());
        file.extend(packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&about);
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, length, count) = (file.len() as u32, directory.len() as u32, parts.len() as u16);
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].iter().flat_map(|it| it.to_le_bytes()));
    file.extend([length, start].iter().flat_map(|it| it.to_le_bytes()));
    file.extend([0, 0]);
    file
}
