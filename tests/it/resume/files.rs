//! Our own files of every kind: what is read, and which outcome the rest has.

use super::pdfs::{ANA, Paper, ana, bytes, link, locked, uri};
use super::{links, plain, read};
use acquaint::model::{RawText, ResumeStatus};
use acquaint::resume::{Format, MAX_BYTES, Where};
use flate2::{Compression, write::ZlibEncoder};
use lopdf::{Object, Stream, dictionary};
use std::io::Write;

/// Reads a file and compares its outcome.
async fn check(bytes: Vec<u8>, format: Format, status: ResumeStatus) {
    let reading = read(bytes).await;
    assert_eq!((reading.format, reading.status), (format, status));
    assert_eq!(reading.text.is_blank(), status != ResumeStatus::Ok, "a text comes with ok, and only with it");
}

#[tokio::test]
async fn a_resume_says_what_it_shows_and_what_it_hides() {
    let reading = read(ana()).await;
    assert_eq!((reading.status, reading.format, reading.pages, reading.truncated), (ResumeStatus::Ok, Format::Pdf, 1, false));
    assert_eq!(format!("{reading:?}"), "Reading(ok, pdf, 1 pages, ***)");
    let text = reading.text.reveal();
    assert!(ANA.iter().all(|line| text.contains(line)), "every line is there");
    assert_eq!(reading.name.map(RawText::reveal).as_deref(), Some("Ana Ruiz"));
    assert_eq!(plain(reading.emails), ["ana.ruiz@example.com"]);
    assert_eq!(plain(reading.phones), ["+34600555123"]);
    let hidden = reading.links.iter().filter(|it| it.1 == Where::Annotation).count();
    assert_eq!((hidden, links(reading.links, Where::Text)), (1, vec!["https://github.com/anaruiz".to_owned()]));
}

#[tokio::test]
async fn evidence_becomes_a_person() {
    let person = read(ana()).await.into_person();
    assert_eq!(person.name.map(RawText::reveal).as_deref(), Some("Ana Ruiz"));
    assert_eq!(plain(person.links), ["https://github.com/anaruiz", "https://www.linkedin.com/in/ana-ruiz"]);
    assert_eq!((plain(person.emails).len(), plain(person.phones).len()), (1, 1));
}

#[tokio::test]
async fn annotations_are_found_wherever_they_hang() {
    let mut paper = Paper::new().page(ANA);
    let action = paper.document.add_object(uri("https://example.com/indirect-action"));
    let chain = dictionary! { "S" => "GoTo", "Next" => vec![uri("https://example.com/next").into()] };
    let mut on_focus = link(Object::Null);
    on_focus.set("AA", dictionary! { "U" => uri("https://example.com/trigger") });
    let indirect = paper.document.add_object(link(action));
    let launch =
        dictionary! { "S" => "Launch", "F" => dictionary! { "FS" => "URL", "F" => Object::string_literal("https://example.com/file") } };
    let list: Vec<Object> = vec![
        indirect.into(),
        link(chain).into(),
        on_focus.into(),
        link(launch).into(),
        link(uri("mailto:Ana.Ruiz%40example.com?subject=Hello")).into(),
        link(uri("mailto:ana@example.org")).into(),
        link(uri("tel:+34-600-555-123")).into(),
        link(uri("tel:+34600555124")).into(),
        link(uri(" www.example.com/plain ")).into(),
        link(uri("javascript:alert(1)")).into(),
        link(uri("file:///C:/cv.pdf")).into(),
        link(uri("https://example.com/o\u{fffd}ice")).into(),
    ];
    let list = paper.document.add_object(list);
    let reading = read(paper.annotated(list.into()).bytes()).await;
    assert_eq!(plain(reading.emails), ["ana.ruiz@example.com", "ana@example.org"]);
    assert_eq!(plain(reading.phones), ["+34600555123", "+34600555124"]);
    let expected = ["indirect-action", "next", "trigger", "file"].map(|it| format!("https://example.com/{it}"));
    let found = links(reading.links, Where::Annotation);
    assert_eq!(found[..4], expected);
    assert_eq!(found[4..], ["https://www.example.com/plain"]);
}

#[tokio::test]
async fn annotations_are_inherited_and_circles_end() {
    let paper = Paper::new().page(ANA);
    let pages = paper.pages;
    let mut document = paper.finished(dictionary! { "Annots" => vec![link(uri("https://example.com/above")).into()] });
    let circle = document.new_object_id();
    document.objects.insert(circle, dictionary! { "S" => "GoTo", "Next" => circle }.into());
    document.get_dictionary_mut(pages).expect("the root").set("Parent", pages);
    let list = document.get_dictionary_mut(pages).and_then(|it| it.get_mut(b"Annots")).and_then(Object::as_array_mut);
    list.expect("the list").push(link(circle).into());
    assert_eq!(links(read(bytes(document)).await.links, Where::Annotation), ["https://example.com/above"]);
}

#[tokio::test]
async fn a_password_is_told_and_an_empty_one_is_none() {
    check(locked("secret"), Format::Pdf, ResumeStatus::Encrypted).await;
    let reading = read(locked("")).await;
    assert_eq!((reading.status, plain(reading.emails)), (ResumeStatus::Ok, vec!["ana.ruiz@example.com".to_owned()]));
    assert_eq!(links(reading.links, Where::Annotation), ["https://www.linkedin.com/in/ana-ruiz"]);
}

