//! One person's details, live from Lever: shown to one viewer, noted without content, and kept nowhere.

use super::shown;
use super::words::{bytes, capital, day};
use super::{Frame, Page};
use crate::access::{self, AccessError};
use crate::contact::{self, ContactError, Details, FileKind, Files, Kinds};
use crate::lever::{Lever, LeverError, Listing};
use crate::model::{ContactId, FileId, OpportunityId, ProfileId, ResumeId, TenantName, Viewed};
use crate::secrets::{MasterKey, keyed_hash};
use crate::serve::problem::Problem;
use crate::serve::rights::{self, Allowed};
use crate::serve::site::Site;
use crate::serve::viewer::Viewer;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// How long Lever may take to tell of a person, to list the files, to hand one out. Together they stay below the server's own patience, so
/// that the page says what is the matter.
pub(super) const OF_A_PERSON: Duration = Duration::from_secs(15);
const OF_FILES: Duration = Duration::from_secs(8);
const OF_A_FILE: Duration = Duration::from_secs(12);
/// And how long a renewal of access that is under way is waited for.
const OF_A_RENEWAL: Duration = Duration::from_secs(2);

/// Whose details.
#[derive(Deserialize)]
pub(super) struct Asked {
    pub(super) profile: ProfileId,
    pub(super) contact: ContactId,
}

/// Which file.
#[derive(Deserialize)]
pub(super) struct AskedFile {
    profile: ProfileId,
    contact: ContactId,
    opportunity: OpportunityId,
    resume: Option<ResumeId>,
    file: Option<FileId>,
    #[serde(default)]
    ending: String,
}

/// The page of one person.
#[derive(Template)]
#[template(path = "contact.html")]
pub(super) struct Contact {
    frame: Frame,
    tenant: TenantName,
    profile: ProfileId,
    name: String,
    said: Result<Details, Trouble>,
    files: Vec<Line>,
    lacks: Vec<&'static str>,
    /// Why files could not be listed.
    no_files: Option<Trouble>,
    /// How many opportunities were asked for files, where there are more.
    newest: Option<usize>,
    urls: Vec<String>,
}

/// Why a file cannot be fetched.
#[derive(Template)]
#[template(path = "no_file.html")]
struct NoFile {
    frame: Frame,
    back: String,
    why: Trouble,
}

/// A file that can be fetched.
struct Line {
    name: String,
    kind: &'static str,
    size: String,
    added: String,
    address: String,
}

/// Why nothing is shown, as what, effect, and what to do.
pub(super) struct Trouble {
    pub(super) what: String,
    pub(super) fix: String,
}

impl From<ContactError> for Trouble {
    fn from(error: ContactError) -> Self {
        let fix = match &error {
            ContactError::Nothing => "Lever has nothing of this person that may be shown.".into(),
            ContactError::DoNotContact => "Somebody said so in Lever; details stay there.".into(),
            ContactError::Lever(error) => return Self::of(error),
        };
        Self { what: capital(&error.to_string()), fix }
    }
}

impl From<LeverError> for Trouble {
    fn from(error: LeverError) -> Self {
        Self::of(&error)
    }
}

impl Trouble {
    fn late() -> Self {
        let fix = "Badges are not affected. Try again in some minutes, or use “Open in Lever”.";
        Self { what: "Lever does not answer in time".into(), fix: fix.into() }
    }

    fn of(error: &LeverError) -> Self {
        let fix = match error {
            LeverError::Forbidden { checkbox } => format!("In Lever, the key's box “{checkbox}” is not ticked: use “Open in Lever”."),
            LeverError::Unauthorized => "An admin has to give a new key under Settings.".into(),
            LeverError::RateLimited => "Another program uses the key: try again in a minute.".into(),
            _ => "Badges are not affected. Try again in some minutes, or use “Open in Lever”.".into(),
        };
        Self { what: capital(&error.to_string()), fix }
    }
}

/// A tenant's account at hand, for one viewer's look.
pub(super) struct Looking {
    pub(super) lever: Lever,
    pub(super) listing: Listing,
    /// Which files the company shows.
    kinds: Kinds,
}

