//! One reader a table: small files, the text that people see, the links behind it.

use super::pdfs::Paper;
use super::{links, plain, readers};
use acquaint::model::{RawResume, ResumeStatus};
use acquaint::resume::{Format, Readers, Where};
use lopdf::{Stream, dictionary};

/// Reads a file and compares its lines, blank ones and spaces at their ends left out, and its links.
async fn check(readers: &Readers, file: impl AsRef<[u8]>, format: Format, lines: &[&str], behind: &[&str]) {
    let file = file.as_ref();
    let reading = readers.read(RawResume::new(file.to_vec())).await;
    let shown = String::from_utf8_lossy(&file[..file.len().min(300)]);
    assert_eq!((reading.format, reading.status), (format, ResumeStatus::Ok), "{shown}");
    let text = reading.text.reveal();
    let found: Vec<&str> = text.lines().map(str::trim_end).filter(|it| !it.is_empty()).collect();
    assert_eq!(found, lines, "{shown}");
    let emails = plain(reading.emails).into_iter().filter(|it| !text.contains(it.as_str())).map(|it| format!("mailto:{it}"));
    let found: Vec<String> = links(reading.links, Where::Annotation).into_iter().chain(emails).collect();
    assert_eq!(found, behind, "{shown}");
}

#[tokio::test]
async fn rich_text_is_read_as_it_shows() {
    let readers = readers(1);
    let field = r#"{\field{\*\fldinst{HYPERLINK "https://example.com/in/ana" \\o "hint"}}{\fldrslt{\ul LinkedIn}}}"#;
    for (body, lines, behind) in [
        (r"{\b Ana} Ruiz\par Madrid\line Spain", &["Ana Ruiz", "Madrid", "Spain"][..], &[][..]),
        (r"Zo\'eb M\'fcller \u8211\'96 \u-10179?\u-8703? {\uc2\u1080ab\u1074\'e2\'e2}", &["Zoë Müller – 😁 ив"], &[]),
        (r"{\f1 \'c0\'ed\'ed\'e0}{\f2 \'8d\'b2\'93\'a1} Ana{\f3 \'b7\'28}", &["Анна佐藤 Ana"], &[]),
        (field, &["LinkedIn"], &["https://example.com/in/ana"]),
        (r#"{\field{\*\fldinst HYPERLINK "mailto:ana@example.com"}{\fldrslt write}}"#, &["write"], &["mailto:ana@example.com"]),
        (r"A{\v secret}{\*\unknown x}{\info{\author Somebody}}{\pict\bin3 {}\}B\plain C", &["ABC"], &[]),
        (r"\trowd Northwind\cell 2018\cell\row\trowd Acme\cell 2020\cell\row", &["Northwind  2018", "Acme  2020"], &[]),
        (r"{\header Ana Ruiz\par}{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt In a box\par}}After", &["Ana Ruiz", "In a box", "After"], &[]),
        (r"never closed {{{ and \unkn0wn words \{\\\}", &[r"never closed  and wn words {\}"], &[]),
    ] {
        let fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}{\f2\fcharset128 Mincho;}{\f3\fcharset2 Symbol;}}";
        check(&readers, format!(r"{{\rtf1\ansi\ansicpg1252\deff0{fonts}{body}}}"), Format::Rtf, lines, behind).await;
    }
}

#[tokio::test]
async fn a_page_is_read_as_it_shows() {
    let readers = readers(1);
    for (body, lines, behind) in [
        ("<h1>Ana\n Ruiz</h1><p>Mad<b>rid</b>, <i>Spain</i></p>", &["Ana Ruiz", "Madrid, Spain"][..], &[][..]),
        ("<head><title>CV</title><style>p{}</style><p>Ana<script>if (a<b) '<p>no'</script>", &["Ana"], &[]),
        (
            "<a href='https://example.com/in/ana'>me</a> <a href=mailto:a@example.com>write</a><a href=#top>up</a>",
            &["me writeup"],
            &["https://example.com/in/ana", "mailto:a@example.com"],
        ),
        ("<table><tr><td><p>Northwind</p></td><td>2018</td></tr><tr><td>Acme<td>2020</table>", &["Northwind  2018", "Acme  2020"], &[]),
        ("<p style='display: none'>no<p>no</p></p><div hidden>no</div>Ana&nbsp;&eacute;&#x4e2d;<br>x&lt;y", &["Ana\u{a0}é中", "x<y"], &[]),
        ("<pre>a  b\nc</pre><ul><li>one<li>two</ul><!-- no --><![if x]>d<![endif]>", &["a  b", "c", "one", "two", "d"], &[]),
    ] {
        check(&readers, format!("<!DOCTYPE html><html>{body}"), Format::Html, lines, behind).await;
    }
    let russian = [b"<html><meta charset=windows-1251><p>".as_slice(), b"\xc0\xed\xed\xe0"].concat();
    check(&readers, russian, Format::Html, &["Анна"], &[]).await;
}

