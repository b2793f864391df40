//! Words of names in the script of home and in Latin letters.

use super::facts::Word;
use super::romanise::{capitalised, latin};

/// One word of a name, at home and in Latin letters.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) native: String,
    /// By scheme; equal to `native` where the script is Latin.
    pub(super) latin: [String; 3],
}

impl Part {
    pub(super) fn of(word: &Word) -> Self {
        Self { native: word.spaced(), latin: [0, 1, 2].map(|scheme| word.latin(scheme)) }
    }

    pub(super) fn map(&self, native: impl Fn(&str) -> String) -> Self {
        Self::of_text(&native(&self.native))
    }

    pub(super) fn of_text(text: &str) -> Self {
        Self { native: text.to_owned(), latin: [0, 1, 2].map(|scheme| latin(text, scheme)) }
    }

    pub(super) fn joined(&self, with: &Word) -> Self {
        let end = Self::of(with);
        let join = |a: &str, b: &str| capitalised(&format!("{a}{}", b.to_lowercase()));
        Self { native: join(&self.native, &end.native), latin: [0, 1, 2].map(|at| join(&self.latin[at], &end.latin[at])) }
    }
}
