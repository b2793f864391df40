//! A seeded set of invented people: profiles, a Lever account, résumés, and the truth about who is who.

mod account;

pub use account::{
    Account, Application, Contact, DataProtection, Deleted, Document, Ms, Opportunity, ParsedPosition, Posting, Reason, Resume, Stage,
    StageChange, User,
};

/// What a résumé says and how it is laid out; made into bytes by [`render`].
pub struct ResumeSpec {}

/// Makes the file's bytes; the same bytes for the same spec.
#[must_use]
pub fn render(_spec: &ResumeSpec) -> Vec<u8> {
    Vec::new()
}