#[tokio::test]
async fn word_in_xml_is_read_as_it_shows() {
    let readers = readers(1);
    let link = r#"<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://example.com/</w:instrText></w:r><w:r><w:instrText>in/ana" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>me</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>"#;
    let boxed = r#"<w:r><w:t>Ana </w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r><w:r><w:t>Ruiz</w:t></w:r>"#;
    for (body, lines, behind) in [
        (
            "<w:r><w:t>A</w:t></w:r><w:r><w:t>na &amp; &#233;</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>",
            &["Ana & é\tb", "c"][..],
            &[][..],
        ),
        (link, &["me"], &["https://example.com/in/ana"]),
        (r#"<w:hlink w:dest="https://example.com/in/ana"><w:r><w:t>me</w:t></w:r></w:hlink>"#, &["me"], &["https://example.com/in/ana"]),
        (boxed, &["Ana Ruiz", "In a box"], &[]),
        (
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r><w:r><w:t>yes</w:t></w:r><w:del><w:r><w:t>no</w:t></w:r></w:del>",
            &["yes"],
            &[],
        ),
        (
            "<w:pPr><w:tabs><w:tab w:pos='1'/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/></w:r>",
            &["a-b"],
            &[],
        ),
        (
            "</w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Northwind</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2018</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p>",
            &["Northwind  2018"],
            &[],
        ),
        ("<w:r><w:t>breaks off</w:t></w:r></w:p></w:body></w:wordDocument><w:p><<<", &["breaks off"], &[]),
    ] {
        let file = format!(
            r#"<?xml version="1.0"?><x:wordDocument xmlns:x="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><x:body><w:p>{body}</w:p></x:body></x:wordDocument>"#
        );
        check(&readers, file, Format::WordXml, lines, behind).await;
    }
}

#[tokio::test]
async fn a_page_of_a_pdf_is_put_right() {
    let readers = readers(1);
    // Letters one by one, each after a gap of a third of the size.
    let spaced: String = "EXPERIENCE".chars().map(|c| format!("({c}) -320 ")).collect();
    for (content, lines) in [
        (format!("BT /F1 12 Tf 50 700 Td [{spaced}] TJ ET"), &["EXPERIENCE"][..]),
        ("BT /F1 12 Tf 50 700 Td [(Mu) (\\264) 333 (noz)] TJ 0 -14 Td (Madrid) Tj ET".into(), &["Muńoz", "Madrid"]),
        ("BT /F1 12 Tf 50 700 Td (respon-) Tj 0 -14 Td (sibilities, x-) Tj 0 -14 Td (Ray) Tj ET".into(), &["responsibilities, x-", "Ray"]),
        ("BT /F1 12 Tf 50 700 Td (ana-) Tj 0 -14 Td (ruiz@example.com) Tj ET".into(), &["ana-", "ruiz@example.com"]),
        (
            "BT /F1 20 Tf 50 693 Td (*) Tj /F1 10 Tf 30 7 Td (First line) Tj 0 -13 Td (and second) Tj ET".into(),
            &["First line", "*", "and second"],
        ),
        (
            "BT /F1 9 Tf 320 700 Td (Right one) Tj 0 -12 Td (right two) Tj -270 12 Td (Left one) Tj 0 -12 Td (left two) Tj ET".into(),
            &["Right one", "right two", "Left one", "left two"],
        ),
    ] {
        let page = Paper::new().raw_page(Stream::new(dictionary! {}, content.into_bytes()));
        let text = readers.read(RawResume::new(page.bytes())).await.text.reveal();
        let found: Vec<&str> = text.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
        assert_eq!(found, lines);
    }
}
