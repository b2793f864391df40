//! Résumés as files.

use super::resume::ResumeSpec;

/// Makes the file's bytes; the same bytes for the same spec.
#[must_use]
pub fn render(spec: &ResumeSpec) -> Vec<u8> {
    format!("%PDF-1.4\n{}", spec.name).into_bytes()
}
