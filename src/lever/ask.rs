//! What is asked of Lever: one path and its query.

use super::LeverError;
use url::Url;

/// What is asked for.
pub(super) struct Ask<'a> {
    /// Segments after the base, as they are; encoded on the way.
    pub(super) path: &'a [&'a str],
    /// All of the query but for what follows.
    pub(super) query: Vec<(&'static str, String)>,
    /// The fields that are used, so that Lever sends no others; empty asks for whatever it sends by itself.
    pub(super) include: &'static [&'static str],
    /// The token of a page after the first.
    pub(super) offset: Option<String>,
    /// How errors name it.
    pub(super) what: &'static str,
    /// Lever's check box for it.
    pub(super) checkbox: &'static str,
}

impl<'a> Ask<'a> {
    /// Asks for this path, without a query.
    pub(super) fn new(path: &'a [&'a str], what: &'static str, checkbox: &'static str) -> Self {
        Self { path, query: Vec::new(), include: &[], offset: None, what, checkbox }
    }

    /// Makes a refused request simpler, as long as there is something to leave out: a token that Lever may have forgotten, then
    /// the choice of fields.
    pub(super) fn simplify(&mut self) -> bool {
        if self.offset.take().is_some() {
            return true;
        }
        !std::mem::take(&mut self.include).is_empty()
    }

    /// The address of what is asked for; ids are opaque, so each is encoded into one segment.
    pub(super) fn address(&self, base: &Url) -> Result<Url, LeverError> {
        // `Url` takes these two for steps through the path, even when they are encoded.
        if self.path.iter().any(|it| matches!(*it, "." | "..")) {
            return Err(LeverError::NotFound);
        }
        let mut url = base.clone();
        url.path_segments_mut().map_err(|()| LeverError::BadUrl("it cannot have a path"))?.extend(self.path);
        url.query_pairs_mut()
            .extend_pairs(&self.query)
            .extend_pairs(self.include.iter().map(|it| ("include", it)))
            .extend_pairs(self.offset.iter().map(|it| ("offset", it)));
        if url.query() == Some("") {
            url.set_query(None);
        }
        Ok(url)
    }
}
