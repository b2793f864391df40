//! What lies behind the places to click in a PDF: in most résumés the only place where a LinkedIn address stands.

use super::super::target::{self, Target};
use super::sheet::MAX_TARGETS;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// How far a chain of actions, or of parents, is followed: both may be circles.
const MAX_DEPTH: usize = 32;

/// The targets of all annotations of these pages.
pub(super) fn targets(document: &Document, pages: &[ObjectId]) -> Vec<Target> {
    let mut uris = Vec::new();
    for annotation in pages.iter().flat_map(|page| annotations(document, *page)) {
        for key in [b"A".as_slice(), b"PA"] {
            follow(document, annotation.get(key).ok(), MAX_DEPTH, &mut uris);
        }
        let triggers = annotation.get_deref(b"AA", document).and_then(Object::as_dict);
        for (_, action) in triggers.into_iter().flat_map(Dictionary::iter) {
            follow(document, Some(action), MAX_DEPTH, &mut uris);
        }
    }
    uris.iter().flat_map(|uri| target::target(uri)).collect()
}

/// A page's annotations; those of the nearest parent when it has no list of its own.
fn annotations(document: &Document, page: ObjectId) -> Vec<&Dictionary> {
    let mut node = document.get_dictionary(page).ok();
    for _ in 0..MAX_DEPTH {
        let Some(dictionary) = node else { break };
        if let Ok(list) = dictionary.get_deref(b"Annots", document).and_then(Object::as_array) {
            return list.iter().filter_map(|it| resolve(document, it)).collect();
        }
        node = dictionary.get_deref(b"Parent", document).and_then(Object::as_dict).ok();
    }
    Vec::new()
}

fn resolve<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    document.dereference(object).ok()?.1.as_dict().ok()
}

/// Collects the addresses of an action and of those that come after it.
fn follow(document: &Document, action: Option<&Object>, depth: usize, uris: &mut Vec<String>) {
    let Some(action) = action.and_then(|it| resolve(document, it)) else { return };
    if depth == 0 || uris.len() >= MAX_TARGETS {
        return;
    }
    let kind = action.get_deref(b"S", document).and_then(Object::as_name).unwrap_or_default();
    let address = match kind {
        b"URI" => action.get_deref(b"URI", document).ok(),
        b"Launch" | b"GoToR" => file(document, action),
        _ => None,
    };
    uris.extend(address.and_then(words));
    match action.get_deref(b"Next", document) {
        Ok(Object::Array(list)) => list.iter().for_each(|it| follow(document, Some(it), depth - 1, uris)),
        Ok(next) => follow(document, Some(next), depth - 1, uris),
        Err(_) => {}
    }
}

/// A file's place, which may be an address (ISO 32000-1, 7.11.5).
fn file<'a>(document: &'a Document, action: &'a Dictionary) -> Option<&'a Object> {
    match action.get_deref(b"F", document).ok()? {
        Object::Dictionary(specification) => specification.get_deref(b"F", document).ok(),
        name => Some(name),
    }
}

fn words(object: &Object) -> Option<String> {
    let bytes = object.as_str().or_else(|_| object.as_name()).ok()?;
    match str::from_utf8(bytes) {
        Ok(text) if !text.starts_with('\u{feff}') => Some(text.to_owned()),
        _ => lopdf::decode_text_string(object).ok(),
    }
}
