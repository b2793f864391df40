//! Small PDFs of invented people, made here.

use lopdf::content::{Content, Operation};
use lopdf::encryption::Permissions;
use lopdf::{Document, EncryptionState, EncryptionVersion, Object, ObjectId, Stream, StringFormat, dictionary};

/// The lines of a simple résumé.
pub(super) const ANA: &[&str] = &[
    "Ana Ruiz",
    "Staff Engineer, Madrid",
    "ana.ruiz@example.com | +34 600 555 123 | github.com/anaruiz",
    "Northwind, Staff Engineer, 2018 - 2021",
    "Built the ledger that everybody trusts and nobody reads",
];

/// A document that is being made; pages have one font, `F1`.
pub(super) struct Paper {
    pub(super) document: Document,
    pub(super) pages: ObjectId,
    kids: Vec<ObjectId>,
}

impl Paper {
    pub(super) fn new() -> Self {
        let mut document = Document::with_version("1.5");
        let pages = document.new_object_id();
        Self { document, pages, kids: Vec::new() }
    }

    /// A page with these lines.
    pub(super) fn page(self, lines: &[&str]) -> Self {
        let mut operations = vec![Operation::new("BT", vec![]), Operation::new("Tf", vec!["F1".into(), 12.into()])];
        operations.push(Operation::new("Td", vec![50.into(), 780.into()]));
        for line in lines {
            operations.push(Operation::new("Tj", vec![Object::String(line.as_bytes().to_vec(), StringFormat::Literal)]));
            operations.push(Operation::new("Td", vec![0.into(), (-16).into()]));
        }
        operations.push(Operation::new("ET", vec![]));
        let content = Content { operations }.encode().expect("operations of our own");
        self.raw_page(Stream::new(dictionary! {}, content))
    }

    /// A page with this content stream.
    pub(super) fn raw_page(mut self, content: Stream) -> Self {
        let content = self.document.add_object(content);
        let page = dictionary! { "Type" => "Page", "Parent" => self.pages, "Contents" => content };
        self.kids.push(self.document.add_object(page));
        self
    }

    /// The last page gets these annotations, as the object given.
    pub(super) fn annotated(mut self, annotations: Object) -> Self {
        let page = *self.kids.last().expect("a page was made");
        self.document.get_dictionary_mut(page).expect("a page is a dictionary").set("Annots", annotations);
        self
    }

    /// Closes the page tree; `more` goes into its root.
    pub(super) fn finished(mut self, more: lopdf::Dictionary) -> Document {
        let font = self.document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
        });
        let mut root = dictionary! {
            "Type" => "Pages", "Count" => self.kids.len() as i64,
            "Kids" => self.kids.iter().map(|it| Object::Reference(*it)).collect::<Vec<_>>(),
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        };
        root.extend(&more);
        self.document.objects.insert(self.pages, Object::Dictionary(root));
        let catalog = self.document.add_object(dictionary! { "Type" => "Catalog", "Pages" => self.pages });
        self.document.trailer.set("Root", catalog);
        self.document
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        bytes(self.finished(dictionary! {}))
    }
}

pub(super) fn bytes(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("memory takes it");
    bytes
}

/// An annotation with this action.
pub(super) fn link(action: impl Into<Object>) -> lopdf::Dictionary {
    let rect: Vec<Object> = vec![50.into(), 700.into(), 200.into(), 720.into()];
    dictionary! { "Type" => "Annot", "Subtype" => "Link", "Rect" => rect, "A" => action.into() }
}

/// An action that opens an address.
pub(super) fn uri(address: &str) -> lopdf::Dictionary {
    dictionary! { "S" => "URI", "URI" => Object::string_literal(address) }
}

/// Ana's résumé with a LinkedIn link that is not in its text.
pub(super) fn ana() -> Vec<u8> {
    Paper::new().page(ANA).annotated(vec![link(uri("https://www.linkedin.com/in/ana-ruiz")).into()].into()).bytes()
}

/// Ana's résumé, locked: an empty password means that only printing and the like is locked.
pub(super) fn locked(password: &str) -> Vec<u8> {
    let mut document = Paper::new().page(ANA).finished(dictionary! {});
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: password,
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).expect("a version that lopdf writes");
    document.encrypt(&state).expect("nothing is encrypted yet");
    bytes(document)
}
