//! Résumés as text with marks: rich text, a web page, Word's flat XML, and text without any.

use super::paragraphs::{Paragraph, Rank, paragraphs};
use crate::world::resume::ResumeSpec;

/// Text with signs for what XML and HTML keep for themselves.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Plain text in UTF-8. A link that shows a word only has its address behind it.
pub(super) fn text(spec: &ResumeSpec) -> Vec<u8> {
    // What one reads is the address, or a word for it.
    let line = |it: Paragraph| match it.link.filter(|url| !url.ends_with(&it.text)) {
        Some(url) => format!("{}: {url}\n", it.text),
        None if it.rank == Rank::Heading => format!("\n{}\n", it.text),
        None => format!("{}\n", it.text),
    };
    paragraphs(spec).into_iter().map(line).collect::<String>().into_bytes()
}

/// A web page.
pub(super) fn html(spec: &ResumeSpec) -> Vec<u8> {
    let element = |it: Paragraph| {
        let text = escaped(&it.text);
        match (it.link, it.rank) {
            (Some(url), _) => format!("<p><a href=\"{}\">{text}</a></p>\n", escaped(&url)),
            (None, Rank::Title) => format!("<h1>{text}</h1>\n"),
            (None, Rank::Heading) => format!("<h2>{text}</h2>\n"),
            (None, Rank::Bold) => format!("<h3>{text}</h3>\n"),
            (None, Rank::Plain) => format!("<p>{text}</p>\n"),
        }
    };
    let body: String = paragraphs(spec).into_iter().map(element).collect();
    let style = "body { font-family: sans-serif } h1 { color: #213 }";
    format!("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>CV</title><style>{style}</style></head>\n<body>\n{body}</body></html>\n").into_bytes()
}

/// Rich text: signs outside of ASCII as `\uN?`, links as fields.
pub(super) fn rtf(spec: &ResumeSpec) -> Vec<u8> {
    let line = |it: Paragraph| {
        let text = rich(&it.text);
        let shown = match &it.link {
            Some(url) => format!("{{\\field{{\\*\\fldinst HYPERLINK \"{}\"}}{{\\fldrslt {text}}}}}", rich(url)),
            None => text,
        };
        let size = match it.rank {
            Rank::Title => 44,
            Rank::Heading => 26,
            _ => 20,
        };
        format!("\\pard\\fs{size} {shown}\\par\n")
    };
    let body: String = paragraphs(spec).into_iter().map(line).collect();
    format!("{{\\rtf1\\ansi\\ansicpg1252\\uc1{{\\fonttbl{{\\f0 Arial;}}}}\n{{\\*\\generator of invented people;}}\n{body}}}").into_bytes()
}

fn rich(text: &str) -> String {
    let mut rich = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '{' | '}' => rich.extend(['\\', c]),
            ' '..='~' => rich.push(c),
            // Units of UTF-16 as signed numbers.
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|it| rich.push_str(&format!("\\u{}?", it.cast_signed()))),
        }
    }
    rich
}

/// The paragraphs as Word writes them in XML; links get their targets by this.
pub(super) fn word_paragraphs(spec: &ResumeSpec, link: &mut dyn FnMut(&str, &str) -> String) -> String {
    let paragraph = |it: Paragraph| {
        let bold = if it.rank == Rank::Plain { "" } else { "<w:rPr><w:b/></w:rPr>" };
        let run = format!("<w:r>{bold}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(&it.text));
        let shown = it.link.as_deref().map_or_else(|| run.clone(), |url| link(url, &run));
        format!("<w:p>{shown}</w:p>")
    };
    paragraphs(spec).into_iter().map(paragraph).collect()
}

/// Word 2003 as one XML file.
pub(super) fn word_xml(spec: &ResumeSpec) -> Vec<u8> {
    let body = word_paragraphs(spec, &mut |url, run| format!("<w:hlink w:dest=\"{}\">{run}</w:hlink>", escaped(url)));
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<?mso-application progid=\"Word.Document\"?>\n";
    let space = "http://schemas.microsoft.com/office/word/2003/wordml";
    format!("{head}<w:wordDocument xmlns:w=\"{space}\"><w:body>{body}</w:body></w:wordDocument>").into_bytes()
}
