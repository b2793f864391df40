//! What each feature needs of Lever, by its names on Lever's side.

use super::checkbox;

/// What a tenant can want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// Badges: the nightly list and the words for its ids.
    Badges,
    /// Badges from confidential opportunities too.
    Confidential,
    /// Reading résumés where they matter.
    Resumes,
    /// One person's details, live, for one viewer.
    ContactView,
    /// The files of that person beside résumés.
    Attachments,
}

impl Feature {
    /// For people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Badges => "badges",
            Self::Confidential => "confidential badges",
            Self::Resumes => "résumés",
            Self::ContactView => "contact details",
            Self::Attachments => "attachments",
        }
    }
}

/// A permission, by its names on Lever's side.
#[derive(Debug, PartialEq, Eq)]
pub struct Need {
    /// The words of Lever's check box, where a Super Admin makes a key.
    pub checkbox: &'static str,
    /// The OAuth scope that gives the same.
    pub scope: &'static str,
    /// Who needs it.
    pub features: &'static [Feature],
    /// What happens without it.
    pub without: &'static str,
    /// Whether no run is possible without it.
    pub essential: bool,
}

use Feature::{Attachments, Badges, Confidential, ContactView, Resumes};

/// Every permission that Acquaint has a use for; all of them only read.
pub const NEEDS: [Need; 13] = [
    Need {
        checkbox: checkbox::OPPORTUNITIES,
        scope: "opportunities:read:admin",
        features: &[Badges],
        without: "no run is possible",
        essential: true,
    },
    Need {
        checkbox: checkbox::CONFIDENTIAL,
        scope: "confidential:access:admin",
        features: &[Confidential],
        without: "no run is possible while the tenant has confidential=true",
        essential: true,
    },
    Need {
        checkbox: checkbox::APPLICATIONS,
        scope: "applications:read:admin",
        features: &[Badges],
        without: "badges name no posting, an applicant can count as a prospect, and some matches lack evidence",
        essential: false,
    },
    Need {
        checkbox: checkbox::OPPORTUNITY,
        scope: "opportunities:read:admin",
        features: &[Badges, ContactView],
        without: "an opportunity that leaves the list is taken for gone without a second look",
        essential: false,
    },
    Need {
        checkbox: checkbox::DELETED,
        scope: "opportunities:read:admin",
        features: &[Badges],
        without: "recent runs miss deletions until the next full run",
        essential: false,
    },
    Need {
        checkbox: checkbox::STAGES,
        scope: "stages:read:admin",
        features: &[Badges],
        without: "badges show the ids of stages",
        essential: false,
    },
    Need {
        checkbox: checkbox::REASONS,
        scope: "archive_reasons:read:admin",
        features: &[Badges],
        without: "badges show the ids of archive reasons, and hired people as archived",
        essential: false,
    },
    Need {
        checkbox: checkbox::USERS,
        scope: "users:read:admin",
        features: &[Badges],
        without: "badges show the ids of recruiters",
        essential: false,
    },
    Need {
        checkbox: checkbox::POSTINGS,
        scope: "postings:read:admin",
        features: &[Badges],
        without: "badges show the ids of postings",
        essential: false,
    },
    Need {
        checkbox: checkbox::RESUMES,
        scope: "resumes:read:admin",
        features: &[Resumes, ContactView],
        without: "no résumé is read, and more people stay in review",
        essential: false,
    },
    Need {
        checkbox: checkbox::DOWNLOAD,
        scope: "resumes:read:admin",
        features: &[Resumes, ContactView],
        without: "no résumé is read, and more people stay in review",
        essential: false,
    },
    Need {
        checkbox: checkbox::FILES,
        scope: "files:read:admin",
        features: &[Attachments],
        without: "a person's page shows résumés, and no other files",
        essential: false,
    },
    Need {
        checkbox: checkbox::FILE_DOWNLOAD,
        scope: "files:read:admin",
        features: &[Attachments],
        without: "files beside résumés can be opened in Lever alone",
        essential: false,
    },
];
