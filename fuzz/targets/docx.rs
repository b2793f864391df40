//! DOCX: the document and its relationships, apart by a zero; packages as they come too.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (document, links) = acquaint_fuzz::halves(bytes);
    acquaint_fuzz::read_package(&[("word/document.xml", document), ("word/_rels/document.xml.rels", links)]);
    acquaint_fuzz::read_after(b"PK\x03\x04", bytes);
});
