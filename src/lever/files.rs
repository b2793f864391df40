//! The files that are attached to an opportunity beside its résumés: their list, and their bytes.

use super::ask::Ask;
use super::json::Value;
use super::opportunity::parse;
use super::transport::Due;
use super::{Lever, LeverError, checkbox};
use crate::model::{FileId, Millis, OpportunityId, RawResume, RawText};
use std::cmp::Reverse;

/// An attachment as Lever lists it.
pub struct Attached {
    /// Lever's id.
    pub id: FileId,
    /// The file's name, as it was uploaded.
    pub name: Option<RawText>,
    /// Bytes.
    pub size: Option<u64>,
    /// When it was added.
    pub uploaded_at: Option<Millis>,
}

impl Lever {
    /// Lists an opportunity's attachments, the newest first; none is an empty list, whichever way Lever says it.
    ///
    /// # Errors
    /// [`LeverError::Forbidden`] when the key may not see them, or why Lever could not be asked.
    pub async fn files(&self, of: &OpportunityId) -> Result<Vec<Attached>, LeverError> {
        let mut all: Vec<Attached> = Vec::new();
        let path = &["opportunities", of.as_str(), "files"];
        match self.every(Ask::new(path, "files", checkbox::FILES), |item| all.extend(attached(item))).await {
            Ok(()) => {}
            Err(LeverError::NotFound) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        }
        all.sort_by(|a, b| (Reverse(a.uploaded_at), &a.id).cmp(&(Reverse(b.uploaded_at), &b.id)));
        all.dedup_by(|a, b| a.id == b.id);
        Ok(all)
    }

    /// Fetches an attachment's bytes; `None` when Lever does not hand it out (404, 422).
    ///
    /// # Errors
    /// As [`Lever::download`].
    pub async fn download_file(&self, of: &OpportunityId, file: &FileId) -> Result<Option<RawResume>, LeverError> {
        let path = &["opportunities", of.as_str(), "files", file.as_str(), "download"];
        match self.0.file(&Ask::new(path, "file", checkbox::FILE_DOWNLOAD), Due::Anything).await {
            Ok(bytes) => Ok(Some(RawResume::new(bytes))),
            Err(LeverError::NotFound | LeverError::Refused { status: 422, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn attached(item: Value<'_>) -> Option<Attached> {
    let [id, name, size, uploaded] = item.fields(&["id", "name", "size", "uploadedAt"]);
    let size = size.number().and_then(|it| u64::try_from(it).ok());
    Some(Attached { id: parse(id)?, name: name.raw(), size, uploaded_at: uploaded.millis() })
}