/// What Lever says, unless it takes too long.
pub(super) async fn in_time<T, E: Into<Trouble>>(limit: Duration, asked: impl Future<Output = Result<T, E>>) -> Result<T, Trouble> {
    match tokio::time::timeout(limit, asked).await {
        Ok(answer) => answer.map_err(Into::into),
        Err(_) => Err(Trouble::late()),
    }
}

/// A renewal that goes on for longer ends by itself.
pub(super) async fn settle(lever: &Lever) {
    let _late = tokio::time::timeout(OF_A_RENEWAL, lever.settled()).await;
}

/// Takes a turn, notes the look, and opens the way to Lever.
pub(super) async fn look(
    site: &Arc<Site>,
    viewer: &Viewer,
    tenant: &TenantName,
    (contact, what): (&ContactId, &str),
) -> Result<Looking, Problem> {
    let now = site.now();
    let wait = |millis: i64| Problem::too_many(Duration::from_millis(millis.unsigned_abs()));
    site.looks.take(&format!("{tenant} {}", viewer.name()), now).map_err(wait)?;
    let known = site.store.tenant(tenant).await?;
    let closed = |error: AccessError| {
        tracing::error!(%tenant, %error, "the tenant's account cannot be opened");
        Problem::NO_LEVER
    };
    let secret = MasterKey::load(&site.keys).and_then(|keys| access::tenant_secret(&keys, &known)).map_err(|it| closed(it.into()))?;
    let lever = access::lever(&site.store, &site.keys, &known).await.map_err(closed)?;
    let subject = keyed_hash(&secret, contact.as_str().as_bytes()).iter().map(|it| format!("{it:02x}")).collect();
    site.store.note_view(tenant, &Viewed { at: now, who: viewer.name(), subject, what: what.to_owned() }).await?;
    let listing = Listing { confidential: known.settings.confidential, start: None, now };
    let kinds = if known.settings.attachments { Kinds::All } else { Kinds::Resumes };
    Ok(Looking { lever, listing, kinds })
}

/// A person's page, for whom the tenant lets look. Only of a contact whose badge the viewer sees.
pub(super) async fn page(
    State(site): State<Arc<Site>>,
    allowed: Allowed<rights::Contact>,
    Query(asked): Query<Asked>,
) -> Result<Page<Contact>, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let badge = seen(&site, &viewer, &tenant, &asked.profile, &asked.contact).await?;
    let Looking { lever, listing, kinds } = look(&site, &viewer, &tenant, (&asked.contact, "details")).await?;
    let said = in_time(OF_A_PERSON, contact::person(&lever, &asked.contact, &listing)).await;
    let opportunities = said.as_ref().map(|it| it.opportunities.as_slice()).unwrap_or_default();
    let newest = (opportunities.len() > contact::ASKED).then_some(contact::ASKED);
    let (found, no_files) = match in_time(OF_FILES, contact::files(&lever, opportunities, kinds)).await {
        Ok(found) => (found, None),
        Err(trouble) => (Files::default(), Some(trouble)),
    };
    settle(&lever).await;
    let (files, lacks) = (found.files.into_iter().map(|it| line(&tenant, &asked, it)).collect(), found.lacks);
    let name = site.store.profiles(std::slice::from_ref(&asked.profile)).await?.pop().map(|it| it.name).unwrap_or_default();
    let frame = Frame::of("Contact", viewer).at("search");
    Ok(Page(Contact { frame, tenant, profile: asked.profile, name, said, files, lacks, no_files, newest, urls: badge.urls() }))
}

/// The badge, when it is the viewer's to see and stands for this contact.
async fn seen(
    site: &Arc<Site>,
    viewer: &Viewer,
    tenant: &TenantName,
    profile: &ProfileId,
    contact: &ContactId,
) -> Result<shown::Seen, Problem> {
    let badge = shown::badge(site, viewer, tenant, profile).await?;
    badge.filter(|it| it.contacts().contains(contact)).ok_or(Problem::unknown("there is nothing to show from Lever"))
}

