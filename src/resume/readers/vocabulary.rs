//! Which XML vocabulary a name is of, what it hides, and the values of its attributes.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attribute;
use quick_xml::name::ResolveResult;

/// Which vocabulary an element is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// WordprocessingML.
    Word,
    /// OpenDocument: text, tables, drawings, styles.
    Open,
    /// Anything else: drawings, compatibility, packages.
    Other,
}

/// The vocabulary that a namespace belongs to.
pub(super) fn family(namespace: &ResolveResult<'_>) -> Family {
    let name = match namespace {
        ResolveResult::Bound(it) => it.as_ref(),
        // A prefix that nobody declared says what its writer meant.
        ResolveResult::Unknown(prefix) => match prefix.as_str() {
            "w" => return Family::Word,
            "text" | "table" | "draw" | "style" | "office" => return Family::Open,
            _ => return Family::Other,
        },
        ResolveResult::Unbound => return Family::Other,
    };
    match name {
        it if it.contains("wordprocessingml") || it.ends_with("2003/wordml") => Family::Word,
        it if it.contains("opendocument:xmlns") => Family::Open,
        _ => Family::Other,
    }
}

/// Whether nobody sees what the element holds: the copy for old programs, what was moved or struck out, notes in the margin, the
/// reading above a sign, bytes of pictures, samples of a template.
pub(super) fn is_unseen(family: Family, name: &str, tag: &BytesStart<'_>) -> bool {
    match family {
        Family::Word => matches!(name, "moveFrom" | "del" | "rt" | "binData" | "docOleData" | "comment" | "glossaryDocument"),
        Family::Open => {
            matches!(name, "annotation" | "tracked-changes" | "note-citation" | "ruby-text" | "binary-data" | "script" | "event-listeners")
        }
        Family::Other => match name {
            "Fallback" | "title" | "desc" | "binaryData" => true,
            "annotation" => value(tag, "type").is_some_and(|it| it == "Word.Deletion" || it == "Word.Comment"),
            _ => false,
        },
    }
}

/// The value of the attribute with this local name.
pub(super) fn value(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|it| it.key.local_name().as_ref() == name);
    found.map(|it| unescaped(&it))
}

/// An attribute's value with its entities resolved, or as it stands.
pub(super) fn unescaped(attribute: &Attribute<'_>) -> String {
    attribute.normalized_value(XmlVersion::Implicit1_0).map_or_else(|_| attribute.value.to_string(), |it| it.into_owned())
}