#[tokio::test]
async fn a_damaged_file_gives_what_is_left() {
    let whole = ana();
    let mut garbage_first = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    garbage_first.extend_from_slice(&whole);
    check(garbage_first, Format::Pdf, ResumeStatus::Ok).await;
    let cut = whole[..whole.len() - 100].to_vec();
    check(cut, Format::Pdf, ResumeStatus::Ok).await;
    check(whole[..40].to_vec(), Format::Pdf, ResumeStatus::Unsupported).await;
}

#[tokio::test]
async fn what_is_no_text_is_told_apart() {
    let image = Stream::new(dictionary! {}, b"q 500 0 0 700 50 50 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x7f EI Q".to_vec());
    check(Paper::new().raw_page(image).bytes(), Format::Pdf, ResumeStatus::NoText).await;
    check(Vec::new(), Format::Text, ResumeStatus::NoText).await;
    check(b"%PDF-1.7\n\xff\xfe noise".to_vec(), Format::Pdf, ResumeStatus::Unsupported).await;
    check((0..=255).cycle().take(5000).collect(), Format::Unknown, ResumeStatus::Unsupported).await;
    let codes = "\u{1}\u{2}\u{3}A\u{4}\u{5}\u{6}\u{7}\u{10}".repeat(20);
    check(Paper::new().page(&[&codes]).bytes(), Format::Pdf, ResumeStatus::Garbled).await;
    check(
        Paper::new().page(&["2 3 5 7 * # % 11 13 17 19 23 29 31 37 41 43 47 !! 53 59 61 67 71 73 79"]).bytes(),
        Format::Pdf,
        ResumeStatus::Garbled,
    )
    .await;
}

#[tokio::test]
async fn formats_go_by_content() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    for (bytes, format, status) in [
        (b"PK\x03\x04\x14\x00word/document.xml".to_vec(), Format::Docx, ResumeStatus::Unsupported),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text".to_vec(), Format::Odt, ResumeStatus::Unsupported),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), Format::Doc, ResumeStatus::Unsupported),
        (b"{\\rtf1\\ansi Ana}".to_vec(), Format::Rtf, ResumeStatus::Ok),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><p>Ana, see our %PDF-1.4".to_vec(), Format::Html, ResumeStatus::Ok),
        (b"<?xml version=\"1.0\"?><html><p>Ana".to_vec(), Format::Html, ResumeStatus::Ok),
        (wide("\u{feff}<html><p>Ana"), Format::Html, ResumeStatus::Ok),
        (b"<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?>".to_vec(), Format::WordXml, ResumeStatus::NoText),
        (wide("Ana Ruiz, Staff Engineer, Madrid"), Format::Text, ResumeStatus::Ok),
    ] {
        check(bytes, format, status).await;
    }
}

#[tokio::test]
async fn plain_text_is_read_in_its_encoding() {
    let text = "Zoë Müller\nzoe.muller@example.com";
    let utf16: Vec<u8> = "\u{feff}".chars().chain(text.chars()).collect::<String>().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    for bytes in [text.as_bytes().to_vec(), format!("\u{feff}{text}").into_bytes(), utf16, latin] {
        let reading = read(bytes).await;
        assert_eq!((reading.status, reading.format), (ResumeStatus::Ok, Format::Text));
        assert_eq!(reading.text.reveal(), text);
        assert_eq!(reading.name.map(RawText::reveal).as_deref(), Some("Zoë Müller"));
    }
}

#[tokio::test]
async fn the_first_two_hundred_pages_are_read() {
    let lines: Vec<String> = (1..=300).map(|it| format!("This is page number {it} of the book")).collect();
    let paper = lines.iter().fold(Paper::new(), |paper, line| paper.page(&[line]));
    let reading = read(paper.bytes()).await;
    assert_eq!((reading.status, reading.pages, reading.truncated), (ResumeStatus::Ok, 300, true));
    let text = reading.text.reveal();
    assert!(text.contains("number 200 of") && !text.contains("number 201 of"), "page 200 is the last");
}

#[tokio::test]
async fn bombs_are_contained() {
    // A quarter of a million of opened arrays, in the content and among the objects.
    let nested = "[".repeat(250_000);
    let in_content = Paper::new().raw_page(Stream::new(dictionary! {}, nested.clone().into_bytes())).bytes();
    let mut among_objects = ana();
    among_objects.extend_from_slice(format!("\n99 0 obj\n{nested}\nendobj\n").as_bytes());
    // A gigabyte of text operators in a few kilobytes.
    let inflated = deflated(&deflated(&b"(a) Tj ".repeat(1 << 16), 1), 1 << 7);
    let filters: Vec<Object> = vec!["FlateDecode".into(), "FlateDecode".into()];
    let stream = Stream::new(dictionary! { "Filter" => filters }, inflated);
    let zip = Paper::new().raw_page(stream).bytes();
    // A whole file of operators that the readers must look at one by one.
    let long = Paper::new().raw_page(Stream::new(dictionary! {}, b"BT /F1 9 Tf (a) Tj ET ".repeat(800_000))).bytes();
    for bomb in [in_content, among_objects, zip, long] {
        let status = read(bomb).await.status;
        let typed = [ResumeStatus::Ok, ResumeStatus::NoText, ResumeStatus::Unsupported, ResumeStatus::Timeout, ResumeStatus::Crashed];
        assert!(typed.contains(&status), "contained, as {status:?}");
    }
}

/// The bytes repeated and packed.
fn deflated(bytes: &[u8], times: usize) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    (0..times).for_each(|_| packer.write_all(bytes).expect("memory takes it"));
    packer.finish().expect("memory takes it")
}

#[tokio::test]
async fn a_large_file_is_refused_unseen() {
    check(vec![b'a'; MAX_BYTES as usize + 1], Format::Text, ResumeStatus::TooLarge).await;
}
