//! The résumés of an opportunity: their list, with what Lever read in them, and their bytes.

use super::ask::Ask;
use super::json::Value;
use super::opportunity::parse;
use super::transport::Due;
use super::{Lever, LeverError, checkbox};
use crate::model::{Millis, OpportunityId, RawPosition, RawResume, RawSchool, RawText, ResumeId};
use std::cmp::Reverse;

/// Endings of files that can be web pages; some that word processors save are.
const PAGES: [&str; 5] = ["html", "htm", "xhtml", "mht", "doc"];

/// What Lever could make of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStatus {
    /// Lever is still at it; try again next time.
    Processing,
    /// Read.
    Processed,
    /// Not a format that Lever reads.
    Unsupported,
    /// Lever failed to read it.
    Error,
    /// Lever says nothing, or a word of its own.
    Unknown,
    /// There is no file: nothing to download.
    NoFile,
}

/// A résumé as Lever lists it.
pub struct ResumeFile {
    /// Lever's id.
    pub id: ResumeId,
    /// When it was added.
    pub created_at: Option<Millis>,
    /// What Lever made of it.
    pub status: FileStatus,
    /// Bytes.
    pub size: Option<u64>,
    /// The file's name, as it was uploaded.
    pub name: Option<RawText>,
    /// Jobs that Lever read in it.
    pub positions: Vec<RawPosition>,
    /// Schools that Lever read in it.
    pub schools: Vec<RawSchool>,
}

impl Lever {
    /// Lists an opportunity's résumés, the newest first; none is an empty list, whichever way Lever says it.
    ///
    /// # Errors
    /// [`LeverError::Forbidden`] when the key may not see them, or why Lever could not be asked.
    pub async fn resumes(&self, of: &OpportunityId) -> Result<Vec<ResumeFile>, LeverError> {
        let mut all: Vec<ResumeFile> = Vec::new();
        let path = &["opportunities", of.as_str(), "resumes"];
        // No `limit`: some accounts answer it with an error here.
        match self.every(Ask::new(path, "résumés", checkbox::RESUMES), |item| all.extend(resume(item))).await {
            Ok(()) => {}
            Err(LeverError::NotFound) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        }
        all.sort_by(|a, b| (Reverse(a.created_at), &a.id).cmp(&(Reverse(b.created_at), &b.id)));
        all.dedup_by(|a, b| a.id == b.id);
        Ok(all)
    }

    /// Fetches the bytes of a résumé that was uploaded under this name; `None` when Lever does not hand it out (404, 422, or a web
    /// page each time in place of another file).
    ///
    /// # Errors
    /// [`LeverError::TooLarge`] beyond 20 MB, of which no more is read; [`LeverError::Forbidden`]; or why Lever could not be
    /// asked.
    pub async fn download(&self, of: &OpportunityId, resume: &ResumeId, name: Option<&RawText>) -> Result<Option<RawResume>, LeverError> {
        let path = &["opportunities", of.as_str(), "resumes", resume.as_str(), "download"];
        let due = if name.is_some_and(|it| !it.ends_in(&PAGES)) { Due::NoPage } else { Due::Anything };
        match self.0.file(&Ask::new(path, "résumé", checkbox::DOWNLOAD), due).await {
            Ok(bytes) => Ok(Some(RawResume::new(bytes))),
            Err(LeverError::NotFound | LeverError::Malformed { .. } | LeverError::Refused { status: 422, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn resume(item: Value<'_>) -> Option<ResumeFile> {
    let [id, created, file, parsed] = item.fields(&["id", "createdAt", "file", "parsedData"]);
    let [status, size, uploaded, name] = file.fields(&["status", "size", "uploadedAt", "name"]);
    let [positions, schools] = parsed.fields(&["positions", "schools"]);
    Some(ResumeFile {
        id: parse(id)?,
        created_at: created.millis().or_else(|| uploaded.millis()),
        status: if file.is_null() { FileStatus::NoFile } else { file_status(status) },
        size: size.number().and_then(|it| u64::try_from(it).ok()),
        name: name.raw(),
        positions: positions.some().map(position).collect(),
        schools: schools.some().map(school).collect(),
    })
}

fn file_status(status: Value<'_>) -> FileStatus {
    match status.text().as_deref() {
        Some("processing") => FileStatus::Processing,
        Some("processed") => FileStatus::Processed,
        Some("unsupported") => FileStatus::Unsupported,
        Some("error") => FileStatus::Error,
        _ => FileStatus::Unknown,
    }
}

fn position(item: Value<'_>) -> RawPosition {
    let [org, title, start, end] = item.fields(&["org", "title", "start", "end"]);
    RawPosition { organization: org.raw(), title: title.raw(), start: month(start), end: month(end), ..RawPosition::default() }
}

fn school(item: Value<'_>) -> RawSchool {
    let [org, degree, field, start, end] = item.fields(&["org", "degree", "field", "start", "end"]);
    RawSchool { organization: org.raw(), degree: degree.raw(), field: field.raw(), start: month(start), end: month(end) }
}

/// `{year, month}` as `YYYY-MM`, or `YYYY` without a month.
fn month(date: Value<'_>) -> Option<RawText> {
    let [year, month] = date.fields(&["year", "month"]);
    let year = year.number().filter(|it| (1..=9999).contains(it))?;
    let month = month.number().filter(|it| (1..=12).contains(it));
    Some(RawText::new(month.map_or_else(|| format!("{year:04}"), |month| format!("{year:04}-{month:02}"))))
}
