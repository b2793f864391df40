//! Which resource a request is for.

use super::{Permission, query::percent_decoded};
use axum::http::Method;

/// A resource of Lever's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each names its path, which stands in the table below")]
pub enum Kind {
    ApplicationsDeleted,
    ArchiveReasons,
    Contact,
    DispositionStages,
    FileDownload,
    Files,
    Opportunities,
    OpportunitiesDeleted,
    Opportunity,
    Posting,
    Postings,
    PostingsDeleted,
    ResumeDownload,
    Resumes,
    Sources,
    Stages,
    Tags,
    User,
    Users,
    /// The sign-in's page.
    Authorize,
    /// The sign-in's tokens.
    Token,
    /// A write, or something that Acquaint never reads.
    Forbidden,
    /// No such path.
    Unknown,
}

impl Kind {
    /// The resource of this name: that of its variant, in small letters with hyphens.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        TABLE.iter().map(|(_, kind, _)| *kind).find(|kind| kind.name() == name)
    }

    /// Its name for people.
    #[must_use]
    pub fn name(self) -> String {
        let variant = format!("{self:?}");
        let hyphened = variant.chars().flat_map(|c| c.is_uppercase().then_some('-').into_iter().chain(c.to_lowercase()));
        hyphened.skip(1).collect()
    }
}

/// Path below `/v1` (`:` stands for an id), resource, permission. The first that fits counts.
const TABLE: [(&str, Kind, Permission); 19] = [
    ("opportunities", Kind::Opportunities, Permission::Opportunities),
    ("opportunities/deleted", Kind::OpportunitiesDeleted, Permission::Opportunities),
    ("opportunities/:", Kind::Opportunity, Permission::Opportunities),
    ("opportunities/:/resumes", Kind::Resumes, Permission::Resumes),
    ("opportunities/:/resumes/:/download", Kind::ResumeDownload, Permission::Resumes),
    ("opportunities/:/files", Kind::Files, Permission::Files),
    ("opportunities/:/files/:/download", Kind::FileDownload, Permission::Files),
    ("contacts/:", Kind::Contact, Permission::Contacts),
    ("applications/deleted", Kind::ApplicationsDeleted, Permission::Applications),
    ("postings", Kind::Postings, Permission::Postings),
    ("postings/deleted", Kind::PostingsDeleted, Permission::Postings),
    ("postings/:", Kind::Posting, Permission::Postings),
    ("users", Kind::Users, Permission::Users),
    ("users/:", Kind::User, Permission::Users),
    ("stages", Kind::Stages, Permission::Stages),
    ("disposition_stages", Kind::DispositionStages, Permission::Stages),
    ("archive_reasons", Kind::ArchiveReasons, Permission::ArchiveReasons),
    ("tags", Kind::Tags, Permission::Tags),
    ("sources", Kind::Sources, Permission::Sources),
];

/// Never read, not even to test a permission.
const NEVER: [&str; 10] =
    ["eeo", "surveys", "diversity_surveys", "feedback", "feedback_templates", "notes", "offers", "interviews", "panels", "audit_events"];

/// A request's resource with the ids of its path.
pub(super) struct Route {
    pub(super) kind: Kind,
    pub(super) ids: Vec<String>,
    /// What a key needs; none where no key helps.
    pub(super) permission: Option<Permission>,
    /// `METHOD resource`, for what must not be asked.
    pub(super) violation: Option<String>,
}

impl Route {
    pub(super) fn of(method: &Method, path: &str) -> Self {
        let below = path.strip_prefix("/v1/").unwrap_or_default();
        let segments: Vec<String> = below.trim_end_matches('/').split('/').map(percent_decoded).collect();
        let never = segments.iter().find(|it| NEVER.contains(&it.as_str()));
        if never.is_some() || method != Method::GET {
            let resource = never.unwrap_or(&segments[0]);
            let violation = Some(format!("{method} {resource}"));
            return Self { kind: Kind::Forbidden, ids: Vec::new(), permission: None, violation };
        }
        for (pattern, kind, permission) in TABLE {
            if let Some(ids) = ids(pattern, &segments) {
                return Self { kind, ids, permission: Some(permission), violation: None };
            }
        }
        Self { kind: Kind::Unknown, ids: Vec::new(), permission: None, violation: None }
    }

    /// An id of the path, by its place.
    pub(super) fn id(&self, place: usize) -> &str {
        self.ids.get(place).map_or("", String::as_str)
    }
}

/// The ids that a path has where the pattern has `:`; none when they do not fit.
fn ids(pattern: &str, segments: &[String]) -> Option<Vec<String>> {
    let parts: Vec<&str> = pattern.split('/').collect();
    if parts.len() != segments.len() {
        return None;
    }
    let pairs = || parts.iter().zip(segments);
    let fits = pairs().all(|(part, segment)| if *part == ":" { !segment.is_empty() } else { part == segment });
    fits.then(|| pairs().filter(|(part, _)| **part == ":").map(|(_, segment)| segment.clone()).collect())
}
