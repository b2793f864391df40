//! Résumés.

use crate::world::{self, Document, ParsedPosition, ParsedSchool, Resume};
use serde_json::{Value, json};

/// A résumé of an opportunity. `downloadUrl` points at Lever's own interface, as documented, and not at the API.
pub(in crate::replica) fn resume(opportunity: &str, it: &Resume) -> Value {
    let mut value = json!({
        "id": it.id,
        "createdAt": it.created_at,
        "file": {
            "downloadUrl": format!("https://hire.lever.co/candidates/{opportunity}/resumes/{}/download", it.id),
            "ext": it.ext,
            "name": it.file_name,
            "uploadedAt": it.created_at,
            "status": it.status,
            "size": size(&it.document),
        },
    });
    if it.status != "error" {
        let schools: Vec<Value> = it.schools.iter().map(school).collect();
        value["parsedData"] = json!({ "positions": it.parsed.iter().map(position).collect::<Vec<_>>(), "schools": schools });
    }
    value
}

/// The text of an invented letter.
pub(in crate::replica) const LETTER: &str = "Dear team,\n\nI would like to work with you.\n";

/// The id of the letter that came with a résumé.
pub(in crate::replica) fn letter_id(it: &Resume) -> String {
    format!("letter-{}", it.id)
}

/// The letter that came with a résumé; as documented, numbers of files are texts.
pub(in crate::replica) fn letter(opportunity: &str, it: &Resume) -> Value {
    let id = letter_id(it);
    json!({
        "id": id,
        "downloadUrl": format!("https://hire.lever.co/candidates/{opportunity}/files/{id}/download"),
        "ext": "txt",
        "name": "letter.txt",
        "uploadedAt": it.created_at.to_string(),
        "status": "processed",
        "size": LETTER.len().to_string(),
    })
}

fn size(document: &Document) -> Option<usize> {
    match document {
        Document::File(spec) => Some(world::render(spec).len()),
        Document::Bytes(bytes) => Some(bytes.len()),
        Document::Unprocessable | Document::Missing => None,
    }
}

fn position(it: &ParsedPosition) -> Value {
    let month = |it: Option<(i32, Option<u32>)>| it.map_or(Value::Null, |(year, month)| json!({ "year": year, "month": month }));
    json!({
        "org": it.organization,
        "title": it.title,
        "summary": null,
        "location": null,
        "start": month(it.start),
        "end": month(it.end),
    })
}

fn school(it: &ParsedSchool) -> Value {
    let year = |it: Option<i32>| it.map_or(Value::Null, |year| json!({ "year": year, "month": null }));
    json!({
        "org": it.organization,
        "degree": null,
        "field": null,
        "summary": null,
        "start": year(it.years.map(|it| it.0)),
        "end": year(it.years.map(|it| it.1)),
    })
}