fn line(tenant: &TenantName, asked: &Asked, it: contact::File) -> Line {
    let name = it.name.as_ref().map_or("a file", |it| it.as_str());
    let ending: String = name.rsplit_once('.').map_or("", |it| it.1).chars().filter(char::is_ascii_alphanumeric).take(5).collect();
    let ((key, id), kind) = match &it.kind {
        FileKind::Resume(id) => (("resume", id.as_str()), "Résumé"),
        FileKind::Attachment(id) => (("file", id.as_str()), "Attachment"),
    };
    // A name in an address would be in the browser's history and in logs.
    let query = [
        ("profile", asked.profile.as_str()),
        ("contact", asked.contact.as_str()),
        ("opportunity", it.opportunity.as_str()),
        (key, id),
        ("ending", ending.as_str()),
    ];
    Line {
        address: super::words::address(&format!("/t/{tenant}/file"), &query),
        name: name.to_owned(),
        kind,
        size: it.size.map(bytes).unwrap_or_default(),
        added: it.added_at.map(day).unwrap_or_default(),
    }
}

/// A file, as a download.
pub(super) async fn file(
    State(site): State<Arc<Site>>,
    allowed: Allowed<rights::Contact>,
    Query(asked): Query<AskedFile>,
) -> Result<Response, Problem> {
    let Allowed { viewer, tenant, .. } = allowed;
    let badge = seen(&site, &viewer, &tenant, &asked.profile, &asked.contact).await?;
    let kind = match (asked.resume, asked.file) {
        (Some(id), None) => FileKind::Resume(id),
        (None, Some(id)) => FileKind::Attachment(id),
        _ => return Err(Problem::unfit("name one file")),
    };
    if !badge.opportunities().contains(&asked.opportunity) {
        return Err(Problem::unknown("there is nothing to show from Lever"));
    }
    let Looking { lever, listing, kinds } = look(&site, &viewer, &tenant, (&asked.contact, "file")).await?;
    if kinds == Kinds::Resumes && matches!(kind, FileKind::Attachment(_)) {
        return Err(Problem::unknown("this company shows résumés, and no other files"));
    }
    let fetch = async {
        // What was allowed when the badge was made may be forbidden now.
        let details = contact::person(&lever, &asked.contact, &listing).await?;
        if !details.opportunities.contains(&asked.opportunity) {
            return Err(ContactError::Nothing);
        }
        Ok(contact::download(&lever, &asked.opportunity, &kind).await?)
    };
    let fetched = tokio::time::timeout(OF_A_PERSON + OF_A_FILE, fetch).await;
    settle(&lever).await;
    match fetched.unwrap_or(Err(ContactError::Lever(LeverError::Unavailable { status: None, source: None }))) {
        // The answer owns the buffer, which is wiped when it was sent.
        Ok(Some(bytes)) => Ok(attachment(Bytes::from_owner(bytes), &kind, &asked.ending)),
        Ok(None) | Err(ContactError::Nothing | ContactError::DoNotContact) => Err(Problem::unknown("Lever does not hand this file out")),
        Err(ContactError::Lever(error @ LeverError::Forbidden { .. })) => {
            let back = super::review::of_pair(&tenant, "contact", &asked.contact, &asked.profile);
            let page = NoFile { frame: Frame::of("File", viewer).at("search"), back, why: Trouble::of(&error) };
            Ok((StatusCode::CONFLICT, Page(page)).into_response())
        }
        Err(ContactError::Lever(_)) => Err(Problem::NO_LEVER),
    }
}

/// Never shown inside of the page: whatever it is, it is saved.
fn attachment(bytes: Bytes, kind: &FileKind, ending: &str) -> Response {
    let what = if matches!(kind, FileKind::Resume(_)) { "resume" } else { "attachment" };
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).take(5).collect();
    let name = if ending.is_empty() { what.to_owned() } else { format!("{what}.{ending}") };
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}
