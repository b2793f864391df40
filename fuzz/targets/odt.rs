//! OpenDocument: the content and the styles, apart by a zero.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (content, styles) = acquaint_fuzz::halves(bytes);
    acquaint_fuzz::read_package(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content), ("styles.xml", styles)]);
});
