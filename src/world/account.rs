//! An invented Lever account: what the replica serves and what the truth is told about.

/// Milliseconds since 1970, as Lever counts.
pub type Ms = i64;

/// Everything that Lever would hold for one company. Opportunities refer to contacts by place; all other ids are Lever's text.
#[derive(Clone, Default)]
pub struct Account {
    /// The people.
    pub contacts: Vec<Contact>,
    /// The candidacies, in no particular order.
    pub opportunities: Vec<Opportunity>,
    /// Candidacies that were deleted, with who and when.
    pub deleted: Vec<Deleted>,
    /// Stages in the order of the pipeline.
    pub stages: Vec<Stage>,
    /// Archive reasons.
    pub reasons: Vec<Reason>,
    /// Users, some deactivated.
    pub users: Vec<User>,
    /// Postings.
    pub postings: Vec<Posting>,
}

/// Lever's contact.
#[derive(Clone)]
pub struct Contact {
    /// Lever's id.
    pub id: String,
    /// As the recruiter sees it; `Anonymized` when it was.
    pub name: String,
    /// Former employers, comma separated.
    pub headline: String,
    /// Free text, often empty.
    pub location: String,
    /// Addresses.
    pub emails: Vec<String>,
    /// Type (null where Lever does not know) and number.
    pub phones: Vec<(Option<&'static str>, String)>,
    /// URLs, shown on each of the contact's opportunities.
    pub links: Vec<String>,
    /// `isAnonymized`.
    pub anonymized: bool,
    /// `dataProtection`, null for most.
    pub data_protection: Option<DataProtection>,
}

/// `dataProtection` of a contact.
#[derive(Clone, Copy)]
pub struct DataProtection {
    /// `store.allowed`.
    pub store_allowed: bool,
    /// `store.expiresAt`.
    pub store_expires_at: Option<Ms>,
    /// `contact.allowed`.
    pub contact_allowed: bool,
    /// `contact.expiresAt`.
    pub contact_expires_at: Option<Ms>,
}

/// Lever's opportunity.
#[derive(Clone)]
pub struct Opportunity {
    /// Lever's id.
    pub id: String,
    /// Place in [`Account::contacts`].
    pub contact: usize,
    /// The current stage's id.
    pub stage: String,
    /// Archive reason and time.
    pub archived: Option<(String, Ms)>,
    /// `stageChanges`, oldest first.
    pub stage_changes: Vec<StageChange>,
    /// `agency`, `applied`, `internal`, `referred`, `sourced`, `university`.
    pub origin: &'static str,
    /// A user's id.
    pub owner: Option<String>,
    /// A user's id.
    pub sourced_by: Option<String>,
    /// Users' ids.
    pub followers: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Sources.
    pub sources: Vec<String>,
    /// At most one.
    pub application: Option<Application>,
    /// `createdAt`.
    pub created_at: Ms,
    /// `updatedAt`; null on some old rows.
    pub updated_at: Option<Ms>,
    /// `lastInteractionAt`.
    pub last_interaction_at: Option<Ms>,
    /// `lastAdvancedAt`.
    pub last_advanced_at: Option<Ms>,
    /// `snoozedUntil`.
    pub snoozed_until: Option<Ms>,
    /// Whether its posting is confidential.
    pub confidential: bool,
    /// Résumés, newest last.
    pub resumes: Vec<Resume>,
}

/// One row of `stageChanges`.
#[derive(Clone)]
pub struct StageChange {
    /// `toStageId`.
    pub stage: String,
    /// When.
    pub at: Ms,
    /// Who; null for the machine.
    pub user: Option<String>,
}

/// An application, as `expand=applications` shows it.
#[derive(Clone)]
pub struct Application {
    /// Lever's id.
    pub id: String,
    /// `posting`, `user` or `referral`.
    pub kind: &'static str,
    /// A posting's id.
    pub posting: Option<String>,
    /// The employer the applicant typed in.
    pub company: Option<String>,
    /// When.
    pub created_at: Ms,
}

/// A résumé with the document behind it.
#[derive(Clone)]
pub struct Resume {
    /// Lever's id.
    pub id: String,
    /// When.
    pub created_at: Ms,
    /// `processing`, `processed`, `unsupported`, `error`.
    pub status: &'static str,
    /// `pdf` or `.pdf`.
    pub ext: &'static str,
    /// The name of the uploaded file.
    pub file_name: String,
    /// What Lever's parser made of it.
    pub parsed: Vec<ParsedPosition>,
    /// And of its schools.
    pub schools: Vec<ParsedSchool>,
    /// What a download answers.
    pub document: Document,
}

/// A row of `parsedData.positions`.
#[derive(Clone)]
pub struct ParsedPosition {
    /// `org`.
    pub organization: String,
    /// `title`.
    pub title: String,
    /// Year and month.
    pub start: Option<(i32, Option<u32>)>,
    /// Year and month; none while it lasts.
    pub end: Option<(i32, Option<u32>)>,
}

/// A row of `parsedData.schools`.
#[derive(Clone)]
pub struct ParsedSchool {
    /// `org`.
    pub organization: String,
    /// First and last year.
    pub years: Option<(i32, i32)>,
}

/// What stands behind a résumé's download.
#[derive(Clone)]
pub enum Document {
    /// A file, made when it is asked for: see `world::render`.
    File(std::sync::Arc<super::ResumeSpec>),
    /// A file of another make, as it is.
    Bytes(std::sync::Arc<[u8]>),
    /// Lever could not process it: 422.
    Unprocessable,
    /// It is gone: 404.
    Missing,
}

/// A deleted opportunity.
#[derive(Clone)]
pub struct Deleted {
    /// The row as it was.
    pub opportunity: Opportunity,
    /// A user's id.
    pub by: String,
    /// When.
    pub at: Ms,
}

/// A stage.
#[derive(Clone)]
pub struct Stage {
    /// Lever's id, not always a UUID.
    pub id: String,
    /// Words.
    pub text: String,
    /// `lead`, `applicant`, `screen`, `onsite`, `offer`.
    pub pipeline: &'static str,
    /// Place within the pipeline.
    pub rank: f64,
}

/// An archive reason.
#[derive(Clone)]
pub struct Reason {
    /// Lever's id.
    pub id: String,
    /// Words.
    pub text: String,
    /// Whether its type is `hired`.
    pub hired: bool,
    /// `active` or `inactive`.
    pub active: bool,
}

/// A user.
#[derive(Clone)]
pub struct User {
    /// Lever's id.
    pub id: String,
    /// Words.
    pub name: String,
    /// Set for those who left.
    pub deactivated_at: Option<Ms>,
}

/// A posting.
#[derive(Clone)]
pub struct Posting {
    /// Lever's id.
    pub id: String,
    /// Words.
    pub text: String,
    /// `published`, `internal`, `closed`, `draft`.
    pub state: &'static str,
    /// Whether its opportunities are confidential.
    pub confidential: bool,
}
