//! One person's details, live from Lever, for one viewer who may: shown and let go, never stored. The viewer goes before a run's
//! requests.

mod turns;

pub use turns::Turns;

use crate::badge;
use crate::lever::{FileStatus, Lever, LeverError, Listing};
use crate::model::{ContactId, FileId, Millis, Opportunity, OpportunityId, RawPerson, RawResume, RawText, ResumeId};
use zeroize::Zeroizing;

/// How many of a person's opportunities are asked for files: the newest.
pub const ASKED: usize = 5;

/// A text about a person; wiped when dropped, and never printed by `Debug`.
pub type Shown = Zeroizing<String>;

/// What Lever says of a person now.
pub struct Details {
    /// The names.
    pub names: Vec<Shown>,
    /// Lever lists former employers here.
    pub headline: Option<Shown>,
    /// Free text.
    pub location: Option<Shown>,
    /// E-mail addresses.
    pub emails: Vec<Shown>,
    /// Phone numbers.
    pub phones: Vec<Shown>,
    /// Pages.
    pub links: Vec<Shown>,
    /// Employers that applications name.
    pub employers: Vec<Shown>,
    /// The opportunities that may be shown, most recently touched first.
    pub opportunities: Vec<OpportunityId>,
}

/// Which of Lever's two kinds of files it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A résumé.
    Resume(ResumeId),
    /// Another attachment.
    Attachment(FileId),
}

/// A file that can be fetched.
pub struct File {
    /// Where it hangs.
    pub opportunity: OpportunityId,
    /// Its kind and id.
    pub kind: FileKind,
    /// As it was uploaded.
    pub name: Option<Shown>,
    /// Bytes.
    pub size: Option<u64>,
    /// When it was added.
    pub added_at: Option<Millis>,
}

/// The files of a person, and what the key may not see.
#[derive(Default)]
pub struct Files {
    /// The newest opportunity's first.
    pub files: Vec<File>,
    /// Lever's check boxes (by OAuth: scopes) without which there could be more.
    pub lacks: Vec<&'static str>,
}

/// Why nothing is shown. No variant tells more than the viewer may know.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// Not in Lever, or not to be shown: the two look the same.
    #[error("nothing to show from Lever")]
    Nothing,
    /// The person must not be contacted.
    #[error("this person is not to be contacted")]
    DoNotContact,
    /// Lever's answer decides.
    #[error(transparent)]
    Lever(#[from] LeverError),
}

/// Asks for a person; one request.
///
/// # Errors
/// [`ContactError::Nothing`] also for who is withheld, anonymised or (unless the tenant shows them) confidential.
pub async fn person(lever: &Lever, contact: &ContactId, listing: &Listing) -> Result<Details, ContactError> {
    // A person is looked at whole: also with opportunities that are older than what a run lists.
    let listing = Listing { start: None, ..*listing };
    let mut rows = lever.interactive().list_contact(contact, &listing).await?.rows;
    rows.sort_by(|(a, _), (b, _)| b.touched().cmp(&a.touched()).then_with(|| a.id.cmp(&b.id)));
    let forbidden = |it: &Opportunity| badge::withheld(std::slice::from_ref(it), listing.now);
    if rows.iter().any(|(it, _)| forbidden(it)) {
        return Err(ContactError::Nothing);
    }
    if rows.iter().any(|(it, _)| !it.contact_consent.permits(listing.now)) {
        return Err(ContactError::DoNotContact);
    }
    let mut all = RawPerson::default();
    let mut opportunities = Vec::new();
    for (opportunity, said) in rows {
        if !opportunity.anonymized && (listing.confidential || !opportunity.confidential) {
            all.absorb(said);
            opportunities.push(opportunity.id);
        }
    }
    if opportunities.is_empty() { Err(ContactError::Nothing) } else { Ok(Details::of(all, opportunities)) }
}

impl Details {
    fn of(said: RawPerson, opportunities: Vec<OpportunityId>) -> Self {
        let RawPerson { name, other_names, headline, location, emails, phones, links, positions, .. } = said;
        let employers = positions.into_iter().filter_map(|it| it.organization);
        Self {
            names: shown(name.into_iter().chain(other_names)),
            headline: shown(headline).pop(),
            location: shown(location).pop(),
            emails: shown(emails),
            phones: shown(phones),
            links: shown(links),
            employers: shown(employers),
            opportunities,
        }
    }
}

fn shown(texts: impl IntoIterator<Item = RawText>) -> Vec<Shown> {
    texts.into_iter().filter(|it| !it.is_blank()).map(|it| Zeroizing::new(it.reveal())).collect()
}

/// Which of a person's files are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// Résumés alone.
    Resumes,
    /// Other attachments too.
    All,
}

/// Lists the files of a person's opportunities. A part that the key may not see is left out and named.
///
/// # Errors
/// Why Lever could not be asked.
pub async fn files(lever: &Lever, opportunities: &[OpportunityId], kinds: Kinds) -> Result<Files, LeverError> {
    let lever = lever.interactive();
    let mut found = Files::default();
    for of in opportunities.iter().take(ASKED) {
        let resumes = found.granted(lever.resumes(of).await)?;
        let resumes = resumes.into_iter().filter(|it| it.status != FileStatus::NoFile);
        found.files.extend(resumes.map(|it| File {
            opportunity: of.clone(),
            kind: FileKind::Resume(it.id),
            name: shown(it.name).pop(),
            size: it.size,
            added_at: it.created_at,
        }));
        if kinds == Kinds::Resumes {
            continue;
        }
        let attached = found.granted(lever.files(of).await)?;
        found.files.extend(attached.into_iter().map(|it| File {
            opportunity: of.clone(),
            kind: FileKind::Attachment(it.id),
            name: shown(it.name).pop(),
            size: it.size,
            added_at: it.uploaded_at,
        }));
    }
    Ok(found)
}

impl Files {
    fn granted<T>(&mut self, answer: Result<Vec<T>, LeverError>) -> Result<Vec<T>, LeverError> {
        match answer {
            Err(LeverError::Forbidden { checkbox }) => {
                if !self.lacks.contains(&checkbox) {
                    self.lacks.push(checkbox);
                }
                Ok(Vec::new())
            }
            other => other,
        }
    }
}

/// Fetches one file's bytes; none when Lever does not hand it out.
///
/// # Errors
/// [`LeverError::Forbidden`], [`LeverError::TooLarge`], or why Lever could not be asked.
pub async fn download(lever: &Lever, of: &OpportunityId, kind: &FileKind) -> Result<Option<Zeroizing<Vec<u8>>>, LeverError> {
    let lever = lever.interactive();
    let bytes = match kind {
        FileKind::Resume(id) => lever.download(of, id, None).await?,
        FileKind::Attachment(id) => lever.download_file(of, id).await?,
    };
    Ok(bytes.map(RawResume::reveal).map(Zeroizing::new))
}
