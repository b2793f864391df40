//! Other ways in which Lever is documented, or was seen, to answer. Each is the same account, told differently.

use super::Kind;
use serde_json::{Map, Value, json};

/// One of Lever's other ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quirk {
    /// Empty texts and lists are written as null, and so is the file of a résumé without one.
    EmptyAsNull,
    /// Résumés are a bare array without an envelope, and the numbers of their files are texts.
    OldTypes,
    /// 404 where an opportunity has no résumé, and 400 where its résumés are asked for with `limit`.
    OldResumes,
    /// Opportunities are listed oldest first.
    OldestFirst,
    /// `include` costs the applications, though they are named.
    LeanInclude,
    /// `include` is refused.
    NoInclude,
    /// `expand=applications` is refused.
    NoApplications,
    /// The last page has a token, and still says that there is no next.
    SpareToken,
}

impl Quirk {
    /// Tells an answer in this way. `trimmed` is whether the request named its fields.
    pub(super) fn tell(self, kind: Kind, trimmed: bool, answer: &mut Value) {
        match self {
            Self::EmptyAsNull => children(&mut answer["data"]).for_each(null_where_empty),
            Self::OldTypes if kind == Kind::Resumes => {
                *answer = answer["data"].take();
                children(answer).for_each(|it| numbers_as_texts(&mut it["file"]));
            }
            Self::LeanInclude if trimmed && kind == Kind::Opportunities => {
                children(&mut answer["data"]).filter_map(Value::as_object_mut).for_each(|it| drop(it.remove("applications")));
            }
            Self::SpareToken if answer["hasNext"] == false => answer["next"] = json!("%5B1%2C1%2C%22spare%22%5D"),
            _ => {}
        }
    }
}

/// The items of a list, or the values of an object.
fn children(it: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    match it {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(fields) => Box::new(fields.values_mut()),
        _ => Box::new(std::iter::empty()),
    }
}

fn null_where_empty(it: &mut Value) {
    children(it).for_each(null_where_empty);
    let empty = match &*it {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.get("size") == Some(&Value::Null),
        _ => false,
    };
    if empty {
        *it = Value::Null;
    }
}

fn numbers_as_texts(it: &mut Value) {
    let mut none = Map::new();
    for (_, value) in it.as_object_mut().unwrap_or(&mut none) {
        if value.is_number() {
            *value = json!(value.to_string());
        }
    }
}
